"""Runs as an officer sees them: the list by stage, one run as a plan, and what can be chosen for it."""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Collection
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Date, Integer, Select, and_, bindparam, case, func, literal, or_, select
from sqlalchemy.orm import Session, selectinload

from courses import clock
from courses.catalogue.models import Course, Kind
from courses.db import Moment, rows
from courses.people.models import OrgUnit, Person, Posting, Role, RoleGrant
from courses.scheduling.conditions import mentions, takes_applications
from courses.scheduling.models import ClassSession, Mode, Room, Run, RunInstructor, RunState
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
    mode: Mode
    stage: str
    apply_until: datetime | None
    total: int


def runs(db: Session, stages: Collection[Stage] = (), words: str = "", page: int = 1) -> list[Planned]:
    """A page of the runs in these stages; those ahead come first by day, those behind by day backwards."""
    wanted = stages or CURRENT
    statement = _BACKWARDS if {Stage.CLOSED, Stage.CANCELLED}.issuperset(wanted) else _FORWARDS
    if said := search_key(words).split():
        statement = statement.where(*(mentions(word) for word in said))
    asked = {
        "now": clock.now(),
        "today": clock.today(),
        "stages": [one.value for one in wanted],
        "states": list({_STATES.get(one, RunState.PUBLISHED) for one in wanted}),
        "from": PAGE * (page - 1),
    }
    return [Planned._make(row) for row in rows(db, statement, asked).all()]


def runs_of_course(db: Session, course_id: int, limit: int = 5) -> list[Planned]:
    """The latest runs of a course, the last one first."""
    statement = _PLANNED.where(Run.course_id == course_id).order_by(Run.starts_on.desc(), Run.id.desc())
    asked = {"now": clock.now(), "today": clock.today()}
    return [Planned._make(row) for row in rows(db, statement.limit(limit), asked).all()]


def runs_of(db: Session, course_ids: Collection[int], year: int) -> dict[int, int]:
    """How many runs each of these courses has in a year, without those that do not take place."""
    found = rows(db, _RUNS_OF, {"courses": list(course_ids), "year": year})
    return {row.course_id: row.runs for row in found}


_RUNS_OF = (
    select(Run.course_id, func.count().label("runs"))
    .where(
        Run.course_id.in_(bindparam("courses", expanding=True)),
        Run.year == bindparam("year"),
        Run.state != RunState.CANCELLED,
    )
    .group_by(Run.course_id)
)


def stage_of(db: Session, run: Run) -> Stage:
    """How far this run has come."""
    asked = {"now": clock.now(), "today": clock.today()}
    return Stage(db.scalars(select(_STAGE).where(Run.id == run.id), asked).one())


_STATES = {Stage.DRAFT: RunState.DRAFT, Stage.CLOSED: RunState.CLOSED, Stage.CANCELLED: RunState.CANCELLED}
"""The state of a run in a stage; in all others it is published. There is an index for states and none for stages."""


def _stage() -> ColumnElement[str]:
    """SQL: the stage of a run at `:now`, on `:today`."""
    now, today = bindparam("now", type_=Moment), bindparam("today", type_=Date)
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


_STAGE = _stage()
_PLANNED: Select[*tuple[Any, ...]] = select(
    Run.id, Course.title, Course.kind, Run.number, Run.year, Run.starts_on, Run.ends_on, Run.place,
    Run.teachers, Run.taken, Run.capacity, Run.mode, _STAGE, Run.apply_until, func.count().over(),
).join(Course, Course.id == Run.course_id)  # fmt: skip
_LISTED = _PLANNED.where(
    Run.state.in_(bindparam("states", expanding=True)), _STAGE.in_(bindparam("stages", expanding=True))
).limit(PAGE)
_FORWARDS, _BACKWARDS = (
    _LISTED.order_by(day, Run.id).offset(bindparam("from", type_=Integer))
    for day in (Run.starts_on, Run.starts_on.desc())
)
"""Built once: that costs more than running them."""


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
    planned = tuple(_session(session) for session in sessions)
    days = [session.day for session in planned]
    return RunPlan(
        starts_on=run.starts_on,
        ends_on=run.ends_on,
        capacity=run.capacity,
        apply_from=run.apply_from,
        apply_until=run.apply_until,
        cancel_until=run.cancel_until,
        sessions=planned,
        instructor_ids=tuple(instructors),
        venue=run.venue,
        spans=bool(planned) and (run.starts_on, run.ends_on) != (min(days), max(days)),
        mode=run.mode,
        minimum=run.minimum,
        offer_hours=run.offer_hours,
        quota_depth=run.quota_depth,
    )


