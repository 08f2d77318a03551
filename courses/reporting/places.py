"""The places a report counts, as they stood on its day.

What changed later is taken back by the events: the first change of a place after the day says what it was before.
Courses and people are those of today.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    FromClause,
    Select,
    String,
    Subquery,
    and_,
    case,
    func,
    select,
    type_coerce,
)

from courses import clock
from courses.catalogue.models import Course
from courses.enrolment.models import Enrolment, Status
from courses.events.actions import kind_of
from courses.events.facts import Fact, Moved, Settled
from courses.events.models import Event
from courses.people.models import OrgUnit, Posting
from courses.people.units import below
from courses.reporting.headcounts import OFFERED
from courses.reporting.question import Filters
from courses.scheduling.models import Run, RunState


class Places:
    """SQL: what counts, and of each place the `outcome`, `unit`, `grade` and `service` it counts with.

    Unit, grade and service are those of the run's last day, kept when it was closed (none: of another body); of the
    report's day while there is no outcome.
    """

    def __init__(self, filters: Filters) -> None:
        self.filters = filters
        today = clock.today()
        self.day = min(filters.as_of or today, today)
        self.is_past = self.day < today
        self.moved = _taken_back(Moved, self.day) if self.is_past else None
        self.settled = _taken_back(Settled, self.day) if self.is_past else None
        self.status = _before(self.moved, type_coerce(Enrolment.status, String))
        self.outcome = _before(self.settled, type_coerce(Enrolment.outcome, String))
        self.unit: ColumnElement[Any] = self._served(Enrolment.unit_id, Posting.unit_id, None)
        self.grade: ColumnElement[Any] = self._served(Enrolment.grade, Posting.grade, "")
        self.service: ColumnElement[Any] = self._served(Enrolment.service, Posting.service, "")
        self._conditions = [*offered(filters, self.day), *self._of_whom()]

    def select(self, *columns: Any) -> Select[Any]:
        """SQL: these columns of every place that counts."""
        tables: FromClause = Run.__table__.join(Course, Course.id == Run.course_id)
        statement = select(*columns).select_from(tables).join(Enrolment, Enrolment.run_id == Run.id)
        for undone in (self.moved, self.settled):
            if undone is not None:
                same = and_(undone.c.run_id == Enrolment.run_id, undone.c.person_id == Enrolment.person_id)
                statement = statement.outerjoin(undone, same)
        return statement.where(self.status == Status.ENROLLED.value, *self._conditions)

    def _of_whom(self) -> list[ColumnElement[bool]]:
        asked = self.filters
        conditions = [*of_units(asked, self.unit)]
        if asked.grade is not None:
            conditions.append(self.grade == asked.grade)
        if asked.service is not None:
            conditions.append(self.service == asked.service)
        if asked.outcomes:
            conditions.append(self.outcome.in_([outcome.value for outcome in asked.outcomes]))
        return conditions

    def _served(self, kept: Any, posted: Any, nothing: str | None) -> ColumnElement[Any]:
        """What is kept with the place; before there is an outcome, or the run is closed, what the posting says."""
        today, then = _posted(posted, self.day), _posted(posted, Run.ends_on)
        open_still = and_(Enrolment.unit_id.is_(None), Run.state != RunState.CLOSED)
        served = case((self.outcome.is_(None), today), (open_still, then), else_=kept)
        return served if nothing is None else func.coalesce(served, nothing)


class Kept(Places):
    """Those of closed runs that are judged, as known now: unit, grade and service stand with the place."""

    def __init__(self, filters: Filters) -> None:
        super().__init__(filters)
        self._conditions += [Run.state == RunState.CLOSED, Enrolment.outcome.is_not(None)]

    def _served(self, kept: Any, posted: Any, nothing: str | None) -> ColumnElement[Any]:
        return kept if nothing is None else func.coalesce(kept, nothing)


def offered(asked: Filters, day: date) -> list[ColumnElement[bool]]:
    """SQL: runs of the period and of the courses asked for. On a day gone by also those called off since."""
    past = day < clock.today()
    conditions: list[ColumnElement[bool]] = [Run.state != RunState.DRAFT if past else Run.state.in_(OFFERED)]
    for column, first, last in (
        (Run.year, asked.first_year, asked.last_year),
        (Run.ends_on, asked.first_day, asked.last_day),
    ):
        conditions += [column >= first] if first is not None else []
        conditions += [column <= last] if last is not None else []
    return conditions + of_courses(asked)


def of_courses(asked: Filters) -> list[ColumnElement[bool]]:
    """SQL: the courses asked for."""
    conditions: list[ColumnElement[bool]] = []
    if asked.kinds:
        conditions.append(Course.kind.in_(asked.kinds))
    if asked.levels:
        conditions.append(Course.level.in_(asked.levels))
    if asked.area_id is not None:
        conditions.append(Course.area_id == asked.area_id)
    if asked.course_id is not None:
        conditions.append(Course.id == asked.course_id)
    return conditions


def of_units(asked: Filters, unit: ColumnElement[Any]) -> list[ColumnElement[bool]]:
    """SQL: of the units asked for, and within the reader's reach."""
    conditions: list[ColumnElement[bool]] = []
    if asked.unit_id is not None:
        conditions.append(unit.in_(select(_asked(asked.unit_id).c.id)))
    if asked.reach is not None:
        conditions.append(unit.in_(select(OrgUnit.id).where(asked.reach).correlate(None)))
    return conditions


@lru_cache(maxsize=64)
def _asked(unit_id: int) -> CTE:
    """SQL: the units asked for, one and the same table wherever a statement names it."""
    return below(unit_id, "asked")


def _posted(column: Any, day: Any) -> ColumnElement[Any]:
    """SQL: what the posting in force on the day says; NULL for people of other bodies."""
    return (
        select(column)
        .where(Posting.person_id == Enrolment.person_id, Posting.on(day))
        .order_by(Posting.from_on.desc())
        .limit(1)
        .correlate(Enrolment, Run)
        .scalar_subquery()
    )


def _taken_back(fact: type[Fact], day: date) -> Subquery:
    """SQL: of every place that such a fact changed after the day, what the first of them found (`before`)."""
    first = (
        select(func.min(Event.id).label("id"))
        .where(Event.kind == kind_of(fact), Event.at >= clock.end_of(day))
        .group_by(Event.run_id, Event.person_id)
        .subquery()
    )
    before = Event.data["before"].as_string().label("before")
    return select(Event.run_id, Event.person_id, before).join(first, first.c.id == Event.id).subquery(kind_of(fact))


def _before(undone: Subquery | None, now: ColumnElement[Any]) -> ColumnElement[Any]:
    if undone is None:
        return now
    return case((undone.c.run_id.is_not(None), func.nullif(undone.c.before, "")), else_=now)
