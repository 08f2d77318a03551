"""Tables out: CSV and XLSX in which no cell can become a formula.

CSV has no types, so a text that starts like a formula gets an apostrophe in front (OWASP, "CSV Injection");
`textfiles` takes it off again. In a workbook every text is written as a text.
"""

from __future__ import annotations

import csv
import datetime
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain, islice

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from courses.errors import Refused
from courses.text import text

Cell = str | int | float | Decimal | bool | datetime.date | datetime.datetime | None
"""What a cell may hold: datetimes in the reader's own time zone, None for an empty one."""

_LIKE_FORMULA = re.compile("'*[=+\\-@\t\r\n＝＋－＠]")
_NEGATIVE = re.compile(r"-[0-9]+(\.[0-9]+)?")
_ROWS_A_CHUNK = 500
_MAX_ROWS = 1_048_576
_MAX_CELL_TEXT = 32_767
_EXACT = 10**15


def csv_bytes(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """A whole CSV file; see `csv_chunks`."""
    return b"".join(csv_chunks(headings, rows))


def csv_chunks(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """A CSV file to be streamed, the headings at once, then 500 rows at a time.

    UTF-8 with BOM, commas, CRLF, dates as 2003-10-13.
    """
    lines = chain([headings], rows)
    mark = "\ufeff"
    while part := list(islice(lines, 1 if mark else _ROWS_A_CHUNK)):
        target = io.StringIO(newline="")
        target.write(mark)
        csv.writer(target, lineterminator="\r\n").writerows([_plain(cell) for cell in row] for row in part)
        yield target.getvalue().encode("utf-8", "replace")
        mark = ""


def _plain(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "Y" if cell else "N"
    if isinstance(cell, str):
        return "'" + cell if _LIKE_FORMULA.match(cell) and not _NEGATIVE.fullmatch(cell) else cell
    if isinstance(cell, datetime.datetime):
        return f"{cell:%Y-%m-%d %H:%M}"
    return cell.isoformat() if isinstance(cell, datetime.date) else f"{cell}"


@dataclass(frozen=True)
class Sheet:
    """One sheet of a workbook: its name (shortened and freed of what Excel forbids), headings and rows."""

    name: str
    headings: Sequence[str]
    rows: Iterable[Sequence[Cell]]


def xlsx_bytes(sheets: Sequence[Sheet]) -> bytes:
    """A workbook; headings bold and kept in view, columns as wide as their contents.

    Raises `Refused` when a sheet has more rows than Excel can hold (1,048,576).
    """
    target = io.BytesIO()
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_date_format": "yyyy-mm-dd",
    }
    with xlsxwriter.Workbook(target, options) as book:
        bold = book.add_format({"bold": True})
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        taken: set[str] = set()
        for sheet in sheets:
            _fill(book.add_worksheet(_sheet_name(sheet.name, taken)), sheet, bold, moment)
    return target.getvalue()


def _fill(page: Worksheet, sheet: Sheet, bold: Format, moment: Format) -> None:
    page.freeze_panes(1, 0)
    widths = [_width(heading) for heading in sheet.headings]
    for column, heading in enumerate(sheet.headings):
        page.write_string(0, column, heading, bold)
    for number, row in enumerate(sheet.rows, 1):
        if number >= _MAX_ROWS:
            raise Refused(text("There are too many rows for a workbook. Narrow the selection, or export it as CSV."))
        for column, cell in enumerate(row):
            _write(page, number, column, cell, moment)
        if number <= _ROWS_A_CHUNK:
            widths = [max(width, _width(_plain(cell))) for width, cell in zip(widths, row, strict=True)]
    for column, width in enumerate(widths):
        page.set_column(column, column, min(max(width + 2, 8), 60))


def _write(page: Worksheet, row: int, column: int, cell: Cell, moment: Format) -> None:
    if isinstance(cell, datetime.datetime) and cell.year >= 1900:
        page.write_datetime(row, column, cell.replace(tzinfo=None), moment)
    elif isinstance(cell, datetime.date) and cell.year >= 1900:
        page.write_datetime(row, column, cell)
    elif _is_number(cell):
        page.write_number(row, column, cell)
    elif cell is not None and cell != "":
        words = cell if isinstance(cell, str) else _plain(cell)
        page.write_string(row, column, words[:_MAX_CELL_TEXT])


def _is_number(cell: Cell) -> bool:
    """Whether Excel can hold it exactly: no NaN, at most 15 digits."""
    return isinstance(cell, int | float | Decimal) and not isinstance(cell, bool) and -_EXACT < cell < _EXACT


def _width(words: str) -> int:
    """Columns of a fixed-width font: a Korean letter takes two, as it does in CP949."""
    return len(words.encode("cp949", "replace"))


def _sheet_name(wanted: str, taken: set[str]) -> str:
    """A name Excel accepts: 1 to 31 characters, none of []:*?/\\, no apostrophe at an end, not yet taken."""
    base = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", wanted).strip(" '")[:31].strip(" '") or "1"
    name, number = base, 1
    while name.casefold() in taken:
        number += 1
        name = f"{base[: 30 - len(str(number))]} {number}"
    taken.add(name.casefold())
    return name
