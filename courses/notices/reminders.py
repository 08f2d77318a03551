"""Reminders: three days and one day before the first session, and a week before a run ends whose lessons are
unfinished.

Asked every day; what was said already has its key. A day on which nobody asked is made up for on the next.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from courses import clock
from courses.catalogue.models import LEARNT_ONLINE, Course, Kind
from courses.content.models import Lesson, LessonProgress
from courses.enrolment.models import Enrolment
from courses.enrolment.states import SEATED
from courses.notices.models import NoticeKind
from courses.notices.occasions import Note, Runs, look_up
from courses.scheduling.models import ClassSession, Run, RunState

EARLY, LATE, FINISH = 3, 1, 7
"""Days before."""


def runs(db: Session) -> list[int]:
    """Runs of which somebody may have to be reminded today."""
    today = clock.today()
    starts = Run.starts_on.between(today + timedelta(days=1), today + timedelta(days=EARLY))
    ends = Run.ends_on.between(today, today + timedelta(days=FINISH))
    wanted = or_(and_(starts, _in_class()), and_(ends, Course.kind.in_(LEARNT_ONLINE)))
    statement = select(Run.id).join(Course, Course.id == Run.course_id)
    return list(db.scalars(statement.where(Run.state == RunState.PUBLISHED, wanted).order_by(Run.id)))


def _in_class() -> Any:
    return select(ClassSession.id).where(ClassSession.run_id == Run.id).exists()


def due(db: Session, run_id: int) -> list[Note]:
    """Whom to remind of this run. Who got the seat today was just told."""
    found = look_up(db, [run_id])
    return [*_of_class(db, found, run_id), *_of_lessons(db, found, run_id)]


def _of_class(db: Session, found: Runs, run_id: int) -> list[Note]:
    """Before the first session. A cyber run has none."""
    left = _days_left(found, run_id)
    if found.runs[run_id].course.kind is Kind.CYBER or not 0 < left <= EARLY:
        return []
    return _notes(db, found, run_id, _seated(run_id), "late" if left <= LATE else "early", {"days": left})


def _of_lessons(db: Session, found: Runs, run_id: int) -> list[Note]:
    """Before the last day, to those who have not finished the lessons."""
    run = found.runs[run_id]
    left = (run.ends_on - clock.today()).days
    if run.course.kind not in LEARNT_ONLINE or not 0 <= left <= FINISH:
        return []
    people = _seated(run_id).where(_unfinished(run.course_id))
    said = {"days": left, "finish_by": run.ends_on.isoformat()}
    return _notes(db, found, run_id, people, f"finish:{run.ends_on}", said)


def _notes(
    db: Session, found: Runs, run_id: int, people: Select[int, int], occasion: str, said: dict[str, Any]
) -> list[Note]:
    facts = found.facts(run_id) | said
    return [
        Note(f"reminder:{row.id}:{occasion}:{facts['first']}", NoticeKind.REMINDER, row.person_id, run_id, facts)
        for row in db.execute(people)
    ]


def _days_left(found: Runs, run_id: int) -> int:
    begin = found.begins.get(run_id)
    first: date = clock.local(begin).date() if begin else found.runs[run_id].starts_on
    return (first - clock.today()).days


def _seated(run_id: int) -> Select[int, int]:
    return (
        select(Enrolment.id, Enrolment.person_id)
        .where(
            Enrolment.run_id == run_id,
            Enrolment.status.in_(SEATED),
            Enrolment.outcome.is_(None),
            Enrolment.moved_at < clock.start_of(clock.today()),
        )
        .order_by(Enrolment.id)
    )


def _unfinished(course_id: int) -> Any:
    """Not every lesson of the course is done. A course without lessons is followed elsewhere: nothing is known."""
    lessons = (Lesson.course_id == course_id, Lesson.retired_at.is_(None))
    done = (
        select(func.count())
        .select_from(LessonProgress)
        .join(Lesson, Lesson.id == LessonProgress.lesson_id)
        .where(LessonProgress.enrolment_id == Enrolment.id, LessonProgress.done_at.is_not(None), *lessons)
        .scalar_subquery()
    )
    return done < select(func.count()).select_from(Lesson).where(*lessons).scalar_subquery()
