"""The report that was asked for: lines of a dimension, beside each other the columns of another one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from itertools import chain
from typing import Any

from sqlalchemy import Select
from sqlalchemy.orm import Session

from courses import clock
from courses.reporting import summaries
from courses.reporting.dimensions import OF_RUNS, Member, across_dimension, members, runs_with_places
from courses.reporting.duties import Duties
from courses.reporting.grouping import grouped, of_columns, some
from courses.reporting.measures import DUTIES, MEANINGS, PLACES, Figures, Meaning, duties_counted
from courses.reporting.places import Places
from courses.reporting.question import DUTY, Across, Dimension, Filters, Measure, Question
from courses.reporting.report import Cell, Form
from courses.reporting.summaries import Known, is_about_runs
from courses.reporting.tallies import ALL, Counts, read, tallied
from courses.scheduling.models import Run
from courses.text import text

TOGETHER = text("Together")
NOW, BEFORE, CHANGE = "this-period", "a-year-before", "change"
"""The columns of a comparison year on year."""


@dataclass(frozen=True)
class Line:
    """A line of the report; `figures` by column (`ALL`: over all columns)."""

    member: Member
    figures: Mapping[str, Figures] = field(default_factory=dict)

    def at(self, column: str) -> Figures:
        """Its figures in a column, zeros where nothing counts."""
        return self.figures.get(column, Figures())


@dataclass(frozen=True)
class Column:
    """One column of cells: a measure of one of the `groups`."""

    group: Member
    measure: Measure

    @property
    def meaning(self) -> Meaning:
        """Heading, explanation, cell."""
        return MEANINGS[self.measure]

    @property
    def form(self) -> Form:
        """A change is in percent, whatever it is the change of."""
        return Form.CHANGE if self.group.key == CHANGE else self.meaning.form

    def cell(self, line: Line) -> Cell:
        """What stands in it on a line."""
        if self.group.key != CHANGE:
            return self.meaning.cell(line.at(self.group.key))
        now, before = (self.meaning.cell(line.at(key)) for key in (NOW, BEFORE))
        return _change(now, before, points=self.meaning.form is Form.PERCENT)


@dataclass(frozen=True)
class Answer:
    """A finished report. `groups`: the columns' members, one (all together) where nothing stands across.

    `more` lines follow those that are there; the total counts them all.
    """

    question: Question
    at: datetime
    groups: Sequence[Member]
    lines: Sequence[Line]
    total: Line
    more: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all counts."""
        return all(figures == Figures() for figures in self.total.figures.values())

    @property
    def columns(self) -> list[Column]:
        """Every column of cells, group by group."""
        return [Column(group, measure) for group in self.groups for measure in self.question.measures]


def explore(db: Session, question: Question, most: int | None = None) -> Answer:
    """Make the report, in a few statements, however large it is. `most`: so many runs are enough."""
    if question.across is Across.YEAR_ON_YEAR:
        return _year_on_year(db, question)
    if most is not None and question.by is Dimension.RUN and is_about_runs(question.filters):
        return _first_runs(db, question, most)
    places = Places(question.filters)
    right = summaries.for_question(db, question.by, across_dimension(question.across), question.filters)
    counts = _counts(db, question, question.filters, right)
    lines = members(db, places, question.by, _keys(counts, 0))
    groups = [Member(ALL, TOGETHER)]
    if across := across_dimension(question.across):
        groups = [*members(db, places, across, _keys(counts, 1)), *groups]
    return _answer(question, counts, lines, groups)


