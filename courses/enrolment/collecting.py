"""What departments still have to do for the runs they send people to: approvals that are missing, ranks to give."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Date, Select, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from courses import clock
from courses.catalogue.models import Course
from courses.db import KEY, rows
from courses.enrolment.freezing import freezes_at
from courses.enrolment.models import Enrolment, Status
from courses.enrolment.nominations import BUREAU, ON_THE_WAY, RANKABLE, ranks_at
from courses.people.actor import Actor
from courses.people.models import OrgUnit, Posting, Role
from courses.people.units import coordinated
from courses.scheduling.models import Mode, Run, RunState
from courses.settings.organisation import Organisation


class Task(NamedTuple):
    """A run and a unit that ranks (None: all together, for who looks after all): how many applications stand how.

    `missing` an approval, `unranked` approved without a rank of this unit yet, `ranked`.
    """

    run_id: int
    title: str
    number: int
    starts_on: date
    ends_on: date
    unit_id: int | None
    unit: str
    missing: int
    unranked: int
    ranked: int


class _Unit(NamedTuple):
    id: int
    parent_id: int | None
    depth: int
    path: str
    name: str
    position: int


def tasks(db: Session, actor: Actor, rules: Organisation) -> list[Task]:
    """Runs whose ranks are open, by start: of the units that the person ranks for; a training officer's are all."""
    if Role.OFFICER not in actor.roles:
        return of_units(db, actor, rules)
    found = rows(db, _TOGETHER, {"today": clock.today()})
    return [
        Task._make((*row[:5], None, "", int(row.missing), int(row.unranked), int(row.ranked)))
        for row in found
        if clock.now() < freezes_at(row, rules)
    ]


def of_units(db: Session, actor: Actor, rules: Organisation) -> list[Task]:
    """The same for the person's own units alone, also where they are a training officer."""
    held = _held(db, actor, rules)
    found = rows(db, _OF_UNITS, {"today": clock.today(), "unit_ids": list(held)}) if held else ()
    still_open = [row for row in found if clock.now() < freezes_at(row, rules)]
    return list(_folded(db, still_open, rules.ranking_depth, _Reach(actor, held)))


def of_run(db: Session, actor: Actor, run_id: int, rules: Organisation) -> list[Task]:
    """The units with applicants in a run that the person may rank for, in official order."""
    found = rows(db, _OF_RUN, {"today": clock.today(), "run_id": run_id})
    reach = None if Role.OFFICER in actor.roles else _Reach(actor, _held(db, actor, rules))
    return list(_folded(db, found, rules.ranking_depth, reach))


def _held(db: Session, actor: Actor, rules: Organisation) -> set[int]:
    """The units that the person keeps or heads, and the bureaux that they coordinate where bureaux rank."""
    own = {unit_id for role, unit_id in actor.units if role in (Role.CLERK, Role.HEAD)}
    coordinates = own and rules.ranking_depth == BUREAU
    return own | set(filter(None, db.scalars(coordinated(own)))) if coordinates else own


class _Reach:
    """For which units somebody ranks: a clerk for all below the own ones, a head for the own ones alone."""

    def __init__(self, actor: Actor, held: Collection[int]) -> None:
        self.held = held
        self.kept = {unit_id for role, unit_id in actor.units if role is Role.CLERK}

    def covers(self, unit_id: int, way: Collection[int]) -> bool:
        return unit_id in self.held or not self.kept.isdisjoint(way)


def _folded(db: Session, found: Iterable[Any], depth: int, reach: _Reach | None) -> Iterator[Task]:
    """The counts of runs and units added up for each unit that ranks; without a `reach` for all of them."""
    by_run: dict[int, list[Any]] = {}
    for row in found:
        by_run.setdefault(row.id, []).append(row)
    units = _units(db, {_home(row) for some in by_run.values() for row in some} - {0})
    ways = {unit_id: list(_way(units, unit_id)) for unit_id in units}
    ranking = [
        unit
        for unit in units.values()
        if ranks_at(unit.depth, depth) and (not reach or reach.covers(unit.id, ways[unit.id]))
    ]
    for some in by_run.values():
        for unit in sorted(ranking, key=lambda one: one.position):
            if own := [row for row in some if _is_of(unit, row, ways, depth)]:
                yield _task(unit, own)


