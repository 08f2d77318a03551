"""When the survey of a run is open: from the end of its last session (or its closing) for the organisation's days."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, bindparam, func, select
from sqlalchemy.orm import Session

from courses import clock
from courses.catalogue.models import Course, Kind
from courses.db import current
from courses.scheduling.models import ClassSession, Run, RunInstructor, RunState
from courses.settings.organisation import organisation
from courses.surveys.models import Survey

_LATE = timedelta(days=30)
"""So long after its time a survey is still opened, where nothing ran meanwhile."""


@dataclass(frozen=True)
class Window:
    """From when until when a survey is open; `over` was brought forward where an officer ended it."""

    opens: datetime
    over: datetime
    instructors: tuple[int, ...]

    @property
    def is_open(self) -> bool:
        """Now."""
        return self.opens <= clock.now() < self.over

    @property
    def is_over(self) -> bool:
        """For good."""
        return self.over <= clock.now()


def windows(db: Session, run_ids: Collection[int]) -> dict[int, Window]:
    """By run; those without a survey are left out: drafts, cancelled and imported runs, training of departments."""
    runs = current(db, _RUNS, {"ids": list(run_ids)}).all()
    teachers = _teachers(db, [run.id for run in runs if run.opened_at is None])
    days = organisation(db).survey_days
    return {run.id: _window(run, teachers.get(run.id, ()), days) for run in runs}


def window(db: Session, run_id: int) -> Window | None:
    """Of one run."""
    return windows(db, [run_id]).get(run_id)


def fix(db: Session, run_id: int, found: Window) -> Survey:
    """The survey's row, which keeps this window whatever moves later."""
    survey = db.get(Survey, run_id)
    if survey is None:
        survey = Survey(run_id=run_id, opened_at=found.opens, until=found.over, instructors=list(found.instructors))
        db.add(survey)
        db.flush()
    return survey


def to_open(db: Session) -> list[int]:
    """Runs whose survey is open now and has no row yet."""
    since = clock.today() - timedelta(days=organisation(db).survey_days) - _LATE
    begun = Run.ends_on >= since, Run.starts_on <= clock.today()
    known = select(Survey.run_id)
    ended = select(Run.id).where(Run.state.in_(_SURVEYED), Run.id.not_in(known), *begun)
    found = windows(db, list(db.scalars(ended)))
    return sorted(run_id for run_id, one in found.items() if one.is_open)


def _window(run: Row[Any], teachers: Iterable[int], days: int) -> Window:
    if run.opened_at:
        return Window(run.opened_at, run.ended_at or run.until, tuple(run.instructors))
    ends = run.last_end or clock.end_of(run.ends_on)
    opens = min(ends, run.closed_at or ends)
    return Window(opens, clock.end_of(clock.local(opens).date() + timedelta(days=days)), tuple(teachers))


def _teachers(db: Session, run_ids: Collection[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for run_id, person_id in current(db, _TEACHERS, {"ids": list(run_ids)}):
        found.setdefault(run_id, []).append(person_id)
    return found


_SURVEYED = (RunState.PUBLISHED, RunState.CLOSED)
_ids: Any = bindparam("ids", expanding=True)
_RUNS: Select[*tuple[Any, ...]] = (
    select(
        Run.id, Run.ends_on, Run.closed_at, Survey.opened_at, Survey.until, Survey.ended_at, Survey.instructors,
        select(func.max(ClassSession.ends_at)).where(ClassSession.run_id == Run.id).scalar_subquery().label("last_end"),
    )
    .join(Course, Course.id == Run.course_id)
    .outerjoin(Survey, Survey.run_id == Run.id)
    .where(Run.id.in_(_ids), Run.state.in_(_SURVEYED), Run.imported.is_(False), Course.kind != Kind.WORKPLACE)
)  # fmt: skip
_TEACHERS = (
    select(RunInstructor.run_id, RunInstructor.person_id)
    .where(RunInstructor.run_id.in_(_ids))
    .order_by(RunInstructor.run_id, RunInstructor.position, RunInstructor.person_id)
)
