"""Runs as the demo plans them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from courses import clock
from courses.catalogue.models import Course
from courses.people.models import Person
from courses.scheduling.models import ClassSession, Period, Room, Run, RunInstructor, RunState
from courses.text import initials, search_key
from lms.demo.days import Hours


@dataclass(frozen=True)
class Plan:
    """A run as it is to be planned. Cyber runs have neither sessions nor room."""

    course: Course
    starts_on: date
    ends_on: date
    capacity: int
    apply_from: datetime
    apply_until: datetime
    cancel_until: datetime
    sessions: list[Hours] = field(default_factory=list)
    room: Room | None = None
    instructors: list[Person] = field(default_factory=list)


def plan(db: Session, actor_id: int, drawn: Plan) -> Run:
    """A draft."""
    year = drawn.starts_on.year
    last = db.scalar(select(func.max(Run.number)).where(Run.course_id == drawn.course.id, Run.year == year))
    words = " ".join([drawn.course.title, drawn.room.name if drawn.room else "", *(p.name for p in drawn.instructors)])
    run = Run(
        course_id=drawn.course.id, year=year, number=(last or 0) + 1, starts_on=drawn.starts_on, ends_on=drawn.ends_on,
        capacity=drawn.capacity, apply_from=drawn.apply_from, apply_until=drawn.apply_until,
        cancel_until=drawn.cancel_until, policy="plain 1", place=drawn.room.name if drawn.room else "",
        teachers=", ".join(p.name for p in drawn.instructors), days=len(drawn.sessions),
        from_clock=clock.local(drawn.sessions[0][0][0]).strftime("%H:%M") if drawn.sessions else "",
        until_clock=clock.local(drawn.sessions[0][-1][1]).strftime("%H:%M") if drawn.sessions else "",
        search_text=search_key(words), search_initials=initials(words),
    )  # fmt: skip
    db.add(run)
    db.flush()
    for number, periods in enumerate(drawn.sessions, 1):
        db.add(
            ClassSession(
                run_id=run.id,
                number=number,
                starts_at=periods[0][0],
                ends_at=periods[-1][1],
                room_id=drawn.room.id if drawn.room else None,
                periods=[Period(number=n, starts_at=a, ends_at=b) for n, (a, b) in enumerate(periods, 1)],
            )
        )
    for position, person in enumerate(drawn.instructors):
        db.add(RunInstructor(run_id=run.id, person_id=person.id, position=position))
    db.flush()
    return run


def publish(db: Session, actor_id: int, run: Run) -> None:
    """Open it to everybody."""
    run.state, run.published_at = RunState.PUBLISHED, clock.now()
    db.flush()


def cancel(db: Session, actor_id: int, run: Run) -> None:
    """It will not take place."""
    run.state = RunState.CANCELLED
    db.flush()
