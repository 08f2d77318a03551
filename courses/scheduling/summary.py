"""What a run's sessions come to, kept on the run so that lists and the search need no joins."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.catalogue.models import Course
from courses.people.models import Person
from courses.scheduling.models import ClassSession, Room, Run, RunInstructor
from courses.text import initials, search_key

_LINE, _SEARCH = 400, 1200


def refresh(db: Session, run: Run) -> None:
    """Fill place, teachers, days, hours and what the search looks at. Sessions must have been flushed."""
    sessions = db.execute(
        select(ClassSession.starts_at, ClassSession.ends_at, Room.name)
        .outerjoin(Room, Room.id == ClassSession.room_id)
        .where(ClassSession.run_id == run.id)
        .order_by(ClassSession.starts_at)
    ).all()
    begins = [clock.local(session.starts_at) for session in sessions]
    ends = [clock.local(session.ends_at) for session in sessions]
    run.place = ", ".join(dict.fromkeys(session.name for session in sessions if session.name))[:_LINE]
    run.teachers = ", ".join(_teachers(db, run.id))[:_LINE]
    run.days = len({moment.date() for moment in begins})
    run.from_clock = min((f"{moment:%H:%M}" for moment in begins), default="")
    run.until_clock = max((f"{moment:%H:%M}" for moment in ends), default="")
    title = db.scalars(select(Course.title).where(Course.id == run.course_id)).one()
    words = f"{title} {run.place} {run.teachers}"
    run.search_text, run.search_initials = search_key(words)[:_SEARCH], initials(words)[:_SEARCH]


def refresh_all(db: Session, course_ids: Collection[int]) -> None:
    """The same for every run of courses that got another title."""
    for run in db.scalars(select(Run).where(Run.course_id.in_(course_ids))).all():
        refresh(db, run)


def _teachers(db: Session, run_id: int) -> list[str]:
    return list(
        db.scalars(
            select(Person.name)
            .join(RunInstructor, RunInstructor.person_id == Person.id)
            .where(RunInstructor.run_id == run_id)
            .order_by(RunInstructor.position)
        )
    )
