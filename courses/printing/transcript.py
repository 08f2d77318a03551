"""A person's transcript (교육이수 내역서) on paper: what was completed year by year, and the hours by type."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from courses.printing.page import Column, Document


class Labels(NamedTuple):
    """The words of the sheet, in the language it is printed in."""

    title: str
    name: str
    unit: str
    number: str
    course: str
    kind: str
    period: str
    run_unit: str
    hours: str
    certificate: str
    counts: str
    total: str
    nothing: str
    note: str


class Learned(NamedTuple):
    """Something completed or recognised; `hours` are recognised ones, written as '7' or '1.5'."""

    title: str
    kind: str
    period: str
    unit: str
    hours: str
    certificate: str


class OfYear(NamedTuple):
    """A year: what was learned, and hours by type with what of them counts: (type, recognised, counted)."""

    title: str
    learned: Sequence[Learned]
    totals: Sequence[tuple[str, str, str]]
    sum: tuple[str, str]
    year: int


class Holder(NamedTuple):
    """Whose it is."""

    name: str
    unit: str
    number: str


def draw(holder: Holder, years: Sequence[OfYear], labels: Labels, organisation: str, day: date, language: str) -> bytes:
    """The PDF. Raises `Refused` for letters that the fonts lack."""
    sheet = Document(labels.title, organisation, day, note=labels.note, language=language)
    sheet.entries([(labels.name, holder.name), (labels.unit, holder.unit), (labels.number, holder.number)])
    if not years:
        sheet.space(4)
        sheet.paragraph(labels.nothing)
    for year in years:
        _year(sheet, year, labels)
    return sheet.finish()


def _year(sheet: Document, year: OfYear, labels: Labels) -> None:
    sheet.space(5)
    sheet.needs(30)
    sheet.paragraph(year.title, size=12, weight="bold")
    if year.learned:
        columns = [
            Column(labels.course, 5), Column(labels.kind, 2), Column(labels.period, 4.6),
            Column(labels.run_unit, 3.2),
            Column(labels.hours, 1.7, "right"), Column(labels.certificate, 3),
        ]  # fmt: skip
        rows = [(one.title, one.kind, one.period, one.unit, one.hours, one.certificate) for one in year.learned]
        sheet.table(columns, rows, size=8.5)
    if year.totals:
        sheet.space(2)
        named = [Column(labels.kind, 4), Column(labels.hours, 2, "right"), Column(labels.counts, 2, "right")]
        last = len(year.totals)
        rows_of_types = [*year.totals, (labels.total, *year.sum)]
        sheet.table(named, rows_of_types, size=8.5, weights=lambda row: "bold" if row == last else "regular")
