"""Workplace training by area (직장내 정보화교육): its courses with what took place in a year."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Row, and_, bindparam, func, select
from sqlalchemy.orm import Session

from courses.catalogue import queries
from courses.catalogue.models import Course, Kind
from courses.catalogue.queries import Offer
from courses.db import rows
from courses.scheduling.models import Run, RunState


class Line(NamedTuple):
    """A course (id, code, title, minutes) and its year.

    `runs` that took or take place, `people` with a seat (연인원), credited `minutes`.
    """

    course: Row[Any]
    offer: Offer
    runs: int
    people: int
    minutes: int


class AreaYear(NamedTuple):
    """An area (id, name) with its courses; their sums."""

    area: Row[Any]
    lines: list[Line]

    @property
    def runs(self) -> int:
        return sum(line.runs for line in self.lines)

    @property
    def people(self) -> int:
        return sum(line.people for line in self.lines)

    @property
    def minutes(self) -> int:
        return sum(line.minutes for line in self.lines)


def areas_in(db: Session, year: int) -> Sequence[AreaYear]:
    """Every area in its order, its courses by code; retired ones only where they had runs. Two statements."""
    areas = {area.id: AreaYear(area, []) for area in queries.areas(db)}
    for course in rows(db, _COURSES, {"year": year}).all():
        if course.area_id in areas and (course.runs or course.offer is not Offer.RETIRED):
            line = Line(course, course.offer, course.runs, int(course.people), course.runs * course.minutes)
            areas[course.area_id].lines.append(line)
    return list(areas.values())


def years(db: Session) -> list[int]:
    """The years in which workplace runs begin, the last one first."""
    return list(rows(db, _YEARS).scalars())


_HELD = and_(
    Run.course_id == Course.id,
    Run.year == bindparam("year"),
    Run.state.in_((RunState.PUBLISHED, RunState.CLOSED)),
)
_COURSES = (
    select(
        Course.id, Course.code, Course.title, Course.minutes, Course.area_id, queries.OFFER.label("offer"),
        func.count(Run.id).label("runs"), func.coalesce(func.sum(Run.taken), 0).label("people"),
    )
    .outerjoin(Run, _HELD)
    .where(Course.kind == Kind.WORKPLACE)
    .group_by(Course.id)
    .order_by(Course.code)
)  # fmt: skip
_YEARS = (
    select(Run.year)
    .join(Course, Course.id == Run.course_id)
    .where(Course.kind == Kind.WORKPLACE)
    .distinct()
    .order_by(Run.year.desc())
)
