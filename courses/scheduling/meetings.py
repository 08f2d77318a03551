"""A session as lists of one's own show it: of which run and course, when, where."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func, select

from courses.catalogue.models import Course
from courses.scheduling.models import ClassSession, Room, Run


def meetings(*more: Any) -> Select[*tuple[Any, ...]]:
    """SQL: id, run's id, course's title, run's number, number, beginning, end and place, and these columns."""
    return (
        select(
            ClassSession.id,
            Run.id,
            Course.title,
            Run.number,
            ClassSession.number,
            ClassSession.starts_at,
            ClassSession.ends_at,
            func.coalesce(Room.name, Run.place),
            *more,
        )
        .join(Run, Run.id == ClassSession.run_id)
        .join(Course, Course.id == Run.course_id)
        .outerjoin(Room, Room.id == ClassSession.room_id)
    )
