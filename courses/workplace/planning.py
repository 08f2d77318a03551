"""What units plan to train in a half-year, subject by subject, beside what the ledger says was done."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, and_, case, func, select
from sqlalchemy.orm import Session

from courses import clock
from courses.catalogue.models import Area, Course, Kind
from courses.db import rows
from courses.enrolment.models import Enrolment, Outcome, Status
from courses.errors import Refused
from courses.events.actions import record_change
from courses.people.models import OrgUnit, Posting
from courses.people.units import below
from courses.scheduling.models import Run, RunState
from courses.text import Text, text
from courses.workplace.models import Planned

DIVISION = 2
"""Levels below the root: the departments that plan (부서)."""
MOST = 9_999
_MONTHS = 6
_HALVES = {1: text("first half of %(year)s"), 2: text("second half of %(year)s")}


class Half(NamedTuple):
    """Half a year: 1 is January to June."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> Half:
        """The one in which a day is."""
        return cls(day.year, 1 if day.month <= _MONTHS else 2)

    @classmethod
    def of_key(cls, key: str) -> Half:
        """'2026-1': the other way round than `key`."""
        year, number = key.split("-")
        return cls(int(year), int(number))

    @property
    def key(self) -> str:
        """As letters and notices name it: '2026-1'."""
        return f"{self.year}-{self.number}"

    @property
    def name(self) -> Text:
        """In words: 'first half of 2026'."""
        return Text(_HALVES[self.number].msgid, {"year": str(self.year)})

    @property
    def months(self) -> range:
        return range(_MONTHS * self.number - _MONTHS + 1, _MONTHS * self.number + 1)

    @property
    def first(self) -> date:
        return date(self.year, self.months[0], 1)

    @property
    def last(self) -> date:
        return date(self.year, 6, 30) if self.number == 1 else date(self.year, 12, 31)

    @property
    def before(self) -> Half:
        return Half(self.year, 1) if self.number > 1 else Half(self.year - 1, 2)

    @property
    def after(self) -> Half:
        return Half(self.year, 2) if self.number == 1 else Half(self.year + 1, 1)


@dataclass(frozen=True, slots=True)
class Done:
    """Runs with people of the unit, their seats, and how many of these have completed."""

    runs: int = 0
    people: int = 0
    completed: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """A subject: planned for so many people in a month (None: not planned), and what was done."""

    course_id: int
    code: str
    title: str
    area: str
    month: int | None
    people: int
    done: Done


def plan_of(db: Session, unit_id: int, half: Half) -> list[Line]:
    """Every subject that is offered, planned or was taught, by area and code. Three statements."""
    planned = _planned(db, half, Planned.unit_id == unit_id).get(unit_id, {})
    done = _done(db, half, unit_id)
    lines = []
    for one in subjects(db):
        if one.offered or one.id in planned or one.id in done:
            month, people = planned.get(one.id, (None, 0))
            did = done.get(one.id, Done())
            lines.append(Line(one.id, one.code, one.title, one.area or "", month, people, did))
    return lines


def totals(db: Session, half: Half, within: int | None = None) -> list[Line]:
    """The same of all departments together, or of those in a unit: nobody's month. Three statements."""
    inside = select(below(within).c.id) if within is not None else None
    planned: dict[int, int] = defaultdict(int)
    for plan in _planned(db, half, *([] if inside is None else [Planned.unit_id.in_(inside)])).values():
        for course_id, (_, people) in plan.items():
            planned[course_id] += people
    done = _done(db, half, within)
    return [
        Line(one.id, one.code, one.title, one.area or "", None, planned.get(one.id, 0), done.get(one.id, Done()))
        for one in subjects(db)
    ]


def set_plan(db: Session, actor_id: int, unit: OrgUnit, half: Half, wanted: Mapping[int, tuple[int, int]]) -> None:
    """Make this the unit's plan: {course: (month, people)}. What is not in it is not planned.

    Raises `Refused` for a month outside of the half-year, for no people, and for what is no subject.
    """
    db.execute(select(OrgUnit.id).where(OrgUnit.id == unit.id).with_for_update(key_share=True))
    titles = {one.id: one.title for one in subjects(db)}
    for course_id, (month, people) in wanted.items():
        _require_sound(titles.get(course_id), half, month, people)
    here = (Planned.unit_id == unit.id, Planned.year == half.year, Planned.half == half.number)
    known = {one.course_id: one for one in db.scalars(select(Planned).where(*here))}
    before = _plain({id_: (one.month, one.people) for id_, one in known.items()})
    for course_id in known.keys() - wanted.keys():
        db.delete(known[course_id])
    for course_id, (month, people) in wanted.items():
        row = known.get(course_id) or Planned(unit_id=unit.id, year=half.year, half=half.number, course_id=course_id)
        row.month, row.people = month, people
        db.add(row)
    db.flush()
    name = f"workplace plan {half.year}-{half.number}"
    record_change(db, actor_id, name, unit.id, {"subjects": before}, {"subjects": _plain(wanted)})


def _plain(plan: Mapping[int, tuple[int, int]]) -> dict[str, list[int]]:
    return {str(course_id): list(plan[course_id]) for course_id in sorted(plan)}


