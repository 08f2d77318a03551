"""A report as the reader sees it: cells in words with what they lead to, its period and filters, its drawing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from urllib.parse import quote

from flask import url_for
from sqlalchemy import select

from courses.catalogue.models import Area, Course
from courses.catalogue.words import LEVELS
from courses.people.models import OrgUnit
from courses.reporting.dimensions import Member
from courses.reporting.explorer import CHANGE, Answer, Column, Line
from courses.reporting.measures import MEANINGS
from courses.reporting.question import DUTY, Dimension, Filters, Measure, Question
from courses.reporting.report import Cell, Form
from courses.reporting.training import KIND_NAMES
from lms import db
from lms.i18n import _, words
from lms.web.formats import day_long, number
from lms.web.reporting.asking import query
from lms.web.reporting.words import OUTCOMES, TITLES

MOST_LINES = 500
"""More do not stand on the page, only in the files."""
NO_VALUE = "–"


@dataclass(frozen=True)
class Shown:
    """A cell: its words, and the address of the rows behind it (None: there are none to see)."""

    words: str
    href: str | None


def title(question: Question) -> str:
    """What the report is called."""
    return words(TITLES[question.by])


def grid(answer: Answer) -> list[tuple[Line, str | None, list[Shown]]]:
    """The lines, the total last: each with the address of the report inside it, and its cells."""
    base = f"{url_for('reporting.rows_behind')}?{query(answer.question)}"
    columns = [(one, _behind(one)) for one in answer.columns]
    lines = [*answer.lines[:MOST_LINES], answer.total]
    return [(line, _inside(answer.question, line), _cells(line, columns, base)) for line in lines]


def _inside(question: Question, line: Line) -> str | None:
    if question.by is not Dimension.DEPARTMENT or not line.member.opens:
        return None
    pairs = "&".join(pair for pair in query(question).split("&") if not pair.startswith("unit="))
    return f"{url_for('reporting.explore')}?{pairs}&unit={line.member.key}"


def _behind(column: Column) -> str | None:
    """The end of the addresses of the rows behind a column's cells; None where there are none to see."""
    if column.meaning.behind is None or column.group.key == CHANGE:
        return None
    return f"{_place('column', column.group.key)}&of={column.measure}"


def _place(name: str, key: str) -> str:
    return f"&{name}={quote(key, safe='')}" if key else ""


def _cells(line: Line, columns: Sequence[tuple[Column, str | None]], base: str) -> list[Shown]:
    start, cells = base + _place("line", line.member.key), []
    for column, behind in columns:
        cell = column.cell(line)
        cells.append(Shown(written(cell, column.form), f"{start}{behind}" if behind and cell else None))
    return cells


def written(cell: Cell, form: Form) -> str:
    """A cell as it is read."""
    if cell is None:
        return NO_VALUE
    if form is Form.PERCENT:
        return f"{cell:.1f}%"
    if form is Form.CHANGE:
        return f"{cell:+.1f}"
    return f"{cell:,}" if isinstance(cell, Decimal) else number(cell) if isinstance(cell, int) else words(cell)


def period(filters: Filters) -> str:
    """'2003', '2003–2005', 'since 1 Jan 2026', 'All years'."""
    years = [str(year) for year in (filters.first_year, filters.last_year) if year is not None]
    if len(set(years)) == 1 and filters.first_year == filters.last_year:
        return years[0] if not _days(filters) else f"{years[0]}, {_days(filters)}"
    if filters.first_year is None and filters.last_year is None:
        return _days(filters) or _("All years")
    return ", ".join(part for part in (_from_to(filters.first_year, filters.last_year), _days(filters)) if part)


def _days(filters: Filters) -> str:
    return _from_to(*(day and day_long(day) for day in (filters.first_day, filters.last_day)))


def _from_to(first: object, last: object) -> str:
    if first and last:
        return f"{first} – {last}"
    if first:
        return _("since %(first)s", first=first)
    return _("until %(last)s", last=last) if last else ""


def narrowed(filters: Filters) -> list[tuple[str, str]]:
    """What the report is limited to, beside the period: name and value."""
    said = [
        (_("Kind of training"), ", ".join(words(KIND_NAMES[kind]) for kind in filters.kinds)),
        (_("Course level"), ", ".join(words(LEVELS[level]) for level in filters.levels)),
        (_("Area"), _name(Area, filters.area_id)),
        (_("Course"), _name(Course, filters.course_id)),
        (_("Department"), _name(OrgUnit, filters.unit_id)),
        (_("Service"), filters.service or ""),
        (_("Grade"), filters.grade or ""),
        (_("Outcome"), ", ".join(words(OUTCOMES[outcome]) for outcome in filters.outcomes)),
    ]
    return [(name, value) for name, value in said if value]


def _name(model: type[Area] | type[Course] | type[OrgUnit], identity: int | None) -> str:
    if identity is None:
        return ""
    column = {Area: Area.name, Course: Course.title, OrgUnit: OrgUnit.path}[model]
    return db.session().scalar(select(column).where(model.id == identity)) or str(identity)


def terms(measures: Sequence[Measure]) -> list[tuple[str, str]]:
    """What the columns mean."""
    return [(words(MEANINGS[measure].heading), words(MEANINGS[measure].says)) for measure in measures]


def notes(question: Question) -> list[str]:
    """What must be known to read it rightly: of when departments and outcomes are."""
    said = [_("Department, grade and service are those of each run's last day; of the report's day while it is open.")]
    if question.filters.as_of:
        said.append(_("As it was known here at the end of that day: what was entered later is taken back."))
    if question.by is Dimension.DEPARTMENT:
        said.append(_("A department's line holds everything under it: the lines add up to more than the total."))
    if set(question.measures) & set(DUTY):
        said.append(_("Mandatory: staff of the report's day, in the department they serve in on it."))
    return said


def column_heading(column: Column, groups: Sequence[Member]) -> str:
    """A heading for files, in which there is one line of headings."""
    heading = words(column.meaning.heading) + (" (%)" if column.form in {Form.PERCENT, Form.CHANGE} else "")
    return heading if len(groups) == 1 else f"{words(column.group.name)}: {heading}"


def of_day(filters: Filters, today: date) -> date:
    """The day the report stands for."""
    return min(filters.as_of or today, today)
