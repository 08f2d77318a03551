"""PDF's own syntax: numbered objects, streams, strings, and the table that finds the objects again."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import count, groupby

from courses.certificates.lettering import whole

HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
A4 = (595.2756, 841.8898)
"""Width and height in points."""


class Objects:
    """Objects written one after the other; `offsets` says where each begins, `position` where the next one would."""

    def __init__(self, write: Callable[[bytes], object], position: int = 0, first: int = 1) -> None:
        self._write, self._numbers = write, count(first)
        self.position, self.offsets = position, dict[int, int]()

    def raw(self, data: bytes) -> None:
        """Bytes that belong to no object."""
        self._write(data)
        self.position += len(data)

    def reserve(self, numbers: int = 1) -> int:
        """The first of so many numbers in a row, for objects that come later."""
        first = next(self._numbers)
        for _ in range(numbers - 1):
            next(self._numbers)
        return first

    def put_empty(self) -> None:
        """Write nothing under the numbers that were reserved and not used yet: a later part may do so."""
        for number in set(range(1, max(self.offsets))) - set(self.offsets):
            self.put(b"null", number)

    def put(self, body: bytes, number: int = 0) -> int:
        """Write one under its reserved number, or under a new one; the number."""
        number = number or next(self._numbers)
        self.offsets[number] = self.position
        self.raw(b"%d 0 obj\n%s\nendobj\n" % (number, body))
        return number


def stream(data: bytes, entries: str = "", *, packed: bool = False) -> bytes:
    """A stream object; `packed` ones differ between versions of zlib."""
    if packed:
        data, entries = zlib.compress(data, 9), entries + "/Filter/FlateDecode"
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (entries.encode(), len(data), data)


def string(text: str) -> str:
    """A text string: as it is, where plain letters are enough."""
    plain = text.isascii() and text.isprintable() and not set("()\\") & set(text)
    return f"({text})" if plain else f"<{whole(text)}>"


def references(numbers: Iterable[int]) -> str:
    """An array of other objects."""
    return "[" + " ".join(f"{number} 0 R" for number in numbers) + "]"


def decimal(value: float) -> str:
    """A number with three decimals at most."""
    return f"{value:.3f}".rstrip("0").rstrip(".")


def moment(at: datetime) -> str:
    """A date with its offset, as PDF writes it."""
    offset = at.strftime("%z") or "+0000"
    return f"D:{at:%Y%m%d%H%M%S}{offset[:3]}'{offset[3:5]}'"


def first_table(offsets: Mapping[int, int]) -> bytes:
    """The cross-reference table of a file's first part, which has every number from 1 on."""
    entries = b"".join(b"%010d 00000 n \n" % offsets[number] for number in range(1, len(offsets) + 1))
    return b"xref\n0 %d\n0000000000 65535 f \n" % (len(offsets) + 1) + entries


def further_table(offsets: Mapping[int, int]) -> bytes:
    """The cross-reference table of a later part: only its own objects."""
    return b"xref\n" + b"".join(_sections(offsets))


def _sections(offsets: Mapping[int, int]) -> Iterator[bytes]:
    for _, group in groupby(enumerate(sorted(offsets)), key=lambda pair: pair[1] - pair[0]):
        numbers = [number for _, number in group]
        yield b"%d %d\n" % (numbers[0], len(numbers))
        yield b"".join(b"%010d 00000 n \n" % offsets[number] for number in numbers)


def trailer(entries: str, table_at: int) -> bytes:
    """The end of a file, or of a part of it."""
    return b"trailer\n<<%s>>\nstartxref\n%d\n%%%%EOF\n" % (entries.encode(), table_at)
