"""Who stands in a letter's lists: by unit in official order, with grade, rank and reason."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from courses import clock
from courses.enrolment.models import Enrolment, Status
from courses.events.actions import kind_of
from courses.events.facts import Moved
from courses.events.models import Event
from courses.people.models import OrgUnit, Person, Posting
from courses.text import Text


class Office(NamedTuple):
    """A unit that a letter goes to; `position` is its place in the official order."""

    id: int
    name: str
    position: int


class Listed(NamedTuple):
    """Somebody in a list. `office` is the unit of the ranking level, `above` the own unit with all it belongs to."""

    enrolment_id: int
    name: str
    unit: str
    grade: str
    rank: int | None
    office: Office | None
    above: frozenset[int]


NOMINATED = (Status.NOMINATED, Status.WAITLISTED, Status.OFFERED, Status.ENROLLED, Status.NOT_SELECTED)
"""Where somebody may stand who was nominated; those have a rank."""


def listed(db: Session, run_id: int, statuses: Collection[Status], depth: int, *, ranked: bool = False) -> list[Listed]:
    """Those of a run in one of the statuses, in official order; `ranked`: with a rank only, in that order by office.

    `depth`: the level of the units that rank.
    """
    statement = (
        select(
            Enrolment.id,
            Person.name,
            OrgUnit.path,
            Person.institution,
            Posting.grade,
            Enrolment.rank,
            Posting.unit_id,
        )
        .join(Person, Person.id == Enrolment.person_id)
        .outerjoin(Posting, and_(Posting.person_id == Person.id, Posting.on(clock.today())))
        .outerjoin(OrgUnit, OrgUnit.id == Posting.unit_id)
        .where(Enrolment.run_id == run_id, Enrolment.status.in_(statuses))
        .order_by(OrgUnit.position.is_(None), OrgUnit.position, Enrolment.rank, Person.name, Person.id)
    )
    if ranked:
        statement = statement.where(Enrolment.rank.is_not(None))
    units = Units(db, depth)
    found = [
        Listed(
            row.id,
            row.name,
            row.path or row.institution,
            row.grade or "",
            row.rank,
            units.office(row.unit_id),
            frozenset(units.way(row.unit_id)),
        )
        for row in db.execute(statement)
    ]
    return sorted(found, key=lambda one: (_place(one.office), one.rank or 0)) if ranked else found


def _place(office: Office | None) -> tuple[bool, int]:
    return (office is None, office.position if office else 0)


def reasons(db: Session, run_id: int, enrolment_ids: Collection[int]) -> dict[int, str]:
    """Why each of them was not selected, as it was written down then."""
    said = select(Event.data).where(Event.run_id == run_id, Event.kind == kind_of(Moved)).order_by(Event.id)
    found = {}
    for data in db.scalars(said):
        if data["after"] == Status.NOT_SELECTED and data["enrolment_id"] in enrolment_ids:
            found[data["enrolment_id"]] = data["reason"]
    return found


def offices(people: Iterable[Listed]) -> list[Office]:
    """The units of the ranking level that these people belong to, in official order."""
    return sorted({one.office for one in people if one.office}, key=_place)


def bureaus(db: Session) -> list[Office]:
    """The units right under the whole organisation that there are today, in official order."""
    right_under = select(OrgUnit.id, OrgUnit.name, OrgUnit.position).where(
        OrgUnit.depth == 1, OrgUnit.open_on(clock.today())
    )
    return [Office._make(row) for row in db.execute(right_under.order_by(OrgUnit.position, OrgUnit.id))]


class Units:
    """All units, to climb from one to that of the ranking level."""

    def __init__(self, db: Session, depth: int) -> None:
        units = db.execute(select(OrgUnit.id, OrgUnit.parent_id, OrgUnit.depth, OrgUnit.name, OrgUnit.position))
        self._units = {row.id: row for row in units}
        self._depth = depth

    def way(self, unit_id: int | None) -> Iterator[int]:
        """The unit and all above it."""
        while unit_id is not None and unit_id in self._units:
            yield unit_id
            unit_id = self._units[unit_id].parent_id

    def office(self, unit_id: int | None) -> Office | None:
        """The one of the ranking level, or what is above it where the unit itself is."""
        for id_ in self.way(unit_id):
            unit = self._units[id_]
            if unit.depth <= self._depth:
                return Office(unit.id, unit.name, unit.position)
        return None


def numbered(rows: Iterable[Sequence[Text | str | int]]) -> list[list[Text | str | int]]:
    """Each row with its number before it (연번)."""
    return [[number, *row] for number, row in enumerate(rows, 1)]
