"""Runs as an officer sees them: the list by stage, one run as a plan, and what can be chosen for it."""

from __future__ import annotations

import enum
from collections.abc import Collection
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select
from sqlalchemy.orm import Session, selectinload

from courses import clock
from courses.catalogue.models import Course, Kind
from courses.people.models import OrgUnit, Person, Posting, Role, RoleGrant
from courses.scheduling.conditions import mentions, takes_applications
from courses.scheduling.models import ClassSession, Room, Run, RunInstructor, RunState
from courses.scheduling.plan import PeriodPlan, RunPlan, SessionPlan
from courses.text import search_key

PAGE = 50


class Stage(enum.StrEnum):
    """How far a run has come. A cyber run that is running may take applications as well: it counts as open."""

    DRAFT = "draft"
    OPEN = "open"  # takes applications now
    AHEAD = "ahead"  # published, has not begun, takes none now
    RUNNING = "running"
    ENDED = "ended"  # over, not closed yet
    CLOSED = "closed"
    CANCELLED = "cancelled"


CURRENT = (Stage.DRAFT, Stage.OPEN, Stage.AHEAD, Stage.RUNNING, Stage.ENDED)
"""What is shown when nothing is asked for: everything with work left."""


class Planned(NamedTuple):
    """A run in the officer's list. `total` is the number of runs over all pages."""

    id: int
    title: str
    kind: Kind
    number: int
    year: int
    starts_on: date
    ends_on: date
    place: str
    teachers: str
    taken: int
    capacity: int | None
    stage: str
    apply_until: datetime | None
    total: int


def runs(db: Session, stages: Collection[Stage] = (), words: str = "", page: int = 1) -> list[Planned]:
    """A page of the runs in these stages; those ahead come first by day, those behind by day backwards."""
    stage = _stage()
    past = {Stage.CLOSED, Stage.CANCELLED}
    backwards = bool(stages) and past.issuperset(stages)
    day = Run.starts_on.desc() if backwards else Run.starts_on
    statement: Select[*tuple[Any, ...]] = (
        select(
            Run.id, Course.title, Course.kind, Run.number, Run.year, Run.starts_on, Run.ends_on, Run.place,
            Run.teachers, Run.taken, Run.capacity, stage, Run.apply_until, func.count().over(),
        )
        .join(Course, Course.id == Run.course_id)
        .where(stage.in_([one.value for one in stages or CURRENT]), *(mentions(w) for w in search_key(words).split()))
        .order_by(day, Run.id)
        .limit(PAGE)
        .offset(PAGE * (page - 1))
    )  # fmt: skip
    return [Planned(*row) for row in db.execute(statement)]


def stage_of(db: Session, run: Run) -> Stage:
    """How far this run has come."""
    return Stage(db.scalars(select(_stage()).where(Run.id == run.id)).one())


def _stage() -> ColumnElement[str]:
    now, today = clock.now(), clock.today()
    named = {one: literal(one.value) for one in Stage}
    return case(
        (Run.state == RunState.DRAFT, named[Stage.DRAFT]),
        (Run.state == RunState.CLOSED, named[Stage.CLOSED]),
        (Run.state == RunState.CANCELLED, named[Stage.CANCELLED]),
        (Run.ends_on < today, named[Stage.ENDED]),
        (takes_applications(now, today), named[Stage.OPEN]),
        (Run.starts_on > today, named[Stage.AHEAD]),
        else_=named[Stage.RUNNING],
    )


def plan_of(db: Session, run: Run) -> RunPlan:
    """The run as it is planned now."""
    sessions = db.scalars(
        select(ClassSession)
        .options(selectinload(ClassSession.periods))
        .where(ClassSession.run_id == run.id)
        .order_by(ClassSession.number)
    )
    instructors = db.scalars(
        select(RunInstructor.person_id).where(RunInstructor.run_id == run.id).order_by(RunInstructor.position)
    )
    return RunPlan(
        starts_on=run.starts_on,
        ends_on=run.ends_on,
        capacity=run.capacity,
        apply_from=run.apply_from,
        apply_until=run.apply_until,
        cancel_until=run.cancel_until,
        sessions=tuple(_session(session) for session in sessions),
        instructor_ids=tuple(instructors),
        venue=run.venue,
    )


def _session(row: ClassSession) -> SessionPlan:
    periods = (PeriodPlan(p.starts_at, p.ends_at, p.subject, p.instructor_id) for p in row.periods)
    return SessionPlan(tuple(periods), row.room_id, row.id)


def last_of(db: Session, course_id: int) -> tuple[int | None, list[int]]:
    """Room and instructors of the course's last run that had any, for the next one to start from."""
    taught = select(RunInstructor.run_id).where(RunInstructor.run_id == Run.id).exists()
    run_id = db.scalar(
        select(Run.id)
        .where(Run.course_id == course_id, Run.state != RunState.CANCELLED, taught)
        .order_by(Run.starts_on.desc(), Run.id.desc())
        .limit(1)
    )
    if run_id is None:
        return None, []
    room_id = db.scalar(
        select(ClassSession.room_id).where(ClassSession.run_id == run_id).order_by(ClassSession.number).limit(1)
    )
    of_run = select(RunInstructor.person_id).where(RunInstructor.run_id == run_id).order_by(RunInstructor.position)
    return room_id, list(db.scalars(of_run))


class Teacher(NamedTuple):
    """Somebody who may be chosen as instructor. `of`: unit or institution, to tell namesakes apart."""

    id: int
    name: str
    of: str


def instructors(db: Session, also: Collection[int] = ()) -> list[Teacher]:
    """Those who hold the role and take part today, and those `also` named, by name."""
    role = select(RoleGrant.person_id).where(RoleGrant.role == Role.INSTRUCTOR)
    rows = db.execute(
        select(Person.id, Person.name, func.coalesce(OrgUnit.name, Person.institution))
        .outerjoin(Posting, and_(Posting.person_id == Person.id, Posting.on(clock.today())))
        .outerjoin(OrgUnit, OrgUnit.id == Posting.unit_id)
        .where(or_(and_(Person.id.in_(role), Person.active_on(clock.today())), Person.id.in_(also)))
        .order_by(Person.name, Person.id)
    )
    return [Teacher(*row) for row in rows]


def rooms(db: Session) -> list[Room]:
    """All rooms, by name."""
    return list(db.scalars(select(Room).order_by(Room.name)))
