"""The sessions of a run as a timetable: every period, and the gaps between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from courses.scheduling.models import ClassSession

_BREAK = timedelta(minutes=20)
"""From here on a gap between two periods is a pause worth a line (lunch), not the ten minutes of every hour."""


@dataclass(frozen=True)
class Slot:
    """A period, or (`number` None) the gap before the next one."""

    number: int | None
    starts_at: datetime
    ends_at: datetime
    subject: str = ""


@dataclass(frozen=True)
class Day:
    """One session with its periods and gaps."""

    id: int
    number: int
    starts_at: datetime
    ends_at: datetime
    room: str
    slots: list[Slot]


def days_of(sessions: Sequence[ClassSession]) -> list[Day]:
    """The sessions (rooms and periods loaded) in order."""
    return [
        Day(one.id, one.number, one.starts_at, one.ends_at, one.room.name if one.room else "", _slots(one))
        for one in sessions
    ]


def _slots(session: ClassSession) -> list[Slot]:
    periods = [Slot(p.number, p.starts_at, p.ends_at, p.subject) for p in session.periods]
    gaps = [
        Slot(None, before.ends_at, after.starts_at)
        for before, after in pairwise(periods)
        if after.starts_at - before.ends_at >= _BREAK
    ]
    return sorted(periods + gaps, key=lambda slot: slot.starts_at)
