"""How many of a unit are, or would be, away each day: in class, on the way to a seat in one, on leave."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Date, Select, String, and_, bindparam, cast, func, literal, null, or_, select, union_all
from sqlalchemy.orm import Session

from courses import clock
from courses.catalogue.models import Course
from courses.db import KEY, Moment, rows, unsought
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


class Absences:
    """The people who serve today in a unit or below it, from `first` to `last`, read in one statement."""

    def __init__(self, db: Session, unit_id: int, first: date, last: date) -> None:
        self.first, self.last = first, last
        moments = {"since": clock.start_of(first), "until": clock.end_of(last)}
        asked = {"unit_id": unit_id, "today": clock.today(), "first": first, "last": last} | moments
        found = rows(db, _FOUND, asked).all()
        self._people = next(row.id for row in found if not (row.starts_at or row.from_on))
        self._leaves: dict[date, list[Any]] = {}
        for row in found:
            if row.from_on:
                self._add_leave(row)
        self._classes: dict[date, list[Any]] = {}
        for row in sorted((row for row in found if row.starts_at), key=lambda row: row.status not in SEATED):
            self._classes.setdefault(clock.local(row.starts_at).date(), []).append(row)

    def days(self) -> Iterator[Day]:
        """Every day, those without anybody away among them."""
        return (self.day(self.first + _DAY * number) for number in range((self.last - self.first).days + 1))

    def day(self, day: date) -> Day:
        """One of the days."""
        if day not in self._classes and day not in self._leaves:
            return Day(day, 0, 0, 0, self._people)
        left = {row.id for row in self._leaves.get(day, ())}
        in_class = {row.id for row in self._classes.get(day, ()) if row.status in SEATED} - left
        hoping = {row.id for row in self._classes.get(day, ())} - in_class - left
        return Day(day, len(in_class), len(hoping), len(left), self._people)

    @property
    def busy(self) -> Collection[date]:
        """The days on which somebody of the unit has class or hopes for it, whether on leave or not."""
        return self._classes.keys()

    def who(self, day: date) -> list[Away]:
        """The people behind a day's numbers, by name."""
        away = {row.id: Away(row.name, row.unit, None, True) for row in self._leaves.get(day, ())}
        for row in self._classes.get(day, ()):
            away.setdefault(row.id, Away(row.name, row.unit, row.title, row.status in SEATED))
        return sorted(away.values(), key=lambda one: one.name)

    def _add_leave(self, row: Any) -> None:
        day, last = max(row.from_on, self.first), min(row.until_on or self.last, self.last)
        while day <= last:
            self._leaves.setdefault(day, []).append(row)
            day += _DAY


_today = bindparam("today", type_=Date)
_SERVING: Select[*tuple[Any, ...]] = (
    select(Person.id, Person.name, OrgUnit.path.label("unit"))
    .join(Posting, Posting.person_id == Person.id)
    .join(OrgUnit, OrgUnit.id == Posting.unit_id)
    .where(
        Posting.on(_today),
        Posting.unit_id.in_(select(below(bindparam("unit_id", type_=KEY)).c.id)),
        Person.active_on(_today),
    )
)
_no_day = cast(null(), Date)
_IN_CLASS = (
    _SERVING.add_columns(
        _no_day.label("from_on"), _no_day.label("until_on"), Enrolment.status, ClassSession.starts_at, Course.title
    )
    .join(Enrolment, Enrolment.person_id == Person.id)
    .join(Run, Run.id == Enrolment.run_id)
    .join(Course, Course.id == Run.course_id)
    .join(ClassSession, ClassSession.run_id == Run.id)
    .where(
        Enrolment.status.in_((*SEATED, *HOPING)),
        Enrolment.outcome.is_(None),
        unsought(Run.state) == RunState.PUBLISHED,
        ClassSession.starts_at >= bindparam("since", type_=Moment),
        ClassSession.starts_at < bindparam("until", type_=Moment),
    )
)
_no_class = (cast(null(), Enrolment.status.type), cast(null(), Moment), cast(null(), String))
_ON_LEAVE = _SERVING.add_columns(Leave.from_on, Leave.until_on, *_no_class).join(
    Leave,
    and_(
        Leave.person_id == Person.id,
        Leave.from_on <= bindparam("last", type_=Date),
        or_(Leave.until_on.is_(None), Leave.until_on >= bindparam("first", type_=Date)),
    ),
)
_no_word = cast(literal(""), String)
_NUMBER = _SERVING.with_only_columns(func.count(Person.id.distinct()), _no_word, _no_word, _no_day, _no_day, *_no_class)
_FOUND = union_all(_IN_CLASS, _ON_LEAVE, _NUMBER)
"""Classes and leaves, each with whose they are, and a row with how many serve there."""
