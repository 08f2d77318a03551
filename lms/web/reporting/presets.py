"""The reports an officer owes, one click each."""

from __future__ import annotations

from datetime import date

from courses import clock
from courses.reporting.question import DUTY, HEADCOUNTS, Across, Dimension, Filters, Measure, Question
from courses.text import Text, text
from lms.web.reporting.asking import query

_JUDGED = (Measure.JUDGED, *HEADCOUNTS, Measure.RATE, Measure.NOT_COMPLETED, Measure.NOT_REGISTERED)
_HALF = 6
"""The last month of the first half of a year."""


def presets(year: int) -> list[tuple[Text, str]]:
    """Name and query of each, about this year where they are about one."""
    one_year = Filters(first_year=year, last_year=year)
    first, last = half_year(clock.today())
    half = Filters(first_day=first, last_day=last)
    asked = [
        (text("Half-year results"), Question(Dimension.KIND, None, _JUDGED, half)),
        (text("Month by month"), Question(Dimension.MONTH, Across.YEAR_ON_YEAR, HEADCOUNTS, one_year)),
        (text("Completion rate by department"), Question(Dimension.DEPARTMENT, None, _JUDGED, one_year)),
        (text("Completion rate by grade"), Question(Dimension.GRADE, None, _JUDGED, one_year)),
        (text("Completion rate by course"), Question(Dimension.COURSE, None, _JUDGED, one_year)),
        (text("Mandatory training"), Question(Dimension.DEPARTMENT, None, (*HEADCOUNTS, *DUTY), one_year)),
        (text("All years"), Question(Dimension.YEAR, Across.KIND, HEADCOUNTS, Filters())),
    ]
    return [(name, query(question)) for name, question in asked]


def half_year(today: date) -> tuple[date, date]:
    """The half-year whose results are due: the one that ended last."""
    if today.month > _HALF:
        return date(today.year, 1, 1), date(today.year, _HALF, 30)
    return date(today.year - 1, _HALF + 1, 1), date(today.year - 1, 12, 31)
