"""The frame of a printed document: A4, the certificates' fonts, a heading, tables with repeated headers, page x of y.

Measures are millimetres from the lower left corner, sizes points. Words go from the top of the page downwards
(`paragraph`, `entries`, `table`); a sheet that is drawn freely takes `new_page(framed=False)`, `words`, `line`, `box`
and `qr`. Words come translated. They are cleaned to NFC; what the fonts lack, or what does not fit, is refused.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Literal

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from courses.certificates.fonts import Weight, missing, width
from courses.certificates.lettering import Fitted, Words, fit, put
from courses.certificates.qr import qr_operators
from courses.errors import Refused
from courses.text import clean, text

Align = Literal["left", "centre", "right"]
MARGIN = 18.0
"""Millimetres free on the left and on the right."""
INK, GREY, RULE, SHADE = "#1a1a1a", "#5c6370", "#8a909a", "#eef0f3"

_TOP, _BOTTOM = 16.0, 18.0
_LEADING = 1.18  # of the lettering
_SINGLE = 1.25  # times the size: what a line takes that stands alone
_PADDING = 1.5
_POINT: float = 1 / mm


@dataclass(frozen=True)
class Column:
    """A column of a table: its heading and its share of the width, beside the others' shares."""

    heading: str
    share: float = 1
    align: Align = "left"


@dataclass
class _Sheet:
    framed: bool
    drawn: list[Callable[[Canvas], None]] = field(default_factory=list)


