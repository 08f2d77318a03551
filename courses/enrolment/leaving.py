"""Who leaves the organisation gives up what they hold of the runs ahead, so that others get it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.enrolment import seats, waitlist
from courses.enrolment.models import Enrolment, Status
from courses.enrolment.states import ENDED
from courses.people.models import Person
from courses.scheduling import locks
from courses.scheduling.models import Run, RunState

LEFT = "left"
"""The reason kept with such a withdrawal."""


def withdraw_leavers(db: Session, actor_id: int | None) -> int:
    """Withdraw everybody from published runs that begin after they have left; who waits for the seat gets it.

    Returns how many places were given up. Doing it again does nothing.
    """
    ahead = db.execute(
        select(Enrolment.id, Enrolment.run_id, Enrolment.person_id)
        .join(Run, Run.id == Enrolment.run_id)
        .join(Person, Person.id == Enrolment.person_id)
        .where(
            Run.state == RunState.PUBLISHED,
            Run.starts_on > clock.today(),
            Person.left_on <= Run.starts_on,
            Enrolment.status.not_in(ENDED),
            Enrolment.outcome.is_(None),
        )
        .order_by(Enrolment.run_id, Enrolment.id)
    ).all()
    locks.lock_people(db, {row.person_id for row in ahead})
    return sum(
        _vacate(db, actor_id, run_id, [row.id for row in ahead if row.run_id == run_id])
        for run_id in dict.fromkeys(row.run_id for row in ahead)
    )


def _vacate(db: Session, actor_id: int | None, run_id: int, ids: list[int]) -> int:
    """All of a run before anybody is promoted: those who leave may wait for it as well."""
    run = locks.lock_run(db, run_id)
    there = select(Enrolment).where(Enrolment.id.in_(ids), Enrolment.status.not_in(ENDED)).order_by(Enrolment.id)
    leaving = db.scalars(there, execution_options={"populate_existing": True}).all()
    for enrolment in leaving:
        seats.vacate(db, actor_id, run, enrolment, Status.WITHDRAWN, reason=LEFT)
    waitlist.promote(db, actor_id, run)
    return len(leaving)
