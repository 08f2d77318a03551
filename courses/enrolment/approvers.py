"""Who decides on an application: the head of the applicant's unit as of today, or whoever stands in for that head.

Where nobody can (no head; on leave without a deputy) it is the next unit above. Nobody decides on their own, nor do
those under them: the way of a head begins above the unit that the head heads.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Date, Row, and_, bindparam, exists, literal, select, union_all
from sqlalchemy.orm import Session

from courses import clock
from courses.db import KEY, rows
from courses.people.models import Deputy, Leave, OrgUnit, Person, Role, RoleGrant
from courses.scheduling.holidays import Calendar, calendar
from courses.settings.organisation import Organisation, organisation

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Step:
    """A unit on the way up, and who can act as its head today."""

    unit_id: int
    unit: str
    people: frozenset[int]


@dataclass(slots=True)
class _Unit:
    parent_id: int | None
    name: str
    heads: set[int] = field(default_factory=set)
    here: set[int] = field(default_factory=set)


class Approvers:
    """The units above these ones with those who act as their heads today, read in one statement.

    Several lists of one page may share it: then only units that none of them asked for before are read.
    """

    def __init__(self, db: Session, unit_ids: Collection[int] = ()) -> None:
        self._units: dict[int, _Unit] = {}
        self._office: Calendar | None = None
        self.include(db, unit_ids)

    def office(self, db: Session) -> Calendar:
        """The office's calendar, read when it is first asked for."""
        self._office = self._office or calendar(db)
        return self._office

    def include(self, db: Session, unit_ids: Collection[int]) -> None:
        """Read these units as well, with all above them."""
        missing = [unit_id for unit_id in unit_ids if unit_id not in self._units]
        found = rows(db, _ACTING, {"unit_ids": missing, "today": clock.today()}).all() if missing else ()
        for unit_id, parent_id, name, person_id, is_head, here in found:
            unit = self._units.get(unit_id)
            if unit is None:
                unit = self._units[unit_id] = _Unit(parent_id, name)
            if is_head:
                unit.heads.add(person_id)
            if here:
                unit.here.add(person_id)

    def steps(self, unit_id: int | None, applicant_id: int) -> list[Step]:
        """Whose turn it is, then who comes after them; empty where only a training officer is left."""
        steps: list[Step] = []
        while unit_id is not None and (unit := self._units.get(unit_id)):
            if applicant_id in unit.heads:
                steps.clear()
            elif people := unit.here - {applicant_id}:
                steps.append(Step(unit_id, unit.name, frozenset(people)))
            unit_id = unit.parent_id
        return steps


def deciders(steps: Sequence[Step], *, overdue: bool) -> frozenset[int]:
    """Who may decide, beside training officers; on an overdue application one step further up as well."""
    return frozenset().union(*(step.people for step in steps[: 2 if overdue else 1]))


class Turn(NamedTuple):
    """Who may decide today on something that waits (`id`), beside training officers.

    `unit_id`: whose head's turn it is; None, where no head is left: then the people are the training officers.
    """

    id: int
    unit_id: int | None
    people: frozenset[int]


def turns(db: Session, found: Iterable[Row[Any]]) -> list[Turn]:
    """Whose turn each of these is: rows with `id`, `person_id`, `unit_id` (theirs of today) and `since` it waits."""
    waiting = once(found)
    approvers, line = Approvers(db, {row.unit_id for row in waiting if row.unit_id}), overdue_before(db)
    every = frozenset(officers(db)) if waiting else frozenset()
    answers = []
    for row in waiting:
        steps = approvers.steps(row.unit_id, row.person_id)
        people = deciders(steps, overdue=row.since < line)
        answers.append(Turn(row.id, steps[0].unit_id if steps else None, people or every - {row.person_id}))
    return answers


def of_actor(
    db: Session,
    actor_id: int,
    found: Iterable[Row[Any]],
    rules: Organisation | None = None,
    *,
    everything: bool = False,
    above: Approvers | None = None,
) -> list[tuple[Any, bool, str]]:
    """Those of the same rows on which it is the actor's turn; `everything`: all of them, for a training officer;
    `above`: the units that another list of the page has read.

    Each with whether it is overdue, so that the next head above may decide too, and the unit whose head's turn it is
    ('' where only an officer is left).
    """
    waiting = once(found)
    if not waiting:
        return []
    approvers = above or Approvers(db)
    line = overdue_before(db, min(row.since for row in waiting), rules, approvers)
    approvers.include(db, {row.unit_id for row in waiting if row.unit_id})
    shown = []
    for row in waiting:
        steps, overdue = approvers.steps(row.unit_id, row.person_id), row.since < line
        if everything or actor_id in deciders(steps, overdue=overdue):
            shown.append((row, overdue, steps[0].unit if steps else ""))
    return shown


def once(found: Iterable[Row[Any]]) -> list[Any]:
    """Each of what waits (`row.id`) once, with the first posting of who has several on one day."""
    first: dict[int, Row[Any]] = {}
    for row in found:
        first.setdefault(row.id, row)
    return list(first.values())


def overdue_before(
    db: Session,
    oldest: datetime | None = None,
    rules: Organisation | None = None,
    above: Approvers | None = None,
) -> datetime:
    """Applications that wait since before this moment had so many whole working days for an answer.

    The office's calendar is not read where none is that old: the `oldest` waits for fewer days of any kind.
    """
    day, left = clock.today(), (rules or organisation(db)).escalate_after
    earliest = clock.start_of(day - _DAY * max(left, 0))
    if oldest and oldest >= earliest:
        return earliest
    office = above.office(db) if above else calendar(db)
    while left > 0:
        day -= _DAY
        left -= office.is_working(day)
    return clock.start_of(day)


def officers(db: Session, among: Collection[int] | None = None) -> set[int]:
    """The training officers who take part today, all or those among these persons."""
    held = select(Person.id).join(RoleGrant, RoleGrant.person_id == Person.id)
    held = held.where(RoleGrant.role == Role.OFFICER, Person.active_on(clock.today()))
    return set(db.scalars(held if among is None else held.where(Person.id.in_(among))))


_today = bindparam("today", type_=Date)
_up = (
    select(OrgUnit.id, OrgUnit.parent_id, OrgUnit.name)
    .where(OrgUnit.id.in_(bindparam("unit_ids", type_=KEY, expanding=True)))
    .cte("up", recursive=True)
)
_up = _up.union(select(OrgUnit.id, OrgUnit.parent_id, OrgUnit.name).join(_up, OrgUnit.id == _up.c.parent_id))
_holders = union_all(
    select(RoleGrant.unit_id, RoleGrant.person_id, literal(1).label("is_head")).where(
        RoleGrant.role == Role.HEAD, RoleGrant.unit_id.in_(select(_up.c.id))
    ),
    select(Deputy.unit_id, Deputy.person_id, literal(0)).where(Deputy.on(_today), Deputy.unit_id.in_(select(_up.c.id))),
).subquery("holder")
_away = exists().where(Leave.person_id == Person.id, Leave.on(_today)).correlate(Person)
_ACTING = (
    select(
        _up.c.id,
        _up.c.parent_id,
        _up.c.name,
        _holders.c.person_id,
        _holders.c.is_head,
        and_(Person.id.is_not(None), Person.active_on(_today), ~_away).label("here"),
    )
    .select_from(_up)
    .outerjoin(_holders, _holders.c.unit_id == _up.c.id)
    .outerjoin(Person, Person.id == _holders.c.person_id)
)
"""Built once: every first screen of a head asks it."""
