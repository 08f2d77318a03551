"""How far people have come: one person's way through a course, the sums of many, and what brings a lesson forward."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, bindparam, func, select
from sqlalchemy.orm import Session

from courses import clock
from courses.content.gates import Gate, Season, course_progress, opened, season, way_to
from courses.content.models import TIMED, Lesson, LessonKind, LessonProgress
from courses.content.queries import lessons
from courses.content.watching import FULL
from courses.db import KEY, current, rows
from courses.enrolment.models import Enrolment, Status
from courses.errors import Refused, WayOut
from courses.events.actions import record
from courses.events.facts import LessonDone
from courses.scheduling.models import Run, RunState
from courses.text import Text, text


@dataclass(frozen=True, slots=True)
class Step:
    """A lesson as one person meets it. `lacks`: the lessons that would open it, while it is shut."""

    lesson: Lesson
    row: LessonProgress | None
    is_open: bool
    lacks: tuple[Lesson, ...] = ()

    @property
    def progress(self) -> int:
        """In hundredths of a percent."""
        return self.row.progress if self.row else 0

    @property
    def done(self) -> bool:
        """Whether nothing more is to be done in it."""
        return self.progress >= FULL


@dataclass(frozen=True)
class Way:
    """One person's way through the lessons of a course."""

    season: Season
    steps: list[Step] = field(default_factory=list)
    progress: int = 0

    @property
    def next(self) -> Step | None:
        """Where to go on: what was begun last and is not done, else the first that is open and not done."""
        left = [step for step in self.steps if step.is_open and not step.done]
        begun = [(step.row.saved_at, -place, step) for place, step in enumerate(left) if step.row]
        return max(begun)[2] if begun else next(iter(left), None)

    @property
    def saved_at(self) -> datetime | None:
        """When something was saved last."""
        return max((step.row.saved_at for step in self.steps if step.row), default=None)

    def step(self, lesson_id: int) -> Step | None:
        """The one of a lesson."""
        return next((step for step in self.steps if step.lesson.id == lesson_id), None)


def way(db: Session, enrolment: Enrolment, run: Run) -> Way:
    """The way of somebody enrolled. Two statements."""
    found = lessons(db, run.course_id)
    mine = select(LessonProgress).where(LessonProgress.enrolment_id == enrolment.id)
    rows = {row.lesson_id: row for row in db.scalars(mine)}
    gates = [_gate(lesson, rows.get(lesson.id)) for lesson in found]
    steps = [
        Step(lesson, rows.get(lesson.id), is_open, () if is_open else _lacking(found, gates, lesson))
        for lesson, is_open in zip(found, opened(gates), strict=True)
    ]
    return Way(season_of(enrolment, run), steps, course_progress(gates))


def season_of(enrolment: Enrolment, run: Run) -> Season:
    """Whether this enrolment can learn now."""
    settled = enrolment.outcome is not None or run.state is not RunState.PUBLISHED
    return season(run.starts_on, run.ends_on, clock.today(), settled=settled)


def _gate(lesson: Lesson, row: LessonProgress | None) -> Gate:
    return Gate(lesson.minutes, lesson.opens_at, row.progress if row else None)


def _lacking(found: Sequence[Lesson], gates: Sequence[Gate], lesson: Lesson) -> tuple[Lesson, ...]:
    return tuple(found[index] for index in way_to(gates, lesson.opens_at) if found[index] is not lesson)


# What a learner does. The caller loads the enrolment through the person.


def enter(db: Session, enrolment: Enrolment, run: Run, lesson_id: int) -> Step:
    """The step of a lesson that may be learnt now. Raises `Refused` before and after the run, and at a shut gate."""
    mine = way(db, enrolment, run)
    if mine.season is Season.OVER:
        raise _refusal(text("This run is over. Its lessons can still be read, but nothing is counted any more."))
    return look(mine, run, lesson_id)


def look(mine: Way, run: Run, lesson_id: int) -> Step:
    """The step of a lesson that may be looked at: also after the run. Raises `Refused` before it, and at a gate."""
    if mine.season is Season.BEFORE:
        raise _refusal(text("You can learn from %(day)s.", day=run.starts_on))
    step = mine.step(lesson_id)
    if step is None:
        raise _refusal(text("This lesson is no longer part of the course."))
    if not step.is_open:
        raise _refusal(shut(step))
    return step