def _require_sound(title: str | None, half: Half, month: int, people: int) -> None:
    if title is None:
        raise Refused(text("One of these is no subject of workplace training"), code="subject")
    if month not in half.months:
        said = text("%(title)s: choose a month from %(first)s to %(last)s", title=title, first=half.months[0],
                    last=half.months[-1])  # fmt: skip
        raise Refused(said, code="month")
    if not 0 < people <= MOST:
        raise Refused(text("%(title)s: for how many people? 1 to %(most)s", title=title, most=MOST), code="people")


@dataclass(frozen=True, slots=True)
class Department:
    """How a department stands: subjects and people planned, of these subjects taught, and what was done."""

    id: int
    name: str
    planned: int
    people: int
    taught: int
    done: Done


def overview(db: Session, half: Half) -> list[Department]:
    """Every open department in official order; what was done in its teams counts with it. Three statements."""
    columns = (OrgUnit.id, OrgUnit.parent_id, OrgUnit.path, OrgUnit.depth)
    open_ = select(*columns).where(OrgUnit.open_on(clock.today()))
    units = rows(db, open_.order_by(OrgUnit.position, OrgUnit.id)).all()
    over = _divisions(units)
    planned = _planned(db, half)
    done = _done_by_department(db, half, over)
    found = []
    for unit in units:
        mine, did = planned.get(unit.id, {}), done.get(unit.id, {})
        if unit.depth == DIVISION or mine:
            found.append(Department(unit.id, unit.path, len(mine), sum(people for _, people in mine.values()),
                                    len(mine.keys() & did.keys()), _sum(did.values())))  # fmt: skip
    return found


def _done_by_department(db: Session, half: Half, over: Mapping[int, int]) -> dict[int, dict[int, Done]]:
    """By department and course; a run of several teams is one run."""
    runs: dict[tuple[int, int], set[int]] = defaultdict(set)
    sums: dict[tuple[int, int], list[int]] = defaultdict(lambda: [0, 0])
    served = _ledger(half).add_columns(_SERVED.label("served"), Run.id.label("run_id"))
    for row in rows(db, served.group_by(_SERVED, Run.course_id, Run.id)):
        if department := over.get(row.served):
            key = department, row.course_id
            runs[key].add(row.run_id)
            sums[key] = [sums[key][0] + row.people, sums[key][1] + row.completed]
    done: dict[int, dict[int, Done]] = defaultdict(dict)
    for (department, course_id), ids in runs.items():
        done[department][course_id] = Done(len(ids), *sums[department, course_id])
    return done


def _divisions(units: Sequence[Row[Any]]) -> dict[int, int]:
    """The department of every unit below one, itself included."""
    known = {unit.id: unit for unit in units}
    found = {}
    for unit in units:
        at: Row[Any] | None = unit
        while at is not None and at.depth > DIVISION:
            at = known.get(at.parent_id)
        if at is not None:
            found[unit.id] = at.id
    return found


def _sum(parts: Any) -> Done:
    every = list(parts)
    return Done(*(sum(getattr(one, name) for one in every) for name in ("runs", "people", "completed")))


def subjects(db: Session) -> Sequence[Row[Any]]:
    """All workplace courses (id, code, title, area, minutes, offered) by area and code."""
    return rows(db, _SUBJECTS).all()


def _planned(db: Session, half: Half, *also: ColumnElement[bool]) -> dict[int, dict[int, tuple[int, int]]]:
    found: dict[int, dict[int, tuple[int, int]]] = defaultdict(dict)
    columns = (Planned.unit_id, Planned.course_id, Planned.month, Planned.people)
    for row in rows(db, select(*columns).where(Planned.year == half.year, Planned.half == half.number, *also)):
        found[row.unit_id][row.course_id] = (row.month, row.people)
    return found


def _done(db: Session, half: Half, unit_id: int | None) -> dict[int, Done]:
    ledger = _ledger(half) if unit_id is None else _ledger(half).where(_SERVED.in_(select(below(unit_id).c.id)))
    found = rows(db, ledger.group_by(Run.course_id))
    return {row.course_id: Done(row.runs, row.people, row.completed) for row in found}


def _ledger(half: Half) -> Any:
    """SQL: by course, over everybody where they served (on the last day of a closed run, else today)."""
    completed = case((Enrolment.outcome == Outcome.COMPLETED, 1), else_=0)
    return (
        select(
            Run.course_id,
            func.count(Run.id.distinct()).label("runs"),
            func.count(Enrolment.id).label("people"),
            func.sum(completed).label("completed"),
        )
        .join_from(Run, Course, Course.id == Run.course_id)
        .join(Enrolment, Enrolment.run_id == Run.id)
        .outerjoin(Posting, and_(Posting.person_id == Enrolment.person_id, Posting.on(clock.today())))
        .where(
            Course.kind == Kind.WORKPLACE,
            Run.state.in_((RunState.PUBLISHED, RunState.CLOSED)),
            Run.starts_on.between(half.first, half.last),
            Run.starts_on <= clock.today(),
            Enrolment.status == Status.ENROLLED,
        )
    )


_SERVED = func.coalesce(Enrolment.unit_id, Posting.unit_id)
_SUBJECTS: Any = (
    select(
        Course.id, Course.code, Course.title, Area.name.label("area"), Course.minutes,
        and_(Course.retired_on.is_(None), Course.draft.is_(False)).label("offered"),
    )
    .outerjoin(Area, Area.id == Course.area_id)
    .where(Course.kind == Kind.WORKPLACE)
    .order_by(Area.position, Course.code)
)  # fmt: skip
