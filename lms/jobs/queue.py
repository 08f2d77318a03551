"""Putting work into the table, in the caller's transaction, and taking it back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from courses import clock
from courses.errors import Refused
from courses.text import text
from lms.jobs.models import Job, JobState

MAX_ATTEMPTS = 5
_ENDED_BADLY = (JobState.FAILED, JobState.CANCELLED)


def later(
    db: Session,
    name: str,
    *,
    key: str | None = None,
    due_at: datetime | None = None,
    actor_id: int | None = None,
    max_attempts: int = MAX_ATTEMPTS,
    **args: Any,
) -> int | None:
    """Have the handler `name` called with `args` (JSON values) by a worker, once this transaction is committed.

    Gives the job's id, or None when a job of this `key` was there before, whatever became of it.
    """
    row = _row(name, args, key=key, due_at=due_at, actor_id=actor_id, max_attempts=max_attempts)
    new = _insert(db).values(row).on_conflict_do_nothing(index_elements=["key"])
    job_id: int | None = db.scalar(new.returning(Job.id))
    return job_id


def all_later(db: Session, name: str, many: Sequence[dict[str, Any]]) -> None:
    """The same for many jobs of a name, in one statement: their `args`, one by one."""
    if many:
        db.connection().execute(_insert(db), [_row(name, args) for args in many])


def anew(db: Session, name: str, *, key: str, actor_id: int, **args: Any) -> int:
    """`later` for what somebody may ask for again: a failed or cancelled job of this key is replaced by a new one.

    Gives the id of the job, a new one or the one that waits, runs or is done.
    """
    db.execute(delete(Job).where(Job.key == key, Job.state.in_(_ENDED_BADLY)))
    job_id = later(db, name, key=key, actor_id=actor_id, **args)
    return job_id or db.execute(select(Job.id).where(Job.key == key)).scalar_one()


def retry(db: Session, job_id: int) -> None:
    """Try a failed or cancelled job again, with as many attempts as at first. Raises `Refused` for any other."""
    again = {"state": JobState.READY, "attempts": 0, "due_at": clock.now(), "error": None, "finished_at": None}
    if (
        db.scalar(update(Job).where(Job.id == job_id, Job.state.in_(_ENDED_BADLY)).values(again).returning(Job.id))
        is None
    ):
        raise Refused(text("Only failed and cancelled jobs can be tried again."))


def cancel(db: Session, job_id: int) -> None:
    """Take back a job that waits, or stop one that runs: its worker notices before it next writes anything.

    Raises `Refused` when it is over, or when it is writing at this moment.
    """
    free = select(Job.id).where(Job.id == job_id, Job.state.in_([JobState.READY, JobState.RUNNING]))
    stopped = {"state": JobState.CANCELLED, "token": None, "lease_until": None, "finished_at": clock.now()}
    statement = update(Job).where(Job.id == free.with_for_update(skip_locked=True).scalar_subquery())
    if db.scalar(statement.values(stopped).returning(Job.id)) is None:
        raise Refused(text("This job is over, or is being written at this moment."))


def _row(
    name: str,
    args: dict[str, Any],
    *,
    key: str | None = None,
    due_at: datetime | None = None,
    actor_id: int | None = None,
    max_attempts: int = MAX_ATTEMPTS,
) -> dict[str, Any]:
    now = clock.now()
    return {
        "name": name,
        "args": args,
        "key": key,
        "state": JobState.READY,
        "due_at": due_at or now,
        "attempts": 0,
        "max_attempts": max_attempts,
        "done": 0,
        "actor_id": actor_id,
        "created_at": now,
    }


def _insert(db: Session) -> Any:
    """An INSERT that knows ON CONFLICT."""
    return _INSERTS[db.get_bind().dialect.name]


_INSERTS = {"postgresql": postgresql.insert(Job), "sqlite": sqlite.insert(Job)}
