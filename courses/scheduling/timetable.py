"""What takes place when: the sessions of a room, an instructor, a course or of everybody, for a week or a month."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from itertools import groupby, starmap
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Date, Select, and_, bindparam, exists, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from courses import clock
from courses.catalogue.models import Course
from courses.db import KEY, Moment, rows
from courses.people.models import Person
from courses.scheduling.free import Span
from courses.scheduling.hours import CLOSES, LUNCH, LUNCH_ENDS, OPENS
from courses.scheduling.models import ClassSession, Period, Room, Run, RunInstructor, RunState

GAP = timedelta(minutes=30)
"""Periods this far apart stand as two blocks."""

ROOM, INSTRUCTOR, COURSE = "room", "instructor", "course"
_DAY, _WEEK, _HALF_A_YEAR = timedelta(days=1), timedelta(days=6), timedelta(days=183)


@dataclass(frozen=True, slots=True)
class Block:
    """One unbroken stretch of a session, in the office's time. `number` is the run's, `place` '' without a room."""

    session_id: int
    run_id: int
    title: str
    number: int
    starts_at: datetime
    ends_at: datetime
    place: str
    teachers: str
    state: RunState
    own: bool


class Meeting(NamedTuple):
    """A session in a row of the timetable of all rooms, instructors or courses (`of`: the row's id)."""

    of: int | None
    session_id: int
    run_id: int
    title: str
    number: int
    starts_at: datetime
    ends_at: datetime
    state: RunState
    own: bool


class Which(NamedTuple):
    """Some of the sessions: an SQL condition, built once, and the values it asks for."""

    condition: ColumnElement[bool]
    values: Mapping[str, int]


class Named(NamedTuple):
    """A room, instructor or course to choose; `seats` of a room."""

    id: int
    name: str
    seats: int | None = None


def monday(day: date) -> date:
    """The first day of the week of `day`."""
    return day - timedelta(days=day.weekday())


def in_room(room_id: int) -> Which:
    """Sessions in a room."""
    return Which(_IN_ROOM, {"room": room_id})


def of_course(course_id: int) -> Which:
    """Sessions of a course."""
    return Which(_OF_COURSE, {"course": course_id})


def taught_by(person_id: int) -> Which:
    """Sessions a person teaches."""
    return Which(TAUGHT, {"teacher": person_id})


def of_runs_of(person_id: int) -> Which:
    """Sessions of the runs a person is an instructor of, whoever teaches them."""
    return Which(_OF_RUNS_OF, {"instructor": person_id})


def known_to(person_id: int) -> Which:
    """Sessions that are no secret to a person: drafts are only that of their instructors."""
    return Which(_KNOWN, {"instructor": person_id})


def week(db: Session, first: date, *which: Which, own: Which | None = None) -> list[Block]:
    """What takes place in the week from `first` on, in order of time. `own`: which of it is one's own (None: all)."""
    statement = _week(own.condition if own else _ALL, *(one.condition for one in which))
    found = rows(db, statement, _values(first, first + _WEEK, own, *which))
    blocks = (block for _, periods in groupby(found, lambda row: row.id) for block in _blocks(periods))
    return sorted(blocks, key=lambda block: block.starts_at)


def meetings(db: Session, by: str, first: date, last: date, *which: Which, own: Which | None = None) -> list[Meeting]:
    """Every session of these days with its `room`, `instructor` or `course` (`by`), in order of time.

    A session of several instructors stands with each of them.
    """
    statement = _meetings(by, own.condition if own else _ALL, *(one.condition for one in which))
    return [Meeting._make(row) for row in rows(db, statement, _values(first, last, own, *which)).all()]


def begins(db: Session, first: date, last: date, *which: Which) -> list[datetime]:
    """When sessions begin on these days, in order and in the office's time: what a month is counted from."""
    found = rows(db, _begins(*(one.condition for one in which)), _values(first, last, *which))
    return [clock.local(moment) for moment in found.scalars()]


def next_day(db: Session, after: date, *which: Which) -> date | None:
    """The first day after this one on which something takes place, None when there is none."""
    found = rows(db, _next(*(one.condition for one in which)), _values(after + _DAY, after + _DAY, *which))
    moment = found.scalar()
    return clock.local(moment).date() if moment else None


def rooms(db: Session, day: date) -> list[Named]:
    """The rooms in use on a day, by code."""
    return list(starmap(Named, rows(db, _ROOMS, {"day": day})))


def instructors(db: Session, day: date) -> list[Named]:
    """The instructors of runs with sessions within half a year of a day, by name."""
    return list(starmap(Named, rows(db, _INSTRUCTORS, _values(day - _HALF_A_YEAR, day + _HALF_A_YEAR))))


def courses(db: Session, day: date, *which: Which) -> list[Named]:
    """The courses with sessions within half a year of a day, by title."""
    statement = _courses(*(one.condition for one in which))
    return list(starmap(Named, rows(db, statement, _values(day - _HALF_A_YEAR, day + _HALF_A_YEAR, *which))))


def name_of(db: Session, by: str, id_: int) -> Named | None:
    """The room, instructor or course of that id."""
    statement: Select[*tuple[Any, ...]] = {
        ROOM: select(Room.id, Room.name, Room.seats),
        INSTRUCTOR: select(Person.id, Person.name).where(exists().where(RunInstructor.person_id == Person.id)),
        COURSE: select(Course.id, Course.title).where(~Course.draft),
    }[by]
    key = {ROOM: Room.id, INSTRUCTOR: Person.id, COURSE: Course.id}[by]
    row = db.execute(statement.where(key == id_)).first()
    return Named(*row) if row else None


def free_times(blocks: Sequence[Block], days: Iterable[date]) -> list[Span]:
    """When nothing takes place within working hours (lunch left out) on these days; at least half an hour each."""
    taken = sorted((block.starts_at, block.ends_at) for block in blocks)
    found = []
    for day in days:
        for begin, end in ((OPENS, LUNCH), (LUNCH_ENDS, CLOSES)):
            found += _gaps(clock.local(clock.at(day, begin)), clock.local(clock.at(day, end)), taken)
    return found


def lanes(blocks: Sequence[Block]) -> list[tuple[int, int]]:
    """For blocks in order of time: which lane each goes into, from 0, and of how many, so that none hides another."""
    found: list[tuple[int, int]] = []
    group: list[int] = []
    ends: list[datetime] = []
    for block in [*blocks, None]:
        if block is None or (ends and block.starts_at >= max(ends)):
            found += [(lane, len(ends)) for lane in group]
            group, ends = [], []
        if block is not None:
            lane = next((n for n, end in enumerate(ends) if end <= block.starts_at), len(ends))
            ends[lane : lane + 1] = [block.ends_at]
            group.append(lane)
    return found


def _gaps(first: datetime, last: datetime, taken: Iterable[Span]) -> list[Span]:
    found = []
    for begins_at, ends_at in taken:
        if ends_at > first and begins_at < last:
            found.append((first, begins_at))
            first = max(first, ends_at)
    return [(begin, end) for begin, end in [*found, (first, last)] if end - begin >= GAP]


def _values(first: date, last: date, *which: Which | None) -> dict[str, Any]:
    """What the statements below ask for: these days, and whose sessions."""
    values: dict[str, Any] = {"from": clock.start_of(first), "until": clock.end_of(last)}
    for one in which:
        values.update(one.values if one else {})
    return values


def _blocks(periods: Iterable[Any]) -> list[Block]:
    """A session's periods joined where they follow each other; the whole session where it has none."""
    blocks: list[Block] = []
    for row in periods:
        starts_at = clock.local(row.period_starts_at or row.starts_at)
        ends_at = clock.local(row.period_ends_at or row.ends_at)
        if blocks and starts_at - blocks[-1].ends_at < GAP:
            starts_at = blocks.pop().starts_at
        about = (row.id, row.run_id, row.title, row.number, starts_at, ends_at, row.place, row.teachers, row.state)
        blocks.append(Block(*about, bool(row.own)))
    return blocks


# The statements, each built once: that costs more than running them.


def _teaches(teacher: type[RunInstructor]) -> ColumnElement[bool]:
    """SQL: one of the run's instructors teaches the session: a period of it, or what has nobody of its own."""
    period = aliased(Period)
    of_session = period.session_id == ClassSession.id
    own = exists().where(of_session, func.coalesce(period.instructor_id, teacher.person_id) == teacher.person_id)
    alone = exists().where(of_session)
    return and_(
        teacher.run_id == ClassSession.run_id,
        or_(own.correlate(ClassSession, teacher), ~alone.correlate(ClassSession)),
    )


def _taught() -> ColumnElement[bool]:
    teacher = aliased(RunInstructor)  # not the one that a query may have joined
    return exists().where(teacher.person_id == bindparam("teacher", type_=KEY), _teaches(teacher))


_ALL = true()
_IN_ROOM = ClassSession.room_id == bindparam("room", type_=KEY)
_OF_COURSE = Run.course_id == bindparam("course", type_=KEY)
TAUGHT = _taught()
_OF_RUNS_OF = Run.id.in_(
    select(RunInstructor.run_id).where(RunInstructor.person_id == bindparam("instructor", type_=KEY))
)
_KNOWN = or_(Run.state != RunState.DRAFT, _OF_RUNS_OF)

_TAKES_PLACE = Run.state != RunState.CANCELLED
_FROM = ClassSession.starts_at >= bindparam("from", type_=Moment)
_UNTIL = ClassSession.starts_at < bindparam("until", type_=Moment)
_RUNS = select(ClassSession.run_id).where(_FROM, _UNTIL)
_THING: dict[str, InstrumentedAttribute[Any]] = {
    ROOM: ClassSession.room_id,
    INSTRUCTOR: RunInstructor.person_id,
    COURSE: Run.course_id,
}


@cache
def _week(own: ColumnElement[bool], *which: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return (
        select(
            ClassSession.id,
            ClassSession.starts_at,
            ClassSession.ends_at,
            Run.id.label("run_id"),
            Course.title,
            Run.number,
            Run.state,
            Run.teachers,
            func.coalesce(Room.name, "").label("place"),
            Period.starts_at.label("period_starts_at"),
            Period.ends_at.label("period_ends_at"),
            own.label("own"),
        )
        .join(Run, Run.id == ClassSession.run_id)
        .join(Course, Course.id == Run.course_id)
        .outerjoin(Room, Room.id == ClassSession.room_id)
        .outerjoin(Period, Period.session_id == ClassSession.id)
        .where(_TAKES_PLACE, *which, _FROM, _UNTIL)
        .order_by(ClassSession.starts_at, ClassSession.id, Period.starts_at)
    )


@cache
def _meetings(by: str, own: ColumnElement[bool], *which: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    statement: Select[*tuple[Any, ...]] = (
        select(
            _THING[by],
            ClassSession.id,
            Run.id,
            Course.title,
            Run.number,
            ClassSession.starts_at,
            ClassSession.ends_at,
            Run.state,
            own.label("own"),
        )
        .join(Run, Run.id == ClassSession.run_id)
        .join(Course, Course.id == Run.course_id)
        .where(_TAKES_PLACE, *which, _FROM, _UNTIL)
        .order_by(ClassSession.starts_at, ClassSession.id)
    )
    return statement.join(RunInstructor, _teaches(RunInstructor)) if by == INSTRUCTOR else statement


@cache
def _begins(*which: ColumnElement[bool]) -> Select[datetime]:
    return _next(*which).where(_UNTIL).limit(None)


@cache
def _next(*which: ColumnElement[bool]) -> Select[datetime]:
    return (
        select(ClassSession.starts_at)
        .join(Run, Run.id == ClassSession.run_id)
        .where(_TAKES_PLACE, *which, _FROM)
        .order_by(ClassSession.starts_at)
        .limit(1)
    )


@cache
def _courses(*which: ColumnElement[bool]) -> Select[int, str]:
    held = select(Run.course_id).where(Run.id.in_(_RUNS), _TAKES_PLACE, *which)
    return select(Course.id, Course.title).where(Course.id.in_(held)).order_by(Course.title, Course.id)


_INSTRUCTORS = (
    select(Person.id, Person.name)
    .where(
        Person.id.in_(
            select(RunInstructor.person_id)
            .join(Run, Run.id == RunInstructor.run_id)
            .where(Run.id.in_(_RUNS), _TAKES_PLACE)
        )
    )
    .order_by(Person.name, Person.id)
)
_ROOMS = (
    select(Room.id, Room.name, Room.seats)
    .where(or_(Room.retired_on.is_(None), Room.retired_on > bindparam("day", type_=Date)))
    .order_by(Room.code)
)
