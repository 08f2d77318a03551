"""Taking a job, holding it, giving it back: statements that either find the job still ours or do nothing."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, select, update
from sqlalchemy.orm import Session

from courses import clock
from courses.text import text
from lms.jobs.models import Job, JobState

_LONGEST_PAUSE = timedelta(hours=1)
_FIRST_PAUSE = timedelta(seconds=10)
_DIED = text("The worker ended in the middle of this job.")


class Lost(Exception):
    """The job is no longer ours: cancelled, or its lease ran out and others took it."""


@dataclass(frozen=True)
class Claim:
    """A job in a worker's hands."""

    id: int
    name: str
    args: dict[str, Any]
    attempts: int
    max_attempts: int
    actor_id: int | None
    token: str


def anything_due(db: Session) -> bool:
    """Whether there is a job to claim."""
    return db.scalar(select(Job.id).where(*_due()).limit(1)) is not None


def claim(db: Session, lease: timedelta) -> Claim | None:
    """Take the job that is due longest. The attempt counts from here on, whatever becomes of the worker."""
    now, token = clock.now(), secrets.token_hex(16)
    first = select(Job.id).where(*_due()).order_by(Job.due_at, Job.id).limit(1).with_for_update(skip_locked=True)
    taken = {
        "state": JobState.RUNNING,
        "token": token,
        "lease_until": now + lease,
        "attempts": Job.attempts + 1,
        "started_at": now,
        "finished_at": None,
    }
    columns = (Job.id, Job.name, Job.args, Job.attempts, Job.max_attempts, Job.actor_id, Job.token)
    statement = update(Job).where(Job.id == first.scalar_subquery()).values(taken).returning(*columns)
    row = db.execute(statement.execution_options(synchronize_session=False)).one_or_none()
    return Claim(*row) if row else None


def change(db: Session, claim: Claim, **values: Any) -> None:
    """Change the job, if it is still ours. Raises `Lost`."""
    ours = update(Job).where(Job.id == claim.id, Job.token == claim.token).values(values).returning(Job.id)
    if db.scalar(ours.execution_options(synchronize_session=False)) is None:
        raise Lost(f"job {claim.id} ({claim.name})")


def note(db: Session, claim: Claim, **progress: Any) -> None:
    """Write down how far a job is that this transaction has changed before: nobody else can have it."""
    statement = update(Job).where(Job.id == claim.id).values(progress)
    db.execute(statement.execution_options(synchronize_session=False))


def extend(db: Session, claim: Claim, lease: timedelta) -> None:
    """The heartbeat. A job whose transaction is open is left alone: its row is locked, nobody can take it."""
    ours = select(Job.id).where(Job.id == claim.id, Job.token == claim.token).with_for_update(skip_locked=True)
    statement = update(Job).where(Job.id == ours.scalar_subquery()).values(lease_until=clock.now() + lease)
    db.execute(statement.execution_options(synchronize_session=False))


def sweep(db: Session) -> None:
    """Give back the jobs whose worker did not extend its lease; those without another attempt have failed."""
    now = clock.now()
    expired = select(Job.id).where(Job.state == JobState.RUNNING, Job.lease_until < now)
    used_up = Job.attempts >= Job.max_attempts
    db.execute(
        update(Job)
        .where(Job.id.in_(expired.with_for_update(skip_locked=True)))
        .values(
            state=case((used_up, JobState.FAILED), else_=JobState.READY),
            finished_at=case((used_up, now)),
            error=_DIED.to_json(),
            token=None,
            lease_until=None,
            due_at=now,
        )
        .execution_options(synchronize_session=False)
    )


def pause(attempts: int) -> timedelta:
    """How long a job rests after so many failed attempts: 10 s, 40 s, nearly 3 minutes, 11, 43, then an hour."""
    return min(_FIRST_PAUSE * float(4 ** (attempts - 1)), _LONGEST_PAUSE)


def _due() -> tuple[ColumnElement[bool], ...]:
    return Job.state == JobState.READY, Job.due_at <= clock.now()