def _first_runs(db: Session, question: Question, most: int) -> Answer:
    """By run, where there are thousands of them: the lines of those that ended first, the total of all."""
    places = Places(question.filters)
    count, first = runs_with_places(db, places, most)
    kinds = replace(question, by=Dimension.KIND)
    right = summaries.for_question(db, kinds.by, across_dimension(kinds.across), kinds.filters)
    whole = _place_counts(db, kinds, kinds.filters, right)
    lines = tallied(some(db, question, question.filters, Run.id.in_(first)), PLACES)
    counts = {cell: figures for cell, figures in lines.items() if cell[0] != ALL}
    counts |= {cell: figures for cell, figures in whole.items() if cell[0] == ALL}
    groups = [Member(ALL, TOGETHER)]
    if across := across_dimension(question.across):
        groups = [*members(db, places, across, _keys(counts, 1)), *groups]
    shown = members(db, places, question.by, {str(run) for run in first})
    return replace(_answer(question, counts, shown, groups), more=count - len(shown))


def _year_on_year(db: Session, question: Question) -> Answer:
    """The question asked twice. Months and years are laid upon each other."""
    counts: Counts = {}
    right = summaries.for_question(db, question.by, None, question.filters)
    for key, asked in ((BEFORE, question.filters.a_year_before()), (NOW, question.filters)):
        for (line, _), figures in _counts(db, replace(question, across=None), asked, right).items():
            counts[_shifted(line, question.by) if key == BEFORE else line, key] = figures
    groups = [
        Member(BEFORE, text("A year before")),
        Member(NOW, text("This period")),
        Member(CHANGE, text("Difference")),
    ]
    lines = members(db, Places(question.filters), question.by, _keys(counts, 0))
    return _answer(question, counts, lines, groups)


def _shifted(line: str, by: Dimension) -> str:
    later = {Dimension.MONTH: 100, Dimension.YEAR: 1}.get(by)
    return str(int(line) + later) if later and line.isdigit() else line


def _answer(question: Question, counts: Counts, lines: Sequence[Member], groups: Sequence[Member]) -> Answer:
    by_line: dict[str, dict[str, Figures]] = {}
    for (key, column), figures in counts.items():
        by_line.setdefault(key, {})[column] = figures
    done = [Line(member, by_line.get(member.key, {})) for member in lines]
    total = Line(Member(ALL, TOGETHER), by_line.get(ALL, {}))
    return Answer(question, clock.now(), groups, done, total)


def _keys(counts: Counts, part: int) -> set[str]:
    return {key[part] for key in counts} - {ALL}


def _counts(db: Session, question: Question, asked: Filters, right: Known | None) -> Counts:
    """Everything counted: lines, columns, both, all."""
    found = _place_counts(db, question, asked, right)
    if not set(question.measures) & set(DUTY) or question.by in OF_RUNS:
        return found
    duties = Duties(db, asked, summed=True)
    groups = read(db, _duty_groups(duties, question), DUTIES, duties.values)
    for key, figures in tallied(groups, DUTIES).items():
        found[key] = found.get(key, Figures())._replace(must=figures.must, must_done=figures.must_done)
    return found


def _place_counts(db: Session, question: Question, asked: Filters, right: Known | None) -> Counts:
    """Closed years from their summaries, the others, and what is still open, place by place."""
    across = across_dimension(question.across)
    if right is None:
        return tallied(grouped(db, question, asked), PLACES)
    groups, beside = right.groups(db, question.by, across, asked)
    found = tallied(chain(groups, some(db, question, asked, beside)), PLACES)
    if summaries.still_right(db, right):
        return found
    return _place_counts(db, question, asked, summaries.for_question(db, question.by, across, asked))


def _duty_groups(duties: Duties, question: Question) -> Select[Any]:
    across = across_dimension(question.across)
    columns = duties.done.label("done"), duties.number.label("number")
    return duties_counted(of_columns(duties, question.by, None if across in OF_RUNS else across, *columns))


def _change(now: Cell, before: Cell, *, points: bool) -> Decimal | None:
    """In percent of what was before, one decimal; of two rates in percentage points. None where nothing was before."""
    if not isinstance(now, int | Decimal) or not isinstance(before, int | Decimal):
        return None
    if points:
        return Decimal(now) - Decimal(before)
    return (Decimal(now - before) * 100 / Decimal(before)).quantize(Decimal("0.1")) if before else None
