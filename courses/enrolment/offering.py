"""A seat that came free is offered (확정 제안): accepted, declined, or passed on when its time is over."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from courses import clock
from courses.enrolment import actions, eligibility, seats, waitlist
from courses.enrolment.models import Enrolment, Status
from courses.enrolment.states import move_to
from courses.errors import Refused, WayOut
from courses.scheduling import locks
from courses.scheduling.models import Run, RunState
from courses.settings.organisation import organisation
from courses.text import text

EXPIRED = "offer expired"
"""The reason kept with what follows from an offer that nobody accepted."""


def accept(db: Session, actor_id: int | None, enrolment_id: int) -> Enrolment:
    """Make the offered seat certain. The person's own act; an officer may do it for them."""
    run, enrolment = actions.hold(db, enrolment_id)
    _require_offered(run, enrolment)
    if refused := eligibility.obstacle(db, run, enrolment.person_id):
        raise refused
    move_to(db, actor_id, enrolment, Status.ENROLLED, reason="accepted")
    return enrolment


def decline(db: Session, actor_id: int | None, enrolment_id: int) -> Enrolment:
    """Give the offered seat up; the next who waits gets it. Follow it with `waitlist.reconsider` for the person."""
    run, enrolment = actions.hold(db, enrolment_id)
    _require_offered(run, enrolment)
    seats.vacate(db, actor_id, run, enrolment, Status.WITHDRAWN, reason="declined")
    waitlist.promote(db, actor_id, run)
    return enrolment


def overdue(db: Session) -> list[int]:
    """The runs with offers whose time is over, by id."""
    return list(db.scalars(select(Enrolment.run_id).where(_over()).distinct().order_by(Enrolment.run_id)))


def expire(db: Session, actor_id: int | None, run_id: int) -> list[Enrolment]:
    """End the offers of a run whose time is over: each waits again behind all others, or is withdrawn, as the
    organisation has set it; who waited gets the seats. Returns whose offers ended; doing it again does nothing.
    """
    of_run = select(Enrolment.person_id).where(Enrolment.run_id == run_id, _over())
    locks.lock_people(db, db.scalars(of_run).all())
    run = locks.lock_run(db, run_id)
    over = select(Enrolment).where(Enrolment.run_id == run_id, _over()).order_by(Enrolment.offered_until, Enrolment.id)
    ended = list(db.scalars(over, execution_options={"populate_existing": True}))
    if not ended or run.state is not RunState.PUBLISHED:
        return []
    waits = organisation(db).expired_offers_wait
    for enrolment in ended:
        number = seats.next_number(db, run) if waits else None
        status = Status.WAITLISTED if waits else Status.WITHDRAWN
        seats.vacate(db, actor_id, run, enrolment, status, queue_no=number, reason=EXPIRED)
    waitlist.promote(db, actor_id, run)
    return ended


def _over() -> ColumnElement[bool]:
    return and_(Enrolment.status == Status.OFFERED, Enrolment.offered_until <= clock.now())


def _require_offered(run: Run, enrolment: Enrolment) -> None:
    way_out = WayOut("run", text("Look at the run"), run.id)
    if enrolment.status is not Status.OFFERED or enrolment.offered_until is None:
        raise Refused(text("No seat is offered here any more"), code="no_offer", way_out=way_out)
    if enrolment.offered_until <= clock.now():
        message = text("The offer ended on %(when)s", when=enrolment.offered_until)
        raise Refused(message, code="offer_expired", way_out=way_out)
