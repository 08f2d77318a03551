"""Somebody comes in for somebody else (교체), when the list may not change in another way any more."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.enrolment import eligibility, freezing, seats, waitlist
from courses.enrolment.actions import require_running
from courses.enrolment.models import Enrolment, Status
from courses.enrolment.states import ENDED, SEATED, move_to, status_text
from courses.errors import Refused, WayOut, require_reason
from courses.events.actions import record
from courses.events.facts import Replaced
from courses.scheduling import locks
from courses.scheduling.models import Mode, Run
from courses.text import text

REPLACEABLE = (*SEATED, Status.NOMINATED)
"""Who is on the list."""


def replace(db: Session, actor_id: int | None, leaving_id: int, coming_person_id: int, reason: str) -> Enrolment:
    """Withdraw the enrolment `leaving_id` and give its place to a colleague at once; gives the colleague's enrolment.

    A nominee's place is a nomination of the same rank, any other a seat, counted on the colleague's own quota. Only in
    an assigned run, a selection whose list is frozen, or once class has begun: elsewhere it would overtake who waits.
    Follow it with `waitlist.reconsider` for who leaves.
    """
    where = select(Enrolment.person_id, Enrolment.run_id).where(Enrolment.id == leaving_id)
    leaving_person_id, run_id = db.execute(where).one()
    locks.lock_people(db, {leaving_person_id, coming_person_id})
    run = locks.lock_run(db, run_id)
    leaving = db.get_one(Enrolment, leaving_id, populate_existing=True)
    require_running(run)
    missing = text("Give a reason: it is kept with the replacement")
    reason = require_reason(reason, missing, way_out=_participants(run))
    _require_possible(db, run, leaving)
    coming = _coming(db, run, coming_person_id)
    nominated, rank = leaving.status is Status.NOMINATED, (leaving.rank, leaving.ranked_unit_id)
    seats.vacate(db, actor_id, run, leaving, Status.WITHDRAWN, reason=reason)
    if nominated:
        _nominate(db, actor_id, coming, reason)
        coming.rank, coming.ranked_unit_id = rank
    else:
        seats.place(db, actor_id, run, coming, reason=reason)
        _require_seat(run, coming)
    record(db, actor_id, Replaced(coming.id, run.id, coming.person_id, leaving_person_id, reason))
    waitlist.promote(db, actor_id, run)
    return coming


def may_replace(db: Session, run: Run) -> bool:
    """Whether places of the run pass from one to another: assigned ones, those of a frozen list, and of class begun."""
    return run.mode is Mode.ASSIGNED or freezing.is_frozen(db, run) or eligibility.begun(run, clock.today())


def _require_possible(db: Session, run: Run, leaving: Enrolment) -> None:
    if not may_replace(db, run):
        message = text("The list is not frozen yet: withdraw the one and enrol the other")
        raise Refused(message, code="not_frozen", way_out=_participants(run))
    if leaving.status not in REPLACEABLE:
        message = text("Nobody can take this place: it is “%(now)s”", now=status_text(leaving.status))
        raise Refused(message, code="not_listed", way_out=_participants(run))


def _coming(db: Session, run: Run, person_id: int) -> Enrolment:
    """The colleague's enrolment, as far as there is one, when nothing keeps them from the place."""
    if refused := eligibility.obstacle(db, run, person_id):
        raise refused
    own = select(Enrolment).where(Enrolment.run_id == run.id, Enrolment.person_id == person_id)
    enrolment = db.scalar(own, execution_options={"populate_existing": True})
    if enrolment is None:
        return Enrolment(run_id=run.id, person_id=person_id, motive="")
    if enrolment.status in REPLACEABLE:
        raise Refused(text("Has a place in this run already"), code="enrolled", way_out=_participants(run))
    return enrolment


def _nominate(db: Session, actor_id: int | None, coming: Enrolment, reason: str) -> None:
    """Along the way that every nomination goes, as far as it is still to go."""
    if coming.status is None or coming.status in ENDED or coming.status is Status.RETURNED:
        move_to(db, actor_id, coming, Status.APPLIED, reason=reason)
    if coming.status is Status.APPLIED:
        coming.approved_at = clock.now()
        move_to(db, actor_id, coming, Status.APPROVED, reason=reason)
    move_to(db, actor_id, coming, Status.NOMINATED, reason=reason)


def _require_seat(run: Run, coming: Enrolment) -> None:
    if coming.status is not Status.ENROLLED:
        message = text("The quota of the colleague's unit is full: choose somebody of another unit")
        raise Refused(message, code="quota", way_out=_participants(run))


def _participants(run: Run) -> WayOut:
    return WayOut("participants", text("See who takes part"), run.id)
