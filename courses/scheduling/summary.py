"""What a run's sessions come to, kept on the run so that lists and the search need no joins."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from courses import clock
from courses.catalogue.models import Course
from courses.people.models import Person
from courses.scheduling import entries
from courses.scheduling.models import ClassSession, Room, Run, RunInstructor, RunState
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
    run.place = _line([*(session.name for session in sessions), run.venue])
    run.teachers = _line(_teachers(db, run.id))
    run.days = len({moment.date() for moment in begins})
    run.from_clock = min((f"{moment:%H:%M}" for moment in begins), default="")
    run.until_clock = max((f"{moment:%H:%M}" for moment in ends), default="")
    title = db.scalars(select(Course.title).where(Course.id == run.course_id)).one()
    words = f"{title} {run.place} {run.teachers}"
    run.search_text, run.search_initials = search_key(words)[:_SEARCH], initials(words)[:_SEARCH]


def refresh_all(db: Session, course_ids: Collection[int]) -> None:
    """The same for every run of courses that got another title, and for the calendars of those ahead."""
    for run in db.scalars(select(Run).where(Run.course_id.in_(course_ids))).all():
        refresh(db, run)
        if run.state is RunState.PUBLISHED:
            entries.refresh(db, run)


def refresh_renamed(db: Session) -> None:
    """The same for every run still ahead whose room or instructor has another name by now. Closed ones keep theirs."""
    current = Run.state.in_([RunState.DRAFT, RunState.PUBLISHED])
    teachers = (
        select(Run, Person.name)
        .join(RunInstructor, RunInstructor.run_id == Run.id)
        .join(Person, Person.id == RunInstructor.person_id)
        .where(current)
        .order_by(Run.id, RunInstructor.position)
    )
    places = (
        select(Run, Room.name)
        .join(ClassSession, ClassSession.run_id == Run.id)
        .join(Room, Room.id == ClassSession.room_id)
        .where(current)
        .order_by(Run.id, ClassSession.starts_at)
    )
    stale = {run for run, names in _named(db, teachers).items() if run.teachers != _line(names)}
    stale |= {run for run, names in _named(db, places).items() if run.place != _line([*names, run.venue])}
    for run in stale:
        refresh(db, run)
        if run.state is RunState.PUBLISHED:
            entries.refresh(db, run)


def _named(db: Session, statement: Select[Run, str]) -> dict[Run, list[str]]:
    named: dict[Run, list[str]] = {}
    for run, name in db.execute(statement).all():
        named.setdefault(run, []).append(name)
    return named


def _line(names: Iterable[str | None]) -> str:
    """Each name once, in order, as far as there is room."""
    return ", ".join(dict.fromkeys(name for name in names if name))[:_LINE]


def _teachers(db: Session, run_id: int) -> list[str]:
    return list(
        db.scalars(
            select(Person.name)
            .join(RunInstructor, RunInstructor.person_id == Person.id)
            .where(RunInstructor.run_id == run_id)
            .order_by(RunInstructor.position)
        )
    )
