"""A report as a file: the same cells as on the page, in the reader's language."""

from __future__ import annotations

from typing import Any

from flask import Response

from courses import clock
from courses.exchange.writing import Cell, Sheet
from courses.reporting import report
from courses.text import Text
from lms.i18n import _, words
from lms.web.files import table
from lms.web.formats import moment

Report = report.Report[Any]


def report_file(done: Report, ending: str) -> Response:
    """The table with the total last, as CSV; as a workbook also a sheet that says of when and of what it is."""
    title = f"{words(done.title)} {done.year}"
    about: list[tuple[str, str]] = [(title, as_of(done)), *((words(name), words(says)) for name, says in done.terms)]
    sheets = [
        Sheet(title, _headings(done), _rows(done)),
        Sheet(_("About these figures"), (_("Term"), _("Meaning")), about),
    ]
    return table(ending, sheets, f"{title} ({clock.local(done.as_of):%Y-%m-%d})", plain=f"{done.name}-{done.year}")


def as_of(done: Report) -> str:
    """The sentence no report goes without."""
    return _("As of %(moment)s", moment=moment(done.as_of))


def _headings(done: Report) -> list[str]:
    return [words(column.heading) + (" (%)" if column.form is report.Form.PERCENT else "") for column in done.columns]


def _rows(done: Report) -> list[list[Cell]]:
    return [[words(cell) if isinstance(cell, Text) else cell for cell in row] for row in done.rows()]
