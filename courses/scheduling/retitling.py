"""A course changed together with its runs, which repeat its title for the search."""

from __future__ import annotations

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from courses.catalogue import actions
from courses.catalogue.actions import CoursePlan
from courses.catalogue.models import Course
from courses.scheduling import summary
from courses.scheduling.models import Run


def change_course(db: Session, actor_id: int | None, course: Course, wanted: CoursePlan) -> None:
    """Make a course what is wanted; its runs are found by the new title. Raises `Refused` like `catalogue.actions`."""
    # No run comes meanwhile.
    db.execute(select(Course.id).where(Course.id == course.id).with_for_update(key_share=True))
    before = course.title
    has_runs = db.scalars(select(exists().where(Run.course_id == course.id))).one()
    actions.change(db, actor_id, course, wanted, has_runs=has_runs)
    if course.title != before:
        summary.refresh_all(db, [course.id])
