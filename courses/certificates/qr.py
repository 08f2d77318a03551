"""The QR code as PDF operators."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache

import segno

from courses.certificates.facts import CODE_ALPHABET, CODE_LENGTH

QUIET = 4
"""Empty modules that ISO/IEC 18004 wants on every side."""

_MASK = 3  # Any mask may be read; choosing the prettiest takes four times as long as all the rest.


@lru_cache(maxsize=512)
def qr_modules(data: str) -> tuple[bytes, ...]:
    """Rows of modules, 1 is dark, error correction M; the smallest version that holds the data."""
    code = segno.make(data, error="m", boost_error=False, micro=False, mask=_MASK, mode="byte")
    return tuple(bytes(row) for row in code.matrix)


def qr_operators(data: str, x: float, y: float, side: float) -> str:
    """A filled path in the square of `side` points at (x, y), the quiet zone inside it."""
    modules = qr_modules(data)
    module = side / (len(modules) + 2 * QUIET)
    left, top = x + QUIET * module, y + side - QUIET * module
    place = f"q 0 g {module:.4f} 0 0 {-module:.4f} {left:.4f} {top:.4f} cm"
    return "\n".join([place, *_bars(modules), "f Q"])


def _bars(modules: tuple[bytes, ...]) -> list[str]:
    """Dark modules that touch in a row make one rectangle."""
    bars = []
    for number, row in enumerate(modules):
        edged = row + b"\0"
        start = edged.find(1)
        while start >= 0:
            end = edged.find(0, start)
            bars.append(f"{start} {number} {end - start} 1 re")
            start = edged.find(1, end)
    return bars


class Codes:
    """The QR codes of all verification codes under one address.

    Encoding, error correction and mask are linear over bits, so a code's modules are those of one code, changed by
    what each of its characters changes. A thousand times as fast as encoding it, and the same modules.
    """

    def __init__(self, address: str) -> None:
        start = f"{address}/"
        zero = _modules(start + chr(_ZERO) * CODE_LENGTH)
        self.side, self._base = len(qr_modules(start + chr(_ZERO) * CODE_LENGTH)), zero
        self._changes = [_changes(start, place, zero) for place in range(CODE_LENGTH)]

    def rows(self, code: str) -> bytes:
        """The modules, row by row, each row filled up to whole bytes; 1 is dark."""
        modules = self._base
        for changes, character in zip(self._changes, code, strict=True):
            modules ^= changes[character]
        return modules.to_bytes(_row_bytes(self.side) * self.side)


@cache
def codes(address: str) -> Codes:
    """Made once for an address, in some tenths of a second."""
    return Codes(address)


def qr_picture(address: str, code: str, box: Sequence[float]) -> str:
    """The code of `address/code` as an image between its edges in points, the quiet zone inside of them.

    To be encoded as Latin-1: modules are bytes, unless these look like the end of an image.
    """
    left, bottom, right, _ = box
    made = codes(address)
    module = (right - left) / (made.side + 2 * QUIET)
    side, corner = module * made.side, QUIET * module
    place = f"{side:.3f} 0 0 {side:.3f} {left + corner:.3f} {bottom + corner:.3f}"
    rows = made.rows(code)
    as_text, data = ("", rows.decode("latin-1")) if b"EI" not in rows else ("/F/AHx", f"{rows.hex()}>")
    return f"q 0 g {place} cm BI/IM true/W {made.side}/H {made.side}/BPC 1/D[1 0]{as_text} ID {data}\nEI Q"


_ZERO = 0x40
_BITS = 7


def _changes(start: str, place: int, zero: int) -> dict[str, int]:
    """By character at the place of a code: which modules differ."""
    others = chr(_ZERO) * CODE_LENGTH
    bits = [
        zero ^ _modules(start + others[:place] + chr(_ZERO ^ 1 << bit) + others[place + 1 :]) for bit in range(_BITS)
    ]
    return {character: _mixed(bits, ord(character) ^ _ZERO) for character in CODE_ALPHABET}


def _mixed(bits: list[int], wanted: int) -> int:
    mixed = 0
    for bit, change in enumerate(bits):
        mixed ^= change if wanted >> bit & 1 else 0
    return mixed


def _modules(data: str) -> int:
    """As `Codes.rows` has them, as one number."""
    rows = qr_modules(data)
    width = 8 * _row_bytes(len(rows))
    return int("".join("".join(map(str, row)).ljust(width, "0") for row in rows), 2)


def _row_bytes(side: int) -> int:
    return -(-side // 8)
