"""Nomination ranks (추천순위): a unit puts its approved applicants of a run in order, and so nominates them.

The units of one level rank (`Organisation.ranking_depth`), above it each unit for its own people alone. Where bureaux
rank, their divisions put theirs in order first, and the coordinating division (주무과: the first one in official order)
merges these orders. Whoever was ranked stays with the unit that did it, also after a transfer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Date, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session, aliased

from courses import clock
from courses.db import KEY
from courses.enrolment.freezing import freezes_at
from courses.enrolment.models import Enrolment, Status
from courses.enrolment.states import move_all
from courses.errors import Refused, WayOut
from courses.events.actions import record
from courses.events.facts import Ranked
from courses.people.actor import Actor, load_actor
from courses.people.models import OrgUnit, Person, Posting, Role
from courses.people.units import above, below, coordinated
from courses.scheduling import locks
from courses.scheduling.models import Mode, Run, RunState
from courses.settings.organisation import Organisation, organisation
from courses.text import text

BUREAU, DIVISION = 1, 2
"""Levels of the tree, as `Organisation.ranking_depth` counts them."""

RANKABLE = (Status.APPROVED, Status.NOMINATED)
ON_THE_WAY = (Status.APPLIED, Status.RETURNED)
"""Not yet approved: what a clerk sees as missing."""


class Applicant(NamedTuple):
    """Somebody of a unit in a run. `rank` is that of `ranked_unit_id`, whose place in official order is `position`."""

    id: int
    person_id: int
    name: str
    employee_no: str | None
    unit: str
    grade: str
    status: Status
    motive: str
    applied_at: datetime
    approved_at: datetime | None
    rank: int | None
    ranked_unit_id: int | None
    position: int | None


def applicants(db: Session, run_id: int, unit: OrgUnit, depth: int) -> list[Applicant]:
    """Those of a unit that are not decided on yet, in the order that stands or, where there is none yet, proposed.

    `depth` is the level that ranks. Proposed for merging: all who are first in their divisions by official order, then
    all second ones; whoever has no rank comes last, the earliest approval first.
    """
    bureau_id = unit.bureau_id if depth == BUREAU else None
    asked = {"run_id": run_id, "unit_id": unit.id, "bureau_id": bureau_id, "today": clock.today()}
    found = {row.id: Applicant._make(row) for row in db.execute(_OF_UNIT if unit.depth >= depth else _OF_ITSELF, asked)}
    return sorted(found.values(), key=lambda one: _place(one, unit.id))


def _place(one: Applicant, unit_id: int) -> tuple[Any, ...]:
    if one.status not in RANKABLE:
        return (3, one.applied_at, one.id)
    if one.rank is None:
        return (2, one.approved_at or one.applied_at, one.id)
    return (0, one.rank, one.id) if one.ranked_unit_id == unit_id else (1, one.rank, one.position, one.id)


def rank(db: Session, actor_id: int, run_id: int, unit_id: int, ids: Sequence[int]) -> None:
    """Nominate these, the first one first. Who is nominated already must be among them; who is left out stays approved.

    Raises `Refused` for whom it is not to do, when the list is frozen, and when somebody in it can no longer be ranked.
    """
    people = select(Enrolment.person_id).where(Enrolment.run_id == run_id, Enrolment.id.in_(ids))
    locks.lock_people(db, db.scalars(people).all())
    run = locks.lock_run(db, run_id)
    unit, rules = db.get_one(OrgUnit, unit_id), organisation(db)
    _require_level(unit, rules.ranking_depth)
    if not may_rank(db, load_actor(db, actor_id), unit):
        message = text("Who keeps or heads %(unit)s ranks its applicants", unit=unit.name)
        raise Refused(message, code="not_yours", way_out=_look_at(run))
    _require_open(run, rules)
    there = {one.id: one for one in applicants(db, run_id, unit, rules.ranking_depth) if one.status in RANKABLE}
    _require_whole(run, unit, there, ids)
    out = [one.id for one in there.values() if one.ranked_unit_id == unit.id and one.id not in ids]
    wanted = {id_: number for number, id_ in enumerate(ids, 1)} | dict.fromkeys(out)
    _order(db, actor_id, run, unit, wanted, final=unit.depth <= rules.ranking_depth)


def _order(
    db: Session, actor_id: int, run: Run, unit: OrgUnit, wanted: Mapping[int, int | None], *, final: bool
) -> None:
    """Give each its rank (None: no more). Only the level that ranks nominates; a division's order is its proposal."""
    chosen = select(Enrolment).where(Enrolment.id.in_(wanted))
    by_id = {one.id: one for one in db.scalars(chosen, execution_options={"populate_existing": True})}
    ranks: dict[str, list[int | None]] = {}
    for id_, number in wanted.items():
        one, by = by_id[id_], unit.id if number else None
        if (one.rank, one.ranked_unit_id) != (number, by):
            ranks[str(id_)] = [one.rank, number]
        one.rank, one.ranked_unit_id = number, by
    if final:
        new = [by_id[id_] for id_, number in wanted.items() if number and by_id[id_].status is Status.APPROVED]
        move_all(db, actor_id, new, Status.NOMINATED)
    db.flush()
    if ranks:
        record(db, actor_id, Ranked(run.id, unit.id, ranks))


