"""Whom a course is for (교육대상), and what has to be completed before it (선수과정)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.orm import Session

from courses.catalogue.models import Course, Prerequisite
from courses.db import KEY, rows
from courses.errors import Refused
from courses.people.models import OrgUnit, Posting
from courses.text import text


class Target(NamedTuple):
    """Who may take a course: names that are empty narrow nothing. `required`: (id, title) of courses to complete."""

    grades: Sequence[str]
    services: Sequence[str]
    units: Sequence[str]
    required: Sequence[tuple[int, str]]


def target_of(db: Session, course: Course) -> Target:
    """Everything the rules of eligibility ask for, in words."""
    units = rows(db, _UNITS, {"units": course.for_units}).scalars().all() if course.for_units else []
    required = [(row.id, row.title) for row in rows(db, _REQUIRED, {"course_id": course.id})]
    return Target(course.for_grades, course.for_services, units, required)


def known_posts(db: Session) -> tuple[list[str], list[str]]:
    """Grades and services that people have now, or that courses are for."""
    served = db.execute(select(Posting.grade, Posting.service).where(Posting.until_on.is_(None)).distinct()).all()
    meant = db.execute(select(Course.for_grades, Course.for_services)).all()
    grades = {row.grade for row in served}.union(*(row.for_grades for row in meant))
    services = {row.service for row in served}.union(*(row.for_services for row in meant))
    return sorted(grades - {""}), sorted(services - {""})


def required_ids(db: Session, course_id: int) -> list[int]:
    """The ids of the courses to be completed before, in order."""
    return list(
        db.scalars(select(Prerequisite.required_id).where(Prerequisite.course_id == course_id).order_by("required_id"))
    )


def require_before(db: Session, course: Course, wanted: Collection[int]) -> None:
    """Let these courses be completed before (a stored) one. `Refused` where one of them needs the course itself."""
    for required_id in wanted:
        if course.id in _all_before(db, required_id):
            title = db.get_one(Course, required_id).title
            message = text("‘%(title)s’ itself needs this course first: take it out of the list", title=title)
            raise Refused(message, code="circle")
    db.execute(delete(Prerequisite).where(Prerequisite.course_id == course.id))
    if wanted:
        db.execute(insert(Prerequisite), [{"course_id": course.id, "required_id": one} for one in sorted(set(wanted))])


def _all_before(db: Session, course_id: int) -> set[int]:
    """A course, what has to be completed before it, what before that, and so on."""
    found = select(Course.id).where(Course.id == course_id).cte("before", recursive=True)
    found = found.union(select(Prerequisite.required_id).join(found, Prerequisite.course_id == found.c.id))
    return set(db.scalars(select(found.c.id)))


_UNITS = (
    select(OrgUnit.name)
    .where(OrgUnit.id.in_(bindparam("units", expanding=True)))
    .order_by(OrgUnit.position, OrgUnit.id)
)
_REQUIRED = (
    select(Course.id, Course.title)
    .join(Prerequisite, Prerequisite.required_id == Course.id)
    .where(Prerequisite.course_id == bindparam("course_id", type_=KEY))
    .order_by(Course.title, Course.id)
)
"""Built once: that costs more than running them."""
