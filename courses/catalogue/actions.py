"""Courses, added and changed by hand (the file of all courses comes in through `exchange`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from courses import clock
from courses.catalogue.models import Area, Course, Kind, Level
from courses.errors import Refused
from courses.events.actions import record
from courses.events.facts import Changed
from courses.text import text


@dataclass(frozen=True, slots=True)
class CoursePlan:
    """What a course is to be. `area` by name, for workplace courses; `retired`: no new runs are planned."""

    code: str
    title: str
    kind: Kind
    level: Level
    hours: int
    capacity: int | None = None
    scored: bool = False
    area: str = ""
    retired: bool = False


def add(db: Session, actor_id: int | None, wanted: CoursePlan) -> Course:
    """A new course. Raises `Refused` when the code is in use, or a workplace course has no area."""
    course = Course()
    _fill(db, course, wanted)
    db.add(course)
    db.flush()
    record(db, actor_id, Changed("course", course.id, {}, _plain(course)))
    return course


def change(db: Session, actor_id: int | None, course: Course, wanted: CoursePlan, *, has_runs: bool) -> None:
    """Make a course what is wanted. With runs it keeps its kind, or the figures of past years would change."""
    if has_runs and wanted.kind is not course.kind:
        raise Refused(text("The course has runs already, so its kind stays as it is"), code="kind")
    before = _plain(course)
    _fill(db, course, wanted)
    db.flush()
    after = _plain(course)
    differ = [name for name in after if before[name] != after[name]]
    if differ:
        old, new = ({name: values[name] for name in differ} for values in (before, after))
        record(db, actor_id, Changed("course", course.id, old, new))


def _fill(db: Session, course: Course, wanted: CoursePlan) -> None:
    with db.no_autoflush:  # a new course is not complete yet
        _require_own_code(db, course, wanted.code)
        course.area_id = _area_id(db, wanted)
    course.code, course.title, course.kind, course.level = wanted.code, wanted.title, wanted.kind, wanted.level
    course.minutes, course.capacity, course.scored = wanted.hours * 60, wanted.capacity, wanted.scored
    course.retired_on = (course.retired_on or clock.today()) if wanted.retired else None


def _require_own_code(db: Session, course: Course, code: str) -> None:
    other = db.scalar(select(Course.title).where(Course.code == code, Course.id != (course.id or 0)))
    if other:
        raise Refused(text("‘%(title)s’ has this code already", title=other), code="code")


def _area_id(db: Session, wanted: CoursePlan) -> int | None:
    """The area of that name, added behind the others when there is none."""
    if wanted.kind is not Kind.WORKPLACE:
        return None
    if not wanted.area:
        raise Refused(text("A workplace course belongs to an area"), code="area")
    found = db.scalar(select(Area.id).where(Area.name == wanted.area))
    if found:
        return found
    area = Area(name=wanted.area, position=(db.scalar(select(func.max(Area.position))) or 0) + 1)
    db.add(area)
    db.flush()
    return area.id


def _plain(course: Course) -> dict[str, Any]:
    names = ("code", "title", "kind", "level", "area_id", "minutes", "capacity", "scored")
    retired = course.retired_on.isoformat() if course.retired_on else None
    return {name: getattr(course, name) for name in names} | {"retired_on": retired}