def may_rank(db: Session, actor: Actor | None, unit: OrgUnit) -> bool:
    """A training officer; who keeps or heads the unit, one above it, or the coordinating division of the bureau."""
    if actor is None:
        return False
    own = {unit_id for role, unit_id in actor.units if role in (Role.CLERK, Role.HEAD)}
    if Role.OFFICER in actor.roles or own & set(above(db, unit.id)):
        return True
    return unit.depth == BUREAU and unit.id in set(db.scalars(coordinated(own)))


def is_open(run: Run, rules: Organisation) -> bool:
    """Whether ranks can still be given and changed."""
    return run.state is RunState.PUBLISHED and run.mode is Mode.SELECTION and clock.now() < freezes_at(run, rules)


def ranks_at(level: int, depth: int) -> bool:
    """Whether units of a level put applicants in order, when the units of the level `depth` rank."""
    return level <= depth or (depth == BUREAU and level == DIVISION)


def _require_level(unit: OrgUnit, depth: int) -> None:
    if not ranks_at(unit.depth, depth):
        message = text("%(unit)s does not rank: the unit above it does", unit=unit.name)
        raise Refused(message, code="wrong_level")


def _require_open(run: Run, rules: Organisation) -> None:
    if run.mode is not Mode.SELECTION:
        raise Refused(text("Nobody is nominated for this run"), code="not_selection", way_out=_look_at(run))
    if not is_open(run, rules):
        message = text("The list of nominees has been frozen since %(when)s", when=freezes_at(run, rules))
        raise Refused(message, code="frozen", way_out=_look_at(run))


def _require_whole(run: Run, unit: OrgUnit, there: dict[int, Applicant], ids: Sequence[int]) -> None:
    if merged := [one for one in there.values() if one.ranked_unit_id == unit.parent_id and unit.parent_id]:
        message = text(
            "The bureau has merged the orders already: %(name)s is number %(n)s", name=merged[0].name, n=merged[0].rank
        )
        raise Refused(message, code="merged", way_out=_look_at(run))
    if len(set(ids)) != len(ids) or not there.keys() >= set(ids):
        message = text("The list has changed meanwhile. Look at it again and rank it anew")
        raise Refused(message, code="changed", way_out=_look_at(run))
    left = [one for one in there.values() if one.status is Status.NOMINATED and one.id not in ids]
    if left:
        message = text("%(name)s is nominated already and needs a rank", name=left[0].name)
        raise Refused(message, code="left_out", way_out=_look_at(run))


def _look_at(run: Run) -> WayOut:
    return WayOut("run", text("Look at the run"), run.id)


_unit_id, _ranker = bindparam("unit_id", type_=KEY), aliased(OrgUnit)
_today = bindparam("today", type_=Date)


def _of_unit(home: Any) -> Select[*tuple[Any, ...]]:
    """SQL: who may come to a seat in `:run_id` from the units of `home`, by today's posting or by who ranked them."""
    merged = Enrolment.ranked_unit_id == bindparam("bureau_id", type_=KEY)
    return (
        select(
            Enrolment.id, Enrolment.person_id, Person.name, Person.employee_no,
            func.coalesce(OrgUnit.path, ""), func.coalesce(Posting.grade, ""), Enrolment.status, Enrolment.motive,
            Enrolment.applied_at, Enrolment.approved_at, Enrolment.rank, Enrolment.ranked_unit_id, _ranker.position,
        )
        .join(Person, Person.id == Enrolment.person_id)
        .outerjoin(Posting, and_(Posting.person_id == Person.id, Posting.on(_today)))
        .outerjoin(OrgUnit, OrgUnit.id == Posting.unit_id)
        .outerjoin(_ranker, _ranker.id == Enrolment.ranked_unit_id)
        .where(
            Enrolment.run_id == bindparam("run_id", type_=KEY),
            Enrolment.status.in_((*RANKABLE, *ON_THE_WAY)),
            or_(
                Enrolment.ranked_unit_id.in_(home),
                and_(or_(Enrolment.ranked_unit_id.is_(None), merged), Posting.unit_id.in_(home)),
            ),
        )
        .order_by(Enrolment.id, Posting.from_on)
    )  # fmt: skip


_OF_UNIT = _of_unit(select(below(_unit_id).c.id))
_OF_ITSELF = _of_unit([_unit_id])