def _session(row: ClassSession) -> SessionPlan:
    periods = (PeriodPlan(p.starts_at, p.ends_at, p.subject, p.instructor_id) for p in row.periods)
    return SessionPlan(tuple(periods), row.room_id, row.id)


def sessions_on(db: Session, days: Collection[date]) -> dict[date, int]:
    """How many sessions of drafts and published runs begin on each of these days; days without any are left out."""
    if not days:
        return {}
    moments = rows(db, _BEGIN, {"from": clock.start_of(min(days)), "until": clock.end_of(max(days))}).scalars()
    found = Counter(clock.local(moment).date() for moment in moments)
    return {day: found[day] for day in days if found[day]}


_BEGIN = (
    select(ClassSession.starts_at)
    .join(Run, Run.id == ClassSession.run_id)
    .where(
        Run.state.in_((RunState.DRAFT, RunState.PUBLISHED)),
        ClassSession.starts_at >= bindparam("from"),
        ClassSession.starts_at < bindparam("until"),
    )
)


class Before(NamedTuple):
    """Where the course's last run was, who taught it, and how its places were given out (as in `Run`)."""

    room_id: int | None = None
    venue: str = ""
    instructor_ids: tuple[int, ...] = ()
    mode: Mode | None = None
    minimum: int | None = None
    offer_hours: int | None = None
    quota_depth: int = 1


def last_of(db: Session, course_id: int) -> Before:
    """The course's last run that had instructors, for the next one to start from."""
    taught = select(RunInstructor.run_id).where(RunInstructor.run_id == Run.id).exists()
    run = db.execute(
        select(Run.id, Run.venue, Run.mode, Run.minimum, Run.offer_hours, Run.quota_depth)
        .where(Run.course_id == course_id, Run.state != RunState.CANCELLED, taught)
        .order_by(Run.starts_on.desc(), Run.id.desc())
        .limit(1)
    ).one_or_none()
    if run is None:
        return Before()
    room_id = db.scalar(
        select(ClassSession.room_id).where(ClassSession.run_id == run.id).order_by(ClassSession.number).limit(1)
    )
    of_run = select(RunInstructor.person_id).where(RunInstructor.run_id == run.id).order_by(RunInstructor.position)
    return Before(room_id, run.venue, tuple(db.scalars(of_run)), *run[2:])


def last_days(db: Session, course_ids: Collection[int]) -> dict[int, date]:
    """When the latest run of each of these courses begins or began."""
    rows = db.execute(
        select(Run.course_id, func.max(Run.starts_on).label("day"))
        .where(Run.course_id.in_(course_ids), Run.state != RunState.CANCELLED)
        .group_by(Run.course_id)
    )
    return {row.course_id: row.day for row in rows}


class Teacher(NamedTuple):
    """Somebody who may be chosen as instructor. `of`: unit or institution, to tell namesakes apart."""

    id: int
    name: str
    of: str


def instructors(db: Session, also: Collection[int] = (), *, of_staff: bool = False) -> list[Teacher]:
    """Those who hold the role and take part today, and those `also` named, by name. `of_staff`: only the own staff."""
    own = (Person.employee_no.is_not(None),) if of_staff else ()
    role = select(RoleGrant.person_id).where(RoleGrant.role == Role.INSTRUCTOR)
    rows = db.execute(
        select(Person.id, Person.name, func.coalesce(OrgUnit.name, Person.institution))
        .outerjoin(Posting, and_(Posting.person_id == Person.id, Posting.on(clock.today())))
        .outerjoin(OrgUnit, OrgUnit.id == Posting.unit_id)
        .where(or_(and_(Person.id.in_(role), Person.active_on(clock.today()), *own), Person.id.in_(also)))
        .order_by(Person.name, Person.id)
    )
    return [Teacher(*row) for row in rows]


def rooms(db: Session, also: Collection[int] = ()) -> list[Room]:
    """The rooms in use, and those `also` named, by name."""
    return list(db.scalars(select(Room).where(or_(in_use(), Room.id.in_(also))).order_by(Room.name)))


def in_use() -> ColumnElement[bool]:
    """SQL: rooms that something may still be planned in."""
    return or_(Room.retired_on.is_(None), Room.retired_on > clock.today())