class Document:
    """Pages that are filled one after the other and made a file by `finish`.

    `subtitle` stands under the title, `note` at the foot of each page. `day` is the day of printing, written at the
    top and kept as the file's date: the same words give the same bytes. `exact`: printed in its own size, never scaled.
    """

    def __init__(
        self, title: str, organisation: str, day: date, *, subtitle: str = "", note: str = "", landscape: bool = False,
        language: str = "ko", exact: bool = False,
    ) -> None:  # fmt: skip
        self._title, self._organisation, self._note = clean(title), clean(organisation), clean(note)
        self._day, self._language, self._exact = day, language, exact
        long, short = A4[1] / mm, A4[0] / mm
        self.width, self.height = (long, short) if landscape else (short, long)
        self.room = self.width - 2 * MARGIN
        self._sheets: list[_Sheet] = []
        self.y = 0.0
        self._subtitle = clean(subtitle)

    def new_page(self, *, framed: bool = True) -> None:
        """Begin a page: with heading and foot, or an empty one."""
        first = not any(sheet.framed for sheet in self._sheets)
        self._sheets.append(_Sheet(framed))
        self.y = self.height - _TOP
        if framed:
            self._heading(first)

    def _heading(self, first: bool) -> None:
        day = f"{self._day.year}. {self._day.month}. {self._day.day}." if self._language == "ko" else f"{self._day}"
        self.words(self._organisation, MARGIN, self.y, 9, self.room * 0.6, colour=GREY, smallest=6)
        self.words(day, self.width - MARGIN, self.y, 9, self.room * 0.3, colour=GREY, align="right")
        if not first:
            self.words(
                self._title, self.width / 2, self.y - 7, 10.5, self.room, weight="bold", align="centre", smallest=6
            )
            self.y -= 11
            return
        self.y -= 6
        self.paragraph(self._title, size=18, weight="bold", align="centre")
        if self._subtitle:
            self.paragraph(self._subtitle, size=11, colour=GREY, align="centre")
        self.space(3)

    def space(self, height: float) -> None:
        """Leave so many millimetres free."""
        self.y -= height

    def needs(self, height: float) -> None:
        """Go on with a new page where less than this is left on this one (or where there is no page yet)."""
        if not self._sheets or self.y - height < _BOTTOM:
            self.new_page()

    def paragraph(
        self, said: str, *, size: float = 10.5, weight: Weight = "regular", colour: str = INK, align: Align = "left"
    ) -> None:
        """Words over the whole width, on as many lines as they take."""
        lines = wrapped(said, size, self.room, weight)
        height = _height(lines, size) + _PADDING
        self.needs(height)
        self._lines(said, lines, self._edge(align, MARGIN, self.room), self.y, size, weight, colour, align)
        self.y -= height

    def entries(self, entries: Iterable[tuple[str, str]], *, size: float = 10.5, label: float = 32) -> None:
        """Labels with what belongs to each beside it; `label`: millimetres for the labels."""
        for name, value in entries:
            names, values = wrapped(name, size, label - 3), wrapped(value, size, self.room - label)
            height = max(_height(names, size), _height(values, size)) + _PADDING
            self.needs(height)
            self._lines(name, names, MARGIN, self.y, size, "regular", GREY, "left")
            self._lines(value, values, MARGIN + label, self.y, size, "regular", INK, "left")
            self.y -= height

    def table(
        self, columns: Sequence[Column], rows: Iterable[Sequence[str | int]], *, size: float = 9.5, height: float = 0,
        weights: Callable[[int], Weight] = lambda _row: "regular",
    ) -> None:  # fmt: skip
        """A ruled table whose header is repeated on each page; no row is torn apart.

        `height`: millimetres that a row has at least, for writing into by hand. `weights`: of a row, by its number.
        """
        table = _Table(self, columns, size)
        head = _Row([column.heading for column in columns], table, "bold")
        begun = False
        for number, cells in enumerate(rows):
            row = _Row([str(cell) for cell in cells], table, weights(number), height)
            before = len(self._sheets)
            self.needs(row.height if begun else head.height + row.height)
            if not begun or len(self._sheets) > before:
                head.draw(shaded=True)
                begun = True
            row.draw()
        if not begun:
            self.needs(head.height)
            head.draw(shaded=True)

    def words(
        self, said: str, x: float, y: float, size: float, room: float, *, weight: Weight = "regular",
        colour: str = INK, align: Align = "left", smallest: float = 7, may_wrap: bool = False,
    ) -> None:  # fmt: skip
        """One line at a place (`y`: its baseline, `x` by `align`); smaller where it has to be, or two (`may_wrap`)."""
        shown = Words("", _printable(said, weight), x, y, size, room, weight, colour, align, 0, smallest, may_wrap)
        if not shown.text:
            return
        fitted = fit(shown)
        if fitted is None:
            raise Refused(text("“%(text)s” is too long for the page.", text=shown.text), code="long")
        self._draw(lambda canvas: put(canvas, shown, fitted))

    def line(self, x: float, y: float, to_x: float, to_y: float, *, points: float = 0.5, colour: str = RULE) -> None:
        """A line from place to place."""

        def draw(canvas: Canvas) -> None:
            canvas.setStrokeColor(HexColor(colour))
            canvas.setLineWidth(points)
            canvas.line(x * mm, y * mm, to_x * mm, to_y * mm)

        self._draw(draw)

    def box(
        self, x: float, y: float, wide: float, high: float, *, points: float = 0.5, colour: str = RULE, fill: str = ""
    ) -> None:
        """A rectangle whose lower left corner is at (x, y); `fill`: its colour inside."""

        def draw(canvas: Canvas) -> None:
            canvas.setStrokeColor(HexColor(colour))
            canvas.setLineWidth(points)
            if fill:
                canvas.setFillColor(HexColor(fill))
            canvas.rect(x * mm, y * mm, wide * mm, high * mm, stroke=int(points > 0), fill=int(bool(fill)))

        self._draw(draw)

    def _boxes(self, lefts: Sequence[float], widths: Sequence[float], bottom: float, high: float, fill: str) -> None:
        """`box` for those of a row at once: one by one they take a third of the time of a long table."""
        boxes = " ".join(
            f"{left * mm:.2f} {bottom * mm:.2f} {wide * mm:.2f} {high * mm:.2f} re"
            for left, wide in zip(lefts, widths, strict=True)
        )
        inside = f"{_rgb(fill)} rg " if fill else ""
        self._draw(
            lambda canvas: canvas.addLiteral(f"q 0.5 w {_rgb(RULE)} RG {inside}{boxes} {'B' if fill else 'S'} Q")
        )

    def qr(self, data: str, x: float, y: float, side: float) -> None:
        """A QR code in the square at (x, y), its quiet zone inside."""
        operators = qr_operators(data, x * mm, y * mm, side * mm)
        self._draw(lambda canvas: canvas.addLiteral(operators))

    def picture(self, data: bytes, x: float, y: float, side: float) -> None:
        """A PNG in the square at (x, y), multiplied, so that the ink below stays black."""

        def draw(canvas: Canvas) -> None:
            canvas.saveState()
            canvas.setBlendMode("Multiply")
            canvas.drawImage(ImageReader(io.BytesIO(data)), x * mm, y * mm, side * mm, side * mm, mask="auto")
            canvas.restoreState()

        self._draw(draw)

    def finish(self) -> bytes:
        """The file."""
        if not self._sheets:
            self.new_page()
        pages = len(self._sheets)
        for number, sheet in enumerate(self._sheets, 1):
            if sheet.framed:
                self._foot(sheet, number, pages)
        target = io.BytesIO()
        size = (self.width * mm, self.height * mm)
        canvas = Canvas(target, pagesize=size, pageCompression=1, invariant=1, lang=self._language)
        self._describe(canvas)
        for sheet in self._sheets:
            for draw in sheet.drawn:
                draw(canvas)
            canvas.showPage()
        canvas.save()
        return target.getvalue()

    def _foot(self, sheet: _Sheet, number: int, pages: int) -> None:
        self._sheets.append(sheet)  # drawn upon once more
        if self._note:
            self.words(self._note, MARGIN, 10, 8, self.room * 0.75, colour=GREY, smallest=5)
        self.words(f"{number} / {pages}", self.width - MARGIN, 10, 9, 30, colour=GREY, align="right")
        self._sheets.pop()

    def _describe(self, canvas: Canvas) -> None:
        canvas.setTitle(self._title)
        canvas.setAuthor(self._organisation)
        canvas.setCreator("lms")
        canvas.setDateFormatter(lambda *_: f"D:{self._day:%Y%m%d}000000+09'00'")
        canvas.setViewerPreference("DisplayDocTitle", "true")
        if self._exact:
            canvas.setViewerPreference("PrintScaling", "None")

    def _lines(
        self, said: str, lines: tuple[str, ...], x: float, top: float, size: float, weight: Weight, colour: str,
        align: Align,
    ) -> None:  # fmt: skip
        """Lines that are folded already, from their upper edge downwards."""
        whole = clean(said)
        if not whole:
            return
        first = top - size * _POINT
        middle = first - (len(lines) - 1) * _LEADING * size * _POINT / 2
        placed = Words("", whole, x, middle, size, self.room, weight, colour, align)
        self._draw(lambda canvas: put(canvas, placed, Fitted(lines, size)))

    def draw(self, draw: Callable[[Canvas], None]) -> None:
        """Draw something of one's own on the present page."""
        self._draw(draw)

    def _draw(self, draw: Callable[[Canvas], None]) -> None:
        if not self._sheets:
            self.new_page()
        self._sheets[-1].drawn.append(draw)

    @staticmethod
    def _edge(align: Align, left: float, room: float) -> float:
        return {"left": left, "centre": left + room / 2, "right": left + room}[align]


