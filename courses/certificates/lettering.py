"""Words into boxes: one line, smaller, then two lines. What does not fit is refused; nothing is ever cut."""

from __future__ import annotations

from codecs import BOM_UTF16_BE
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

from reportlab.lib.colors import HexColor
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from courses.certificates.fonts import Weight, spans, width

Role = Literal["text", "title", "label", "value", "issuer"]

_LEADING = 1.18  # times the size, between two lines
_TWO_LINES_GROW = 0.8  # points above the smallest size


class Words(NamedTuple):
    """A piece of text and its place. `x`, `y` and `room` in mm (`y` is the baseline), sizes in points.

    `x` is the left edge, the centre or the right edge, by `align`; "spread" fills the room from the left.
    `tracking` is the space between characters in parts of the size. `field` is the fact shown, or "".
    `role` says what it is to those who listen: a label and its colon belong to the value that follows; over the
    issuer goes the seal. `language` where it is not the document's ("en"); `page` counts from 0.
    """

    field: str
    text: str
    x: float
    y: float
    size: float
    room: float
    weight: Weight = "regular"
    colour: str = "#1a1a1a"
    align: Literal["left", "centre", "right", "spread"] = "left"
    tracking: float = 0
    smallest: float = 9
    may_wrap: bool = False
    role: Role = "text"
    language: str = ""
    page: int = 0


@dataclass(frozen=True)
class Fitted:
    lines: tuple[str, ...]
    size: float


@lru_cache(maxsize=512)  # all but name, unit, number and code is the same on every sheet of a run
def fit(words: Words) -> Fitted | None:
    """The lines and the size at which they fit; None if they do not. Every character must be in the fonts."""
    if size := _size(words, (words.text,)):
        return Fitted((words.text,), size)
    if not words.may_wrap:
        return None
    halves = _halves(words)
    size = _size(words, halves)
    return Fitted(halves, size) if size else None


@dataclass(frozen=True)
class Line:
    """A line of fitted words; where it begins and the space between its characters, in points."""

    text: str
    x: float
    y: float
    tracking: float


def lines(words: Words, fitted: Fitted) -> Iterator[Line]:
    """Where each line stands: about the baseline of the words, by their alignment."""
    rise = (len(fitted.lines) - 1) * _LEADING * fitted.size / 2
    for number, line in enumerate(fitted.lines):
        taken = line_width(words, line) * fitted.size
        tracking = words.tracking * fitted.size
        if words.align == "spread" and len(line) > 1:
            tracking = (words.room * mm - taken) / (len(line) - 1)
        shift = {"left": 0.0, "spread": 0.0, "centre": taken / 2, "right": taken}[words.align]
        yield Line(line, words.x * mm - shift, words.y * mm + rise - number * _LEADING * fitted.size, tracking)


def put(canvas: Canvas, words: Words, fitted: Fitted) -> None:
    """Draw it. The text stays whole for those who copy or listen, however it is spaced and broken."""
    canvas.addLiteral(f"/Span <</ActualText <{whole(words.text)}>>> BDC")
    for line in lines(words, fitted):
        pen = canvas.beginText(line.x, line.y)
        pen.setFillColor(HexColor(words.colour))
        pen.setCharSpace(line.tracking)
        for face, piece in spans(line.text, words.weight):
            pen.setFont(face.name, fitted.size)
            pen.textOut(piece)
        pen.setCharSpace(0)
        canvas.drawText(pen)
    canvas.addLiteral("EMC")


def whole(text: str) -> str:
    """A text as PDF writes it in hexadecimal."""
    return (BOM_UTF16_BE + text.encode("utf-16-be")).hex()


def centre_of_last(words: Words, fitted: Fitted) -> tuple[float, float]:
    """Where the last character of centred words stands, in points: the seal belongs there."""
    line = fitted.lines[-1]
    end = words.x * mm + line_width(words, line) * fitted.size / 2
    return end - width(line[-1], words.weight) * fitted.size / 2, words.y * mm + 0.34 * fitted.size


def line_width(words: Words, line: str) -> float:
    """In units of the size."""
    return width(line, words.weight) + words.tracking * (len(line) - 1)


def _size(words: Words, lines: tuple[str, ...]) -> float | None:
    """The largest size up to the wanted one at which every line fits; two lines are kept small, for air."""
    widest = max(line_width(words, line) for line in lines)
    wanted = words.size if len(lines) == 1 else min(words.size, words.smallest + _TWO_LINES_GROW)
    size = min(wanted, words.room * mm / widest) if widest else wanted
    return size if size >= words.smallest else None


def _halves(words: Words) -> tuple[str, str]:
    """Broken at the blank nearest to the middle, or, where that does not fit, between two characters."""
    text = words.text
    blanks = [place for place, character in enumerate(text) if character == " "]
    at_blanks = [(text[:place], text[place + 1 :]) for place in blanks]
    best = min(at_blanks, key=lambda lines: _widest(words, lines), default=None)
    if best and _size(words, best):
        return best
    anywhere = [(text[:place], text[place:]) for place in range(1, len(text))]
    return min(anywhere, key=lambda lines: _widest(words, lines))


def _widest(words: Words, lines: tuple[str, ...]) -> float:
    return max(line_width(words, line) for line in lines)
