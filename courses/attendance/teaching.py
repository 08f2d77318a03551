"""The sessions an instructor has before and behind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from itertools import starmap
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, bindparam, func, select, true
from sqlalchemy.orm import Session

from courses import clock
from courses.attendance.models import Attendance
from courses.attendance.rules import OPENS_BEFORE
from courses.catalogue.models import Course
from courses.db import KEY, Moment, rows
from courses.enrolment.models import Enrolment, Status
from courses.scheduling.meetings import meetings
from courses.scheduling.models import ClassSession, Run, RunInstructor, RunState
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

    def on(self, now: datetime) -> list[Entry]:
        """Which of today's sessions take place now, or start within half an hour."""
        return [
            entry
            for entry in self.today
            if entry.state is RunState.PUBLISHED and entry.starts_at - OPENS_BEFORE <= now < entry.ends_at
        ]


@dataclass(frozen=True, slots=True)
class ScoredRun:
    """A run whose scores are entered."""

    id: int
    title: str
    number: int
    ends_on: date


def agenda(db: Session, teacher_id: int | None) -> Agenda:
    """The sessions of an instructor's runs (None: of all) that have not been closed."""
    today = clock.today()
    asked = {"teacher": teacher_id, "first": clock.start_of(today), "last": clock.end_of(today)}
    return Agenda(*(list(starmap(Entry, rows(db, one, asked))) for one in _AGENDA[teacher_id is not None]))


def current(db: Session, person_id: int) -> int | None:
    """The one session this person teaches now, or that starts within half an hour; None for none or several."""
    now = clock.now()
    on = rows(db, _CURRENT, {"teacher": person_id, "opens": now + OPENS_BEFORE, "now": now}).scalars().all()
    return on[0] if len(on) == 1 else None


def runs_to_score(db: Session, teacher_id: int | None) -> list[ScoredRun]:
    """An instructor's scored runs (None: all) that began and are not closed yet."""
    asked = {"teacher": teacher_id, "today": clock.today()}
    return list(starmap(ScoredRun, rows(db, _TO_SCORE[teacher_id is not None], asked)))


# Each statement is built once, which costs more than running it: for all runs, and for those of an instructor.


def _agenda(reach: ColumnElement[bool]) -> tuple[Select[*tuple[Any, ...]], ...]:
    """Today's sessions, the next ones, and those behind that lack marks."""
    first, last = bindparam("first", type_=Moment), bindparam("last", type_=Moment)
    enrolled, marked, started = _enrolled(), _marked(), ClassSession.starts_at
    every = _entries(enrolled, marked).where(reach)
    entries = every.where(Run.state == RunState.PUBLISHED)
    behind = entries.where(started < first, marked < enrolled, enrolled > 0)
    return (
        every.where(_TAKES_PLACE, started >= first, started < last).order_by(started),
        entries.where(started >= last).order_by(started, ClassSession.id).limit(_NEXT),
        behind.order_by(started.desc(), ClassSession.id).limit(_UNMARKED),
    )


def _to_score(reach: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return (
        select(Run.id, Course.title, Run.number, Run.ends_on)
        .join(Course, Course.id == Run.course_id)
        .where(reach, SCORED, Run.state == RunState.PUBLISHED, Run.starts_on <= bindparam("today", type_=Date))
        .order_by(Run.ends_on, Run.id)
        .limit(_UNMARKED)
    )


def _entries(enrolled: ColumnElement[int], marked: ColumnElement[int]) -> Select[*tuple[Any, ...]]:
    return meetings(Run.state, enrolled, marked)


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


_TAKES_PLACE = Run.state.not_in([RunState.DRAFT, RunState.CANCELLED])
"""Not the states it may have: a database would go through the closed runs of all years."""
_MINE = Run.id.in_(select(RunInstructor.run_id).where(RunInstructor.person_id == bindparam("teacher", type_=KEY)))
_CURRENT = (
    select(ClassSession.id)
    .join(Run, Run.id == ClassSession.run_id)
    .where(
        _MINE,
        Run.state == RunState.PUBLISHED,
        ClassSession.starts_at <= bindparam("opens", type_=Moment),
        ClassSession.ends_at > bindparam("now", type_=Moment),
    )
    .limit(2)
)
_AGENDA = (_agenda(true()), _agenda(_MINE))
_TO_SCORE = (_to_score(true()), _to_score(_MINE))