def shut(step: Step) -> Text:
    """Why a lesson is not open yet, and what opens it."""
    if not step.lacks:
        return text("Opens at %(percent)s %% of the course.", percent=step.lesson.opens_at // 100)
    return text(
        "Opens at %(percent)s %% of the course. Learn first: %(lessons)s",
        percent=step.lesson.opens_at // 100,
        lessons=", ".join(lesson.title for lesson in step.lacks),
    )


def begun(db: Session, enrolment: Enrolment, lesson: Lesson) -> LessonProgress:
    """The row of somebody in a lesson, locked; a new one when it is opened for the first time."""
    row = db.scalar(
        select(LessonProgress)
        .where(LessonProgress.enrolment_id == enrolment.id, LessonProgress.lesson_id == lesson.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        now = clock.now()
        row = LessonProgress(
            enrolment_id=enrolment.id, lesson_id=lesson.id, progress=0, watched=[], at=0, opened_at=now, saved_at=now
        )
        db.add(row)
        db.flush()
    return row


def advance(db: Session, actor_id: int, enrolment: Enrolment, row: LessonProgress, progress: int) -> None:
    """Bring a lesson forward, never back; when it is done, that is an event."""
    row.saved_at = clock.now()
    row.progress = max(row.progress, progress)
    if row.progress >= FULL and row.done_at is None:
        row.done_at = row.saved_at
        record(db, actor_id, LessonDone(enrolment.id, row.lesson_id, enrolment.run_id, enrolment.person_id))


def read(
    db: Session, actor_id: int, enrolment: Enrolment, run: Run, lesson_id: int, *, opened_at: datetime, least: int
) -> None:
    """Mark a text, picture or document as read, `least` seconds after it was opened. Raises `Refused`."""
    lesson = enter(db, enrolment, run, lesson_id).lesson
    if lesson.kind in (*TIMED, LessonKind.QUIZ):
        raise _refusal(text("This lesson is counted by itself."))
    if clock.now() - opened_at < timedelta(seconds=least):
        raise _refusal(text("Take %(seconds)s seconds at least to read it, then mark it as read.", seconds=least))
    advance(db, actor_id, enrolment, begun(db, enrolment, lesson), FULL)


def _refusal(message: Text) -> Refused:
    return Refused(message, code="learning", way_out=WayOut("my_learning", text("See what you are learning")))


# Many people at once.


def of_person(db: Session, person_id: int) -> dict[int, int]:
    """The progress in every run of a person whose course has lessons, by enrolment."""
    return _totals(db, _OF_PERSON, person_id)


def of_run(db: Session, run_id: int) -> dict[int, int]:
    """The progress of everybody in a run, by enrolment; empty when the course has no lessons."""
    return _totals(db, _OF_RUN, run_id)


def _totals(db: Session, statement: Select[*tuple[Any, ...]], whose: int) -> dict[int, int]:
    found = current(db, statement, {"whose": whose})
    return {enrolment: int(reached) // int(minutes) for enrolment, reached, minutes in found}


class Trace(NamedTuple):
    """How far somebody has come in a run, and when something was saved last."""

    progress: int
    done: int
    lessons: int
    saved_at: datetime | None


def traces(db: Session, run_id: int) -> dict[int, Trace]:
    """Everybody's trace in a run, by enrolment. One statement."""
    found: Iterable[Any] = rows(db, _TRACES, {"run": run_id})
    return {
        enrolment: Trace(int(reached) // int(minutes), done, count, saved_at)
        for enrolment, reached, minutes, done, count, saved_at in found
    }


def _learnt(whose: ColumnElement[bool]) -> Select[Any]:
    """Enrolments with each lesson of their course, by enrolment."""
    mine = (LessonProgress.enrolment_id == Enrolment.id) & (LessonProgress.lesson_id == Lesson.id)
    return (
        select(Enrolment.id)
        .join(Run, Run.id == Enrolment.run_id)
        .join(Lesson, Lesson.course_id == Run.course_id)
        .outerjoin(LessonProgress, mine)
        .where(whose, Enrolment.status == Status.ENROLLED, Lesson.retired_at.is_(None))
        .group_by(Enrolment.id)
    )


def in_run(db: Session, run_id: int, found: Sequence[Lesson]) -> dict[int, dict[int, int]]:
    """{enrolment: {lesson: progress}} of a run, for lessons that were opened. One statement."""
    rows = db.execute(
        select(LessonProgress.enrolment_id, LessonProgress.lesson_id, LessonProgress.progress)
        .join(Enrolment, Enrolment.id == LessonProgress.enrolment_id)
        .where(Enrolment.run_id == run_id, LessonProgress.lesson_id.in_([lesson.id for lesson in found]))
    )
    result: dict[int, dict[int, int]] = {}
    for enrolment, lesson, progress in rows:
        result.setdefault(enrolment, {})[lesson] = progress
    return result


_whose = bindparam("whose", type_=KEY)
_SUMS = (
    Enrolment.id,
    func.sum(Lesson.minutes * func.coalesce(LessonProgress.progress, 0)),
    func.sum(Lesson.minutes),
)
_OF_PERSON = _learnt(Enrolment.person_id == _whose).with_only_columns(*_SUMS)
_OF_RUN = _learnt(Enrolment.run_id == _whose).with_only_columns(*_SUMS)
_TRACES = _learnt(Enrolment.run_id == bindparam("run", type_=KEY)).with_only_columns(
    *_SUMS,
    func.count(LessonProgress.done_at),
    func.count(),
    func.max(LessonProgress.saved_at),
)
"""Built once: that costs more than running it."""
