"""Taking a job, holding it, giving it back: statements that either find the job still ours or do nothing."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Container, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, or_, select, update
from sqlalchemy.orm import Session

from courses import clock
from courses.text import text
from lms.jobs.models import Job, JobState

_LONGEST_PAUSE = timedelta(hours=1)
_FIRST_PAUSE = timedelta(seconds=10)
_TOGETHER = 200
"""Jobs, and facts, that are done as one."""
_RUSH = 5
"""So many jobs within a second come of many people who press at the same moment, each of them of several."""
_RESTS = timedelta(seconds=30)
_A_SECOND = timedelta(seconds=1)
_DIED = text("The worker ended in the middle of this job.")


class Lost(Exception):
    """The job is no longer ours: cancelled, or its lease ran out and others took it."""


@dataclass(frozen=True)
class Claim:
    """A job in a worker's hands, with the `others` that are done with it. `all_due`: nothing else waited then."""

    id: int
    name: str
    args: dict[str, Any]
    attempts: int
    max_attempts: int
    actor_id: int | None
    token: str
    others: tuple[int, ...] = ()
    all_due: bool = False

    @property
    def ids(self) -> tuple[int, ...]:
        """All that is held by it."""
        return self.id, *self.others


def anything_due(db: Session, resting: Collection[str] = ()) -> bool:
    """Whether there is a job to claim."""
    return db.scalar(select(Job.id).where(*_due(resting)).limit(1)) is not None


def is_rush(db: Session) -> bool:
    """Whether more jobs came within the last second than a worker should take from people who wait for pages."""
    now = clock.now()
    new = select(Job.id).where(Job.state == JobState.READY, Job.due_at > now - _A_SECOND, Job.due_at <= now)
    return len(db.scalars(new.limit(_RUSH)).all()) == _RUSH


def claim(db: Session, lease: timedelta, together: Container[str] = (), resting: Collection[str] = ()) -> Claim | None:
    """Take the job that is due longest. The attempt counts from here on, whatever becomes of the worker.

    With one of the handlers' names in `together` come those of its name that are due right after it. Only at the first
    attempt: what failed once is done alone, and takes nothing with it. Those named in `resting` are left until they
    were due for half a minute.
    """
    token, due = secrets.token_hex(16), _due(resting)
    first = select(Job.id).where(*due).order_by(Job.due_at, Job.id).limit(1).with_for_update(skip_locked=True)
    columns = (Job.id, Job.name, Job.args, Job.attempts, Job.max_attempts, Job.actor_id, Job.token)
    statement = update(Job).where(Job.id == first.scalar_subquery()).values(_taken(token, lease)).returning(*columns)
    row = db.execute(statement.execution_options(synchronize_session=False)).one_or_none()
    if row is None:
        return None
    one = Claim(*row)
    return _with_others(db, one, lease) if one.name in together and one.attempts == 1 else one


def _with_others(db: Session, first: Claim, lease: timedelta) -> Claim:
    columns = select(Job.id, Job.name, Job.args, Job.attempts, Job.actor_id)
    following = columns.where(*_due()).order_by(Job.due_at, Job.id).limit(_TOGETHER)
    due = db.execute(following.with_for_update(skip_locked=True)).all()
    others = list(_alike(first, due))
    if not others:
        return replace(first, all_due=not due)
    ids = tuple(row.id for row in others)
    taken = update(Job).where(Job.id.in_(ids)).values(_taken(first.token, lease))
    db.execute(taken.execution_options(synchronize_session=False))
    facts = [fact for args in (first.args, *(row.args for row in others)) for fact in args["facts"]]
    return replace(first, args={"facts": facts}, others=ids, all_due=len(others) == len(due) < _TOGETHER)


def _alike(first: Claim, due: Sequence[Any]) -> Iterator[Any]:
    """Those at the beginning that can be done with it: an order is kept, also between jobs of different names."""
    facts = len(first.args["facts"])
    for row in due:
        if (row.name, row.attempts, row.actor_id) != (first.name, 0, first.actor_id):
            return
        facts += len(row.args["facts"])
        if facts > _TOGETHER:
            return
        yield row


def _taken(token: str, lease: timedelta) -> dict[str, Any]:
    now = clock.now()
    return {
        "state": JobState.RUNNING,
        "token": token,
        "lease_until": now + lease,
        "attempts": Job.attempts + 1,
        "started_at": now,
        "finished_at": None,
    }


def change(db: Session, claim: Claim, **values: Any) -> None:
    """Change the job, if it is still ours, and all that are done with it. Raises `Lost`, also if one of them is not."""
    if change_ours(db, claim, **values) < len(claim.ids):
        raise Lost(f"job {claim.id} ({claim.name})")


def change_ours(db: Session, claim: Claim, **values: Any) -> int:
    """Change what is still ours; gives their number."""
    ours = update(Job).where(Job.id.in_(claim.ids), Job.token == claim.token).values(values).returning(Job.id)
    return len(db.scalars(ours.execution_options(synchronize_session=False)).all())


def note(db: Session, claim: Claim, **progress: Any) -> None:
    """Write down how far a job is that this transaction has changed before: nobody else can have it."""
    statement = update(Job).where(Job.id.in_(claim.ids)).values(progress)
    db.execute(statement.execution_options(synchronize_session=False))


def extend(db: Session, claim: Claim, lease: timedelta) -> None:
    """The heartbeat. A job whose transaction is open is left alone: its row is locked, nobody can take it."""
    ours = select(Job.id).where(Job.id.in_(claim.ids), Job.token == claim.token).with_for_update(skip_locked=True)
    statement = update(Job).where(Job.id.in_(ours)).values(lease_until=clock.now() + lease)
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


def _due(resting: Collection[str] = ()) -> tuple[ColumnElement[bool], ...]:
    now = clock.now()
    rested = (or_(Job.name.not_in(sorted(resting)), Job.due_at <= now - _RESTS),) if resting else ()
    return Job.state == JobState.READY, Job.due_at <= now, *rested
