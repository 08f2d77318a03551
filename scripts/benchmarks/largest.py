"""The largest things of their kind in an organisation, so that no page is measured half empty."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from courses import clock
from courses.catalogue.models import Course, Kind
from courses.certificates.models import Certificate
from courses.content.models import Lesson
from courses.enrolment.assignments import Wanted, make
from courses.enrolment.models import Assignment, Draw, Enrolment, Status
from courses.enrolment.states import UNDER_WAY
from courses.events.models import Event
from courses.notices.models import Message
from courses.people.models import Person, Posting
from courses.scheduling.models import ClassSession, Mode, Run, RunInstructor, RunState

_Found = Select[*tuple[Any, ...]]
_OF_ALL = select(Assignment.id).where(Assignment.unit_id.is_(None)).order_by(Assignment.id).limit(1)


def largest(db: Session, people: dict[str, Person]) -> dict[str, int]:
    """Their ids by name, 0 where there is none.

    `old_run`: a full class of years ago; `assignment`: of everybody, made where there is none.
    """
    _assign(db, people["officer"])
    found = {**_of_runs(), **_of_learning(), **_of_applications(), **_of_teaching(people["teacher"].id)}
    return {name: db.scalar(statement.limit(1)) or 0 for name, statement in found.items()}


def _assign(db: Session, officer: Person) -> None:
    if db.scalar(_OF_ALL) is None:
        course_id = db.scalars(select(Course.id).where(Course.retired_on.is_(None)).order_by(Course.id).limit(1)).one()
        make(db, officer.id, Wanted(course_id, clock.today()))


def _of_runs() -> dict[str, _Found]:
    taken = select(Run.id).join(Run.course).order_by(Run.taken.desc(), Run.id)
    certified = select(Certificate.run_id).group_by(Certificate.run_id)
    eventful = select(Event.run_id).where(Event.run_id.is_not(None)).group_by(Event.run_id)
    return {
        "run": taken.where(Run.state == RunState.PUBLISHED),
        "old_run": taken.where(Run.imported, Course.kind == Kind.CLASSROOM),
        "large_run": taken.where(Run.imported),
        "certified_run": certified.order_by(func.count().desc()),
        "eventful_run": eventful.order_by(func.count().desc()),
    }


def _of_learning() -> dict[str, _Found]:
    learned = (
        select(Run.id)
        .join(Run.course)
        .where(Run.state == RunState.PUBLISHED, Run.course_id.in_(select(Lesson.course_id)), Run.taken > 0)
        .where(Course.kind == Kind.CYBER)
        .order_by(Run.taken.desc(), Run.id)
    )
    places = select(Enrolment.person_id).where(Enrolment.status == Status.ENROLLED).group_by(Enrolment.person_id)
    units = select(Posting.unit_id).group_by(Posting.unit_id).order_by(func.count().desc(), Posting.unit_id)
    return {
        "cyber_run": learned,
        "cyber_course": learned.with_only_columns(Run.course_id),
        "person": places.order_by(func.count().desc()),
        "unit": units,
    }


def _of_applications() -> dict[str, _Found]:
    changes = func.count(Event.id).desc()
    places = select(Enrolment.id).join(
        Event, (Event.run_id == Enrolment.run_id) & (Event.person_id == Enrolment.person_id)
    )
    return {
        "selected_run": _with_most(Run.mode == Mode.SELECTION, Enrolment.status.in_(UNDER_WAY)),
        "drawn_run": _with_most(Run.id.in_(select(Draw.run_id).where(Draw.drawn_at.is_not(None)))),
        "queued_run": _with_most(Enrolment.status == Status.WAITLISTED),
        "changed_enrolment": places.group_by(Enrolment.id).order_by(changes, Enrolment.id),
        "assignment": _OF_ALL,
        "message": select(Message.id).order_by(Message.id.desc()),
    }


def _with_most(*conditions: Any) -> _Found:
    """SQL: the runs that go on with most of such people."""
    open_still = or_(Run.state == RunState.PUBLISHED, Run.state == RunState.CLOSED)
    found = select(Enrolment.run_id).join(Run, Run.id == Enrolment.run_id).where(open_still, ~Run.imported, *conditions)
    return found.group_by(Enrolment.run_id).order_by(func.count().desc(), Enrolment.run_id)


def _of_teaching(teacher_id: int) -> dict[str, _Found]:
    attended = (
        select(ClassSession.id)
        .join(Run, Run.id == ClassSession.run_id)
        .join(RunInstructor, RunInstructor.run_id == Run.id)
        .where(Run.state == RunState.PUBLISHED, RunInstructor.person_id == teacher_id)
        .where(ClassSession.starts_at < clock.now())
    )
    return {"session": attended.order_by(Run.taken.desc(), ClassSession.id)}
