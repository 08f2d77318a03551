"""Working days and hours of the demo's classes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from courses import clock
from courses.scheduling.holidays import PUBLIC

Hours = list[tuple[datetime, datetime]]
"""The periods of a session: when each begins and ends."""

_HOUR, _CLASS = timedelta(hours=1), timedelta(minutes=50)
_MORNING, _LUNCH = 3, timedelta(hours=1)
_SHORT = 4
"""So many hours are an afternoon; more are a day with lunch."""


def working_day(today: date, offset: int) -> date:
    """The working day `offset` steps from today; 0 is today itself, whatever day it is."""
    step, day = timedelta(days=1 if offset > 0 else -1), today
    for _ in range(abs(offset)):
        day += step
        while not PUBLIC.is_working(day):
            day += step
    return day


def usual_hours(day: date, hours: int) -> Hours:
    """A whole day from nine with lunch at noon, or, when short, an afternoon from two."""
    return _periods(clock.at(day, time(9 if hours > _SHORT else 14)), hours)


def hours_around(moment: datetime, hours: int) -> Hours:
    """Periods within the moment's day of the office that cover it, breaks included."""
    day = clock.local(moment).date()
    usual = usual_hours(day, hours)
    if usual[0][0] + _HOUR <= moment < usual[-1][1] - 2 * _HOUR:
        return usual
    length = _periods(moment, hours)[-1][1] - moment
    full_hour = moment.replace(minute=0, second=0, microsecond=0)
    latest = clock.end_of(day) - length
    before = _HOUR if hours > _SHORT else timedelta()
    return _periods(max(clock.start_of(day), min(full_hour - before, latest)), hours)


def spread(first: datetime, last: datetime, count: int) -> Iterator[datetime]:
    """So many moments, evenly between two."""
    return (first + (last - first) * (2 * n + 1) / (2 * count) for n in range(count))


def _periods(start: datetime, hours: int) -> Hours:
    starts = [start + n * _HOUR + (_LUNCH if n >= _MORNING and hours > _SHORT else timedelta()) for n in range(hours)]
    return [(start, start + _CLASS) for start in starts]
