"""Who must complete what: all staff of the report's day, each mandatory course."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, and_, or_, select

from courses import clock
from courses.catalogue.models import Course
from courses.enrolment.models import Enrolment, Outcome
from courses.people.models import Person, Posting
from courses.reporting.places import Places, of_courses, of_units
from courses.reporting.question import Filters


class Duties:
    """SQL: a row for every person and course that the person must complete; `done` says whether it is.

    Unit, grade and service are those of the report's day. Completed means: in a run of the period.
    """

    def __init__(self, filters: Filters) -> None:
        self.filters = filters
        self.day = min(filters.as_of or clock.today(), clock.today())
        places = Places(_period(filters))
        self._done = (
            places.select(Enrolment.person_id, Course.id.label("course_id"))
            .where(Course.mandatory, places.outcome == Outcome.COMPLETED.value)
            .distinct()
            .subquery("done")
        )
        self.done: ColumnElement[bool] = self._done.c.person_id.is_not(None)
        self.unit: ColumnElement[Any] = Posting.unit_id.expression
        self.grade: ColumnElement[Any] = Posting.grade.expression
        self.service: ColumnElement[Any] = Posting.service.expression
        self._conditions = [*of_courses(filters), *of_units(filters, self.unit)]

    def select(self, *columns: Any) -> Select[Any]:
        """SQL: these columns of every duty."""
        asked, done = self.filters, self._done
        served = and_(Posting.person_id == Person.id, Posting.on(self.day))
        tables: FromClause = Person.__table__.join(Posting.__table__, served).join(Course.__table__, Course.mandatory)
        statement = (
            select(*columns)
            .select_from(tables)
            .outerjoin(done, and_(done.c.person_id == Person.id, done.c.course_id == Course.id))
            .where(Person.employee_no.is_not(None), Person.active_on(self.day))
            .where(or_(Course.retired_on.is_(None), Course.retired_on > self.day))
            .where(*self._conditions)
        )
        if asked.grade is not None:
            statement = statement.where(self.grade == asked.grade)
        if asked.service is not None:
            statement = statement.where(self.service == asked.service)
        return statement


def _period(asked: Filters) -> Filters:
    """Where and as what somebody completed does not matter, only when."""
    return Filters(asked.first_year, asked.last_year, asked.first_day, asked.last_day, as_of=asked.as_of)
