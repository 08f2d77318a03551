"""What one may ask: a dimension for the lines, one for the columns, measures, filters, a day."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy import ColumnElement

from courses.catalogue.models import Kind, Level
from courses.enrolment.models import Outcome


class Dimension(enum.StrEnum):
    """What the lines of a report are. Its value is part of an address."""

    KIND = "kind"
    LEVEL = "level"
    AREA = "area"
    COURSE = "course"
    RUN = "run"
    DEPARTMENT = "department"  # the tree, two levels at a time
    BUREAU = "bureau"
    GRADE = "grade"
    SERVICE = "service"
    MONTH = "month"
    YEAR = "year"


class Across(enum.StrEnum):
    """What the columns are beside the measures. YEAR_ON_YEAR: the period, and the one a year before it."""

    KIND = "kind"
    LEVEL = "level"
    MONTH = "month"
    YEAR = "year"
    YEAR_ON_YEAR = "year-on-year"


class Measure(enum.StrEnum):
    """What is counted."""

    PLACES = "places"
    IN_PROGRESS = "in-progress"
    JUDGED = "judged"
    ATTENDANCES = "attendances"
    PERSONS = "persons"
    RATE = "rate"
    NOT_COMPLETED = "not-completed"
    NOT_REGISTERED = "not-registered"
    NO_SHOW_RATE = "no-show-rate"
    HOURS = "hours"
    RECOGNISED = "recognised"
    MUST = "must"
    MUST_DONE = "must-done"
    MUST_OPEN = "must-open"
    MUST_RATE = "must-rate"


HEADCOUNTS = (Measure.ATTENDANCES, Measure.PERSONS)
"""Both, always: 연인원 and 실인원."""
DUTY = (Measure.MUST, Measure.MUST_DONE, Measure.MUST_OPEN, Measure.MUST_RATE)
"""Measures of mandatory courses: they count who must, not who took part."""
USUAL = (Measure.PLACES, *HEADCOUNTS, Measure.RATE, Measure.NOT_COMPLETED, Measure.NOT_REGISTERED, Measure.HOURS)


@dataclass(frozen=True)
class Filters:
    """Which places count. None and empty: all.

    Years are those of the runs, days their last ones, both ends included. `unit_id`: this unit, which
    stands `unit_depth` levels below the whole organisation, and all under it.
    `as_of`: as it was known at the end of that day; None: now. `reach`: SQL on `OrgUnit`, the units whose people the
    reader may see; None: everybody.
    """

    first_year: int | None = None
    last_year: int | None = None
    first_day: date | None = None
    last_day: date | None = None
    kinds: tuple[Kind, ...] = ()
    levels: tuple[Level, ...] = ()
    area_id: int | None = None
    course_id: int | None = None
    unit_id: int | None = None
    unit_depth: int = 0
    service: str | None = None
    grade: str | None = None
    outcomes: tuple[Outcome, ...] = ()
    as_of: date | None = None
    reach: ColumnElement[bool] | None = None

    def a_year_before(self) -> Filters:
        """The same period, one year earlier."""
        return replace(
            self,
            first_year=self.first_year and self.first_year - 1,
            last_year=self.last_year and self.last_year - 1,
            first_day=self.first_day and _a_year_before(self.first_day),
            last_day=self.last_day and _a_year_before(self.last_day),
        )


@dataclass(frozen=True)
class Question:
    """A report to be made."""

    by: Dimension = Dimension.KIND
    across: Across | None = None
    measures: tuple[Measure, ...] = USUAL
    filters: Filters = field(default_factory=Filters)


def _a_year_before(day: date) -> date:
    last_of_february = day.month == 2 and day.day == 29
    return day.replace(year=day.year - 1, day=28 if last_of_february else day.day)
