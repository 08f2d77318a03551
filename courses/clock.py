"""The one place that knows what time it is. Everything stored is UTC; the office's days are those of its time zone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Seoul")

_frozen: ContextVar[datetime | None] = ContextVar("frozen", default=None)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _frozen.get() or datetime.now(UTC)


def today() -> date:
    """The present day in the office's time zone."""
    return local(now()).date()


def local(moment: datetime) -> datetime:
    """The same moment on the office's clock."""
    return moment.astimezone(ZONE)


def at(day: date, clock: time) -> datetime:
    """The moment when the office's clock shows `clock` on `day`, in UTC."""
    return datetime.combine(day, clock, ZONE).astimezone(UTC)


def start_of(day: date) -> datetime:
    """The first moment of a day of the office, in UTC."""
    return at(day, time.min)


def end_of(day: date) -> datetime:
    """The first moment after a day of the office, in UTC."""
    return start_of(day + timedelta(days=1))


@contextmanager
def frozen(moment: datetime) -> Iterator[None]:
    """Stop the clock at `moment` (for tests, replays and the demo's history)."""
    token = _frozen.set(moment)
    try:
        yield
    finally:
        _frozen.reset(token)
