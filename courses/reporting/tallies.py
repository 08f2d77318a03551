"""Figures of groups added up to those of lines, columns and all together: one pass over the places is enough for all.

Numbers add up; persons do not. So each group comes with the list of its persons, and these are united.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select
from sqlalchemy.orm import Session

from courses.reporting.dimensions import key_text
from courses.reporting.measures import Figures

ALL = ""
"""The key of all together, as line and as column."""
Counts = dict[tuple[str, str], Figures]
"""Figures by line and column."""


@dataclass(slots=True)
class _Tally:
    """Sums in the order of their names, and who is among them."""

    sums: list[int]
    persons: set[str] = field(default_factory=set)

    def add(self, sums: Sequence[int], persons: Sequence[str]) -> None:
        self.sums = [so_far + more for so_far, more in zip(self.sums, sums, strict=True)]
        self.persons.update(persons)


def tallied(db: Session, groups: Select[Any], names: Sequence[str]) -> Counts:
    """The figures of these `names` in every cell.

    Of each group: its line `key`, perhaps the line `over` that one, perhaps the column `across`; its sums; perhaps
    `who` it counts, separated by commas.
    """
    tallies = defaultdict[tuple[str, str], _Tally](lambda: _Tally([0] * len(names)))
    for row in db.execute(groups):
        sums = [int(getattr(row, name) or 0) for name in names]
        who = (getattr(row, "who", None) or "").split(",")
        for cell in _cells(row):
            tallies[cell].add(sums, who if who[0] else ())
    return {
        cell: Figures(persons=len(tally.persons), **dict(zip(names, tally.sums, strict=True)))
        for cell, tally in tallies.items()
    }


def _cells(row: Any) -> Iterator[tuple[str, str]]:
    """The cells that a group counts in: its lines and all together, in its column and in all together."""
    over = getattr(row, "over", None)
    columns = [key_text(row.across), ALL] if hasattr(row, "across") else [ALL]
    for line in (key_text(row.key), *([key_text(over)] if over is not None else []), ALL):
        for column in columns:
            yield line, column
