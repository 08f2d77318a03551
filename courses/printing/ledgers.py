"""Registers on paper, of any length: landscape, the heading of the table on every page, and their sums.

A page's rows are one text and one set of rules: drawn cell by cell, 10,000 rows took four times as long.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial
from typing import NamedTuple

from reportlab.lib.colors import HexColor
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.textobject import PDFTextObject

from courses.certificates.fonts import Weight, spans, width
from courses.printing.page import INK, MARGIN, RULE, SHADE, Column, Document, wrapped

_SIZE = 8.0
_LEADING = 1.2 * _SIZE / mm
_PADDING = 1.2
_FOOT = 18.0
_LABEL = 46.0

_wrapped = lru_cache(maxsize=20_000)(wrapped)
_spans = lru_cache(maxsize=20_000)(spans)
_width = lru_cache(maxsize=20_000)(width)


def ledger(
    title: str, columns: Sequence[Column], rows: Iterable[Sequence[str | int]], sums: Sequence[tuple[str, str]], *,
    organisation: str, day: date, language: str, subtitle: str = "",
) -> bytes:  # fmt: skip
    """The PDF of a register; `sums` stand above it, a label with its figure each.

    Raises `Refused` for letters that the fonts lack.
    """
    sheet = Document(title, organisation, day, subtitle=subtitle, landscape=True, language=language)
    sheet.entries(sums, size=9.5, label=_LABEL)
    sheet.needs(30)
    sheet.space(2)
    _fill(sheet, _Frame.of(sheet.room, columns), rows)
    return sheet.finish()


@dataclass(frozen=True)
class _Frame:
    """Where the columns stand; the heading."""

    columns: Sequence[Column]
    lefts: tuple[float, ...]
    widths: tuple[float, ...]

    @classmethod
    def of(cls, room: float, columns: Sequence[Column]) -> _Frame:
        shares = sum(column.share for column in columns)
        widths = tuple(room * column.share / shares for column in columns)
        return cls(columns, tuple(MARGIN + sum(widths[:number]) for number in range(len(widths))), widths)

    def row(self, cells: Sequence[str | int], top: float, weight: Weight = "regular") -> _Row:
        rooms = (wide - 2 * _PADDING for wide in self.widths)
        lines = [_wrapped(str(cell), _SIZE, room, weight) for cell, room in zip(cells, rooms, strict=True)]
        return _Row(lines, top, max(map(len, lines)) * _LEADING + 2 * _PADDING, weight)


class _Row(NamedTuple):
    """The lines of each cell; millimetres of the upper edge and the height."""

    lines: list[tuple[str, ...]]
    top: float
    height: float
    weight: Weight


def _fill(sheet: Document, frame: _Frame, rows: Iterable[Sequence[str | int]]) -> None:
    """Page after page; what stands on one is drawn at once."""
    headings = [column.heading for column in frame.columns]
    shown = [frame.row(headings, sheet.y, "bold")]
    for cells in rows:
        row = frame.row(cells, shown[-1].top - shown[-1].height)
        if row.top - row.height < _FOOT:
            sheet.draw(partial(_page, frame, shown))
            sheet.new_page()
            shown = [frame.row(headings, sheet.y, "bold")]
            row = row._replace(top=sheet.y - shown[0].height)
        shown.append(row)
    sheet.draw(partial(_page, frame, shown))


def _page(frame: _Frame, rows: Sequence[_Row], canvas: Canvas) -> None:
    first, last = rows[0], rows[-1]
    right, bottom = frame.lefts[-1] + frame.widths[-1], last.top - last.height
    canvas.setFillColor(HexColor(SHADE))
    canvas.rect(MARGIN * mm, (first.top - first.height) * mm, (right - MARGIN) * mm, first.height * mm, 0, 1)
    canvas.setStrokeColor(HexColor(RULE))
    canvas.setLineWidth(0.4)
    edges = [row.top for row in rows] + [bottom]
    across = [(MARGIN * mm, y * mm, right * mm, y * mm) for y in edges]
    canvas.lines(across + [(x * mm, first.top * mm, x * mm, bottom * mm) for x in (*frame.lefts, right)])
    pen = canvas.beginText()
    pen.setFillColor(HexColor(INK))
    for row in rows:
        for number, lines in enumerate(row.lines):
            _cell(pen, frame, number, lines, row)
    canvas.drawText(pen)


def _cell(pen: PDFTextObject, frame: _Frame, number: int, lines: tuple[str, ...], row: _Row) -> None:
    column, left, wide = frame.columns[number], frame.lefts[number], frame.widths[number]
    top = row.top - (row.height - len(lines) * _LEADING) / 2
    for place, line in enumerate(lines, 1):
        if not line:
            continue
        free = wide - 2 * _PADDING - _width(line, row.weight) * _SIZE / mm
        shift = {"left": 0.0, "centre": free / 2, "right": free}["centre" if row.weight == "bold" else column.align]
        x, y = left + _PADDING + shift, top - place * _LEADING + 0.28 * _LEADING
        pen.setTextOrigin(x * mm, y * mm)
        for face, piece in _spans(line, row.weight):
            pen.setFont(face.name, _SIZE)
            pen.textOut(piece)
