"""The places of closed runs as bits: what a question that is narrowed more than once is counted from.

An order lays the places of some years out one after the other: by line (a unit, a course, a month) and person, or by
person alone. What is known of a place is a code, whose bits lie in planes: bit n of a plane belongs to place n. So the
places that a question asks for are found by a few operations on large numbers, and counted line by line, since those of
a line lie together. Code 0 is no place: it fills lines up to whole bytes, and stands for who has no place at all.
"""

from __future__ import annotations

import enum
import sys
from array import array
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import compress

from courses.reporting.persons import bits_of, flags_of, of_flags
from courses.reporting.question import Dimension


class Order(enum.StrEnum):
    """How places lie. Its value is `by` in the table of summaries."""

    UNIT = "places by unit"
    COURSE = "places by course"
    MONTH = "places by month"
    PERSON = "places by person"


LINES, LAST, OUTCOME, CREDIT = "", "last", "outcome", "credit"
"""Beside the dimensions: lines and persons; the last places of a person on a line; how they ended; the minutes."""
KNOWN = (Dimension.KIND, Dimension.LEVEL, Dimension.AREA, Dimension.GRADE, Dimension.SERVICE, Dimension.YEAR)
"""The dimensions that are kept of each place."""


def planes(codes: array[int]) -> list[int]:
    """Those of codes of two bytes, the lowest first."""
    low, high = (codes.tobytes()[at::2] for at in ((0, 1) if sys.byteorder == "little" else (1, 0)))
    halves = ((low, max(low, default=0)), (high, max(high, default=0)))
    needed = (halves[0][1].bit_length() if not halves[1][1] else 8, halves[1][1].bit_length())
    return [
        bits_of(half.translate(bytes(value >> bit & 1 for value in range(256))))
        for (half, _), bits in zip(halves, needed, strict=True)
        for bit in range(bits)
    ]


@dataclass(frozen=True)
class Kept:
    """What is kept of the places of an order: the different `values` (code 1 first), and the planes of their codes."""

    values: Sequence[str]
    planes: Sequence[int]

    @classmethod
    def of(cls, values: Sequence[str], data: bytes, size: int) -> Kept:
        """As it is written: plane after plane, in whole bytes."""
        length = (size + 7) // 8
        return cls(values, [int.from_bytes(data[at : at + length], "little") for at in range(0, len(data), length)])

    def data(self, size: int) -> bytes:
        """How it is written."""
        return b"".join(one.to_bytes((size + 7) // 8, "little") for one in self.planes)

    def with_any(self, wanted: Collection[str]) -> int:
        """The places with one of these values."""
        found = 0
        for code, value in enumerate(self.values, 1):
            found |= self._with(code) if value in wanted else 0
        return found

    def _with(self, code: int) -> int:
        places = -1
        for bit, one in enumerate(self.planes):
            places &= one if code >> bit & 1 else ~one
        return places

    def each(self) -> list[tuple[str, int]]:
        """Every value, with its places."""
        return [(value, self._with(code)) for code, value in enumerate(self.values, 1)]


@dataclass(frozen=True)
class Laid:
    """The places of an order: how many slots, where each line begins and ends (in bytes of planes), whose they are."""

    size: int
    lines: Sequence[tuple[str, int, int]]
    ids: array[int]
    last: int

    def distinct(self, places: int) -> int:
        """Of several places of a person on a line one. Adding carries each to the last one of its person and line."""
        others = ((1 << self.size) - 1) ^ self.last
        return ((places & others) + others | places) & self.last

    def persons(self, places: int) -> list[list[int]]:
        """Who has these places, line by line; nobody twice on a line."""
        there = flags_of(self.distinct(places), self.size)
        return [list(compress(self.ids[a << 3 : z << 3], there[a << 3 : z << 3])) for _, a, z in self.lines]

    def person_bits(self, places: int) -> bytes:
        """Who has them, as `Persons.add_packed` takes it. Of the order by person alone."""
        there, last = flags_of(self.distinct(places), self.size), flags_of(self.last, self.size)
        return of_flags(bytes(compress(there, last)))

    def counts(self, places: int) -> list[int]:
        """How many there are on each line."""
        data = places.to_bytes((self.size + 7) // 8, "little")
        return [int.from_bytes(data[a:z], "little").bit_count() for _, a, z in self.lines]

    def on(self, keys: set[str]) -> int:
        """All slots of these lines."""
        data = bytearray((self.size + 7) // 8)
        for key, a, z in self.lines:
            if key in keys:
                data[a:z] = b"\xff" * (z - a)
        return int.from_bytes(data, "little")
