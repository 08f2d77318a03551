"""What a planner need not type: when applications open and close, when a class could begin. Pure."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from courses import clock
from courses.scheduling.holidays import PUBLIC, Calendar
from courses.scheduling.hours import CLOSES, OPENS

_OPEN_BEFORE, _CLOSE_BEFORE, _CANCEL_BEFORE = timedelta(days=30), timedelta(days=7), timedelta(days=3)
_AHEAD = timedelta(days=29)
_DAY = timedelta(days=1)


def first_day(today: date, office: Calendar = PUBLIC) -> date:
    """The working day about a month ahead."""
    return office.next_working_day(today + _AHEAD)


def window(
    starts_on: date, ends_on: date, now: datetime, *, begins_at: datetime | None, office: Calendar = PUBLIC
) -> tuple[datetime, datetime, datetime]:
    """When applications open and close, and until when one may withdraw alone.

    Open 30 days before the first day (now, when that is past); close 7 days and withdraw 3 days before it, at 18:00
    of a working day; where less time is left on the evening before, or when the first class begins (`begins_at`). A
    cyber run, which has no class, is entered until 7 days before its end.
    """
    now = now.replace(second=0, microsecond=0)
    opens = max(now, clock.at(starts_on - _OPEN_BEFORE, OPENS))
    if begins_at is None:
        closes = _evening(ends_on - _CLOSE_BEFORE, opens, office) or clock.at(ends_on, CLOSES)
        return opens, closes, closes
    latest = _evening(starts_on - _DAY, opens, office) or begins_at
    closes = _evening(starts_on - _CLOSE_BEFORE, opens, office) or latest
    return opens, closes, _evening(starts_on - _CANCEL_BEFORE, opens, office) or latest


def _evening(day: date, after: datetime, office: Calendar) -> datetime | None:
    """The evening of that day, or of the last working day before it, where it is still ahead."""
    moment = clock.at(office.on_or_before(day), CLOSES)
    return moment if moment > after else None
