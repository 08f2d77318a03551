"""A week of a room as the component `week` draws it: half hours are rows, days are columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import url_for

from courses.reporting.timetable import Block
from lms.web import formats

_WORKING_DAYS, _FIRST_HOUR, _LAST_HOUR, _HOURS = 5, 9, 18, 12
_TONES = ("ok", "info", "warn", "")
"""Neighbouring courses look different; no red, which is for errors."""


@dataclass(frozen=True)
class Grid:
    """The arguments of the component."""

    days: list[str]
    events: list[tuple[int, int, int, str, str, str, str]]
    first_hour: int
    last_hour: int


def grid(blocks: Sequence[Block], first: date) -> Grid:
    """Monday to Friday, 9 to 18 o'clock, and as much more as there is something in."""
    ends = [block.ends_at - timedelta(microseconds=1) for block in blocks]
    first_hour = min([_FIRST_HOUR, *(block.starts_at.hour for block in blocks)])
    last_hour = min(max([_LAST_HOUR, *(end.hour + 1 for end in ends)]), first_hour + _HOURS)
    days = max([_WORKING_DAYS, *(block.starts_at.isoweekday() for block in blocks)])
    tones = dict(zip(dict.fromkeys(block.title for block in blocks), _TONES * len(blocks), strict=False))
    return Grid(
        days=[_day(first + timedelta(days=n)) for n in range(days)],
        events=[_event(block, first_hour, tones[block.title]) for block in blocks],
        first_hour=first_hour,
        last_hour=last_hour,
    )


def _day(day: date) -> str:
    return f"{formats.weekday(day)} {day.day}"


def _event(block: Block, first_hour: int, tone: str) -> tuple[int, int, int, str, str, str, str]:
    start = _half_hours(block.starts_at) - 2 * first_hour
    length = -(-(block.ends_at - block.starts_at) // timedelta(minutes=30))
    hours = f"{formats.clock(block.starts_at)}–{formats.clock(block.ends_at)}"
    url = url_for("scheduling.show", run_id=block.run_id)
    return block.starts_at.isoweekday(), start, length, block.title, hours, url, tone


def _half_hours(moment: datetime) -> int:
    return moment.hour * 2 + moment.minute // 30
