"""Which room is taken when: one week of one room, with the lunch gaps between the periods."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from courses import clock
from courses.catalogue.models import Course
from courses.scheduling.models import ClassSession, Period, Room, Run, RunState

GAP = timedelta(minutes=30)
"""Periods this far apart stand as two blocks."""


@dataclass(frozen=True, slots=True)
class Block:
    """One unbroken stretch of a session, in the office's time."""

    session_id: int
    run_id: int
    title: str
    number: int
    starts_at: datetime
    ends_at: datetime


def monday(day: date) -> date:
    """The first day of the week of `day`."""
    return day - timedelta(days=day.weekday())


def rooms(db: Session, first: date) -> Sequence[Any]:
    """All rooms (id, name) by code, with the number of `sessions` in the week from `first` on."""
    taken = and_(ClassSession.room_id == Room.id, *_in_week(first))
    return db.execute(
        select(Room.id, Room.name, func.count(ClassSession.id).label("sessions"))
        .outerjoin(ClassSession, taken)
        .group_by(Room.id, Room.name, Room.code)
        .order_by(Room.code)
    ).all()


def week(db: Session, room_id: int, first: date) -> list[Block]:
    """What takes place in a room in the week from `first` on, in order of time."""
    rows = db.execute(
        select(
            ClassSession.id,
            ClassSession.starts_at,
            ClassSession.ends_at,
            Run.id.label("run_id"),
            Course.title,
            Run.number,
            Period.starts_at.label("period_starts_at"),
            Period.ends_at.label("period_ends_at"),
        )
        .join(Run, Run.id == ClassSession.run_id)
        .join(Course, Course.id == Run.course_id)
        .outerjoin(Period, Period.session_id == ClassSession.id)
        .where(ClassSession.room_id == room_id, Run.state != RunState.CANCELLED, *_in_week(first))
        .order_by(ClassSession.starts_at, ClassSession.id, Period.starts_at)
    )
    return [block for _, periods in groupby(rows, lambda row: row.id) for block in _blocks(periods)]


def _in_week(first: date) -> tuple[Any, Any]:
    last = first + timedelta(days=6)
    return ClassSession.starts_at >= clock.start_of(first), ClassSession.starts_at < clock.end_of(last)


def _blocks(periods: Iterable[Any]) -> list[Block]:
    """A session's periods joined where they follow each other; the whole session where it has none."""
    blocks: list[Block] = []
    for row in periods:
        starts_at = clock.local(row.period_starts_at or row.starts_at)
        ends_at = clock.local(row.period_ends_at or row.ends_at)
        if blocks and starts_at - blocks[-1].ends_at < GAP:
            starts_at = blocks.pop().starts_at
        blocks.append(Block(row.id, row.run_id, row.title, row.number, starts_at, ends_at))
    return blocks
