"""The sessions an instructor has before and behind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from courses import clock
from courses.attendance.models import Attendance
from courses.attendance.rules import OPENS_BEFORE
from courses.catalogue.models import Course
from courses.enrolment.models import Enrolment, Status
from courses.scheduling.models import ClassSession, Room, Run, RunInstructor, RunState
from courses.scheduling.pinned import SCORED

_NEXT, _UNMARKED = 12, 30


@dataclass(frozen=True, slots=True)
class Entry:
    """A session in a list, with how many of its people are marked."""

    id: int
    run_id: int
    title: str
    run_number: int
    number: int
    starts_at: datetime
    ends_at: datetime
    place: str
    state: RunState
    enrolled: int
    marked: int

    @property
    def day(self) -> date:
        """The office's day on which it starts."""
        return clock.local(self.starts_at).date()

    @property
    def unmarked(self) -> int:
        """How many still lack a mark."""
        return max(self.enrolled - self.marked, 0)


@dataclass(frozen=True)
class Agenda:
    """What there is to teach: today's sessions, the next ones, and those behind that lack marks."""

    today: list[Entry]
    ahead: list[Entry]
    behind: list[Entry]


@dataclass(frozen=True, slots=True)
class ScoredRun:
    """A run whose scores are entered."""

    id: int
    title: str
    number: int
    ends_on: date


def agenda(db: Session, reach: ColumnElement[bool]) -> Agenda:
    """The sessions within `reach` (a condition on `ClassSession`) that have not been closed."""
    today = clock.today()
    first, last = clock.start_of(today), clock.end_of(today)
    started = ClassSession.starts_at
    entries = _entries().where(reach, Run.state == RunState.PUBLISHED)
    todays = _read(db, _entries().where(reach, _TAKES_PLACE, started >= first, started < last).order_by(started))
    ahead = _read(db, entries.where(started >= last).order_by(started, ClassSession.id).limit(_NEXT))
    behind = entries.where(started < first, _marked() < _enrolled(), _enrolled() > 0)
    return Agenda(todays, ahead, _read(db, behind.order_by(started.desc(), ClassSession.id).limit(_UNMARKED)))


def current(db: Session, person_id: int) -> int | None:
    """The one session this person teaches now, or that starts within half an hour; None for none or several."""
    now = clock.now()
    on = db.scalars(
        select(ClassSession.id)
        .join(Run, Run.id == ClassSession.run_id)
        .join(RunInstructor, RunInstructor.run_id == Run.id)
        .where(
            RunInstructor.person_id == person_id,
            Run.state == RunState.PUBLISHED,
            ClassSession.starts_at <= now + OPENS_BEFORE,
            ClassSession.ends_at > now,
        )
        .limit(2)
    ).all()
    return on[0] if len(on) == 1 else None


def runs_to_score(db: Session, reach: ColumnElement[bool]) -> list[ScoredRun]:
    """The scored runs within `reach` (a condition on `Run`) that began and are not closed yet."""
    rows = db.execute(
        select(Run.id, Course.title, Run.number, Run.ends_on)
        .join(Course, Course.id == Run.course_id)
        .where(reach, SCORED, Run.state == RunState.PUBLISHED, Run.starts_on <= clock.today())
        .order_by(Run.ends_on, Run.id)
        .limit(_UNMARKED)
    )
    return [ScoredRun(*row) for row in rows]


_TAKES_PLACE = Run.state.in_([RunState.PUBLISHED, RunState.CLOSED])


def _entries() -> Select[*tuple[Any, ...]]:
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
            Run.state,
            _enrolled(),
            _marked(),
        )
        .join(Run, Run.id == ClassSession.run_id)
        .join(Course, Course.id == Run.course_id)
        .outerjoin(Room, Room.id == ClassSession.room_id)
    )


def _enrolled() -> ColumnElement[int]:
    return (
        select(func.count())
        .where(Enrolment.run_id == Run.id, Enrolment.status == Status.ENROLLED)
        .correlate(Run)
        .scalar_subquery()
    )


def _marked() -> ColumnElement[int]:
    return (
        select(func.count())
        .select_from(Attendance)
        .join(Enrolment, Enrolment.id == Attendance.enrolment_id)
        .where(Attendance.session_id == ClassSession.id, Enrolment.status == Status.ENROLLED)
        .correlate(ClassSession)
        .scalar_subquery()
    )


def _read(db: Session, statement: Select[*tuple[Any, ...]]) -> list[Entry]:
    return [Entry(*row) for row in db.execute(statement)]
