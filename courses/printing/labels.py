"""Labels for envelopes, on A4 sheets of any number of rows and columns, in the order of what goes into them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from courses.certificates.fonts import Weight
from courses.db import in_parts
from courses.printing.page import GREY, INK, Document, legible, wrapped

_WIDE, _HIGH = 210.0, 297.0
_PADDING = 5.0
_LOW = 24.0
"""Labels lower than this say only where to and to whom."""


@dataclass(frozen=True)
class Format:
    """How labels lie on a sheet: `top` and `left` are the millimetres free on both sides."""

    columns: int
    rows: int
    top: float
    left: float

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of a label in millimetres."""
        return (_WIDE - 2 * self.left) / self.columns, (_HIGH - 2 * self.top) / self.rows


@dataclass(frozen=True)
class Label:
    """What stands on an envelope: where to, to whom, and what is in it."""

    department: str
    name: str
    course: str
    number: str


def labels(entries: Sequence[Label], form: Format, *, title: str, organisation: str, day: date, language: str) -> bytes:
    """A PDF to be printed in its own size: the first label in the upper left corner, row by row."""
    document = Document(title, organisation, day, language=language, exact=True)
    for sheet in in_parts(entries, form.columns * form.rows):
        document.new_page(framed=False)
        for place, label in enumerate(sheet):
            _put(document, label, form, *reversed(divmod(place, form.columns)))
    return document.finish()


def _put(document: Document, label: Label, form: Format, column: int, row: int) -> None:
    wide, high = form.size
    x, top = form.left + column * wide + _PADDING, _HIGH - form.top - row * high
    room, small = wide - 2 * _PADDING, high < _LOW
    unit = min(high / 34, 1.15)
    _line(document, label.department, x, top - 0.25 * high, 10 * unit, room)
    _line(document, label.name, x, top - (0.7 if small else 0.53) * high, 16 * unit, room, "bold")
    if not small:
        _line(document, label.course, x, top - 0.71 * high, 8.5 * unit, room, colour=GREY)
        _line(document, label.number, x, top - 0.86 * high, 8.5 * unit, room, colour=GREY)


def _line(
    document: Document, said: str, x: float, y: float, size: float, room: float, weight: Weight = "regular",
    colour: str = INK,
) -> None:  # fmt: skip
    """A little smaller where it has to be; cut with an ellipsis where even that is not enough."""
    said = legible(said, weight)
    least = size * 0.7
    first, *more = wrapped(said, least, room, weight)
    if more:
        first = wrapped(said, least, room - least * 0.36, weight)[0] + "…"
    document.words(first, x, y, size, room, weight=weight, colour=colour, smallest=least * 0.98)
