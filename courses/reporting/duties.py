"""Who must complete what, as `enrolment.obligations` says: seen on the last day of the period, at the latest today."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, cast, func, literal, null, select
from sqlalchemy.orm import Session

from courses import clock
from courses.catalogue.models import Course
from courses.db import KEY
from courses.enrolment import obligations, reckoned
from courses.enrolment.models import Assignment, Duty, Enrolment, Outcome, State
from courses.people.models import OrgUnit
from courses.reporting.places import Places, of_courses, of_units
from courses.reporting.question import Filters
from courses.scheduling.models import Run


class Duties:
    """SQL: a row for every person and course that the person must complete; `done` says whether it is.

    Unit, grade and service are those of the `day`. What is kept of today is read where it is right; else, and for days
    gone by, everybody is looked at. Statements are asked with `values`. With `summed` a row is all people who are alike
    in course, unit, grade, service and whether it is done: `number` of them, none by itself.
    """

    def __init__(self, db: Session, filters: Filters, *, summed: bool = False) -> None:
        self.filters = filters
        self.day = _day(filters)
        kept = self.day == clock.today() and reckoned.is_right(db)
        self._duty = _kept(summed) if kept else _reckoned(filters, self.day, summed)
        self.values = {} if kept else obligations.as_of(self.day)
        columns = self._duty.c
        self.person_id: ColumnElement[Any] = null() if summed else columns.person_id
        self.number: ColumnElement[Any] = columns.number if summed else literal(1)
        self.done: ColumnElement[bool] = columns.done
        self.unit: ColumnElement[Any] = columns.unit_id
        self.grade: ColumnElement[Any] = columns.grade
        self.service: ColumnElement[Any] = columns.service
        self._conditions = [*of_courses(filters), *of_units(filters, self.unit)]

    def select(self, *columns: Any) -> Select[Any]:
        """SQL: these columns of every duty."""
        asked = self.filters
        statement = select(*columns).select_from(self._duty).join(Course, Course.id == self._duty.c.course_id)
        statement = statement.where(*self._conditions)
        if asked.grade is not None:
            statement = statement.where(self.grade == asked.grade)
        if asked.service is not None:
            statement = statement.where(self.service == asked.service)
        return statement


def _day(asked: Filters) -> date:
    """The last one of the period and of what the report knows."""
    ends = [asked.last_day, asked.last_year and date(asked.last_year, 12, 31), asked.as_of]
    return min([clock.today(), *(day for day in ends if day)])


def _kept(summed: bool) -> Subquery:
    done = (Duty.state == State.DONE).label("done")
    alike = (Duty.course_id, Duty.unit_id, Duty.grade, Duty.service)
    if summed:
        number = func.count().label("number")
        return select(*alike, done, number).where(Duty.first).group_by(*alike, Duty.state).subquery("duty")
    return select(Duty.person_id, *alike, done).where(Duty.first).subquery("duty")


def _reckoned(asked: Filters, day: date, summed: bool) -> Subquery:
    """Completed by the day, as far as the report knows."""
    places, person_id = Places(Filters(as_of=asked.as_of)), cast(Enrolment.person_id, KEY)
    wanted = select(Assignment.course_id).union(select(Course.id).where(Course.mandatory))
    completion = (
        places.select(person_id.label("person_id"), Run.course_id, func.max(Run.ends_on).label("on"))
        .where(places.outcome == Outcome.COMPLETED.value, Run.ends_on <= day, Run.course_id.in_(wanted))
        .group_by(person_id, Run.course_id)
        .subquery("completion")
    )
    tops = select(Assignment.unit_id).where(Assignment.unit_id.is_not(None))
    standing = obligations.standings(obligations.units_below(OrgUnit.id.in_(tops)), completion)
    if not summed:
        return standing
    one = standing.c
    alike = (one.course_id, one.unit_id, one.grade, one.service, one.done)
    return select(*alike, func.count().label("number")).group_by(*alike).subquery("duty_of_day")
