"""How many seats there are, and for whom: capacity and quotas, changed against what is taken already."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import Integer, bindparam, case, delete, insert, select, update
from sqlalchemy.orm import Session, joinedload

from courses import clock
from courses.db import KEY, current
from courses.enrolment import quotas, seats, waitlist
from courses.enrolment.models import Enrolment, Quota, Status
from courses.enrolment.quotas import Standing
from courses.enrolment.states import SEATED
from courses.errors import Refused, WayOut
from courses.events.actions import record, record_change
from courses.events.facts import QuotasSet
from courses.people.models import OrgUnit
from courses.scheduling import locks
from courses.scheduling.models import Run, RunState
from courses.settings.organisation import organisation
from courses.text import text

Quotas = Mapping[int, tuple[int, int | None]]
"""Floor and cap (None: any number) by unit."""


def change_capacity(db: Session, actor_id: int | None, run: Run, capacity: int | None) -> list[Enrolment]:
    """Set the number of seats (None: no limit). More seats promote who waits; fewer move the last ones to the front of
    the queue. Returns those who lost a seat; follow it with `waitlist.reconsider` for them.
    """
    run = locks.lock_run(db, run.id)
    _require_running(run)
    moved = losing_seats(db, run, capacity)
    for enrolment in moved:
        number = seats.next_number(db, run, front=True)
        seats.vacate(db, actor_id, run, enrolment, Status.WAITLISTED, queue_no=number, reason="capacity lowered")
    before, run.capacity = run.capacity, capacity
    db.flush()
    record_change(db, actor_id, "run", run.id, {"capacity": before}, {"capacity": capacity}, run_id=run.id)
    waitlist.promote(db, actor_id, run)
    return moved


def losing_seats(db: Session, run: Run, capacity: int | None) -> list[Enrolment]:
    """Whom fewer seats would move to the queue: who has only an offer, then those who came last, the very last one
    first. Persons are loaded.

    Nobody of a unit that has no more than its floor, and enough for what is still held for others. `Refused` when the
    floors alone are more.
    """
    if capacity is None:
        return []
    if capacity < 1:
        raise Refused(text("A run needs at least one seat"), code="capacity", way_out=_look_at(run))
    held = quotas.standing(db, run.id)
    _require_floors(run, sum(one.floor for one in held), capacity)
    surplus = run.taken + sum(one.unmet for one in held) - capacity
    if surplus <= 0:
        return []
    spare = {one.unit_id: one.taken - one.floor for one in held}
    losing: list[Enrolment] = []
    for enrolment in _latest(db, run):
        unit_id = enrolment.quota_unit_id
        if len(losing) < surplus and (unit_id is None or spare[unit_id] > 0):
            losing.append(enrolment)
            spare.update({} if unit_id is None else {unit_id: spare[unit_id] - 1})
    return losing


class WouldUnseat(Refused):
    """People would lose their seats. `people` says who, a line each, who came last first."""

    def __init__(self, people: list[str]) -> None:
        super().__init__(text("%(n)s people would lose their seats", n=len(people)), code="would_unseat")
        self.people = people


def require_nobody_unseated(db: Session, run: Run, capacity: int | None) -> None:
    """Refuse so many seats when people would lose theirs: whoever changes it has to see whom first."""
    losing = losing_seats(db, run, capacity) if run.state is RunState.PUBLISHED else []
    if losing:
        raise WouldUnseat([one.person.name for one in losing])


def set_quotas(db: Session, actor_id: int | None, run: Run, wanted: Quotas) -> list[Enrolment]:
    """Hold seats of a run for units, in place of what was held before; returns who got a seat that came free by it.

    Seats that are taken already count for the unit they were counted for, others for where their people serve today.
    Raises `Refused` for units of another level, for floors above their caps, for more than the run has seats, and for
    less than is taken already.
    """
    run = locks.lock_run(db, run.id)
    if run.state not in (RunState.DRAFT, RunState.PUBLISHED):
        raise _closed(run)
    before = quotas.locked(db, run.id)
    after, seated = standing_under(db, run, wanted)
    for enrolment in _latest(db, run):
        unit_id = seated[enrolment.id]
        enrolment.quota_unit_id = unit_id if unit_id in wanted else None
    _write(db, run, after)
    was, now = _plain(before), _plain(after)
    if was != now:
        record(db, actor_id, QuotasSet(run.id, was, now))
    return waitlist.promote(db, actor_id, run)


def standing_under(db: Session, run: Run, wanted: Quotas) -> tuple[list[Standing], dict[int, int | None]]:
    """How a run would stand under these quotas, and the unit for which each of its seats counts, by enrolment.
    `Refused`: as `set_quotas` says.
    """
    _require_sound(db, run, wanted)
    seated = current(db, _SEATED, {"run_id": run.id}).all()
    units = quotas.units_for(db, run, [person_id for _, person_id, unit_id in seated if unit_id is None])
    counted = {id_: units.get(person_id) if unit_id is None else unit_id for id_, person_id, unit_id in seated}
    taken = Counter(counted.values())
    after = [Standing(unit_id, "", floor, cap, taken[unit_id]) for unit_id, (floor, cap) in wanted.items()]
    _require_room(db, run, after)
    return after, counted


def releasable(db: Session) -> list[int]:
    """The runs whose floors are to be given free: they start soon, and seats are still held."""
    soon = clock.today() + timedelta(days=organisation(db).release_days)
    runs = select(Quota.run_id).join(Run, Run.id == Quota.run_id).where(Quota.floor > 0, Run.starts_on <= soon)
    return list(db.scalars(runs.where(Run.state == RunState.PUBLISHED).distinct().order_by(Quota.run_id)))


def release(db: Session, actor_id: int | None, run_id: int) -> list[Enrolment]:
    """Give free what is still held for units of a run; caps stay. Returns who got a seat; again it does nothing."""
    run = locks.lock_run(db, run_id)
    before = quotas.locked(db, run_id)
    if run.state is not RunState.PUBLISHED or not any(one.floor for one in before):
        return []
    db.execute(
        update(Quota).where(Quota.run_id == run_id).values(floor=0), execution_options={"synchronize_session": False}
    )
    record(db, actor_id, QuotasSet(run_id, _plain(before), _plain([one._replace(floor=0) for one in before])))
    return waitlist.promote(db, actor_id, run)


def _latest(db: Session, run: Run) -> list[Enrolment]:
    """Everybody with a seat, who came last first; offers before that, since nobody relies on them yet."""
    seated = select(Enrolment).where(Enrolment.run_id == run.id, Enrolment.status.in_(SEATED))
    certain = case((Enrolment.status == Status.OFFERED, 0), else_=1)
    latest = seated.order_by(certain, Enrolment.moved_at.desc(), Enrolment.id.desc())
    latest = latest.options(joinedload(Enrolment.person))
    return list(db.scalars(latest, execution_options={"populate_existing": True}))


def _require_sound(db: Session, run: Run, wanted: Quotas) -> None:
    asked = {"ids": list(wanted), "depth": run.quota_depth}
    if wanted and set(current(db, _OF_LEVEL, asked).scalars()) != set(wanted):
        message = text("Quotas of this run are set for units of another level of the organisation")
        raise Refused(message, code="quota_level", way_out=_look_at(run))
    if any(floor < 0 or (cap is not None and cap < floor) for floor, cap in wanted.values()):
        message = text("At least as many seats as are held for a unit must be the most it may have")
        raise Refused(message, code="quota_order", way_out=_look_at(run))
    _require_floors(run, sum(floor for floor, _cap in wanted.values()), run.capacity)


def _require_floors(run: Run, floors: int, capacity: int | None) -> None:
    if capacity is not None and floors > capacity:
        message = text("Quotas hold %(held)s seats, more than the %(seats)s of the run", held=floors, seats=capacity)
        raise Refused(message, code="quota_sum", way_out=_look_at(run))


def _require_room(db: Session, run: Run, after: list[Standing]) -> None:
    """Nobody loses a seat by a quota: what is taken stays."""
    for one in after:
        if one.cap is not None and one.taken > one.cap:
            name = db.get_one(OrgUnit, one.unit_id).name
            message = text("%(unit)s has %(n)s seats already: allow it at least as many", unit=name, n=one.taken)
            raise Refused(message, code="quota_taken", way_out=_look_at(run))
    unmet = sum(one.unmet for one in after)
    if run.capacity is not None and run.taken + unmet > run.capacity:
        free = run.capacity - run.taken
        message = text("Quotas would hold %(held)s more seats, and %(free)s are free", held=unmet, free=free)
        raise Refused(message, code="quota_room", way_out=_look_at(run))


def _write(db: Session, run: Run, after: list[Standing]) -> None:
    db.flush()
    db.execute(delete(Quota).where(Quota.run_id == run.id))
    rows = [{"run_id": run.id, **{name: getattr(one, name) for name in _KEPT}} for one in after]
    if rows:
        db.connection().execute(insert(Quota), rows)


_SEATED = select(Enrolment.id, Enrolment.person_id, Enrolment.quota_unit_id).where(
    Enrolment.run_id == bindparam("run_id", type_=KEY), Enrolment.status.in_(SEATED)
)
_OF_LEVEL = select(OrgUnit.id).where(
    OrgUnit.id.in_(bindparam("ids", expanding=True)), OrgUnit.depth == bindparam("depth", type_=Integer)
)
_KEPT = ("unit_id", "floor", "cap", "taken")


def _plain(held: list[Standing]) -> dict[str, list[int | None]]:
    return {str(one.unit_id): [one.floor, one.cap] for one in sorted(held)}


def _require_running(run: Run) -> None:
    if run.state is not RunState.PUBLISHED:
        raise _closed(run)


def _closed(run: Run) -> Refused:
    return Refused(text("This run is closed: its list stays as it is"), code="closed", way_out=_look_at(run))


def _look_at(run: Run) -> WayOut:
    return WayOut("run", text("Look at the run"), run.id)