def _home(row: Any) -> int:
    """The unit that answers for an application: who ranked it, else where the applicant serves."""
    home: int = row.ranked_unit_id or row.unit_id or 0
    return home


def _way(units: dict[int, _Unit], unit_id: int | None) -> Iterator[int]:
    while unit_id in units:
        yield unit_id
        unit_id = units[unit_id].parent_id


def _is_of(unit: _Unit, row: Any, ways: dict[int, list[int]], depth: int) -> bool:
    home = _home(row)
    if depth == BUREAU and unit.depth > BUREAU and row.unit_id in ways:
        home = row.unit_id  # what the bureau has merged still is the division's
    return unit.id in ways.get(home, ()) if unit.depth >= depth else home == unit.id


def _task(unit: _Unit, own: list[Any]) -> Task:
    missing = sum(row.people for row in own if row.status in ON_THE_WAY)
    ranked = sum(row.people for row in own if _is_ranked(unit, row))
    unranked = sum(row.people for row in own) - missing - ranked
    return Task._make((*own[0][:5], unit.id, unit.path or unit.name, missing, unranked, ranked))


def _is_ranked(unit: _Unit, row: Any) -> bool:
    if row.status is Status.NOMINATED:
        return True
    return row.status is Status.APPROVED and row.ranked_unit_id == unit.id


def _units(db: Session, unit_ids: Collection[int]) -> dict[int, _Unit]:
    """These units and all above them."""
    return {row.id: _Unit(*row) for row in rows(db, _UP, {"unit_ids": list(unit_ids)}).all()} if unit_ids else {}


_ids = bindparam("unit_ids", type_=KEY, expanding=True)
_today = bindparam("today", type_=Date)
_columns = (OrgUnit.id, OrgUnit.parent_id, OrgUnit.depth, OrgUnit.path, OrgUnit.name, OrgUnit.position)
_over = select(*_columns).where(OrgUnit.id.in_(_ids)).cte("over", recursive=True)
_over = _over.union(select(*_columns).join(_over, OrgUnit.id == _over.c.parent_id))
_UP = select(_over)
_under = select(OrgUnit.id).where(OrgUnit.id.in_(_ids)).correlate(None).cte("under", recursive=True)
_child = aliased(OrgUnit)
_under = _under.union(select(_child.id).join(_under, _child.parent_id == _under.c.id))
_COMING = and_(Run.state == RunState.PUBLISHED, Run.mode == Mode.SELECTION, Run.starts_on > _today)
_ON_THE_WAY = Enrolment.status.in_((*RANKABLE, *ON_THE_WAY))


def _sum(*conditions: Any) -> Any:
    return func.sum(case((and_(*conditions), 1), else_=0))


_RUN = (Run.id, Course.title, Run.number, Run.starts_on, Run.ends_on, Run.apply_until)
_COUNTS: Select[*tuple[Any, ...]] = (
    select(
        *_RUN,
        Posting.unit_id,
        Enrolment.ranked_unit_id,
        Enrolment.status,
        func.count(Enrolment.id.distinct()).label("people"),
    )
    .join(Course, Course.id == Run.course_id)
    .join(Enrolment, Enrolment.run_id == Run.id)
    .outerjoin(Posting, and_(Posting.person_id == Enrolment.person_id, Posting.on(_today)))
    .where(_ON_THE_WAY)
    .group_by(Run.id, Course.title, Posting.unit_id, Enrolment.ranked_unit_id, Enrolment.status)
    .order_by(Run.starts_on, Run.id)
)
_OF_RUN = _COUNTS.where(Run.id == bindparam("run_id", type_=KEY))
_OF_UNITS = _COUNTS.where(
    _COMING, or_(Posting.unit_id.in_(select(_under.c.id)), Enrolment.ranked_unit_id.in_(select(_under.c.id)))
)
_TOGETHER: Select[*tuple[Any, ...]] = (
    select(
        *_RUN,
        _sum(Enrolment.status.in_(ON_THE_WAY)).label("missing"),
        _sum(Enrolment.status == Status.APPROVED).label("unranked"),
        _sum(Enrolment.status == Status.NOMINATED).label("ranked"),
    )
    .join(Course, Course.id == Run.course_id)
    .join(Enrolment, Enrolment.run_id == Run.id)
    .where(_COMING, _ON_THE_WAY)
    .group_by(Run.id, Course.title)
    .order_by(Run.starts_on, Run.id)
)
