"""How the work stands, in numbers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Integer, Row, Select, bindparam, func, select
from sqlalchemy.orm import Session

from courses import clock
from courses.db import rows
from courses.people.models import Person
from lms.jobs.models import OVER, Job, JobState, JobWorker

_SILENCE = timedelta(minutes=5)


def counts(db: Session) -> dict[JobState, int]:
    """Number of jobs in each state, zeros too."""
    return dict.fromkeys(JobState, 0) | {row.state: row.jobs for row in rows(db, _COUNTS)}


def oldest_waiting(db: Session) -> datetime | None:
    """Since when the job that is due longest has waited; None when nothing is due."""
    return rows(db, _WAITING, {"now": clock.now()}).scalar()


def last_beat(db: Session) -> datetime | None:
    """When any worker was last heard of (they say so a few times a minute)."""
    return rows(db, _BEAT).scalar()


def is_heard(beat: datetime | None) -> bool:
    """Whether the last beat says that some worker is at work."""
    return beat is not None and beat > clock.now() - _SILENCE


def in_progress(db: Session, key: str) -> int | None:
    """The job of this key, if it waits or runs."""
    return db.scalar(select(Job.id).where(Job.key == key, Job.state.not_in(OVER)))


def listed(db: Session, state: JobState | None, page: int, per_page: int) -> Sequence[Row[Any]]:
    """One page of jobs, the newest first, each with the name of who asked for it (`asked_by`)."""
    asked = {"state": state, "most": per_page, "from": (page - 1) * per_page}
    return rows(db, _IN_STATE if state else _ALL, asked).all()


_WAITING = select(func.min(Job.due_at)).where(Job.state == JobState.READY, Job.due_at <= bindparam("now"))
_BEAT = select(func.max(JobWorker.seen_at))
_COUNTS = select(Job.state, func.count().label("jobs")).group_by(Job.state)
_LISTED: Select[*tuple[Any, ...]] = (
    select(
        Job.id, Job.name, Job.state, Job.due_at, Job.attempts, Job.max_attempts, Job.line, Job.error,
        Person.name.label("asked_by"),
    )
    .outerjoin(Person, Person.id == Job.actor_id)
    .limit(bindparam("most", type_=Integer))
    .offset(bindparam("from", type_=Integer))
)  # fmt: skip
_ALL = _LISTED.order_by(Job.id.desc())
_IN_STATE = _LISTED.where(Job.state == bindparam("state")).order_by(Job.due_at.desc(), Job.id.desc())
