"""What the choices of a report are called."""

from __future__ import annotations

from courses.enrolment.models import Outcome
from courses.reporting.question import Across, Dimension
from courses.text import text

DIMENSIONS = {
    Dimension.KIND: text("Kind of training"),
    Dimension.LEVEL: text("Course level"),
    Dimension.AREA: text("Area"),
    Dimension.COURSE: text("Course"),
    Dimension.RUN: text("Run"),
    Dimension.DEPARTMENT: text("Department"),
    Dimension.BUREAU: text("Bureau"),
    Dimension.GRADE: text("Grade"),
    Dimension.SERVICE: text("Service"),
    Dimension.MONTH: text("Month"),
    Dimension.YEAR: text("Year"),
}
ACROSS = {
    Across.KIND: DIMENSIONS[Dimension.KIND],
    Across.LEVEL: DIMENSIONS[Dimension.LEVEL],
    Across.MONTH: DIMENSIONS[Dimension.MONTH],
    Across.YEAR: DIMENSIONS[Dimension.YEAR],
    Across.YEAR_ON_YEAR: text("Compared with the year before"),
}
TITLES = {
    Dimension.KIND: text("By kind of training"),
    Dimension.LEVEL: text("By level"),
    Dimension.AREA: text("By area"),
    Dimension.COURSE: text("By course"),
    Dimension.RUN: text("By run"),
    Dimension.DEPARTMENT: text("By department"),
    Dimension.BUREAU: text("By bureau"),
    Dimension.GRADE: text("By grade"),
    Dimension.SERVICE: text("By service"),
    Dimension.MONTH: text("By month"),
    Dimension.YEAR: text("By year"),
}
OUTCOMES = {
    Outcome.COMPLETED: text("Completed"),
    Outcome.NOT_COMPLETED: text("Not completed"),
    Outcome.NOT_REGISTERED: text("Never attended"),
    Outcome.EXPELLED: text("Expelled"),
}
