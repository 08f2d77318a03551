"""Any table file, read: its bytes and columns give good rows, and every bad cell with reason and remedy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from courses.errors import Refused
from courses.exchange import extent, textfiles, workbooks
from courses.exchange.columns import Column, Unreadable, heading_key
from courses.exchange.foreign import refuse_foreign, refuse_markup
from courses.text import Text, clean, text

MAX_BYTES = 20_000_000
"""Bytes of a file as it is sent."""
MAX_ROWS, MAX_COLUMNS = extent.MAX_ROWS, extent.MAX_COLUMNS
_SHOWN, _SHOWN_TOGETHER = 80, 400
_TOO_WIDE = Unreadable(
    text("The row has more cells than there are headings."),
    text("Put a cell that holds the separator into quotation marks, or remove the surplus cells."),
)


@dataclass(frozen=True, slots=True)
class Row:
    """A good row: its number as a spreadsheet shows it, and for every column of the file a value or None."""

    number: int
    values: dict[str, object]


@dataclass(frozen=True, slots=True)
class BadRow:
    """A cell that cannot be taken, or a whole row (`field` is then empty): where, what it says, why, remedy."""

    row: int
    field: str
    value: str
    reason: Text
    remedy: Text


@dataclass(frozen=True)
class Table:
    """What a file holds.

    `headings` maps each field that is in the file to its heading as written there (to name it to a person);
    `encoding` is `utf-8`, `utf-16-le`, `utf-16-be`, `cp949` or `xlsx`.
    """

    rows: list[Row]
    bad: list[BadRow]
    headings: dict[str, str]
    ignored_headings: list[str]
    encoding: str


def read(data: bytes, filename: str, columns: Sequence[Column]) -> Table:
    """The table in a CSV or XLSX file.

    A row with a bad cell is not among `rows`; all its bad cells are in `bad`. Raises `Refused` when the file as a
    whole cannot be taken: too large, empty, of another kind, undecodable, a needed heading missing or one doubled.
    """
    records, encoding = _records(data, filename, columns)
    first = list(islice(records, textfiles.FIRST_ROWS))
    at = _heading_row(first, columns, filename)
    sheet = _Sheet(first[at], columns)
    for number, cells in enumerate(chain(first[at + 1 :], records), at + 2):
        sheet.add(number, cells)
    if not sheet.rows and not sheet.bad:
        raise Refused(text("The file has headings but no rows. Fill in the rows below the headings and send it again."))
    return Table(sheet.rows, sheet.bad, sheet.headings, sheet.ignored, encoding)


def _records(data: bytes, filename: str, columns: Sequence[Column]) -> tuple[Iterator[list[str]], str]:
    if not data:
        raise _empty(filename)
    if len(data) > MAX_BYTES:
        raise Refused(
            text(
                "%(file)s is larger than %(limit)s MB. Divide it into several files.",
                file=filename,
                limit=MAX_BYTES // 1_000_000,
            )
        )
    refuse_foreign(data, filename)
    if data.startswith(b"PK\x03\x04"):
        return workbooks.rows(data, filename), "xlsx"
    content, encoding = textfiles.decode(data, filename)
    refuse_markup(content, filename)
    known = _known(columns)
    return textfiles.rows(content, lambda record: _score(record, known)), encoding


def _empty(filename: str) -> Refused:
    return Refused(text("%(file)s is empty. Choose the file with the table.", file=filename))


def _known(columns: Sequence[Column]) -> dict[str, Column]:
    return {key: column for column in columns for key in column.names()}


def _score(record: list[str], known: dict[str, Column]) -> int:
    return len({known[key].field for key in map(heading_key, record) if key in known})


def _heading_row(first: list[list[str]], columns: Sequence[Column], filename: str) -> int:
    """The index of the row that knows most headings."""
    known = _known(columns)
    scores = [_score(record, known) for record in first]
    if not any(scores):
        found = next((shown for record in first if (shown := _listed(record))), "")
        if not found:
            raise _empty(filename)
        raise Refused(
            text(
                "No row with headings was found among the first %(rows)s rows. "
                "Put these headings above the table: %(expected)s. Found: %(found)s.",
                rows=textfiles.FIRST_ROWS,
                expected=_listed(column.korean for column in columns),
                found=found,
            )
        )
    return scores.index(max(scores))


def _listed(names: Iterable[str]) -> str:
    return ", ".join(shown for name in islice(names, MAX_COLUMNS) if (shown := clean(name)[:_SHOWN]))[:_SHOWN_TOGETHER]


class _Sheet:
    """The rows below a heading row, sorted into good and bad."""

    def __init__(self, record: list[str], columns: Sequence[Column]) -> None:
        self.rows: list[Row] = []
        self.bad: list[BadRow] = []
        self.headings: dict[str, str] = {}
        self.ignored: list[str] = []
        self._width = len(record)
        if sum(map(bool, record)) > MAX_COLUMNS:
            raise Refused(
                text(
                    "The file has more than %(columns)s columns. Remove those not needed.",
                    columns=MAX_COLUMNS,
                )
            )
        self._places: list[tuple[int, Column, dict[str, object]]] = []  # with the values of cells already converted
        known = _known(columns)
        for index, heading in enumerate(map(clean, record)):
            if column := known.get(heading_key(heading)):
                self._place(index, heading, column)
            elif heading:
                self.ignored.append(heading[:_SHOWN])
        self._miss(columns, record)

    def _place(self, index: int, heading: str, column: Column) -> None:
        if column.field in self.headings:
            raise Refused(
                text(
                    "The column %(column)s is there twice: %(first)s and %(second)s. Remove or rename one of them.",
                    column=column.korean,
                    first=self.headings[column.field],
                    second=heading,
                )
            )
        self.headings[column.field] = heading
        self._places.append((index, column, {}))

    def _miss(self, columns: Sequence[Column], record: list[str]) -> None:
        missing = [column.korean for column in columns if column.required and column.field not in self.headings]
        if missing:
            raise Refused(
                text(
                    "A needed column is missing: %(missing)s. Add it with this heading. Headings found: %(found)s.",
                    missing=", ".join(missing),
                    found=_listed(record),
                )
            )

    def add(self, number: int, cells: list[str]) -> None:
        """Sort one row in; a blank one leaves no trace."""
        if not clean("".join(cells)):
            return
        if number > MAX_ROWS:
            raise Refused(text("The file has more than %(rows)s rows. Divide it into several files.", rows=MAX_ROWS))
        before = len(self.bad)
        if len(cells) > self._width and any(map(clean, cells[self._width :])):
            self._complain("", number, cells[self._width], _TOO_WIDE)
        values: dict[str, object] = {}
        for index, column, seen in self._places:
            cell = cells[index] if index < len(cells) else ""
            if cell not in seen:
                seen[cell] = _value(column, cell)
            value = values[column.field] = seen[cell]
            if isinstance(value, Unreadable):
                self._complain(column.field, number, cell, value)
        if len(self.bad) == before:
            self.rows.append(Row(number, values))

    def _complain(self, field: str, number: int, cell: str, problem: Unreadable) -> None:
        self.bad.append(BadRow(number, field, clean(cell)[:_SHOWN], problem.reason, problem.remedy))


def _value(column: Column, cell: str) -> object:
    try:
        return column.value(cell)
    except Unreadable as problem:
        return problem.with_traceback(None)
