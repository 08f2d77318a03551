"""The bytes of a CSV file as rows of cells, whatever the encoding, separator and line ends."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from itertools import islice

from courses.errors import Refused
from courses.text import text

SEPARATORS = ",\t;|"
FIRST_ROWS = 10
"""Rows among which the heading row is looked for."""
WIDEST = 16_384
"""Cells in a row, empty ones included; the most a spreadsheet has."""

_SAMPLE = 100_000
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_UNPRINTABLE = re.compile("[\x00-\x08\x0e-\x1f\ufffe\uffff]")
_GUARDED = re.compile("'+[=+\\-@\t\r\n＝＋－＠]")


def decode(data: bytes, filename: str) -> tuple[str, str]:
    """The text and its encoding: `utf-8`, `utf-16-le`, `utf-16-be` or `cp949`. Refuses bytes that are no text."""
    for encoding, body in _guesses(data):
        try:
            content = body.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not _UNPRINTABLE.search(content):
            return content, encoding
    raise Refused(
        text(
            "%(file)s cannot be read as text. "
            "Save it from the spreadsheet as “CSV UTF-8” or as an Excel workbook (.xlsx).",
            file=filename,
        )
    )


def _guesses(data: bytes) -> Iterator[tuple[str, bytes]]:
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            yield encoding, data[len(bom) :]
            return
    start = data[:4096]
    if b"\0" in start:
        yield "utf-16-le" if start[1::2].count(0) >= start[::2].count(0) else "utf-16-be", data
        return
    yield "utf-8", data
    yield "cp949", data


def rows(content: str, score: Callable[[list[str]], int]) -> Iterator[list[str]]:
    """The rows of a CSV text, blank ones included, so that the n-th is the n-th in a spreadsheet.

    The separator is the one that makes some first row `score` highest. The apostrophe that `writing` puts before
    what could be a formula is taken off again. Raises `Refused` on a quotation mark that does not close.
    """
    records = _records(content, _separator(content, score))
    return map(_unguarded, records) if "'" in content else records


def _separator(content: str, score: Callable[[list[str]], int]) -> str:
    head = content[:_SAMPLE]

    def best(separator: str) -> tuple[int, int]:
        first = _first_rows(head, separator)
        known = max(map(score, first), default=0)
        return known, 0 if known else max(map(len, first), default=0)

    return max(SEPARATORS, key=best)


def _first_rows(head: str, separator: str) -> list[list[str]]:
    try:
        return list(islice(csv.reader(io.StringIO(head, newline=""), delimiter=separator), FIRST_ROWS))
    except csv.Error:  # with the wrong separator anything may happen; with the right one `_records` says what is wrong
        return []


def _records(content: str, separator: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=separator, strict=True)
    line = 1
    try:
        for record in reader:
            if len(record) > WIDEST:
                raise Refused(
                    text("The file has more than %(columns)s columns. Remove those not needed.", columns=WIDEST)
                )
            yield record
            line = reader.line_num + 1
    except csv.Error as error:
        raise Refused(
            text(
                "In line %(line)s a quotation mark does not close, or a cell is too long. "
                "Correct the line, or open the file in a spreadsheet and save it again.",
                line=line,
            )
        ) from error


def _unguarded(record: list[str]) -> list[str]:
    return [cell[1:] if cell.startswith("'") and _GUARDED.match(cell) else cell for cell in record]
