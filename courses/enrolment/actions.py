"""Enrolling, withdrawing, and changing how many seats there are. Undo is the opposite action."""

from __future__ import annotations

from datetime import date, datetime
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from courses import clock
from courses.enrolment import eligibility, seats, waitlist
from courses.enrolment.models import Enrolment, Status
from courses.enrolment.states import ENDED, SEATED
from courses.errors import Refused, WayOut
from courses.events.actions import record
from courses.events.facts import Changed
from courses.scheduling import locks
from courses.scheduling.models import Run, RunState
from courses.text import text


def enrol(db: Session, actor_id: int | None, run_id: int, person_id: int) -> Enrolment:
    """A seat in the run, or a place in its queue (see the status), or `Refused`. Another's application is an officer's.

    A withdrawn enrolment is taken up again, by the rules of the day.
    """
    locks.lock_people(db, [person_id])
    run = db.get_one(Run, run_id, populate_existing=True)
    eligibility.require(db, run, person_id, own=actor_id == person_id)
    enrolment = db.scalar(select(Enrolment).where(Enrolment.run_id == run_id, Enrolment.person_id == person_id))
    enrolment = enrolment or Enrolment(run_id=run_id, person_id=person_id)
    seats.place(db, actor_id, run, enrolment)
    eligibility.require_free_time(db, run, person_id)  # again: until the run was held, its days could still be moved
    return enrolment


def withdraw(db: Session, actor_id: int | None, enrolment_id: int, *, reason: str = "") -> Enrolment:
    """Give up the seat or the place in the queue; who waits for the seat gets it in the same transaction.

    Oneself until the run's deadline, without a reason; afterwards, and for others, an officer with one. Follow it
    with `waitlist.reconsider` for the person, in a transaction of its own.
    """
    person_id, run_id = db.execute(
        select(Enrolment.person_id, Enrolment.run_id).where(Enrolment.id == enrolment_id)
    ).one()
    locks.lock_people(db, [person_id])
    run = locks.lock_run(db, run_id)
    enrolment = db.get_one(Enrolment, enrolment_id, populate_existing=True)
    if actor_id == person_id:
        _require_in_time(run, enrolment)
    elif not reason.strip():
        raise Refused(
            text("Give a reason: it is kept with the withdrawal"), code="reason_needed", way_out=_look_at(run)
        )
    _require_running(run)
    seats.vacate(db, actor_id, run, enrolment, Status.WITHDRAWN, reason=reason.strip())
    waitlist.promote(db, actor_id, run)
    return enrolment


class Deadline(Protocol):
    """What of a run says until when one may withdraw: a `Run`, or a row of a list."""

    @property
    def cancel_until(self) -> datetime | None: ...
    @property
    def starts_on(self) -> date: ...


def may_withdraw(run: Deadline, status: Status | None) -> bool:
    """Whether a person may still withdraw without an officer (from the queue: always)."""
    return status is Status.WAITLISTED or clock.now() < (run.cancel_until or clock.start_of(run.starts_on))


def change_capacity(db: Session, actor_id: int | None, run: Run, capacity: int | None) -> list[Enrolment]:
    """Set the number of seats (None: no limit). More seats promote who waits; fewer move the last ones to the front of
    the queue. Returns those who lost a seat; follow it with `waitlist.reconsider` for them.
    """
    run = locks.lock_run(db, run.id)
    _require_running(run)
    if capacity is not None and capacity < 1:
        raise Refused(text("A run needs at least one seat"), code="capacity", way_out=_look_at(run))
    moved = losing_seats(db, run, capacity)
    for enrolment in moved:
        number = waitlist.front_number(db, run)
        seats.vacate(db, actor_id, run, enrolment, Status.WAITLISTED, queue_no=number, reason="capacity lowered")
    before, run.capacity = run.capacity, capacity
    db.flush()
    if before != capacity:
        record(db, actor_id, Changed("run", run.id, {"capacity": before}, {"capacity": capacity}, run_id=run.id))
    waitlist.promote(db, actor_id, run)
    return moved


def losing_seats(db: Session, run: Run, capacity: int | None) -> list[Enrolment]:
    """Whom fewer seats would move to the queue: those who came last, the very last one first. Persons are loaded."""
    surplus = 0 if capacity is None else max(0, run.taken - capacity)
    return list(
        db.scalars(
            select(Enrolment)
            .where(Enrolment.run_id == run.id, Enrolment.status.in_(SEATED))
            .order_by(Enrolment.moved_at.desc(), Enrolment.id.desc())
            .limit(surplus)
            .options(joinedload(Enrolment.person))
        )
    )


def _require_in_time(run: Run, enrolment: Enrolment) -> None:
    if enrolment.status in ENDED or may_withdraw(run, enrolment.status):
        return
    raise Refused(
        text(
            "The deadline to withdraw was %(when)s. A training officer can still withdraw you, with a reason",
            when=run.cancel_until or clock.start_of(run.starts_on),
        ),
        code="deadline_passed",
        way_out=_look_at(run),
    )


def _require_running(run: Run) -> None:
    if run.state is not RunState.PUBLISHED:
        raise Refused(text("This run is closed: its list stays as it is"), code="closed", way_out=_look_at(run))


def _look_at(run: Run) -> WayOut:
    return WayOut("run", text("Look at the run"), run.id)
