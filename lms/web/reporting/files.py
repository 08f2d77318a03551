"""A report as a file: the same cells as on the page, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from flask import Response

from courses import clock
from courses.exchange.writing import Cell, Sheet, csv_bytes, xlsx_bytes
from courses.reporting import report
from courses.text import Text
from lms.i18n import _, words
from lms.web.formats import moment

Report = report.Report[Any]


def csv_file(done: Report) -> Response:
    """One table: headings, lines, the total last."""
    return _attachment(csv_bytes(_headings(done), _rows(done)), done, "csv", "text/csv; charset=utf-8")


def xlsx_file(done: Report) -> Response:
    """The same table, and a sheet that says of when and of what it is."""
    title = f"{words(done.title)} {done.year}"
    about: list[tuple[str, str]] = [(title, as_of(done)), *((words(name), words(says)) for name, says in done.terms)]
    sheets = [
        Sheet(title, _headings(done), _rows(done)),
        Sheet(_("About these figures"), (_("Term"), _("Meaning")), about),
    ]
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return _attachment(xlsx_bytes(sheets), done, "xlsx", kind)


FILES: dict[str, Callable[[Report], Response]] = {"csv": csv_file, "xlsx": xlsx_file}


def as_of(done: Report) -> str:
    """The sentence no report goes without."""
    return _("As of %(moment)s", moment=moment(done.as_of))


def _headings(done: Report) -> list[str]:
    return [words(column.heading) + (" (%)" if column.form is report.Form.PERCENT else "") for column in done.columns]


def _rows(done: Report) -> list[list[Cell]]:
    return [[words(cell) if isinstance(cell, Text) else cell for cell in row] for row in done.rows()]


def _attachment(data: bytes, done: Report, ending: str, media_type: str) -> Response:
    """With a plain name for old clients and the readable one beside it (RFC 6266)."""
    plain = f"{done.name}-{done.year}.{ending}"
    readable = f"{words(done.title)} {done.year} ({clock.local(done.as_of):%Y-%m-%d}).{ending}"
    disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(readable, safe='')}"
    return Response(data, mimetype=media_type, headers={"Content-Disposition": disposition})
