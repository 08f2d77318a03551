"""A week and a month as the component `timetable.html` draws them: classes say where an entry stands, not styles."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from courses import clock
from courses.scheduling.holidays import Calendar
from courses.scheduling.timetable import Block, lanes
from lms.web import formats
from lms.web.scheduling import words

_WORKING_DAYS, _FIRST_HOUR, _LAST_HOUR, _MIDNIGHT = 5, 9, 18, 24
_TONES = ("ok", "info", "warn", "")
"""Neighbouring courses look different; no red, which is for errors."""

_COLUMNS = 12
"""Of a day, so that two, three, four and six sessions at once share it evenly."""
MOST = 6
"""More at once than these stand below each other instead."""

Link = Callable[[Block], str | None]
Words = Callable[[Block], str]


@dataclass(frozen=True, slots=True)
class Event:
    """An entry: `place` holds its classes."""

    title: str
    hours: str
    detail: str
    url: str | None
    tone: str
    place: str


@dataclass(slots=True)
class Day:
    """A column. `off`: the name of a holiday; `free`: hours in which nothing takes place; `now`: classes, if today."""

    day: date
    label: str
    off: str
    events: list[Event] = field(default_factory=list)
    free: list[tuple[str, str]] = field(default_factory=list)
    now: str = ""


@dataclass(frozen=True, slots=True)
class Week:
    """The days from Monday on, and the hours beside them."""

    days: list[Day]
    hours: list[str]
    crowded: bool

    @property
    def is_empty(self) -> bool:
        """Whether nothing takes place."""
        return not any(day.events for day in self.days)


def week(
    blocks: Sequence[Block],
    first: date,
    office: Calendar,
    *,
    link: Link,
    title: Words = lambda block: block.title,
    detail: Words = lambda block: "",
    free: Iterable[tuple[datetime, datetime]] = (),
) -> Week:
    """Monday to Friday, 9 to 18 o'clock, and as much more as there is something in."""
    first_hour = min([_FIRST_HOUR, *(block.starts_at.hour for block in blocks)])
    last_hour = min(max([_LAST_HOUR, *(_end_hour(block) for block in blocks)]), _MIDNIGHT)
    count = max([_WORKING_DAYS, *(block.starts_at.isoweekday() for block in blocks)])
    days = [_day(first + timedelta(days=n), office) for n in range(count)]
    titles = [title(block) for block in blocks]
    tones = dict(zip(dict.fromkeys(titles), _TONES * len(blocks), strict=False))
    widths = lanes(blocks)
    for block, name, lane in zip(blocks, titles, widths, strict=True):
        event = Event(
            title=name,
            hours=_hours(block.starts_at, block.ends_at),
            detail=detail(block),
            url=link(block),
            tone=tones[name],
            place=f"{_place(block.starts_at, block.ends_at, first_hour)} {_lane(*lane)}",
        )
        days[block.starts_at.weekday()].events.append(event)
    for begins, ends in free:
        days[begins.weekday()].free.append((_hours(begins, ends), _place(begins, ends, first_hour)))
    _mark_now(days, first_hour, last_hour)
    hours = [f"{hour:02}:00" for hour in range(first_hour, last_hour)]
    return Week(days, hours, crowded=any(of > MOST for _, of in widths))


def off_name(office: Calendar, day: date) -> str:
    """What the holiday or closed day is called in the reader's language; '' for other days."""
    off = office.day_off(day)
    return words.off_name(off) if off else ""


def _day(day: date, office: Calendar) -> Day:
    return Day(day, f"{formats.weekday(day)} {day.day}", off_name(office, day))


def _hours(begins: datetime, ends: datetime) -> str:
    return f"{begins:%H:%M}–{ends:%H:%M}"


def _end_hour(block: Block) -> int:
    """The full hour by which it is over, counted on past midnight."""
    end = block.ends_at - timedelta(microseconds=1)
    return _MIDNIGHT if end.date() != block.starts_at.date() else end.hour + 1


def _place(begins: datetime, ends: datetime, first_hour: int) -> str:
    """Rows are ten minutes: the hour and ten it begins at, and how many of both it takes."""
    last = begins.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    long = max(1, -(-(min(ends, last) - begins) // timedelta(minutes=10)))
    return f"h{begins.hour - first_hour} m{begins.minute // 10} t{long // 6} u{long % 6}"


def _lane(lane: int, of: int) -> str:
    of = next((n for n in (1, 2, 3, 4, 6) if n >= of), MOST)
    width = _COLUMNS // of
    return f"x{lane % of * width + 1} y{width}"


def _mark_now(days: Sequence[Day], first_hour: int, last_hour: int) -> None:
    now = clock.local(clock.now())
    for day in days:
        if day.day == now.date() and first_hour <= now.hour < last_hour:
            day.now = f"h{now.hour - first_hour} m{now.minute // 10}"
