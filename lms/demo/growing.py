"""An organisation of any size, brought in step by step: its people in one transaction, then each past year in its own.

What was begun is written down with the first step, so that a load that was interrupted goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from courses import clock
from courses.errors import Refused
from courses.events.actions import recorded
from courses.exchange.actions import apply
from courses.exchange.plan import Plan
from courses.exchange.preview import Preview, parse
from courses.exchange.staff import STATES
from courses.people.directory import Directory, Record, unit_ids
from courses.scheduling.models import Run
from courses.settings.models import Setting
from courses.text import text
from lms.db import Database
from lms.demo.past import Past, Trainees, trainees
from lms.demo.size import File, Row, Size

_NAME = "demo_load"  # the setting that says what was begun


@dataclass(frozen=True)
class Begun:
    """A load that is under way; its past ends `before` this year."""

    size: Size
    before: int

    @property
    def years(self) -> range:
        """The past years, the first one first."""
        return range(self.before - self.size.years, self.before)


def begun(db: Session) -> Begun | None:
    """What was begun here and is not finished."""
    found = db.scalar(select(Setting.value).where(Setting.name == _NAME))
    return Begun(Size(**found["size"]), found["before"]) if found else None


def interrupted(load: Begun) -> Refused:
    """Why nothing else can be loaded here."""
    return Refused(
        text(
            "A load of %(people)s people and %(years)s years (seed %(seed)s) was interrupted here. "
            "Start it again with these numbers, or take an empty database",
            **asdict(load.size),
        )
    )


def finish(db: Session) -> None:
    """Nothing is under way any more."""
    db.execute(delete(Setting).where(Setting.name == _NAME))


def grow(database: Database, size: Size, since: datetime) -> Iterator[int]:
    """Bring in the people as of `since` and every past year; yields each year that is there.

    What an interrupted load brought in stays. `Refused` when it was to be of another size.
    """
    size.check()
    with database.begin(reacts=False) as db, clock.frozen(since):
        load = _going_on(db, size) or _found(db, size)
    with database.look() as db:
        people = trainees(db)
        there = set(db.scalars(select(Run.year).where(Run.imported).distinct()))
    for year in load.years:
        if year not in there:
            _remember(database, size, year, people, since)
        yield year


def bring_in(db: Session, file: File) -> None:
    """Import a file, as the command line does."""
    source = parse(file.kind, file.content, file.name, file.year)
    apply(db, None, Preview(source, Plan()))  # nobody looks before: it is planned in there
    db.expunge_all()  # a large organisation would not fit into memory


def _going_on(db: Session, size: Size) -> Begun | None:
    load = begun(db)
    if load and load.size != size:
        raise interrupted(load)
    return load


def _found(db: Session, size: Size) -> Begun:
    """The organisation and its people, without a past."""
    load = Begun(size, clock.today().year)
    db.execute(insert(Setting).values(name=_NAME, value={"size": asdict(size), "before": load.before}))
    organisation, *others = size.files()
    bring_in(db, organisation)
    units = unit_ids(db)
    for district in size.districts:
        _employ(db, district.staff(), units)
    for file in others:
        bring_in(db, file)
    return load


def _employ(db: Session, staff: list[Row], units: dict[str, int]) -> None:
    """What the staff file does for people who are all new, without looking for each of them among those there."""
    directory = Directory(db, clock.today(), only=())
    for row in staff:
        directory.take(_record(row, units[row["부서코드"]]))
    directory.write(db, None)
    recorded(db)  # nothing follows from it


def _record(row: Row, unit_id: int) -> Record:
    return Record(
        employee_no=row["사번"],
        person={
            "name": row["성명"],
            "name_roman": row["영문성명"],
            "mail": row["전자우편"],
            "appointed_on": date.fromisoformat(row["임용일"]),
        },
        posting={
            "unit_id": unit_id,
            "service": row["직종"],
            "series": row["직렬"],
            "grade": row["직급"],
            "post": row["직위"],
            "duty": row["담당업무"],
        },
        state=STATES[row["재직상태"]],
        knows_state=True,
    )


def _remember(database: Database, size: Size, year: int, people: Trainees, since: datetime) -> None:
    """One past year, when it was over."""
    past = Past(size, year, people)
    over = clock.start_of(date(year + 1, 1, 1))
    with database.begin(reacts=False) as db, clock.frozen(max(since, over)):
        bring_in(db, past.runs())
        past.settle(db)
