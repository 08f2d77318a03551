"""What every report is: columns, and the rows one select gave them. Page, CSV and workbook show the same cells."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Generic, TypeVar

from courses.reporting.headcounts import Headcount
from courses.text import Text, text

Line = TypeVar("Line")
Cell = str | int | Decimal | Text | None


class Form(Enum):
    """How a column's cells are written."""

    WORDS = "words"
    NUMBER = "number"
    PERCENT = "percent"
    CHANGE = "change"  # in percent, with its sign


@dataclass(frozen=True, slots=True)
class Column(Generic[Line]):
    """A heading, and where a line has the cell that stands under it."""

    heading: Text
    cell: Callable[[Line], Cell]
    form: Form = Form.NUMBER


@dataclass(frozen=True)
class Report(Generic[Line]):
    """A finished report of a `year`; `as_of` is the moment its numbers were computed, `total` its last line.

    `is_empty`: there is nothing to report of this year. `terms` say what the headings mean.
    """

    name: str
    title: Text
    year: int
    as_of: datetime
    columns: Sequence[Column[Line]]
    lines: Sequence[Line]
    total: Line
    is_empty: bool
    terms: Sequence[tuple[Text, Text]] = ()

    def rows(self) -> list[list[Cell]]:
        """Every cell, line by line, the total last."""
        return [[column.cell(line) for column in self.columns] for line in (*self.lines, self.total)]


def headcount_columns(headcount: Callable[[Line], Headcount]) -> tuple[Column[Line], ...]:
    """The columns no report goes without."""
    return (
        Column(text("Places"), lambda line: headcount(line).places),
        Column(text("In progress"), lambda line: headcount(line).in_progress),
        Column(text("Attendances"), lambda line: headcount(line).completions),
        Column(text("Persons"), lambda line: headcount(line).persons),
        Column(text("Completion rate"), lambda line: headcount(line).rate, Form.PERCENT),
    )


HEADCOUNT_TERMS = (
    (text("Attendances"), text("Completions: a person who completed two runs counts twice.")),
    (text("Persons"), text("Different persons who completed at least one run.")),
    (text("Completion rate"), text("Attendances of those whose training has been judged, rounded down.")),
    (text("In progress"), text("Places without an outcome yet. They do not count in the rate.")),
)
