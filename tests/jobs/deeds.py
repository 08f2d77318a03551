"""Handlers for tests. What they do is a row of the audit trail that nothing keeps from being written twice."""

from __future__ import annotations

import os
import signal
import threading
import time
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from courses import clock
from courses.events.models import Event
from lms.jobs.handlers import handler
from lms.jobs.models import Job, JobState
from lms.jobs.work import Work

QUIET = threading.Lock()
"""Held by a worker's heartbeat, and by whoever stops the process: nobody shall be stopped with a lock in his hands."""


def leave_trace(db: Session, n: int) -> None:
    db.execute(insert(Event).values(at=clock.now(), kind="deed", data={"n": n}))


def traces(db: Session) -> list[int]:
    """The numbers of everything done, in order."""
    db.rollback()  # and see what was committed
    return sorted(row["n"] for row in db.scalars(select(Event.data).where(Event.kind == "deed")))


def in_state(db: Session, *states: JobState) -> int:
    """How many jobs are in these states."""
    db.rollback()
    return db.scalar(select(func.count()).select_from(Job).where(Job.state.in_(states))) or 0


def the_job(db: Session) -> Job:
    """The only one."""
    db.rollback()
    return db.execute(select(Job)).scalar_one()


@handler("deed")
def deed(work: Work, n: int, rests: float = 0, hit: str = "") -> None:
    """Exactly once. `hit` is the signal that the process gets in the middle of its first attempt."""
    time.sleep(rests)
    if hit == "SIGSTOP":
        _hit(work, hit)
    with work.begin(last=True) as db:
        leave_trace(db, n)
        if hit == "SIGKILL":
            db.flush()
            _hit(work, hit)


@handler("careless")
def careless(work: Work, n: int, hit: str) -> None:
    """What happens to those who do not ask whether the job is still theirs, and do not finish it as they write."""
    if hit == "SIGSTOP":
        _hit(work, hit)
    with work.database.begin() as db:
        leave_trace(db, n)
    if hit == "SIGKILL":
        _hit(work, hit)


@handler("deadly")
def deadly(work: Work) -> None:
    """Kills its worker each time."""
    os.kill(os.getpid(), signal.SIGKILL)


@handler("in_steps")
def in_steps(work: Work, steps: int) -> None:
    """A transaction a step."""
    for n in range(steps):
        with work.begin() as db:
            leave_trace(db, n)
        work.progress(n + 1, steps)


@handler("broken")
def broken(work: Work, **_args: Any) -> None:
    """Fails each time."""
    raise ZeroDivisionError("as ever")


def _hit(work: Work, name: str) -> None:
    if work.claim.attempts > 1:
        return
    with QUIET:
        os.kill(os.getpid(), signal.Signals[name])
