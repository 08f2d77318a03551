"""A page to measure a printer by: where its paper lies, and whether it keeps to the size."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from courses.printing.page import INK, Document
from courses.text import Text, text

Words = Callable[[Text], str]

FROM_EDGE = 20.0
"""Millimetres that both rulers are meant to be away from the left and the upper edge of the paper."""
_WIDE, _HIGH = 210.0, 297.0
_ACROSS, _DOWN = 170, 257
_CHECK = 100


def calibration(offset_x: int, offset_y: int, *, organisation: str, day: date, language: str, words: Words) -> bytes:
    """A page with two rulers and a box, moved by the offsets (tenths of a millimetre, to the right and upwards)."""
    document = Document(words(text("Test page")), organisation, day, language=language, exact=True)
    document.new_page(framed=False)
    left, top = FROM_EDGE + offset_x / 10, _HIGH - FROM_EDGE + offset_y / 10
    _across(document, left, top)
    _down(document, left, top)
    _corner(document, left + _ACROSS, top - _DOWN)
    _check(document, left + 15, top - 120, words)
    _explain(document, left + 15, top - 30, offset_x, offset_y, words)
    return document.finish()


def _across(document: Document, left: float, top: float) -> None:
    document.line(left, top, left + _ACROSS, top, points=0.4, colour=INK)
    for mark in range(_ACROSS + 1):
        document.line(left + mark, top, left + mark, top - _length(mark), points=0.25, colour=INK)
        if mark % 10 == 0 and mark:
            document.words(str(mark), left + mark, top - 9, 7, 9, align="centre", smallest=5)


def _down(document: Document, left: float, top: float) -> None:
    document.line(left, top, left, top - _DOWN, points=0.4, colour=INK)
    for mark in range(_DOWN + 1):
        document.line(left, top - mark, left + _length(mark), top - mark, points=0.25, colour=INK)
        if mark % 10 == 0 and mark:
            document.words(str(mark), left + 6.5, top - mark - 0.8, 7, 9, smallest=5)


def _length(mark: int) -> float:
    return 5 if mark % 10 == 0 else 3.5 if mark % 5 == 0 else 2


def _corner(document: Document, right: float, bottom: float) -> None:
    """The other corner, for who prints on both sides or suspects that the paper lies askew."""
    document.line(right - 10, bottom, right, bottom, points=0.4, colour=INK)
    document.line(right, bottom, right, bottom + 10, points=0.4, colour=INK)


def _check(document: Document, x: float, y: float, words: Words) -> None:
    """A square that shows whether the printer shrinks what it prints."""
    document.box(x, y - _CHECK, _CHECK, _CHECK, points=0.6, colour=INK)
    said = text("Each side of this square is %(mm)s mm", mm=_CHECK)
    document.words(words(said), x + _CHECK / 2, y - _CHECK / 2, 11, _CHECK - 8, align="centre", may_wrap=True)


def _explain(document: Document, x: float, y: float, offset_x: int, offset_y: int, words: Words) -> None:
    x_said, y_said = f"{offset_x / 10:+.1f}", f"{offset_y / 10:+.1f}"
    document.words(words(text("Test page")), x, y, 17, 150, weight="bold")
    lines = [
        text("Printed with the offsets %(x)s mm to the right and %(y)s mm up", x=x_said, y=y_said),
        text("1. Print without scaling, on the paper that the certificates will be printed on."),
        text("2. Measure the square. If a side is not %(mm)s mm, switch scaling off in the printer.", mm=_CHECK),
        text("3. Measure from the left edge of the paper to the vertical ruler: it should be 20.0 mm."),
        text("4. Measure from the upper edge to the horizontal ruler: it should be 20.0 mm, too."),
        text("Left by 0.6 mm: add 0.6 to the offset to the right. Low by 0.6 mm: add 0.6 to the offset up."),
        text("5. Save the offsets and print this page once more."),
    ]
    for number, said in enumerate(lines, 1):
        document.words(words(said), x, y - 4 - number * 8.5, 10.5, 150, smallest=6, may_wrap=True)
