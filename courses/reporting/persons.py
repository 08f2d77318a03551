"""Sets of persons in few bytes, and their union: what cannot be added up from group to group.

Few of many are kept one by one, four bytes each; many of many as a bit a person.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Collection, Iterable

_SINGLY, _BITS = b"\0", b"\1"
FOUR_BYTES = "I"
_TO_DIGITS, _TO_FLAGS = bytes.maketrans(b"\0\1", b"01"), bytes.maketrans(b"01", b"\0\1")


def packed(ids: Collection[int]) -> bytes:
    """Different ids, below 2³², as `Persons.add_packed` takes them."""
    if ids and (max(ids) >> 3) < len(ids) * 4:
        bits = bytearray((max(ids) >> 3) + 1)
        for identity in ids:
            bits[identity >> 3] |= 1 << (identity & 7)
        return _BITS + bits
    return _SINGLY + little(array(FOUR_BYTES, sorted(ids))).tobytes()


def of_flags(flags: bytes) -> bytes:
    """The same of a byte for every id from 0 on, 1 for those that are there."""
    return _BITS + bits_of(flags).to_bytes((len(flags) + 7) >> 3, "little")


def bits_of(flags: bytes) -> int:
    """A number whose lowest bit is the first of these bytes, each 0 or 1."""
    return int(flags[::-1].translate(_TO_DIGITS) or b"0", 2)


def flags_of(bits: int, size: int) -> bytes:
    """So many bytes, each 0 or 1, the lowest bit first."""
    return f"{bits:0{size}b}".encode().translate(_TO_FLAGS)[::-1]


class Persons:
    """Who is in a set that grows. Counting one that came in one piece costs nothing."""

    __slots__ = ("_ids", "_packed")

    def __init__(self) -> None:
        self._ids: list[Iterable[int]] = []
        self._packed: list[bytes] = []

    def add(self, ids: Iterable[int]) -> None:
        """Somebody may be added more than once."""
        self._ids.append(ids)

    def add_packed(self, data: bytes) -> None:
        """What `packed` gave."""
        self._packed.append(data)

    def __len__(self) -> int:
        if not self._ids and len(self._packed) == 1 and self._packed[0][:1] == _SINGLY:
            return len(self._packed[0]) // 4
        singly, bits = self._united()
        if bits.bit_count() <= len(singly):
            return len(singly | _places(bits))
        there = bits.to_bytes((bits.bit_length() >> 3) + 1, "little")
        end = len(there) << 3
        return bits.bit_count() + sum(one >= end or not there[one >> 3] >> (one & 7) & 1 for one in singly)

    def ids(self) -> set[int]:
        """All of them."""
        singly, bits = self._united()
        return singly | _places(bits)

    def _united(self) -> tuple[set[int], int]:
        """Those kept one by one, and those kept as bits; somebody may be among both."""
        singly = [little(array(FOUR_BYTES, data[1:])) for data in self._packed if data[:1] == _SINGLY]
        bits = 0
        for data in self._packed:
            if data[:1] == _BITS:
                bits |= int.from_bytes(data[1:], "little")
        return set[int]().union(*singly, *self._ids), bits


def _places(bits: int) -> set[int]:
    """Which bits are set."""
    there = bits.to_bytes((bits.bit_length() >> 3) + 1, "little")
    return {(place << 3) + bit for place, byte in enumerate(there) if byte for bit in range(8) if byte >> bit & 1}


def little(numbers: array[int]) -> array[int]:
    """The same with its lowest bytes first, as it is written; done twice nothing has changed."""
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
