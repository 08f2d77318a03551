"""How much a workbook would make its reader reserve, found out by walking through the XML of its parts."""

from __future__ import annotations

from functools import lru_cache
from xml.parsers import expat

from courses.errors import Refused
from courses.text import text

MAX_ROWS = 200_000
MAX_COLUMNS = 200
MAX_CELLS = 5_000_000
"""Rows times columns of one sheet: the reader reserves the whole rectangle, 32 bytes a cell."""
MAX_CELL_TEXT = 32_767
"""Characters in one cell; Excel's own limit."""
MAX_TEXT = 100_000_000
"""Characters of all cells together, shared ones counted wherever they are shown."""


class Walk:
    """Follows one XML part element by element and refuses what would make the reader reserve too much."""

    def __init__(self, shared: list[int]) -> None:
        self._shared = shared  # lengths of the shared strings; filled by their own part, used by the sheets
        self._row, self._column, self._last_row, self._last_column = 1, 1, 0, 0
        self._inside, self._refers, self._reference = False, False, ""
        self._length, self._total = 0, 0
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text
        self._parser.StartDoctypeDeclHandler = self._doctype

    def feed(self, chunk: bytes) -> None:
        """The next bytes of the part; raises `Refused`; ExpatError, ValueError or LookupError on nonsense."""
        self._parser.Parse(chunk)

    def close(self) -> None:
        """The end of the part; raises ExpatError when it comes too early."""
        self._parser.Parse(b"", True)

    def _doctype(self, *_: object) -> None:
        raise ValueError("workbooks have no document type; its entities could grow without end")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name if ":" not in name else name.rpartition(":")[2]
        if tag == "t":  # by far the most frequent, and of no interest
            return
        if tag in ("c", "si"):
            self._open(attributes)
        elif tag in ("v", "is"):
            self._fill()
        elif tag == "row" and "r" in attributes:
            self._row = int(attributes["r"])
        elif tag == "sst":
            self._open_shared(attributes)

    def _open(self, attributes: dict[str, str]) -> None:
        if self._inside:
            raise ValueError("a cell within a cell")
        self._inside, self._length, self._reference = True, 0, ""
        self._refers = attributes.get("t") == "s"
        if place := attributes.get("r"):
            letters = place.rstrip("0123456789")
            self._row, self._column = int(place[len(letters) :]), _column_number(letters)

    def _open_shared(self, attributes: dict[str, str]) -> None:
        if self._shared:
            raise ValueError("two tables of shared strings")
        for count in ("count", "uniqueCount"):
            _limit(int(attributes.get(count, 0)), MAX_CELLS)

    def _fill(self) -> None:
        if self._row > self._last_row or self._column > self._last_column:
            self._last_row = max(self._last_row, self._row)
            self._last_column = max(self._last_column, self._column)
            _limit(self._last_row, MAX_ROWS)
            _limit(self._last_column, MAX_COLUMNS)
            _limit(self._last_row * self._last_column, MAX_CELLS)

    def _text(self, content: str) -> None:
        if self._refers:
            self._reference += content
        elif self._inside:
            self._length += len(content)
            _limit(self._length, MAX_CELL_TEXT)

    def _end(self, name: str) -> None:
        tag = name if ":" not in name else name.rpartition(":")[2]
        if tag == "row":
            self._row, self._column = self._row + 1, 1
        elif tag == "c":
            self._total += self._shared[int(self._reference)] if self._reference else self._length
            _limit(self._total, MAX_TEXT)
            self._column += 1
            self._inside = self._refers = False
        elif tag == "si":
            self._shared.append(self._length)
            self._inside = False


def _limit(value: int, limit: int) -> None:
    if value > limit:
        raise too_large()


@lru_cache(maxsize=1024)
def _column_number(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def too_large() -> Refused:
    """What is said of a workbook that would take too much memory."""
    return Refused(
        text(
            "The workbook is too large: at most %(rows)s rows and %(columns)s columns are read. "
            "Copy the table alone into a new workbook, or divide it into several files.",
            rows=MAX_ROWS,
            columns=MAX_COLUMNS,
        )
    )
