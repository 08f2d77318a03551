"""The timetable's tables: a month with its holidays, and a week of all rooms, instructors or courses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from courses import clock
from courses.scheduling.holidays import Calendar
from courses.scheduling.models import RunState
from courses.scheduling.timetable import Meeting, Named
from lms.web.scheduling.grid import off_name

_DAY, _WEEK = timedelta(days=1), 7
_SHOWN = 3
"""Sessions of a day that a month names; the rest is counted."""

Title = Callable[[Meeting], str]
Link = Callable[[Meeting], str | None]


@dataclass(frozen=True, slots=True)
class Entry:
    """A session in a table."""

    title: str
    hours: str
    url: str | None
    draft: bool


@dataclass(frozen=True, slots=True)
class MonthDay:
    """A day of a month: how many sessions, and the first of them where one thing's month is shown."""

    day: date
    outside: bool
    off: str
    count: int
    entries: Sequence[Entry]


@dataclass(frozen=True, slots=True)
class Line:
    """A room, instructor or course (None: sessions that have no room yet), with its sessions day by day."""

    thing: Named | None
    count: int
    cells: Sequence[Sequence[Entry]]


def counted(begins: Sequence[datetime], first: date, last: date, office: Calendar) -> list[list[MonthDay]]:
    """Weeks of a month with the number of sessions of each day."""
    counts = Counter(moment.date() for moment in begins)
    return _weeks(first, last, lambda day, outside: MonthDay(day, outside, off_name(office, day), counts[day], ()))


def named(
    meetings: Sequence[Meeting], first: date, last: date, office: Calendar, title: Title, link: Link
) -> list[list[MonthDay]]:
    """Weeks of a month with the first sessions of each day."""
    days = {day: list(rows) for day, rows in groupby(meetings, lambda one: clock.local(one.starts_at).date())}

    def shown(day: date, outside: bool) -> MonthDay:
        rows = days.get(day, [])
        entries = [_entry(one, title, link) for one in rows[:_SHOWN]]
        return MonthDay(day, outside, off_name(office, day), len(rows), entries)

    return _weeks(first, last, shown)


def lines(meetings: Sequence[Meeting], things: Sequence[Named], days: int, title: Title, link: Link) -> list[Line]:
    """A line for each thing, in their order, each with so many days; what has no room yet comes last."""
    cells: dict[int | None, list[list[Entry]]] = {}
    for one in meetings:
        row = cells.setdefault(one.of, [[] for _ in range(days)])
        row[clock.local(one.starts_at).weekday()].append(_entry(one, title, link))
    nothing: list[list[Entry]] = [[]] * days
    found = [_line(thing, cells.get(thing.id, nothing)) for thing in things]
    return [*found, _line(None, cells[None])] if None in cells else found


def _line(thing: Named | None, cells: Sequence[Sequence[Entry]]) -> Line:
    return Line(thing, sum(map(len, cells)), cells)


def _entry(one: Meeting, title: Title, link: Link) -> Entry:
    begins, ends = clock.local(one.starts_at), clock.local(one.ends_at)
    hours = f"{begins:%H:%M}–{ends:%H:%M}"
    return Entry(title(one), hours, link(one), one.state is RunState.DRAFT)


def _weeks(first: date, last: date, shown: Callable[[date, bool], MonthDay]) -> list[list[MonthDay]]:
    """From the Monday of the first week to the Sunday of the last."""
    begin = first - first.weekday() * _DAY
    count = -(-((last - begin).days + 1) // _WEEK) * _WEEK
    days = [shown(day, not first <= day <= last) for day in (begin + n * _DAY for n in range(count))]
    return [days[n : n + _WEEK] for n in range(0, count, _WEEK)]
