"""The hours of a person and of many: what was recognised, what of it counts, and what is due."""

from __future__ import annotations

import enum
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Date, Integer, String, bindparam, cast, func, literal, null, or_, select, union_all
from sqlalchemy.orm import Session

from courses import clock
from courses.catalogue.models import Course
from courses.catalogue.queries import RECOGNISED
from courses.db import KEY, rows, unsought
from courses.enrolment.models import Enrolment, Outcome, Status
from courses.hours.ledger import Entry, Ledger, Total, due, ledger, totals
from courses.hours.models import HoursRules, OutsideLearning, OutsideState
from courses.hours.rules import Rules, completed, rules
from courses.people.models import Leave, Posting
from courses.scheduling.models import Run, RunState

COUNTING = (RunState.PUBLISHED, RunState.CLOSED)
"""States of runs whose places count."""


class Standing(NamedTuple):
    """How far somebody is in a year: minutes that count and minutes due (0: no target), days on leave, courses."""

    recognised: int
    due: int
    hours: int
    away: int
    courses: int

    @property
    def left(self) -> int:
        """Minutes still to go."""
        return max(0, self.due - self.recognised)

    @property
    def percent(self) -> int:
        """How much of what is due is done, at most 100, rounded down."""
        return min(100, self.recognised * 100 // self.due) if self.due else 100


class Why(enum.StrEnum):
    """Why a row counts, or does not."""

    COUNTS = "counts"
    PARTLY = "partly"  # as much as its type's cap left
    CAPPED = "capped"
    UNDER_WAY = "under_way"
    NOT_COMPLETED = "not_completed"
    WAITING = "waiting"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


class Line(NamedTuple):
    """A row of somebody's account. `minutes` were recognised (claimed, while that is open), `counted` of them count.

    `outside_id` or `enrolment_id` says what it is.
    """

    title: str
    type: str
    first: date
    last: date
    minutes: int
    counted: int
    why: Why
    enrolment_id: int | None = None
    outside_id: int | None = None
    provider: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Account:
    """A person's year: `lines` the last ended first."""

    year: int
    rules: Rules
    standing: Standing
    totals: Sequence[Total]
    lines: Sequence[Line]


def account(db: Session, person_id: int, year: int) -> Account:
    """Every row of a year and why it counts or not."""
    asked = _span(year) | {"person_ids": [person_id]}
    places, learned = rows(db, _PLACES, asked).all(), rows(db, _OUTSIDE, asked).all()
    said = rules(db, year)
    book = ledger([*_entries_of_places(places), *_entries_of_outside(learned)], said.minutes)
    lines = [*(_of_place(row, book) for row in places), *(_of_outside(row, book) for row in learned)]
    own = _own(db, person_id, year)
    stands = reckon(said, own.grade, year, book.minutes, own.away, own.courses)
    return Account(year, said, stands, book.totals, sorted(lines, key=lambda one: (one.last, one.title), reverse=True))


def standing(db: Session, person_id: int, year: int, target_hours: int | None = None) -> Standing:
    """How far somebody is in a year, in one statement where the organisation's target is at hand (`target_hours`)."""
    own = _own(db, person_id, year)
    said = completed(db, own.rules, target_hours)
    counted = sum(total.counted for total in totals(own.sums, said.minutes))
    return reckon(said, own.grade, year, counted, own.away, own.courses)


class Outlook(NamedTuple):
    """Minutes that count in a run's year: those one has, with this run completed, and what is due (0: no target)."""

    year: int
    before: int
    after: int
    due: int


def outlook(db: Session, run: Run, person_id: int, target_hours: int | None = None) -> Outlook:
    """What completing a run would add to the hours of its year."""
    year, course = run.ends_on.year, db.get_one(Course, run.course_id)
    own = _own(db, person_id, year)
    said = completed(db, own.rules, target_hours)
    recognised = course.minutes if course.recognised_minutes is None else course.recognised_minutes
    more = own.sums | {course.kind.value: own.sums.get(course.kind.value, 0) + recognised}
    before, after = (sum(total.counted for total in totals(some, said.minutes)) for some in (own.sums, more))
    return Outlook(year, before, after, reckon(said, own.grade, year, before, own.away, own.courses).due)


def years_of(db: Session, person_id: int) -> list[int]:
    """Years in which somebody has anything, with this one, the latest first."""
    found = rows(db, _YEARS, {"person_id": person_id})
    return sorted({clock.today().year, *(row.day.year for row in found)}, reverse=True)


def minutes_of(db: Session, person_ids: Collection[int] | None, year: int) -> dict[int, tuple[dict[str, int], int]]:
    """By person: minutes by type before any cap, and how many courses; of these persons, or of all there are."""
    found: dict[int, tuple[dict[str, int], int]] = {}
    statement, asked = (_ALL_SUMS, _span(year)) if person_ids is None else (
        _SUMS, _span(year) | {"person_ids": list(person_ids)})  # fmt: skip
    for person_id, type_, minutes, courses in rows(db, statement, asked).all():
        sums, before = found.get(person_id, ({}, 0))
        sums[type_] = sums.get(type_, 0) + int(minutes)
        found[person_id] = (sums, before + courses)
    return found


def used(db: Session, person_ids: Collection[int]) -> dict[tuple[int, int, str], int]:
    """Minutes recognised of learning elsewhere, by person, year and type."""
    found: dict[tuple[int, int, str], int] = defaultdict(int)
    for person_id, day, type_, minutes in rows(db, _USED, {"person_ids": list(person_ids)}).all():
        found[person_id, day.year, type_] += minutes
    return found


def days_away(leaves: Iterable[tuple[date, date | None]], first: date, last: date) -> int:
    """The days from `first` to `last` on which at least one of the leaves holds; one without an end goes on."""
    away: set[int] = set()
    for begins, ends in leaves:
        away |= set(range(max(begins, first).toordinal(), min(ends or last, last).toordinal() + 1))
    return len(away)


def away_in(db: Session, year: int, person_ids: Collection[int] | None = None) -> dict[int, int]:
    """Days on leave within the year, by person; of these persons, or of all there are."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    statement = select(Leave.person_id, Leave.from_on, Leave.until_on).where(
        Leave.from_on <= last, or_(Leave.until_on.is_(None), Leave.until_on >= first)
    )
    if person_ids is not None:
        statement = statement.where(Leave.person_id.in_(person_ids))
    leaves: dict[int, list[tuple[date, date | None]]] = defaultdict(list)
    for row in db.execute(statement):
        leaves[row.person_id].append((row.from_on, row.until_on))
    return {person_id: days_away(some, first, last) for person_id, some in leaves.items()}


def as_of(year: int) -> date:
    """The day whose units and grades a year is told by: its last, or today within it."""
    return min(date(year, 12, 31), max(clock.today(), date(year, 1, 1)))


def reckon(said: Rules, grade: str, year: int, counted: int, away: int, courses: int) -> Standing:
    """The standing of somebody of a grade with so many minutes that count."""
    hours = said.target(grade)
    days = (date(year, 12, 31) - date(year, 1, 1)).days + 1
    return Standing(counted, due(hours, days, away), hours, away, courses)


class _Own(NamedTuple):
    """One person's year: minutes by type before any cap, courses, the grade, days on leave; the year's rules."""

    sums: dict[str, int]
    courses: int
    grade: str
    away: int
    rules: Rules


def _own(db: Session, person_id: int, year: int) -> _Own:
    span = _span(year)
    asked = span | {"person_ids": [person_id], "person_id": person_id, "day": as_of(year), "year": year}
    sums: dict[str, int] = {}
    courses, grade, leaves, said = 0, "", [], Rules()
    for what, name, minutes, some, first, last in rows(db, _OWN, asked).all():
        if what == _A_SUM:
            sums[name] = sums.get(name, 0) + int(minutes)
            courses += some
        elif what == _A_GRADE:
            grade = name
        elif what == _A_RULE:
            said = Rules(**json.loads(name))
        else:
            leaves.append((first, last))
    return _Own(sums, courses, grade, days_away(leaves, span["first"], span["last"]), said)


def _entries_of_places(places: Iterable[Any]) -> list[Entry]:
    done = (row for row in places if row.outcome is Outcome.COMPLETED)
    return [Entry(f"place:{row.id:012}", row.kind.value, row.ends_on, row.recognised) for row in done]


def _entries_of_outside(learned: Iterable[Any]) -> list[Entry]:
    good = (row for row in learned if row.state is OutsideState.RECOGNISED)
    return [Entry(f"outside:{row.id:012}", row.type, row.until_on, row.recognised_minutes or 0) for row in good]


def _of_place(row: Any, book: Ledger) -> Line:
    counted = book.counted.get(f"place:{row.id:012}", 0)
    if row.outcome is None:
        why = Why.UNDER_WAY
    else:
        why = _why(row.recognised, counted) if row.outcome is Outcome.COMPLETED else Why.NOT_COMPLETED
    return Line(row.title, row.kind.value, row.starts_on, row.ends_on, row.recognised, counted, why, row.id)


def _of_outside(row: Any, book: Ledger) -> Line:
    counted = book.counted.get(f"outside:{row.id:012}", 0)
    minutes = row.claimed_minutes if row.recognised_minutes is None else row.recognised_minutes
    why = _why(minutes, counted) if row.state is OutsideState.RECOGNISED else Why(row.state.value)
    return Line(
        row.title, row.type, row.from_on, row.until_on, minutes, counted, why, None, row.id, row.provider, row.reason
    )


def _why(minutes: int, counted: int) -> Why:
    if counted == minutes:
        return Why.COUNTS
    return Why.PARTLY if counted else Why.CAPPED


def _span(year: int) -> dict[str, Any]:
    return {"first": date(year, 1, 1), "last": date(year, 12, 31)}


_first, _last = bindparam("first", type_=Date), bindparam("last", type_=Date)
_these = bindparam("person_ids", type_=KEY, expanding=True)
_OF_YEAR = (Enrolment.status == Status.ENROLLED, Run.ends_on.between(_first, _last))
_TAKEN = (*_OF_YEAR, unsought(Run.state).in_(COUNTING))
"""Places that count, of whoever they are looked up by."""
_PLACES = (
    select(
        Enrolment.id, Course.title, Course.kind, Run.starts_on, Run.ends_on, Enrolment.outcome,
        RECOGNISED.label("recognised"),
    )
    .join(Run, Run.id == Enrolment.run_id)
    .join(Course, Course.id == Run.course_id)
    .where(Enrolment.person_id.in_(_these), *_TAKEN)
)  # fmt: skip
_OUTSIDE = select(OutsideLearning).where(
    OutsideLearning.person_id.in_(_these), OutsideLearning.until_on.between(_first, _last)
).with_only_columns(
    OutsideLearning.id, OutsideLearning.title, OutsideLearning.type, OutsideLearning.provider, OutsideLearning.from_on,
    OutsideLearning.until_on, OutsideLearning.claimed_minutes, OutsideLearning.recognised_minutes,
    OutsideLearning.state, OutsideLearning.reason,
)  # fmt: skip


def _sums(*more: Any) -> Any:
    """SQL: person, type, minutes, courses; `more`: conditions on the person's id, one for each part."""
    of_places, of_outside = more or ((Run.state.in_(COUNTING),), ())
    taken = _TAKEN if more else _OF_YEAR
    places: Any = (
        select(
            Enrolment.person_id, cast(Course.kind, String).label("type"), func.sum(RECOGNISED).label("minutes"),
            func.count().label("courses"),
        )
        .join(Run, Run.id == Enrolment.run_id)
        .join(Course, Course.id == Run.course_id)
        .where(Enrolment.outcome == Outcome.COMPLETED, *taken, *of_places)
        .group_by(Enrolment.person_id, Course.kind)
    )  # fmt: skip
    learned: Any = (
        select(
            OutsideLearning.person_id, OutsideLearning.type, func.sum(OutsideLearning.recognised_minutes), literal(0)
        )
        .where(
            OutsideLearning.state == OutsideState.RECOGNISED, OutsideLearning.until_on.between(_first, _last),
            *of_outside,
        )
        .group_by(OutsideLearning.person_id, OutsideLearning.type)
    )  # fmt: skip
    return union_all(places, learned)


def sums_of(person_ids: Any) -> Any:
    """SQL: person, type, minutes and courses of these persons (`:first` to `:last`)."""
    return _sums((Enrolment.person_id.in_(person_ids),), (OutsideLearning.person_id.in_(person_ids),))


_ALL_SUMS = _sums()
_SUMS = _sums((Enrolment.person_id.in_(_these),), (OutsideLearning.person_id.in_(_these),))
_USED = select(
    OutsideLearning.person_id, OutsideLearning.until_on, OutsideLearning.type, OutsideLearning.recognised_minutes
).where(OutsideLearning.person_id.in_(_these), OutsideLearning.state == OutsideState.RECOGNISED)
_one = bindparam("person_id", type_=KEY)
_YEARS = union_all(
    select(Run.ends_on.label("day"))
    .join(Enrolment, Enrolment.run_id == Run.id)
    .where(Enrolment.person_id == _one, Enrolment.status == Status.ENROLLED, Run.state.in_(COUNTING)),
    select(OutsideLearning.until_on).where(OutsideLearning.person_id == _one),
)
_A_SUM, _A_GRADE, _A_LEAVE, _A_RULE = 0, 1, 2, 3
_no_day = cast(null(), Date)
_since = (
    select(func.max(HoursRules.from_year))
    .where(HoursRules.from_year <= bindparam("year", type_=Integer))
    .scalar_subquery()
)
_summed = _SUMS.subquery()
_OWN = union_all(
    select(literal(_A_SUM), _summed.c.type, _summed.c.minutes, _summed.c.courses, _no_day, _no_day),
    select(literal(_A_GRADE), Posting.grade, literal(0), literal(0), _no_day, _no_day).where(
        Posting.person_id == _one, Posting.on(bindparam("day", type_=Date))
    ),
    select(literal(_A_LEAVE), literal(""), literal(0), literal(0), Leave.from_on, Leave.until_on).where(
        Leave.person_id == _one, Leave.from_on <= _last, or_(Leave.until_on.is_(None), Leave.until_on >= _first)
    ),
    select(literal(_A_RULE), cast(HoursRules.rules, String), literal(0), literal(0), _no_day, _no_day).where(
        HoursRules.from_year == _since
    ),
)
"""All of it in one statement: every first screen asks it."""
