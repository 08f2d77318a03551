"""Who taught what: the periods of sessions that took place, by instructor and day.

What the fee office pays by, so it holds what it needs and no more: no account, no resident number.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import Select, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session

from courses import clock
from courses.catalogue.models import Course
from courses.db import KEY, Moment, rows
from courses.people.models import Person
from courses.scheduling.models import ClassSession, Period, Room, Run, RunInstructor, RunState


@dataclass(frozen=True, slots=True)
class Taught:
    """What one instructor taught of one session on one day: so many periods, `minutes` by the clock without breaks.

    Times are the office's; `subjects` are those of the periods, '' where they have none.
    """

    person_id: int
    name: str
    institution: str
    session_id: int
    run_id: int
    title: str
    run_number: int
    session_number: int
    place: str
    starts_at: datetime
    ends_at: datetime
    periods: int
    minutes: int
    subjects: str

    @property
    def day(self) -> date:
        """The office's day on which these periods began."""
        return self.starts_at.date()


@dataclass(frozen=True, slots=True)
class Teacher:
    """An instructor with all that was taught, in order of time."""

    person_id: int
    name: str
    institution: str
    taught: tuple[Taught, ...]

    @property
    def periods(self) -> int:
        """How many in all: an hour each."""
        return sum(one.periods for one in self.taught)

    @property
    def days(self) -> int:
        """On how many days."""
        return len({one.day for one in self.taught})


def ledger(db: Session, first: date, last: date, person_id: int | None = None) -> list[Teacher]:
    """What was taught on these days (the last included), by name; of one person, or of all.

    A period counts once it is over, on the day on which it begins, also in a session over midnight. One without an
    instructor of its own was taught by each of the run's; where a substitute taught, it is the substitute's. Runs that
    were cancelled and drafts count for nobody.
    """
    asked = {
        "before": clock.start_of(first - _DAY),
        "first": clock.start_of(first),
        "last": clock.end_of(last),
        "now": clock.now(),
        "person": person_id,
    }
    found = _sessions(rows(db, _OF_ONE if person_id else _OF_ALL, asked))
    return [
        Teacher(key, taught[0].name, taught[0].institution, taught)
        for key, taught in ((key, tuple(some)) for key, some in groupby(found, attrgetter("person_id")))
    ]


def teaches(db: Session, person_id: int) -> bool:
    """Whether somebody is or was an instructor of any run or period."""
    of_run = exists().where(RunInstructor.person_id == person_id)
    return bool(db.scalar(select(or_(of_run, exists().where(Period.instructor_id == person_id)))))


def _sessions(periods: Iterable[Any]) -> Iterator[Taught]:
    """The periods of a person in a session on a day, which follow each other, as one."""
    for _, some in groupby(periods, lambda row: (row.person_id, row.session_id, clock.local(row.starts_at).date())):
        of_session = list(some)
        one = of_session[0]
        spans = [(clock.local(row.starts_at), clock.local(row.ends_at)) for row in of_session]
        subjects = dict.fromkeys(row.subject for row in of_session if row.subject)
        yield Taught(
            *(one.person_id, one.name, one.institution, one.session_id, one.run_id, one.title, one.run_number),
            *(one.session_number, one.place, spans[0][0], max(ends for _, ends in spans), len(spans)),
            minutes=int(sum((ends - starts).total_seconds() for starts, ends in spans)) // 60,
            subjects=", ".join(subjects),
        )


_DAY = timedelta(days=1)
"""So long at most a session goes on: none that began earlier has periods on a day."""
_LAST = bindparam("last", type_=Moment)


# Built once: that costs more than running them.


def _periods() -> Select[*tuple[Any, ...]]:
    of_run = and_(RunInstructor.run_id == Run.id, Period.instructor_id.is_(None))
    return (
        select(
            Person.id.label("person_id"), Person.name, Person.institution,
            ClassSession.id.label("session_id"), Run.id.label("run_id"), Course.title,
            Run.number.label("run_number"), ClassSession.number.label("session_number"),
            func.coalesce(Room.name, Run.venue).label("place"),
            Period.starts_at, Period.ends_at, Period.subject,
        )
        .select_from(Period)
        .join(ClassSession, ClassSession.id == Period.session_id)
        .join(Run, Run.id == ClassSession.run_id)
        .join(Course, Course.id == Run.course_id)
        .outerjoin(Room, Room.id == ClassSession.room_id)
        .outerjoin(RunInstructor, of_run)
        .join(Person, Person.id == func.coalesce(Period.instructor_id, RunInstructor.person_id))
        .where(
            ClassSession.starts_at >= bindparam("before", type_=Moment),
            ClassSession.starts_at < _LAST,
            Period.starts_at >= bindparam("first", type_=Moment),
            Period.starts_at < _LAST,
            Period.ends_at <= bindparam("now", type_=Moment),
            Run.state.in_((RunState.PUBLISHED, RunState.CLOSED)),
        )
        .order_by(Person.name, Person.id, ClassSession.starts_at, ClassSession.id, Period.starts_at)
    )  # fmt: skip


_PERSON = bindparam("person", type_=KEY)
_OF_ALL = _periods()
_OF_ONE = _periods().where(or_(Period.instructor_id == _PERSON, RunInstructor.person_id == _PERSON))
