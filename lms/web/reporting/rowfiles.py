"""The rows behind a number as a file. A CSV is streamed from a reading transaction of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from flask import Response, abort

from courses import clock
from courses.exchange.writing import Cell, Sheet, csv_chunks
from courses.reporting import rows
from courses.reporting.measures import MEANINGS, hours
from courses.text import text
from lms import db
from lms.i18n import _, words
from lms.web.files import file, table
from lms.web.reporting.words import OUTCOMES

_Line = Callable[[Any], Sequence[Cell]]


def heading_of_rows(cell: rows.Cell, line: str) -> str:
    """'Attendances: 행정국', what the rows are."""
    name = words(MEANINGS[cell.measure].heading)
    return f"{name}: {line}" if line else name


def row_file(cell: rows.Cell, form: str, heading: str) -> Response:
    """CSV as a stream, a workbook whole; any other ending is a 404."""
    headings, line = _columns(cell)
    name = f"{heading} ({clock.today()})"
    if form == "csv":
        return file(csv_chunks(headings, _lines(db.database(), cell, line)), f"{name}.csv", plain="rows.csv")
    if form != "xlsx":
        abort(404)
    found = (line(row) for row in rows.stream(db.session(), cell))
    return table(form, [Sheet(heading, headings, found)], name, plain="rows")


def _lines(database: Any, cell: rows.Cell, line: _Line) -> Iterator[Sequence[Cell]]:
    """The session lives as long as the file is read: the request's own ends before its first byte has left."""
    session = database.reading()
    try:
        for row in rows.stream(session, cell):
            yield line(row)
    finally:
        database.close(session)


def _columns(cell: rows.Cell) -> tuple[list[str], _Line]:
    """Headings, and what makes a line of a row. All words are looked up now: later there is no reader any more."""
    who = [_("Name"), _("Employee number")]
    if cell.counts_persons:
        return [*who, _("Institution"), _("Places"), _("Hours"), _("Recognised hours")], _person
    if cell.counts_duties:
        done, missing = words(text("Completed")), words(text("Open"))
        return [*who, _("Department"), _("Grade"), _("Course"), _("State")], lambda row: (
            row.sort, row.employee_no, row.unit, row.grade, row.title, done if row.done else missing,
        )  # fmt: skip
    outcomes = {outcome.value: words(name) for outcome, name in OUTCOMES.items()}
    headings = [
        *who, _("Institution"), _("Department"), _("Grade"), _("Course"), _("Year"), _("Run"), _("Starts"), _("Ended"),
        _("Outcome"), _("Hours"), _("Recognised hours"),
    ]  # fmt: skip
    return headings, lambda row: (
        row.sort, row.employee_no, row.institution, row.unit, row.grade, row.title, row.year, row.number,
        row.starts_on, row.ends_on, outcomes.get(row.outcome or "", ""), hours(row.minutes), hours(row.recognised),
    )  # fmt: skip


def _person(row: Any) -> Sequence[Cell]:
    return row.sort, row.employee_no, row.institution, row.places, hours(row.minutes), hours(row.recognised)
