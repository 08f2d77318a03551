"""The timetable's tables: a month with its holidays, and a week of all rooms, instructors or courses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from markupsafe import Markup, escape

from courses import clock
from courses.scheduling.holidays import Calendar
from courses.scheduling.models import RunState
from courses.scheduling.timetable import Meeting, Named
from lms.i18n import ngettext
from lms.web.scheduling.grid import off_name

_DAY, _WEEK = timedelta(days=1), 7
_SHOWN = 3
"""Sessions of a day that a month names; the rest is counted."""

Title = Callable[[Meeting], str]
Link = Callable[[Meeting], str | None]


@dataclass(frozen=True, slots=True)
class Entry:
    """A session in a table. There may be hundreds, so its words are escaped already."""

    title: Markup
    hours: Markup
    url: Markup | None
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
    seats: str
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
        entries = [_entry(one, clock.local(one.starts_at), title, link) for one in rows[:_SHOWN]]
        return MonthDay(day, outside, off_name(office, day), len(rows), entries)

    return _weeks(first, last, shown)


def lines(meetings: Sequence[Meeting], things: Sequence[Named], days: int, title: Title, link: Link) -> list[Line]:
    """A line for each thing, in their order, each with so many days; what has no room yet comes last."""
    cells: dict[int | None, list[list[Entry]]] = {}
    for one in meetings:
        row = cells.setdefault(one.of, [[] for _ in range(days)])
        begins = clock.local(one.starts_at)
        row[begins.weekday()].append(_entry(one, begins, title, link))
    nothing: list[list[Entry]] = [[]] * days
    seats = {n: ngettext("%(n)s seat", "%(n)s seats", n) if n else "" for n in {thing.seats for thing in things}}
    found = [_line(thing, seats[thing.seats], cells.get(thing.id, nothing)) for thing in things]
    return [*found, _line(None, "", cells[None])] if None in cells else found


def _line(thing: Named | None, seats: str, cells: Sequence[Sequence[Entry]]) -> Line:
    return Line(thing, seats, sum(map(len, cells)), cells)


def _entry(one: Meeting, begins: datetime, title: Title, link: Link) -> Entry:
    ends, url = clock.local(one.ends_at), link(one)
    hours = f"{begins.hour:02}:{begins.minute:02}–{ends.hour:02}:{ends.minute:02}"
    safe = Markup(url) if url else None  # noqa: S704  # of numbers alone
    return Entry(escape(title(one)), Markup(hours), safe, one.state is RunState.DRAFT)  # noqa: S704  # numbers only


def _weeks(first: date, last: date, shown: Callable[[date, bool], MonthDay]) -> list[list[MonthDay]]:
    """From the Monday of the first week to the Sunday of the last."""
    begin = first - first.weekday() * _DAY
    count = -(-((last - begin).days + 1) // _WEEK) * _WEEK
    days = [shown(day, not first <= day <= last) for day in (begin + n * _DAY for n in range(count))]
    return [days[n : n + _WEEK] for n in range(0, count, _WEEK)]
