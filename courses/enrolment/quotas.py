"""Seats held for units (부서별 정원 배정): whose they are, and whether one more may be had. `allotment.py` sets them.

A unit has at least its floor and at most its cap. Who serves in a unit without a quota may use what no floor holds.
`seats.py` alone counts; its caller holds the run, so that the rows read here stay true.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import NamedTuple

from sqlalchemy import Date, bindparam, select, update
from sqlalchemy.orm import Session, aliased

from courses import clock
from courses.db import KEY, current, in_parts
from courses.enrolment.models import Quota
from courses.people.models import OrgUnit, Posting
from courses.scheduling.models import Run


class Standing(NamedTuple):
    """A unit's quota in a run: `taken` of its seats, at least `floor` held for it, never more than `cap`."""

    unit_id: int
    path: str
    floor: int
    cap: int | None
    taken: int

    @property
    def unmet(self) -> int:
        """Seats still held for the unit."""
        return max(0, self.floor - self.taken)


def standing(db: Session, run_id: int) -> list[Standing]:
    """The quotas of a run in official order; none: its seats are everybody's."""
    return [Standing._make(row) for row in current(db, _STANDING, {"run_id": run_id})]


def of_runs(db: Session, run_ids: Collection[int]) -> dict[int, list[Standing]]:
    """The quotas of many runs, by run; runs without any are left out."""
    found: dict[int, list[Standing]] = {}
    for row in current(db, _OF_RUNS, {"run_ids": list(run_ids)}):
        found.setdefault(row.run_id, []).append(Standing._make(row[1:]))
    return found


def locked(db: Session, run_id: int) -> list[Standing]:
    """The same, held until the transaction ends."""
    return [Standing._make(row) for row in current(db, _LOCKED, {"run_id": run_id})]


def left(held: Iterable[Standing], unit_id: int | None, capacity: int | None, taken: int) -> int | None:
    """How many more seats somebody of this unit may have, while `taken` are taken; None: any number."""
    own = next((one for one in held if one.unit_id == unit_id), None)
    limits = [own.cap - own.taken] if own and own.cap is not None else []
    if capacity is not None:
        limits.append(capacity - taken - sum(one.unmet for one in held if one is not own))
    return max(0, min(limits)) if limits else None


def fits(held: Iterable[Standing], unit_id: int | None, capacity: int | None, taken: int) -> bool:
    """Whether somebody of this unit may have one more seat."""
    return left(held, unit_id, capacity, taken) != 0


def with_one_more(held: Iterable[Standing], unit_id: int | None) -> list[Standing]:
    """The quotas when one more seat counts for the unit."""
    return [one._replace(taken=one.taken + 1) if one.unit_id == unit_id else one for one in held]


def unit_for(db: Session, run: Run, person_id: int, day: date | None = None) -> int | None:
    """The unit on whose quota a seat of the person counts on `day` (None: today), whether or not it has one.

    None for who serves nowhere. Who serves above the run's quota level counts for that very unit.
    """
    return units_for(db, run, [person_id], day).get(person_id)


def units_for(db: Session, run: Run, person_ids: Collection[int], day: date | None = None) -> dict[int, int]:
    """`unit_for` of many, by person."""
    return units_at(db, run.quota_depth, person_ids, day)


def units_at(db: Session, depth: int, person_ids: Collection[int], day: date | None = None) -> dict[int, int]:
    """The same for any run whose quota level this is."""
    asked = {"day": day or clock.today(), "depth": depth}
    found: dict[int, int] = {}
    for some in in_parts(list(person_ids), 500):
        found.update((row.person_id, row.id) for row in current(db, _UNITS, {**asked, "person_ids": some}))
    return found


def count(db: Session, run_id: int, unit_id: int | None, seats: int) -> None:
    """Add so many seats to what a unit has taken."""
    if unit_id is not None:
        own = update(Quota).where(Quota.run_id == run_id, Quota.unit_id == unit_id)
        db.execute(own.values(taken=Quota.taken + seats), execution_options={"synchronize_session": False})


_STANDING = (
    select(Quota.unit_id, OrgUnit.path, Quota.floor, Quota.cap, Quota.taken)
    .join(OrgUnit, OrgUnit.id == Quota.unit_id)
    .where(Quota.run_id == bindparam("run_id", type_=KEY))
    .order_by(OrgUnit.position, OrgUnit.id)
)
_OF_RUNS = (
    select(Quota.run_id, Quota.unit_id, OrgUnit.path, Quota.floor, Quota.cap, Quota.taken)
    .join(OrgUnit, OrgUnit.id == Quota.unit_id)
    .where(Quota.run_id.in_(bindparam("run_ids", expanding=True)))
)
_LOCKED = _STANDING.order_by(None).order_by(Quota.unit_id).with_for_update(of=Quota, key_share=True)

_above = aliased(OrgUnit)
_depth = bindparam("depth", type_=KEY)
_own = (
    select(Posting.person_id, Posting.from_on, OrgUnit.id, OrgUnit.parent_id, OrgUnit.depth)
    .join(OrgUnit, OrgUnit.id == Posting.unit_id)
    .where(
        Posting.person_id.in_(bindparam("person_ids", expanding=True)),
        Posting.on(bindparam("day", type_=Date)),
    )
    .cte("way_up", recursive=True)
)
_way_up = _own.union_all(
    select(_own.c.person_id, _own.c.from_on, _above.id, _above.parent_id, _above.depth)
    .join(_own, _above.id == _own.c.parent_id)
    .where(_own.c.depth > _depth)
)
_UNITS = (
    select(_way_up.c.person_id, _way_up.c.id)
    .where(_way_up.c.depth <= _depth)
    .order_by(_way_up.c.person_id, _way_up.c.from_on)
)
"""SQL: for each of `:person_ids` the first unit on the way up from where they serve on `:day` to level `:depth`."""
