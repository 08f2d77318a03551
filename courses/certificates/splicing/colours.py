"""What the colours of a file mean: the sRGB profile (ICC.1:2004-10, version 4.2; IEC 61966-2-1 adapted to D50)."""

from __future__ import annotations

import struct
from functools import cache

_WHITE = (0.9642, 1.0, 0.8249)
_PRIMARIES = {"r": (0.43607, 0.22249, 0.01392), "g": (0.38515, 0.71687, 0.09708), "b": (0.14307, 0.06061, 0.7141)}
_ADAPTATION = (1.04788, 0.02292, -0.05022, 0.02959, 0.99048, -0.01707, -0.00925, 0.01508, 0.75168)
"""Bradford's matrix from D65 to D50."""
_CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
_DATE = (2026, 1, 1, 0, 0, 0)


@cache
def profile() -> bytes:
    """The profile as a file has it; the same bytes always."""
    tags = {
        "desc": _words("sRGB"),
        "cprt": _words("No copyright, use freely"),
        "wtpt": _coordinates(_WHITE),
        "chad": b"sf32\0\0\0\0" + _fixed(*_ADAPTATION),
        **{f"{channel}XYZ": _coordinates(primary) for channel, primary in _PRIMARIES.items()},
        **{f"{channel}TRC": b"para\0\0\0\0\0\3\0\0" + _fixed(*_CURVE) for channel in _PRIMARIES},
    }
    table, data, at = b"", b"", 128 + 4 + 12 * len(tags)
    for tag, value in tags.items():
        table += struct.pack(">4sII", tag.encode(), at + len(data), len(value))
        data += value
    return _head(at + len(data)) + struct.pack(">I", len(tags)) + table + data


def _head(size: int) -> bytes:
    kind = struct.pack(">I4xI4s4s4s6H4s", size, 0x04200000, b"mntr", b"RGB ", b"XYZ ", *_DATE, b"acsp")
    return kind.ljust(68, b"\0") + _fixed(*_WHITE).ljust(60, b"\0")


def _coordinates(values: tuple[float, ...]) -> bytes:
    return b"XYZ \0\0\0\0" + _fixed(*values)


def _fixed(*values: float) -> bytes:
    """Each with 16 bits after the point."""
    return struct.pack(f">{len(values)}i", *(round(value * 65536) for value in values))


def _words(text: str) -> bytes:
    """In American English, padded to four bytes."""
    data = text.encode("utf-16-be")
    head = struct.pack(">4s4xII2s2sII", b"mluc", 1, 12, b"en", b"US", len(data), 28)
    return (head + data).ljust(-(-(28 + len(data)) // 4) * 4, b"\0")
