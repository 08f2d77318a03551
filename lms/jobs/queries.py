"""How the work stands, in numbers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from courses import clock
from courses.people.models import Person
from lms.jobs.models import OVER, Job, JobState, JobWorker

_SILENCE = timedelta(minutes=5)


def counts(db: Session) -> dict[JobState, int]:
    """Number of jobs in each state, zeros too."""
    rows = db.execute(select(Job.state, func.count()).group_by(Job.state)).all()
    return dict.fromkeys(JobState, 0) | dict(rows)


def oldest_waiting(db: Session) -> datetime | None:
    """Since when the job that is due longest has waited; None when nothing is due."""
    return db.scalar(select(func.min(Job.due_at)).where(Job.state == JobState.READY, Job.due_at <= clock.now()))


def last_beat(db: Session) -> datetime | None:
    """When any worker was last heard of (they say so a few times a minute)."""
    return db.scalar(select(func.max(JobWorker.seen_at)))


def is_heard(beat: datetime | None) -> bool:
    """Whether the last beat says that some worker is at work."""
    return beat is not None and beat > clock.now() - _SILENCE


def in_progress(db: Session, key: str) -> int | None:
    """The job of this key, if it waits or runs."""
    return db.scalar(select(Job.id).where(Job.key == key, Job.state.not_in(OVER)))


def listed(db: Session, state: JobState | None, page: int, per_page: int) -> Sequence[Row[Job, str]]:
    """One page of jobs, the newest first, each with the name of who asked for it."""
    statement = select(Job, Person.name).outerjoin(Person, Person.id == Job.actor_id)
    if state:
        statement = statement.where(Job.state == state).order_by(Job.due_at.desc(), Job.id.desc())
    else:
        statement = statement.order_by(Job.id.desc())
    return db.execute(statement.limit(per_page).offset((page - 1) * per_page)).all()
