"""The QR code as PDF operators."""

from __future__ import annotations

from functools import lru_cache

import segno

QUIET = 4
"""Empty modules that ISO/IEC 18004 wants on every side."""

_MASK = 3  # Any mask may be read; choosing the prettiest takes four times as long as all the rest.


@lru_cache(maxsize=512)
def qr_modules(data: str) -> tuple[bytes, ...]:
    """Rows of modules, 1 is dark, error correction M; the smallest version that holds the data."""
    code = segno.make(data, error="m", boost_error=False, micro=False, mask=_MASK)
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
