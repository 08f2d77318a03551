"""Figures of groups added up to those of lines, columns and all together: one pass over the places is enough for all.

Numbers add up; persons do not. So each group comes with its persons, and these are united.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import add
from typing import Any

from sqlalchemy import Select
from sqlalchemy.orm import Session

from courses.reporting.dimensions import key_text
from courses.reporting.measures import Figures
from courses.reporting.persons import Persons

ALL = ""
"""The key of all together, as line and as column."""
Counts = dict[tuple[str, str], Figures]
"""Figures by line and column."""


@dataclass(frozen=True, slots=True)
class Group:
    """What counts on a line, on the one `over` it, and in the column `across`; who completed: `ids` or `packed`.

    `exact`: it counts in its own cell only, since all that it is part of come as groups of their own (with `ALL`).
    """

    key: str
    over: str | None
    across: str | None
    sums: Sequence[int]
    ids: Sequence[int] = ()
    packed: bytes = b""
    exact: bool = False


@dataclass(slots=True)
class _Tally:
    """Sums in the order of their names, and who is among them."""

    sums: Sequence[int]
    persons: Persons = field(default_factory=Persons)

    def add(self, group: Group) -> None:
        self.sums = list(map(add, self.sums, group.sums))
        if group.packed:
            self.persons.add_packed(group.packed)
        elif group.ids:
            self.persons.add(group.ids)


def tallied(groups: Iterable[Group], names: Sequence[str]) -> Counts:
    """The figures of these `names` in every cell."""
    tallies = defaultdict[tuple[str, str], _Tally](lambda: _Tally([0] * len(names)))
    for group in groups:
        for cell in _cells(group):
            tallies[cell].add(group)
    return {
        cell: Figures(persons=len(tally.persons), **dict(zip(names, tally.sums, strict=True)))
        for cell, tally in tallies.items()
    }


def read(
    db: Session, groups: Select[Any], names: Sequence[str], values: Mapping[str, Any] | None = None
) -> Iterator[Group]:
    """The groups that SQL counted, asked with these values.

    Of each: its line `key`, perhaps the line `over` that one, perhaps the column `across`; its sums; perhaps
    `who` it counts, separated by commas.
    """
    for row in db.execute(groups, values):
        over, across = getattr(row, "over", None), key_text(row.across) if hasattr(row, "across") else None
        who = getattr(row, "who", None)
        sums = [int(getattr(row, name) or 0) for name in names]
        ids = list(map(int, who.split(","))) if who else ()
        yield Group(key_text(row.key), None if over is None else key_text(over), across, sums, ids)


def _cells(group: Group) -> Iterator[tuple[str, str]]:
    """The cells that a group counts in: its lines and all together, in its column and in all together."""
    if group.exact:
        yield group.key, group.across or ALL
        return
    columns = (ALL,) if group.across is None else (group.across, ALL)
    lines = [group.key] if group.over is None else [group.key, group.over]
    for line in (*lines, ALL):
        for column in columns:
            yield line, column
