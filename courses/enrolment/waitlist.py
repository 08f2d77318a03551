"""The queue of a run: promotion when a seat comes free, places counted, and the way back into it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.enrolment import eligibility, quotas, seats
from courses.enrolment.models import Enrolment, Status
from courses.enrolment.quotas import Standing
from courses.events.actions import record, record_all
from courses.events.facts import Offered, PassedOver
from courses.scheduling import locks
from courses.scheduling.models import Run, RunState

_AT_ONCE = 100
"""How many of a queue are read at a time: mostly the first one gets the seat."""


def promote(db: Session, actor_id: int | None, run: Run) -> list[Enrolment]:
    """Give the free seats of the locked `run` to those who wait, lowest number first; who may not is passed over.

    Persons are locked without waiting, since the run is already held: the door runs the whole action again if
    somebody holds one. Nobody is promoted into a class that has begun. Who was passed over is recorded when somebody
    behind gets a seat.
    """
    promoted: list[Enrolment] = []
    if not seats.has_free(run) or eligibility.begun(run, clock.today()):
        return promoted
    passed: list[PassedOver] = []
    held = quotas.locked(db, run.id)
    for waiting in _queue(db, run, has_quotas=bool(held)):
        if code := _obstacle(db, run, waiting, held):
            passed.append(PassedOver(waiting.id, run.id, waiting.person_id, waiting.queue_no, code))
            continue
        record_all(db, actor_id, passed)
        passed = []
        promoted.append(_promote(db, actor_id, run, waiting.id))
        if not seats.has_free(run):
            break
        held = quotas.locked(db, run.id) if held else held
    return promoted


def admit(db: Session, actor_id: int | None, run: Run, enrolment: Enrolment, *, reason: str = "") -> None:
    """`seats.place` for a newcomer: whoever waits and may have the free seat now has it first.

    What kept them from it (a class at the same time, the quota of a former unit) may be gone since anybody last looked.
    """

    def serve() -> None:
        promote(db, actor_id, locks.lock_run(db, run.id))

    seats.place(db, actor_id, run, enrolment, reason=reason, before=serve)


class Served(NamedTuple):
    """How a run stands once `people` of its queue have the seats that they may have: seats `taken`, and quotas."""

    people: int
    taken: int
    held: list[Standing]


def served(db: Session, run: Run, held: Sequence[Standing]) -> Served:
    """What `promote` would come to now, on quotas as they stand (`held`); nothing is changed."""
    people, taken, standing = 0, run.taken, list(held)
    if not run.queue_last or not seats.has_free(run) or eligibility.begun(run, clock.today()):
        return Served(people, taken, standing)
    for waiting in _queue(db, run, has_quotas=bool(held)):
        if run.capacity is not None and taken >= run.capacity:
            break
        if quotas.fits(standing, waiting.unit_id, run.capacity, taken) and not eligibility.obstacle(
            db, run, waiting.person_id
        ):
            people, taken = people + 1, taken + 1
            standing = quotas.with_one_more(standing, waiting.unit_id)
    return Served(people, taken, standing)


def reconsider(db: Session, actor_id: int | None, person_ids: Sequence[int]) -> list[Enrolment]:
    """Look again at the queues of persons who gave up a seat or changed units: what was in the way may be gone.

    Called in a transaction of its own, right after the one that freed their time. Nobody calls it after a transfer:
    the job `promote` looks every night at all that are `waited_for`, and who comes before that is let in by `admit`.
    """
    runs = db.scalars(_WAITED_FOR.where(Enrolment.person_id.in_(person_ids))).all()
    return [seated for run_id in runs for seated in promote(db, actor_id, locks.lock_run(db, run_id))]


def waited_for(db: Session) -> list[int]:
    """The runs in which somebody waits though seats are free: something is in their way, or was."""
    return list(db.scalars(_WAITED_FOR.where(Run.ends_on >= clock.today())))


_WAITED_FOR = (
    select(Run.id)
    .join(Enrolment, Enrolment.run_id == Run.id)
    .where(Enrolment.status == Status.WAITLISTED, Run.state == RunState.PUBLISHED, seats.free())
    .distinct()
    .order_by(Run.id)
)


def offer_ends(run: Run) -> datetime | None:
    """Until when a seat that comes free now is offered, at most until class begins; None: it is theirs at once."""
    if run.offer_hours is None:
        return None
    begins = clock.start_of(run.starts_on) if run.days else clock.end_of(run.ends_on)
    return min(clock.now() + timedelta(hours=run.offer_hours), begins)


class _Waiting(NamedTuple):
    id: int
    person_id: int
    queue_no: int
    unit_id: int | None


def _queue(db: Session, run: Run, *, has_quotas: bool) -> Iterator[_Waiting]:
    """Who waits, in order, each with the unit on whose quota a seat would count today (where there are quotas)."""
    columns = select(Enrolment.id, Enrolment.person_id, Enrolment.queue_no).order_by(Enrolment.queue_no).limit(_AT_ONCE)
    following = columns.where(Enrolment.run_id == run.id, Enrolment.status == Status.WAITLISTED)
    rows = db.execute(following).all()
    while rows:
        units = quotas.units_for(db, run, [row.person_id for row in rows]) if has_quotas else {}
        for row in rows:
            yield _Waiting(row.id, row.person_id, row.queue_no or 0, units.get(row.person_id))
        rows = db.execute(following.where(Enrolment.queue_no > rows[-1].queue_no)).all()


def _obstacle(db: Session, run: Run, waiting: _Waiting, held: Sequence[quotas.Standing]) -> str:
    """The code of what keeps somebody from the free seat, or ''. Only who might have it is locked."""
    if not quotas.fits(held, waiting.unit_id, run.capacity, run.taken):
        return "quota"
    locks.lock_people(db, [waiting.person_id], nowait=True)
    refused = eligibility.obstacle(db, run, waiting.person_id)
    return refused.code if refused else ""


def _promote(db: Session, actor_id: int | None, run: Run, enrolment_id: int) -> Enrolment:
    enrolment = db.get_one(Enrolment, enrolment_id, populate_existing=True)
    until = offer_ends(run)
    seats.place(db, actor_id, run, enrolment, reason="promoted", offered_until=until)
    if until:
        record(db, actor_id, Offered(enrolment.id, run.id, enrolment.person_id, until.isoformat()))
    return enrolment
