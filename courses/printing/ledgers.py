"""Registers on paper, of any length: landscape, the heading of the table on every page, and their sums."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from courses.printing.page import Column, Document


def ledger(
    title: str, columns: Sequence[Column], rows: Iterable[Sequence[str | int]], sums: Sequence[tuple[str, str]], *,
    organisation: str, day: date, language: str, subtitle: str = "",
) -> bytes:  # fmt: skip
    """The PDF of a register; `sums` stand above it, a label with its figure each.

    Raises `Refused` for letters that the fonts lack. 10,000 rows of eight columns take about five seconds.
    """
    sheet = Document(title, organisation, day, subtitle=subtitle, landscape=True, language=language)
    sheet.entries(sums, size=9.5, label=46)
    sheet.space(2)
    sheet.table(columns, rows, size=8)
    return sheet.finish()
