"""The sessions of a run as a timetable: every period, and the gaps between them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from courses.db import KEY, rows
from courses.scheduling.models import ClassSession, Period, Room

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


def days_of(db: Session, run_id: int) -> list[Day]:
    """The sessions of a run in order, in one statement of as many rows as there are periods."""
    days: dict[int, Day] = {}
    for id_, number, starts_at, ends_at, room, period, begins_at, until, subject in rows(db, _DAYS, {"run": run_id}):
        day = days.setdefault(id_, Day(id_, number, starts_at, ends_at, room or "", []))
        if period is not None:
            if day.slots and begins_at - day.slots[-1].ends_at >= _BREAK:
                day.slots.append(Slot(None, day.slots[-1].ends_at, begins_at))
            day.slots.append(Slot(period, begins_at, until, subject))
    return list(days.values())


_DAYS = (
    select(
        ClassSession.id,
        ClassSession.number,
        ClassSession.starts_at,
        ClassSession.ends_at,
        Room.name,
        Period.number,
        Period.starts_at,
        Period.ends_at,
        Period.subject,
    )
    .outerjoin(Room, Room.id == ClassSession.room_id)
    .outerjoin(Period, Period.session_id == ClassSession.id)
    .where(ClassSession.run_id == bindparam("run", type_=KEY))
    .order_by(ClassSession.number, Period.starts_at)
)
