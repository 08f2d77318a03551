"""What takes place when: the sessions of a room, an instructor, a course or of everybody, for a week or a month."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, exists, func, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from courses import clock
from courses.catalogue.models import Course
from courses.people.models import Person
from courses.scheduling.free import Span
from courses.scheduling.hours import CLOSES, LUNCH, LUNCH_ENDS, OPENS
from courses.scheduling.models import ClassSession, Period, Room, Run, RunInstructor, RunState

GAP = timedelta(minutes=30)
"""Periods this far apart stand as two blocks."""

ROOM, INSTRUCTOR, COURSE = "room", "instructor", "course"
_WEEK, _HALF_A_YEAR = timedelta(days=6), timedelta(days=183)


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


class Named(NamedTuple):
    """A room, instructor or course to choose; `seats` of a room."""

    id: int
    name: str
    seats: int | None = None


def monday(day: date) -> date:
    """The first day of the week of `day`."""
    return day - timedelta(days=day.weekday())


def in_room(room_id: int) -> ColumnElement[bool]:
    """SQL: sessions in a room."""
    return ClassSession.room_id == room_id


def of_course(course_id: int) -> ColumnElement[bool]:
    """SQL: sessions of a course."""
    return Run.course_id == course_id


def taught_by(person_id: int) -> ColumnElement[bool]:
    """SQL: sessions a person teaches."""
    teacher = aliased(RunInstructor)  # not the one that a query may have joined
    return exists().where(teacher.person_id == person_id, _teaches(teacher))


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


def week(db: Session, first: date, *which: ColumnElement[bool], own: ColumnElement[bool] | None = None) -> list[Block]:
    """What takes place in the week from `first` on, in order of time. `own`: SQL, which of it is one's own."""
    rows = db.execute(
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
            _own(own),
        )
        .join(Run, Run.id == ClassSession.run_id)
        .join(Course, Course.id == Run.course_id)
        .outerjoin(Room, Room.id == ClassSession.room_id)
        .outerjoin(Period, Period.session_id == ClassSession.id)
        .where(*_TAKES_PLACE, *which, *_within(first, first + _WEEK))
        .order_by(ClassSession.starts_at, ClassSession.id, Period.starts_at)
    )
    blocks = (block for _, periods in groupby(rows, lambda row: row.id) for block in _blocks(periods))
    return sorted(blocks, key=lambda block: block.starts_at)


def meetings(
    db: Session, by: str, first: date, last: date, *which: ColumnElement[bool], own: ColumnElement[bool] | None = None
) -> list[Meeting]:
    """Every session of these days with its `room`, `instructor` or `course` (`by`), in order of time.

    A session of several instructors stands with each of them.
    """
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
            _own(own),
        )
        .join(Run, Run.id == ClassSession.run_id)
        .join(Course, Course.id == Run.course_id)
        .where(*_TAKES_PLACE, *which, *_within(first, last))
        .order_by(ClassSession.starts_at, ClassSession.id)
    )
    if by == INSTRUCTOR:
        statement = statement.join(RunInstructor, _teaches(RunInstructor))
    return [Meeting._make(row) for row in db.execute(statement)]


def begins(db: Session, first: date, last: date, *which: ColumnElement[bool]) -> list[datetime]:
    """When sessions begin on these days, in order and in the office's time: what a month is counted from."""
    statement = (
        select(ClassSession.starts_at)
        .join(Run, Run.id == ClassSession.run_id)
        .where(*_TAKES_PLACE, *which, *_within(first, last))
        .order_by(ClassSession.starts_at)
    )
    return [clock.local(moment) for moment in db.scalars(statement)]


def next_day(db: Session, after: date, *which: ColumnElement[bool]) -> date | None:
    """The first day after this one on which something takes place, None when there is none."""
    moment = db.scalar(
        select(ClassSession.starts_at)
        .join(Run, Run.id == ClassSession.run_id)
        .where(*_TAKES_PLACE, *which, ClassSession.starts_at >= clock.end_of(after))
        .order_by(ClassSession.starts_at)
        .limit(1)
    )
    return clock.local(moment).date() if moment else None


def rooms(db: Session, day: date) -> list[Named]:
    """The rooms in use on a day, by code."""
    in_use = or_(Room.retired_on.is_(None), Room.retired_on > day)
    rows = db.execute(select(Room.id, Room.name, Room.seats).where(in_use).order_by(Room.code))
    return [Named(*row) for row in rows]


def instructors(db: Session, first: date) -> list[Named]:
    """Whoever teaches a run within half a year of a day, by name."""
    teaching = exists().where(RunInstructor.person_id == Person.id, RunInstructor.run_id == Run.id, *_around(first))
    rows = db.execute(select(Person.id, Person.name).where(teaching).order_by(Person.name, Person.id))
    return [Named(*row) for row in rows]


def courses(db: Session, first: date, *which: ColumnElement[bool]) -> list[Named]:
    """The courses with sessions within half a year of a day, by title."""
    held = exists().where(Run.course_id == Course.id, ClassSession.run_id == Run.id, *_around(first), *which)
    rows = db.execute(select(Course.id, Course.title).where(held).order_by(Course.title, Course.id))
    return [Named(*row) for row in rows]


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


def _own(own: ColumnElement[bool] | None) -> ColumnElement[bool]:
    return (literal(True) if own is None else own).label("own")


def _around(day: date) -> tuple[ColumnElement[bool], ...]:
    return Run.state != RunState.CANCELLED, Run.ends_on >= day - _HALF_A_YEAR, Run.starts_on <= day + _HALF_A_YEAR


def _within(first: date, last: date) -> tuple[ColumnElement[bool], ...]:
    return ClassSession.starts_at >= clock.start_of(first), ClassSession.starts_at < clock.end_of(last)


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


_TAKES_PLACE = (Run.state != RunState.CANCELLED,)
_THING: dict[str, InstrumentedAttribute[Any]] = {
    ROOM: ClassSession.room_id,
    INSTRUCTOR: RunInstructor.person_id,
    COURSE: Run.course_id,
}
