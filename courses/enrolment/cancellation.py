"""A run that does not take place: everybody in it is told so, and freed."""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from courses import clock
from courses.enrolment import seats
from courses.enrolment.models import Enrolment, Status
from courses.enrolment.states import ENDED
from courses.errors import without_number
from courses.scheduling import locks
from courses.scheduling.conditions import takes_applications
from courses.scheduling.models import Run, RunState
from courses.text import text


def alternatives(db: Session, run: Run) -> list[Run]:
    """Other runs of the course that take applications and have seats left, by first day."""
    return list(
        db.scalars(
            select(Run)
            .where(
                Run.course_id == run.course_id,
                Run.id != run.id,
                Run.state == RunState.PUBLISHED,
                takes_applications(clock.now(), clock.today()),
                or_(Run.capacity.is_(None), Run.taken < Run.capacity),
            )
            .order_by(Run.starts_on, Run.id)
        )
    )


def cancel_run(db: Session, actor_id: int | None, run: Run, reason: str) -> list[int]:
    """Move everybody who has or waits for a place to `cancelled`; returns the persons.

    Comes before `courses.scheduling.actions.cancel`, in the same transaction, since counts change only on a published
    run. Follow it with `waitlist.reconsider` for the persons, in a transaction of its own.
    """
    reason = without_number(reason.strip(), text("Reason"))
    run = locks.lock_run(db, run.id)
    affected = db.scalars(
        select(Enrolment).where(Enrolment.run_id == run.id, Enrolment.status.not_in(ENDED)).order_by(Enrolment.id)
    ).all()
    for enrolment in affected:
        seats.vacate(db, actor_id, run, enrolment, Status.CANCELLED, reason=reason)
    return [enrolment.person_id for enrolment in affected]
