"""How many of a unit are, or would be, away each day: in class, on the way to a seat in one, on leave."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Date, Select, bindparam, select
from sqlalchemy.orm import Session

from courses import clock
from courses.catalogue.models import Course
from courses.db import KEY, Moment, rows
from courses.enrolment.models import Enrolment, Status
from courses.enrolment.states import SEATED
from courses.people.models import Leave, OrgUnit, Person, Posting
from courses.people.units import below
from courses.scheduling.models import ClassSession, Run, RunState

MANY = 3
"""Where more than one in so many would be away, the head is warned."""

HOPING = (Status.APPLIED, Status.APPROVED, Status.NOMINATED)
_DAY = timedelta(days=1)


class Day(NamedTuple):
    """A day of a unit of so many `people`: how many are in class, would be if they got their seats, are on leave."""

    day: date
    in_class: int
    hoping: int
    on_leave: int
    people: int

    @property
    def away(self) -> int:
        """How many would be away at most."""
        return self.in_class + self.hoping + self.on_leave

    @property
    def many(self) -> bool:
        """Whether these would be more than a third of the unit."""
        return self.away * MANY > self.people


class Away(NamedTuple):
    """Somebody who is or would be away on a day; without a `title`: on leave."""

    name: str
    unit: str
    title: str | None
    sure: bool


def days(db: Session, unit_id: int, first: date, last: date) -> list[Day]:
    """Every day from `first` to `last` of the people who serve today in the unit or below it. Three statements."""
    staff = {row.id for row in rows(db, _STAFF, {"unit_id": unit_id, "today": clock.today()})}
    sure: dict[date, set[int]] = {}
    hoping: dict[date, set[int]] = {}
    for row in rows(db, _IN_CLASS, _asked(unit_id, first, last)):
        kept = sure if row.status in SEATED else hoping
        kept.setdefault(clock.local(row.starts_at).date(), set()).add(row.id)
    leaves = rows(db, _ON_LEAVE, _asked(unit_id, first, last)).all()
    found = []
    for day in _each(first, last):
        left = {row.id for row in leaves if row.from_on <= day and (row.until_on is None or row.until_on >= day)}
        there = sure.get(day, set()) - left
        found.append(Day(day, len(there), len(hoping.get(day, set()) - there - left), len(left), len(staff)))
    return found


def who(db: Session, unit_id: int, day: date) -> list[Away]:
    """The people behind a day's numbers, by name."""
    asked = _asked(unit_id, day, day)
    away = {row.id: Away(row.name, row.unit, None, True) for row in rows(db, _ON_LEAVE, asked)}
    for row in sorted(rows(db, _IN_CLASS, asked), key=lambda row: row.status not in SEATED):
        away.setdefault(row.id, Away(row.name, row.unit, row.title, row.status in SEATED))
    return sorted(away.values())


def _asked(unit_id: int, first: date, last: date) -> dict[str, Any]:
    moments = {"since": clock.start_of(first), "until": clock.end_of(last)}
    return {"unit_id": unit_id, "today": clock.today(), "first": first, "last": last} | moments


def _each(first: date, last: date) -> Iterator[date]:
    return (first + _DAY * number for number in range((last - first).days + 1))


_today = bindparam("today", type_=Date)
_STAFF: Select[*tuple[Any, ...]] = (
    select(Person.id, Person.name, OrgUnit.path.label("unit"))
    .join(Posting, Posting.person_id == Person.id)
    .join(OrgUnit, OrgUnit.id == Posting.unit_id)
    .where(
        Posting.on(_today),
        Posting.unit_id.in_(select(below(bindparam("unit_id", type_=KEY)).c.id)),
        Person.active_on(_today),
    )
)
_IN_CLASS = (
    _STAFF.add_columns(Enrolment.status, ClassSession.starts_at, Course.title)
    .join(Enrolment, Enrolment.person_id == Person.id)
    .join(Run, Run.id == Enrolment.run_id)
    .join(Course, Course.id == Run.course_id)
    .join(ClassSession, ClassSession.run_id == Run.id)
    .where(
        Enrolment.status.in_((*SEATED, *HOPING)),
        Enrolment.outcome.is_(None),
        Run.state == RunState.PUBLISHED,
        ClassSession.starts_at >= bindparam("since", type_=Moment),
        ClassSession.starts_at < bindparam("until", type_=Moment),
    )
)
_ON_LEAVE = (
    _STAFF.add_columns(Leave.from_on, Leave.until_on)
    .join(Leave, Leave.person_id == Person.id)
    .where(
        Leave.from_on <= bindparam("last", type_=Date),
        (Leave.until_on.is_(None)) | (Leave.until_on >= bindparam("first", type_=Date)),
    )
)
