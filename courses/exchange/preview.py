"""A file looked at: parsed without the database, then held against it. Nothing is written."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from courses.errors import Refused
from courses.exchange.columns import Column
from courses.exchange.formats import Format, kinds
from courses.exchange.plan import Options, Plan
from courses.exchange.reading import BadRow, Table, read
from courses.text import text

YEARS = range(1990, 2200)


@dataclass(frozen=True)
class Source:
    """A parsed file. Parsing is slow and needs no database: do it before a transaction opens."""

    format: Format
    table: Table
    filename: str
    sha256: str
    options: Options


@dataclass(frozen=True)
class Preview:
    """A source and what it would do now."""

    source: Source
    plan: Plan

    @property
    def bad(self) -> list[BadRow]:
        """Every bad row, by number: those that cannot be read and those that cannot be meant."""
        return sorted([*self.source.table.bad, *self.plan.bad], key=lambda bad: bad.row)

    @property
    def bad_rows(self) -> int:
        """How many rows are bad (one row may have several bad cells)."""
        return len({bad.row for bad in self.bad})

    @property
    def idle(self) -> bool:
        """Whether nothing would change."""
        return not (self.plan.added or self.plan.changed)

    @property
    def digest(self) -> str:
        """A short proof of what was shown: it differs as soon as the file would do anything else."""
        shown = (self.plan.added, self.plan.changed, self.plan.gone, self.plan.same, self.bad_rows)
        return hashlib.sha256(repr(shown).encode()).hexdigest()[:16]


def parse(
    kind: str,
    data: bytes,
    filename: str,
    year: int | None = None,
    effective: date | None = None,
    run_id: int | None = None,
) -> Source:
    """Read a file of a kind. Raises `Refused` when it cannot be understood as a whole; KeyError on another kind."""
    if effective and effective.year not in YEARS:
        raise Refused(text("The effective day lies between 1990 and 2199."))
    format_ = kinds[kind]
    table = read(data, filename, format_.columns)
    options = Options(year, effective, complete=not table.bad, run_id=run_id)
    return Source(format_, table, filename, hashlib.sha256(data).hexdigest(), options)


def look(db: Session, source: Source) -> Preview:
    """What the file would do now. Raises `Refused` when the year is missing that its kind asks for."""
    return Preview(source, source.format.plan(db, source.table.rows, source.options))


def preview(
    db: Session, kind: str, data: bytes, filename: str, year: int | None = None, effective: date | None = None
) -> Preview:
    """`parse` and `look` in one."""
    return look(db, parse(kind, data, filename, year, effective))


def original_rows(data: bytes, source: Source) -> dict[int, dict[str, str]]:
    """The cells of every row as they stand in the file, by row number and field."""
    columns = [replace(column, convert=str, required=False) for column in source.format.columns]
    return {
        row.number: {name: "" if value is None else str(value) for name, value in row.values.items()}
        for row in read(data, source.filename, columns).rows
    }


def template_headings(format_: Format, korean: bool) -> list[str]:
    """The headings of an empty file of a kind."""
    return [heading(column, korean) for column in format_.columns]


def heading(column: Column, korean: bool) -> str:
    """What a column is called in a language."""
    return column.korean if korean else next(iter(column.english), column.field)
