"""The queue of a run: promotion when a seat comes free, places counted, and the way back into it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from courses import clock
from courses.enrolment import eligibility, seats
from courses.enrolment.models import Enrolment, Status
from courses.events.actions import record
from courses.events.facts import PassedOver
from courses.scheduling import locks
from courses.scheduling.models import Run, RunState


def promote(db: Session, actor_id: int | None, run: Run) -> list[Enrolment]:
    """Give the free seats of the locked `run` to those who wait, lowest number first; who may not is passed over.

    Persons are locked without waiting, since the run is already held: the door runs the whole action again if
    somebody holds one. Nobody is promoted into a class that has begun.
    """
    promoted: list[Enrolment] = []
    waiting = None if eligibility.begun(run, clock.today()) else _next(db, run.id)
    while waiting and seats.has_free(run):
        locks.lock_people(db, [waiting.person_id], nowait=True)
        number = waiting.queue_no
        if refused := eligibility.obstacle(db, run, waiting.person_id):
            record(db, actor_id, PassedOver(waiting.id, run.id, waiting.person_id, number, refused.code))
        else:
            seats.place(db, actor_id, run, waiting, reason="promoted")
            promoted.append(waiting)
        waiting = _next(db, run.id, number)
    return promoted


def reconsider(db: Session, actor_id: int | None, person_ids: Sequence[int]) -> list[Enrolment]:
    """Look again at the queues of persons who gave up a seat: what was in the way may be gone.

    Called in a transaction of its own, right after the one that freed their time.
    """
    runs = db.scalars(
        select(Run.id)
        .join(Enrolment, Enrolment.run_id == Run.id)
        .where(
            Enrolment.person_id.in_(person_ids),
            Enrolment.status == Status.WAITLISTED,
            Run.state == RunState.PUBLISHED,
            seats.free(),
        )
        .distinct()
        .order_by(Run.id)
    ).all()
    return [seated for run_id in runs for seated in promote(db, actor_id, locks.lock_run(db, run_id))]


def position(db: Session, enrolment: Enrolment) -> int:
    """The place in the queue, counted from 1 over those who still wait."""
    return (
        db.scalar(
            select(func.count()).where(
                Enrolment.run_id == enrolment.run_id,
                Enrolment.status == Status.WAITLISTED,
                Enrolment.queue_no <= enrolment.queue_no,
            )
        )
        or 0
    )


def front_number(db: Session, run: Run) -> int:
    """A number before everybody who waits: those who lose a seat come first. Negative, so that none is used twice."""
    lowest = db.scalar(
        select(func.min(Enrolment.queue_no)).where(Enrolment.run_id == run.id, Enrolment.status == Status.WAITLISTED)
    )
    return min(0, lowest or 0) - 1


def _next(db: Session, run_id: int, after: int | None = None) -> Enrolment | None:
    statement = select(Enrolment).where(Enrolment.run_id == run_id, Enrolment.status == Status.WAITLISTED)
    if after is not None:
        statement = statement.where(Enrolment.queue_no > after)
    return db.scalar(statement.order_by(Enrolment.queue_no).limit(1).execution_options(populate_existing=True))