class _Table:
    """Where the columns of a table stand."""

    def __init__(self, document: Document, columns: Sequence[Column], size: float) -> None:
        self.document, self.columns, self.size = document, columns, size
        shares = sum(column.share for column in columns)
        self.widths = [document.room * column.share / shares for column in columns]
        self.lefts = [MARGIN + sum(self.widths[:number]) for number in range(len(columns))]


class _Row:
    def __init__(self, cells: Sequence[str], table: _Table, weight: Weight, least: float = 0) -> None:
        rooms = [wide - 2 * _PADDING for wide in table.widths]
        self._cells, self._table, self._weight = cells, table, weight
        self._lines = [wrapped(cell, table.size, room, weight) for cell, room in zip(cells, rooms, strict=True)]
        self.height = max(least, *(_height(lines, table.size) for lines in self._lines)) + 2 * _PADDING

    def draw(self, *, shaded: bool = False) -> None:
        """At the document's place, which goes on below."""
        document, table = self._table.document, self._table
        bottom = document.y - self.height
        document._boxes(table.lefts, table.widths, bottom, self.height, SHADE if shaded else "")
        for number, column in enumerate(table.columns):
            left, wide, lines = table.lefts[number], table.widths[number], self._lines[number]
            align: Align = "centre" if shaded else column.align
            x = document._edge(align, left + _PADDING, wide - 2 * _PADDING)
            top = document.y - (self.height - _height(lines, table.size)) / 2
            document._lines(self._cells[number], lines, x, top, table.size, self._weight, INK, align)
        document.y = bottom


def wrapped(said: str, size: float, room: float, weight: Weight = "regular") -> tuple[str, ...]:
    """The lines of words in a room of so many millimetres: folded at blanks, inside a word only where it is longer.

    Raises `Refused` for what the fonts lack.
    """
    whole, limit = _printable(said, weight), room * mm / size
    if not whole or width(whole, weight) <= limit:
        return (whole,)
    lines, line = [], ""
    for word in whole.split(" "):
        longer = f"{line} {word}" if line else word
        if width(longer, weight) <= limit:
            line = longer
            continue
        if line:
            lines.append(line)
        *full, line = _broken(word, limit, weight)
        lines += full
    return (*lines, line)


def legible(said: str, weight: Weight = "regular") -> str:
    """Words with a box in place of what the fonts lack: for lists that are better with a gap than not there."""
    whole = clean(said)
    gone = missing(whole, weight)
    return whole.translate(dict.fromkeys(map(ord, gone), "□")) if gone else whole


def _broken(word: str, limit: float, weight: Weight) -> list[str]:
    """A word in pieces that fit; one character at least is in each."""
    pieces = [""]
    for character in word:
        if pieces[-1] and width(pieces[-1] + character, weight) > limit:
            pieces.append("")
        pieces[-1] += character
    return pieces


def _printable(said: str, weight: Weight) -> str:
    """Cleaned. Raises `Refused` for what the fonts lack."""
    whole = clean(said)
    if gone := missing(whole, weight):
        message = text("The fonts lack %(characters)s of “%(text)s”.", characters=gone, text=whole)
        raise Refused(message, code="letters")
    return whole


@cache
def _rgb(colour: str) -> str:
    """#8a909a as the three numbers of a PDF."""
    return " ".join(f"{int(colour[at : at + 2], 16) / 255:.4g}" for at in (1, 3, 5))


def _height(lines: Sequence[str], size: float) -> float:
    """Millimetres that lines take."""
    return ((len(lines) - 1) * _LEADING + _SINGLE) * size * _POINT
