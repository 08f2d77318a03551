"""Frame and watermark as PDF operators: guilloche, rosettes, key patterns. In mm from the lower left."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from math import cos, pi, sin

from reportlab.lib.units import mm

NAVY, GOLD, PALE, GUILLOCHE, SEAL_RED = "#16294d", "#a8863a", "#efe6cf", "#8fa0c0", "#c8202b"

Curve = Callable[[float], tuple[float, float]]

BAND_WIDTH = 7.0
BANDS = {"band-across": 176.0, "band-up": 263.0}
"""Forms to be made of `band`: the two lengths of the frame's sides between its corner boxes."""

BAND_PLACES = (
    ("band-across", 0, 17.0, 10.0),
    ("band-across", 0, 17.0, 280.0),
    ("band-up", 90, 17.0, 17.0),
    ("band-up", 90, 200.0, 17.0),
)
"""Form, degrees to turn it, and where its corner goes in mm."""

_EDGES = (10.0, 10.0, 200.0, 287.0)  # the outer navy line: left, bottom, right, top
_STRANDS, _AMPLITUDE, _PERIOD = 6, 2.4, 7.0
_KEY = ((0, 9), (0, 0), (9, 0), (9, 6.75), (2.25, 6.75), (2.25, 2.25), (6.75, 2.25), (6.75, 4.5), (4.5, 4.5))


@cache
def background() -> str:
    """What is the same on every sheet, to be drawn over the bands."""
    return "\n".join(["q", *_watermark(), *_frame(), *_corner_boxes(), *_key_patterns(), "Q"])


@cache
def band(length: float) -> str:
    """A strip of the guilloche, `length` mm to the right and 7 mm upwards: interwoven sine strands."""
    periods = round(length / _PERIOD)
    strands = (_wave(length, periods, 2 * pi * strand / _STRANDS) for strand in range(_STRANDS))
    curves = (line for wave in strands for line in _curve(wave, 4 * periods))
    return "\n".join([_pen(GUILLOCHE, 0.28), *curves, "S"])


def _watermark() -> Iterator[str]:
    yield _pen(PALE, 0.45)
    for inner, outer, petals, strands in ((34, 52, 12, 5), (16, 36, 9, 4), (6, 20, 6, 3)):
        yield from _rosette(105, 150, inner, outer, petals, strands)


def _frame() -> Iterator[str]:
    left, bottom, right, top = _EDGES
    yield _pen(NAVY, 1.6) + _rectangle(left, bottom, right, top) + "S"
    yield (
        _pen(NAVY, 0.5) + _rectangle(left + BAND_WIDTH, bottom + BAND_WIDTH, right - BAND_WIDTH, top - BAND_WIDTH) + "S"
    )
    yield _pen(GOLD, 0.6) + _rectangle(20, 20, 190, 277) + "S"
    yield _pen(GOLD, 0.5) + f"{_point(80, 216.5)} m {_point(130, 216.5)} l S"


def _corner_boxes() -> Iterator[str]:
    left, bottom, right, top = _EDGES
    for x in (left, right - BAND_WIDTH):
        for y in (bottom, top - BAND_WIDTH):
            yield _pen(NAVY, 0.8) + "1 g " + _rectangle(x, y, x + BAND_WIDTH, y + BAND_WIDTH) + "B"
            yield _pen(GOLD, 0.35)
            yield from _rosette(x + BAND_WIDTH / 2, y + BAND_WIDTH / 2, 0.9, 2.9, 8, 2)


def _key_patterns() -> Iterator[str]:
    yield _pen(GOLD, 1.1)
    for x, to_right in ((23, 1), (187, -1)):
        for y, upward in ((23, 1), (274, -1)):
            corners = (_point(x + to_right * dx, y + upward * dy) for dx, dy in _KEY)
            yield " l ".join(corners).replace(" l ", " m ", 1) + " l S"


def _wave(length: float, periods: int, phase: float) -> Curve:
    return lambda t: (length * t, BAND_WIDTH / 2 + _AMPLITUDE * sin(2 * pi * periods * t + phase))


def _rosette(x: float, y: float, inner: float, outer: float, petals: int, strands: int) -> Iterator[str]:
    for strand in range(strands):
        yield from _curve(_petals(x, y, inner, outer, petals, 2 * pi * strand / strands), 8 * petals)
    yield "S"


def _petals(x: float, y: float, inner: float, outer: float, petals: int, phase: float) -> Curve:
    def point(t: float) -> tuple[float, float]:
        radius = (inner + outer) / 2 + (outer - inner) / 2 * sin(2 * pi * petals * t + phase)
        return x + radius * cos(2 * pi * t), y + radius * sin(2 * pi * t)

    return point


def _curve(at: Curve, pieces: int) -> Iterator[str]:
    """The curve for t from 0 to 1 as Bézier pieces that share its tangents."""
    yield f"{_point(*at(0))} m"
    for piece in range(pieces):
        start, end = piece / pieces, (piece + 1) / pieces
        (x0, y0), (x1, y1) = at(start), at(end)
        (dx0, dy0), (dx1, dy1) = _third(at, start, end - start), _third(at, end, end - start)
        yield f"{_point(x0 + dx0, y0 + dy0)} {_point(x1 - dx1, y1 - dy1)} {_point(x1, y1)} c"


def _third(at: Curve, t: float, step: float) -> tuple[float, float]:
    """A third of the way along the tangent: where Bézier's control point lies."""
    little = step / 1000
    (x0, y0), (x1, y1) = at(t - little), at(t + little)
    return (x1 - x0) * step / (6 * little), (y1 - y0) * step / (6 * little)


def _pen(colour: str, width: float) -> str:
    """Line colour and width in points."""
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return " ".join(f"{channel:.3f}" for channel in channels) + f" RG {width} w "


def _rectangle(left: float, bottom: float, right: float, top: float) -> str:
    return f"{_point(left, bottom)} {_point(right - left, top - bottom)} re "


def _point(x: float, y: float) -> str:
    return f"{x * mm:.2f} {y * mm:.2f}"
