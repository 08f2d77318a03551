"""Who gets a seat. Every way in (self, officer, promotion) ends in `place`; nothing else counts seats.

(Past results come in with their seats: `exchange.settlement`.) Callers hold the person, then the run.
"""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, and_, or_, update
from sqlalchemy.orm import Session

from courses.enrolment.models import Enrolment, Status
from courses.enrolment.states import move_to
from courses.errors import Refused, WayOut
from courses.scheduling.models import Run, RunState
from courses.text import text


def place(db: Session, actor_id: int | None, run: Run, enrolment: Enrolment, *, reason: str = "") -> None:
    """A seat if one is free; else a number in the queue (whoever waits already keeps theirs)."""
    if _take(db, run):
        move_to(db, actor_id, enrolment, Status.ENROLLED, reason=reason)
    elif enrolment.status is not Status.WAITLISTED:
        number = _draw(db, run)
        status = Status.WAITLISTED if number is not None else Status.ENROLLED
        move_to(db, actor_id, enrolment, status, queue_no=number, reason=reason)


def vacate(db: Session, actor_id: int | None, run: Run, enrolment: Enrolment, status: Status, **how: Any) -> None:
    """Move an enrolment of the locked `run` out of its seat (or out of the queue). `how`: as `move_to`."""
    seated = enrolment.status is Status.ENROLLED
    move_to(db, actor_id, enrolment, status, **how)
    if seated:
        _change(db, run, taken=Run.taken - 1)


def has_free(run: Run) -> bool:
    """Whether a seat is free in the locked `run`."""
    return run.state is RunState.PUBLISHED and (run.capacity is None or run.taken < run.capacity)


def free() -> ColumnElement[bool]:
    """SQL: a seat is free."""
    return or_(Run.capacity.is_(None), Run.taken < Run.capacity)


def _take(db: Session, run: Run) -> bool:
    """One statement decides: it counts the seat only where there is one."""
    return _change(db, run, free(), taken=Run.taken + 1)


def _draw(db: Session, run: Run) -> int | None:
    """The next number of the queue; None when a seat came free meanwhile, which is then taken (and no number used)."""
    if not _change(db, run, queue_last=Run.queue_last + 1):
        raise Refused(
            text("This run takes no applications"),
            code="not_published",
            way_out=WayOut("catalogue", text("See the runs that are open")),
        )
    db.refresh(run, ["taken", "queue_last", "capacity"])
    if has_free(run):
        _change(db, run, taken=Run.taken + 1, queue_last=Run.queue_last - 1)
        return None
    return run.queue_last


def _change(db: Session, run: Run, condition: ColumnElement[bool] | None = None, **values: Any) -> bool:
    """Change counts of a published run; whether it was to be had. The row stays locked from here on."""
    published = and_(Run.id == run.id, Run.state == RunState.PUBLISHED)
    changed = db.execute(
        update(Run).where(published if condition is None else and_(published, condition)).values(**values),
        execution_options={"synchronize_session": False},
    )
    db.expire(run, list(values))
    return cast("CursorResult[Any]", changed).rowcount == 1
