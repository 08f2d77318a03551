"""Documents with a number (수강확인서, 교육이수 내역서, 출강확인서) on paper; it stands lower left on every page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from courses.certificates.documents import Content, Grid
from courses.printing.page import GREY, MARGIN, Align, Column, Document

_SEAL = 24.0
_QR = 23.0
_FOOT = 20.0
"""Millimetres from the lower edge to the block that says how to verify it."""
_ENDING = 78.0
"""What the sentence, the day, the issuer and that block take."""
_ALIGNS: Mapping[str, Align] = {"left": "left", "right": "right", "centre": "centre"}


def draw(content: Content, seal: bytes | None) -> bytes:
    """The PDF: the same content gives the same bytes. Raises `Refused` for letters that the fonts lack."""
    foot = f"{content.number} · {content.printed_code}"
    day = date.fromisoformat(content.issued_on)
    sheet = Document(content.title, content.organisation, day, note=foot, language=content.language)
    sheet.entries(content.entries)
    for grid in content.grids:
        _grid(sheet, grid)
    _ending(sheet, content, seal)
    return sheet.finish()


def _grid(sheet: Document, grid: Grid) -> None:
    sheet.space(4)
    if grid.title:
        sheet.needs(26)
        sheet.paragraph(grid.title, size=12, weight="bold")
    columns = [Column(heading, share, _ALIGNS[align]) for heading, share, align in grid.columns]
    last = len(grid.rows) - 1 if grid.total else -1
    sheet.table(columns, grid.rows, size=8.5, weights=lambda row: "bold" if row == last else "regular")


def _ending(sheet: Document, content: Content, seal: bytes | None) -> None:
    """The last page's foot is always the same, whatever stands above it."""
    sheet.needs(_ENDING)
    sheet.space(9)
    sheet.paragraph(content.sentence, size=12.5, align="centre")
    sheet.space(4)
    sheet.paragraph(content.dated, size=12, align="centre")
    sheet.space(11)
    middle = sheet.y - 4
    sheet.paragraph(content.issuer, size=18, weight="bold", align="centre")
    if seal:
        beside = sheet.width / 2 + min(55.0, 3.4 * len(content.issuer))
        sheet.picture(seal, beside - _SEAL / 2, middle - _SEAL / 2, _SEAL)
    _verification(sheet, content)


def _verification(sheet: Document, content: Content) -> None:
    korean = content.language == "ko"
    address = content.verify_url.split("://", 1)[-1]
    how = f"{address} 에서 확인할 수 있습니다." if korean else f"Verify this document at {address}"
    sheet.qr(f"{content.verify_url}/{content.code}", MARGIN, _FOOT, _QR)
    left, room = MARGIN + _QR + 4, sheet.room - _QR - 4
    sheet.words(content.number, left, _FOOT + 16, 11, room, weight="bold", smallest=6)
    sheet.words("문서확인번호" if korean else "Verification code", left, _FOOT + 11, 7.5, room, colour=GREY)
    sheet.words(content.printed_code, left, _FOOT + 6.4, 10.5, room)
    sheet.words(how, left, _FOOT + 2, 7.5, room, colour=GREY, smallest=5)
