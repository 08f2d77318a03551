"""Who gets a seat. Every way in (self, officer, selection, draw, promotion) ends in `place`; nothing else counts seats.

(Past results come in with their seats: `exchange.settlement`.) Callers hold the person, then the run, and have asked
`eligibility`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import repeat
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, or_, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from courses.db import KEY, current
from courses.enrolment import quotas
from courses.enrolment.models import Enrolment, Status
from courses.enrolment.states import SEATED, move_to
from courses.errors import Refused, WayOut
from courses.scheduling.models import Run, RunState
from courses.text import text


def place(
    db: Session,
    actor_id: int | None,
    run: Run,
    enrolment: Enrolment,
    *,
    reason: str = "",
    offered_until: datetime | None = None,
    before: Callable[[], object] | None = None,
) -> None:
    """A seat if one may be had; else a number in the queue (whoever waits already keeps theirs).

    With `offered_until` the seat is only offered, and has to be accepted by then. Newcomers say with `before` how those
    are served who wait: it is called, while the run is held, when there is a seat that the newcomer would take.
    """
    status = Status.OFFERED if offered_until else Status.ENROLLED
    number = None
    if not (has_free(run) and _take(db, run, enrolment, before)):
        if enrolment.status is Status.WAITLISTED:
            return
        number = _draw(db, run, enrolment, before)
        status = status if number is None else Status.WAITLISTED
    move_to(db, actor_id, enrolment, status, queue_no=number, offered_until=offered_until, reason=reason)


def place_all(db: Session, run: Run, count: int) -> Sequence[int | None]:
    """Seats for so many newcomers of the locked `run`, in their order, then numbers in the queue (None: a seat).

    Empty, and nothing is changed, where that is not plain: quotas hold, somebody waits while seats are free, or the
    statement that counts the seats finds fewer of them.
    """
    free = count if run.capacity is None else min(count, run.capacity - run.taken)
    if free and (quotas.locked(db, run.id) or (run.queue_last and _anybody_waits(db, run))):
        return ()
    asked = {"held_id": run.id, "seats": free, "count": count - free}
    counted = current(db, _TAKE_ALL, asked).mappings().one_or_none()
    if counted is None:
        return ()
    for name, value in counted.items():
        set_committed_value(run, name, value)
    return [*repeat(None, free), *range(run.queue_last - count + free + 1, run.queue_last + 1)]


def vacate(db: Session, actor_id: int | None, run: Run, enrolment: Enrolment, status: Status, **how: Any) -> None:
    """Move an enrolment of the locked `run` out of its seat (or out of where else it stands). `how`: as `move_to`."""
    seated = enrolment.status in SEATED
    move_to(db, actor_id, enrolment, status, **how)
    if seated:
        _change(db, run, taken=Run.taken - 1)
        quotas.count(db, run.id, enrolment.quota_unit_id, -1)
        enrolment.quota_unit_id = None


def has_free(run: Run) -> bool:
    """Whether a seat is free in the `run`: surely where it is locked, else as it was read."""
    return run.state is RunState.PUBLISHED and (run.capacity is None or run.taken < run.capacity)


def free() -> ColumnElement[bool]:
    """SQL: a seat is free."""
    return or_(Run.capacity.is_(None), Run.taken < Run.capacity)


def next_number(db: Session, run: Run, *, front: bool = False) -> int:
    """The next number of the queue of the locked `run`: behind everybody who waits, or (negative) before them.

    All come from one counter, so that none is ever used twice.
    """
    (number,) = next_numbers(db, run, 1)
    return -number if front else number


def next_numbers(db: Session, run: Run, count: int) -> range:
    """So many of them, for people who come into the queue together."""
    drawn = current(db, _DRAW, {"held_id": run.id, "count": count}).mappings().one_or_none()
    if drawn is None:
        raise Refused(
            text("This run takes no applications"),
            code="not_published",
            way_out=WayOut("catalogue", text("See the runs that are open")),
        )
    for name, value in drawn.items():
        set_committed_value(run, name, value)
    return range(run.queue_last - count + 1, run.queue_last + 1)


def _take(db: Session, run: Run, enrolment: Enrolment, before: Callable[[], object] | None) -> bool:
    """One statement decides: it counts the seat only where there is one. Quotas may still keep it for others, and who
    waits comes first: only where the queue ever gave out a number is anybody looked for.
    """
    counted = current(db, _TAKE, {"held_id": run.id}).mappings().one_or_none()
    if counted is None:
        return False
    for name, value in counted.items():
        set_committed_value(run, name, value)
    held = quotas.locked(db, run.id)
    enrolment.quota_unit_id = None
    unit_id = quotas.unit_for(db, run, enrolment.person_id) if held else None
    if held and not quotas.fits(held, unit_id, run.capacity, run.taken - 1):
        _change(db, run, taken=Run.taken - 1)
        return False
    if before and run.queue_last and _anybody_waits(db, run):
        _change(db, run, taken=Run.taken - 1)
        before()
        return _take(db, run, enrolment, None)
    if any(one.unit_id == unit_id for one in held):
        quotas.count(db, run.id, unit_id, 1)
        enrolment.quota_unit_id = unit_id
    return True


def _anybody_waits(db: Session, run: Run) -> bool:
    return current(db, _WAITING, {"held_id": run.id}).first() is not None


def _draw(db: Session, run: Run, enrolment: Enrolment, before: Callable[[], object] | None) -> int | None:
    """The next number of the queue; None when a seat came free meanwhile, which is then taken (and no number used)."""
    number = next_number(db, run)
    if has_free(run) and _take(db, run, enrolment, before):
        _change(db, run, queue_last=Run.queue_last - 1)
        return None
    return number


def _change(db: Session, run: Run, **values: Any) -> None:
    """Change counts of a held run that is published."""
    held = update(Run).where(Run.id == run.id, Run.state == RunState.PUBLISHED)
    db.execute(held.values(**values), execution_options={"synchronize_session": False})
    db.expire(run, list(values))


_published = and_(Run.id == bindparam("held_id", type_=KEY), Run.state == RunState.PUBLISHED)
_WAITING = (
    select(Enrolment.id)
    .where(Enrolment.run_id == bindparam("held_id", type_=KEY), Enrolment.status == Status.WAITLISTED)
    .limit(1)
)
_COUNTS = Run.capacity, Run.taken, Run.queue_last
_TAKE = update(Run).where(_published, free()).values(taken=Run.taken + 1).returning(*_COUNTS)
_more = bindparam("count", type_=KEY)
_DRAW = update(Run).where(_published).values(queue_last=Run.queue_last + _more).returning(*_COUNTS)
_seats = bindparam("seats", type_=KEY)
_TAKE_ALL = (
    update(Run)
    .where(_published, or_(Run.capacity.is_(None), Run.taken + _seats <= Run.capacity))
    .values(taken=Run.taken + _seats, queue_last=Run.queue_last + _more)
    .returning(*_COUNTS)
)
"""SQL: more seats, more numbers, or both, and the counts as they are then. The row stays locked from here on."""
