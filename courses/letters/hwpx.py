"""Letters and their enclosures as HWPX (OWPML, KS X 6101), the format of the document systems of public bodies."""

from __future__ import annotations

import io
from collections.abc import Sequence

from hwpx import HwpxDocument

from courses.letters import text as form

MANY = 200
"""Rows that somebody waits for; longer enclosures are drawn in the background."""
_MM = 283.46
"""Units of HWPX in a millimetre: 7,200 an inch."""
_MARGINS = {"left": 20, "right": 20, "top": 20, "bottom": 15, "header": 10, "footer": 10}
_WIDTH = 170.0
_SIZE = 12
_COLUMN = _SIZE * 0.3528 / 2
"""Millimetres of a column (타), half a Korean letter."""
_SHADE = "#E8E8E8"
_NARROW, _WIDE = 4, 30
_TALL = 12


def letter(organisation: str, head: Sequence[str], body: str, issuer: str, foot: Sequence[str]) -> bytes:
    """A letter: the organisation's name over all, `head` (수신, 제목), a line, the body, the issuer, `foot`.

    What is folded is set in under the words of its item.
    """
    doc = _blank()
    _line(doc, organisation, size=20, bold=True, centred=True, first=True)
    _line(doc, "")
    for line in head[:-1]:
        _line(doc, line)
    _line(doc, head[-1], bold=True, ruled=True)
    _line(doc, "")
    for line in body.split("\n"):
        _line(doc, line, set_in=form.columns(form.indented(line)) * _COLUMN)
    _line(doc, "")
    _line(doc, issuer, size=18, bold=True, centred=True, above=24, below=12)
    for line in foot:
        _line(doc, line, size=10)
    return _bytes(doc)


def enclosure(title: str, headings: Sequence[str], rows: Sequence[Sequence[str | int]], *, tall: bool = False) -> bytes:
    """A table under its title; `tall` rows are for writing into by hand."""
    doc = _blank()
    _line(doc, title, size=16, bold=True, centred=True, first=True, below=10)
    table = doc.add_table(len(rows) + 1, len(headings), width=round(_WIDTH * _MM))
    for line, row in zip(table.rows, [headings, *rows], strict=True):  # `table.cell` looks through all of it every time
        for cell, words in zip(line.cells, row, strict=True):
            cell.text = str(words)
            if tall:
                cell.set_size(height=round(_TALL * _MM))
    for column in range(len(headings)):
        table.set_cell_shading(0, column, _SHADE)
    table.set_column_widths(_widths(headings, rows))
    table.set_treat_as_char(False)
    return _bytes(doc)


def _widths(headings: Sequence[str], rows: Sequence[Sequence[str | int]]) -> list[int]:
    """As their longest words ask for, within limits."""
    longest = [form.columns(heading) for heading in headings]
    for row in rows:
        longest = [max(width, form.columns(str(cell))) for width, cell in zip(longest, row, strict=True)]
    return [min(max(width, _NARROW), _WIDE) + 2 for width in longest]


def _blank() -> HwpxDocument:
    doc = HwpxDocument.new()
    doc.page.set_margins(**{side: round(mm * _MM) for side, mm in _MARGINS.items()})
    return doc


def _line(
    doc: HwpxDocument,
    words: str,
    *,
    size: int = _SIZE,
    bold: bool = False,
    first: bool = False,
    centred: bool = False,
    ruled: bool = False,
    set_in: float = 0.0,
    above: float = 0.0,
    below: float = 0.0,
) -> None:
    """A paragraph; `set_in`: millimetres before what is folded; `above` and `below`: points around it."""
    shape = doc.styles.ensure_run(size=size, bold=bold)
    if first:  # a new document has an empty one
        paragraph = doc.paragraphs[0]
        paragraph.text = words
        paragraph.runs[-1].char_pr_id_ref = shape
    else:
        paragraph = doc.add_paragraph(words, char_pr_id_ref=shape, para_pr_id_ref=0, inherit_style=False)
    doc.styles.apply_paragraph_format(
        paragraphs=[paragraph],
        alignment="CENTER" if centred else "LEFT",
        line_spacing_percent=160,
        indent_left_mm=set_in,
        first_line_indent_mm=-set_in,
        spacing_before_pt=above,
        spacing_after_pt=below,
        bottom_border=ruled,
        border_color="#000000",
        border_width="0.4 mm",
    )


def _bytes(doc: HwpxDocument) -> bytes:
    target = io.BytesIO()
    doc.save_to_stream(target)
    return target.getvalue()
