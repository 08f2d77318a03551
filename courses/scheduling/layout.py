"""A course's hours over working days: the proposal a planner starts from. Pure.

Days on which the office does not work are left out; an hour is a period of 50 minutes with a break of 10; nobody
teaches at lunch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from courses import clock
from courses.scheduling.holidays import PUBLIC, Calendar
from courses.scheduling.hours import LUNCH, LUNCH_ENDS, OPENS
from courses.scheduling.plan import PeriodPlan, SessionPlan

A_DAY = 7
BEGINS = OPENS
_DAY, _HOUR, _CLASS = timedelta(days=1), timedelta(hours=1), timedelta(minutes=50)
_CREDITED = 60
_LATEST = time(22)


def lay_out(
    minutes: int,
    first: date,
    *,
    begins: time = BEGINS,
    a_day: int = A_DAY,
    room_id: int | None = None,
    office: Calendar = PUBLIC,
    subjects: Sequence[tuple[str, int]] = (),
) -> list[SessionPlan]:
    """Sessions for credited minutes (60 a period), one a working day from `first` on, as even as they get.

    At most `a_day` periods a day, fewer when they do not fit between `begins` and 22:00. `subjects` (title, credited
    minutes) are taught one after the other. Raises ValueError when not even one period fits.
    """
    hours = -(-minutes // 60)
    a_day = min(a_day, len(_starts(first, begins)))
    if a_day < 1:
        raise ValueError(f"no period fits after {begins}")
    days = -(-hours // a_day)
    least, more = divmod(hours, days)
    laid_out = [
        session(day, least + (number < more), begins=begins, room_id=room_id)
        for number, day in zip(range(days), office.working_days(first), strict=False)
    ]
    return _taught(laid_out, subjects)


def session(day: date, hours: int, *, begins: time = BEGINS, room_id: int | None = None) -> SessionPlan:
    """So many periods on a day, one an hour, around lunch."""
    periods = (PeriodPlan(start, start + _CLASS) for start in _starts(day, begins)[:hours])
    return SessionPlan(tuple(periods), room_id)


def _taught(sessions: Sequence[SessionPlan], subjects: Sequence[tuple[str, int]]) -> list[SessionPlan]:
    """The sessions with a subject for each period, as far as the subjects go."""
    titles = iter([title for title, minutes in subjects for _ in range(-(-minutes // _CREDITED))])
    return [
        replace(one, periods=tuple(replace(period, subject=next(titles, "")) for period in one.periods))
        for one in sessions
    ]


def _starts(day: date, begins: time) -> list[datetime]:
    """When periods may start on a day: every hour from `begins` that touches neither lunch nor the late evening."""
    lunch, lunch_ends, evening = (clock.at(day, hour) for hour in (LUNCH, LUNCH_ENDS, _LATEST))
    found, start = [], clock.at(day, begins)
    while start + _CLASS <= evening:
        if start < lunch_ends and lunch < start + _CLASS:
            start = lunch_ends
            continue
        found.append(start)
        start += _HOUR
    return found
