"""What of a year's learning counts: pure, in whole minutes, with no clock and no database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

_HOUR = 60


@dataclass(frozen=True, slots=True)
class Entry:
    """Something completed: its own key, its type, its last day, and the minutes recognised for it alone."""

    key: str
    type: str
    on: date
    minutes: int


@dataclass(frozen=True, slots=True)
class Total:
    """A type's minutes before and after its cap (minutes; None: it has none)."""

    type: str
    minutes: int
    counted: int
    cap: int | None

    @property
    def left(self) -> int | None:
        """Minutes of it that could still count; None: any number."""
        return None if self.cap is None else self.cap - self.counted


@dataclass(frozen=True, slots=True)
class Ledger:
    """`counted`: minutes of each entry that count, by its key; `totals` by type, in alphabetical order."""

    counted: Mapping[str, int]
    totals: tuple[Total, ...]

    @property
    def minutes(self) -> int:
        """All that counts."""
        return sum(total.counted for total in self.totals)


def ledger(entries: Iterable[Entry], caps: Mapping[str, int]) -> Ledger:
    """The entries of one person and year under these caps (minutes by type).

    A cap is used up by what ended first, however the entries come. Raises ValueError for two entries of one key.
    """
    counted: dict[str, int] = {}
    sums: dict[str, int] = {}
    for entry in sorted(entries, key=lambda one: (one.on, one.key)):
        if entry.key in counted:
            raise ValueError(f"two entries are {entry.key!r}")
        before = sums.get(entry.type, 0)
        sums[entry.type] = before + entry.minutes
        counted[entry.key] = _capped(sums[entry.type], caps.get(entry.type)) - _capped(before, caps.get(entry.type))
    return Ledger(counted, totals(sums, caps))


def totals(sums: Mapping[str, int], caps: Mapping[str, int]) -> tuple[Total, ...]:
    """The same of minutes that are summed up by type already."""
    return tuple(
        Total(type_, minutes, _capped(minutes, caps.get(type_)), caps.get(type_))
        for type_, minutes in sorted(sums.items())
    )


def counted(sums: Mapping[str, int], caps: Mapping[str, int]) -> int:
    """How many of these minutes by type count, together."""
    return sum(_capped(minutes, caps.get(type_)) for type_, minutes in sums.items())


def due(hours: int, days: int, away: int) -> int:
    """Minutes due of a target in hours a year of so many days, `away` of which were spent on leave; rounded down."""
    return hours * _HOUR * (days - away) // days


def _capped(minutes: int, cap: int | None) -> int:
    return minutes if cap is None else min(minutes, cap)
