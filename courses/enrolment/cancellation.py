"""A run that does not take place: everybody in it is told so, and freed."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.enrolment import seats
from courses.enrolment.models import Enrolment, Status
from courses.enrolment.states import ENDED
from courses.scheduling import locks
from courses.scheduling.models import Run


def cancel_run(db: Session, actor_id: int | None, run: Run, reason: str) -> list[int]:
    """Move everybody who has or waits for a place to `cancelled`; returns the persons.

    Comes before `courses.scheduling.actions.cancel`, in the same transaction, since counts change only on a published
    run. Follow it with `waitlist.reconsider` for the persons, in a transaction of its own.
    """
    run = locks.lock_run(db, run.id)
    affected = db.scalars(
        select(Enrolment).where(Enrolment.run_id == run.id, Enrolment.status.not_in(ENDED)).order_by(Enrolment.id)
    ).all()
    for enrolment in affected:
        seats.vacate(db, actor_id, run, enrolment, Status.CANCELLED, reason=reason.strip())
    return [enrolment.person_id for enrolment in affected]
