"""Who stands in a letter's lists: by unit in official order, with grade, rank and reason."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from courses import clock
from courses.enrolment.models import Enrolment, Status
from courses.events.actions import kind_of
from courses.events.facts import Moved
from courses.events.models import Event
from courses.people.models import OrgUnit, Person, Posting
from courses.people.units import below
from courses.settings.organisation import organisation
from courses.text import Text


class Listed(NamedTuple):
    """Somebody in a list. `office_id` is the unit of the ranking level that the person belongs to."""

    enrolment_id: int
    name: str
    unit: str
    grade: str
    rank: int | None
    unit_id: int | None
    office_id: int | None


class Office(NamedTuple):
    """A unit that a letter goes to."""

    id: int
    name: str


NOMINATED = (Status.NOMINATED, Status.WAITLISTED, Status.OFFERED, Status.ENROLLED, Status.NOT_SELECTED)
"""Where somebody may stand who was nominated; those have a rank."""


def listed(
    db: Session, run_id: int, statuses: Collection[Status], unit_id: int | None = None, *, ranked: bool = False
) -> list[Listed]:
    """Those of a run in one of the statuses, of a unit and all below it, or all; with a rank only, if `ranked`."""
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
    if unit_id is not None:
        statement = statement.where(Posting.unit_id.in_(select(below(unit_id).c.id)))
    if ranked:
        statement = statement.where(Enrolment.rank.is_not(None))
    offices = _Offices(db)
    found = []
    for row in db.execute(statement):
        office = offices.of(row.unit_id)
        unit = row.path or row.institution
        found.append(Listed(row.id, row.name, unit, row.grade or "", row.rank, row.unit_id, office and office.id))
    return sorted(found, key=lambda one: offices.place(one.office_id)) if ranked else found


def reasons(db: Session, run_id: int, enrolment_ids: Collection[int]) -> dict[int, str]:
    """Why each of them was not selected, as it was written down then."""
    said = select(Event.data).where(Event.run_id == run_id, Event.kind == kind_of(Moved)).order_by(Event.id)
    found = {}
    for data in db.scalars(said):
        if data["after"] == Status.NOT_SELECTED and data["enrolment_id"] in enrolment_ids:
            found[data["enrolment_id"]] = data["reason"]
    return found


def offices(db: Session, people: Iterable[Listed]) -> list[Office]:
    """The units of the ranking level that these people belong to, in official order."""
    known = _Offices(db)
    ids = dict.fromkeys(one.office_id for one in people if one.office_id is not None)
    return [Office(id_, known.name(id_)) for id_ in sorted(ids, key=known.place)]


def bureaus(db: Session) -> list[Office]:
    """The units right under the whole organisation that there are today, in official order."""
    right_under = select(OrgUnit.id, OrgUnit.name).where(OrgUnit.depth == 1, OrgUnit.open_on(clock.today()))
    return [Office._make(row) for row in db.execute(right_under.order_by(OrgUnit.position, OrgUnit.id))]


class _Offices:
    """All units, to climb from one to that of the ranking level."""

    def __init__(self, db: Session) -> None:
        units = db.execute(select(OrgUnit.id, OrgUnit.parent_id, OrgUnit.depth, OrgUnit.name, OrgUnit.position))
        self._units = {row.id: row for row in units}
        self._depth = organisation(db).ranking_depth

    def of(self, unit_id: int | None) -> Office | None:
        unit = self._units.get(unit_id or 0)
        while unit is not None and unit.depth > self._depth and unit.parent_id in self._units:
            unit = self._units[unit.parent_id]
        return Office(unit.id, unit.name) if unit is not None else None

    def name(self, unit_id: int) -> str:
        return str(self._units[unit_id].name)

    def place(self, unit_id: int | None) -> tuple[bool, int]:
        unit = self._units.get(unit_id or 0)
        return (unit is None, unit.position if unit is not None else 0)


def numbered(rows: Iterable[Sequence[Text | str | int]]) -> list[list[Text | str | int]]:
    """Each row with its number before it (연번)."""
    return [[number, *row] for number, row in enumerate(rows, 1)]
