"""Workplace training by area (직장내 정보화교육): its courses with what took place in a year."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from courses.catalogue import queries
from courses.catalogue.models import Area, Course, Kind
from courses.catalogue.queries import Offer
from courses.scheduling.models import Run, RunState


class Line(NamedTuple):
    """A course and its year: `runs` that took or take place, `people` with a seat (연인원), credited `minutes`."""

    course: Course
    offer: Offer
    runs: int
    people: int
    minutes: int


class AreaYear(NamedTuple):
    """An area with its courses; their sums."""

    area: Area
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
    held = and_(Run.course_id == Course.id, Run.year == year, Run.state.in_((RunState.PUBLISHED, RunState.CLOSED)))
    rows = db.execute(
        select(Course, func.count(Run.id), func.coalesce(func.sum(Run.taken), 0))
        .outerjoin(Run, held)
        .where(Course.kind == Kind.WORKPLACE)
        .group_by(Course.id)
        .order_by(Course.code)
    )
    for course, runs, people in rows:
        offer = queries.offer_of(course)
        if course.area_id in areas and (runs or offer is not Offer.RETIRED):
            areas[course.area_id].lines.append(Line(course, offer, runs, int(people), runs * course.minutes))
    return list(areas.values())


def years(db: Session) -> list[int]:
    """The years in which workplace runs begin, the last one first."""
    of_workplace = select(Run.year).join(Course, Course.id == Run.course_id).where(Course.kind == Kind.WORKPLACE)
    return list(db.scalars(of_workplace.distinct().order_by(Run.year.desc())))
