"""What is drawn of a report: bars of its lines, or lines over months and years. Only positions; templates draw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from courses.reporting.dimensions import Member
from courses.reporting.explorer import CHANGE, Answer, Column, Line
from courses.reporting.question import HEADCOUNTS, Across, Dimension, Measure, Question
from courses.reporting.report import Form
from courses.reporting.tallies import ALL
from lms.i18n import words
from lms.web.reporting.shown import written

MOST_BARS = 60
_MOST_SERIES = 4
_LEFT, _RIGHT = 4.0, 96.0
"""Percent of the width between which points stand."""
_TOP, _BOTTOM = 16, 216
"""Pixels between which the scale runs."""


@dataclass(frozen=True)
class Bar:
    """A line's name, and of each series (percent of the longest bar, the number in words)."""

    name: str
    parts: Sequence[tuple[float, str]]


@dataclass(frozen=True)
class Point:
    """Where it stands: `x` in percent, `y` in pixels; `says` is read by a pointer."""

    x: float
    y: float
    says: str


@dataclass(frozen=True)
class Chart:
    """Names of the series, and either `bars` or `curves` (points of each series, in order), never both.

    `scale`: (pixels from the top, number); `labels`: (percent, words) under the points. `left_out`: bars not drawn.
    """

    series: Sequence[str]
    bars: Sequence[Bar] = ()
    curves: Sequence[Sequence[Point]] = ()
    scale: Sequence[tuple[float, str]] = ()
    labels: Sequence[tuple[float, str]] = ()
    left_out: int = 0


def chart(answer: Answer) -> Chart | None:
    """The drawing of a report; None where there is nothing to compare."""
    columns = _drawn(answer)
    lines = [line for line in answer.lines if line.member.depth == 0]
    if answer.is_empty or not lines or not columns or answer.more:  # the longest may be among those left out
        return None
    if answer.question.by in {Dimension.MONTH, Dimension.YEAR} and len(lines) > 1:
        return _curves(columns, lines, answer.question)
    return _bars(columns, lines)


def _drawn(answer: Answer) -> list[Column]:
    """Both headcounts; the rate, where it is about rates; attendances of each column, where these are few."""
    question = answer.question
    if question.across is Across.YEAR_ON_YEAR:
        periods = [group for group in answer.groups if group.key != CHANGE]
        return [Column(group, Measure.ATTENDANCES) for group in reversed(periods)]
    groups = [group for group in answer.groups if group.key != ALL]
    if 1 < len(groups) <= _MOST_SERIES:
        return [Column(group, Measure.ATTENDANCES) for group in groups]
    together = next(group for group in answer.groups if group.key == ALL)
    rates = Measure.RATE in question.measures and Measure.PLACES not in question.measures
    return [Column(together, measure) for measure in ((Measure.RATE,) if rates else HEADCOUNTS)]


def _bars(columns: Sequence[Column], lines: Sequence[Line]) -> Chart:
    """The longest of them where there are too many, in the report's order."""
    longest = _top(columns, lines)
    kept = sorted(lines, key=lambda line: -max(_value(column, line) for column in columns))[:MOST_BARS]
    shown = {line.member.key for line in kept}
    bars = [
        Bar(
            words(line.member.name),
            [(round(_value(column, line) / longest * 100, 2), _words(column, line)) for column in columns],
        )
        for line in lines
        if line.member.key in shown
    ]
    return Chart(_names(columns), bars=bars, left_out=len(lines) - len(bars))


def _curves(columns: Sequence[Column], lines: Sequence[Line], question: Question) -> Chart:
    top, step = _round_up(_top(columns, lines))
    width = _RIGHT - _LEFT
    at = [round(_LEFT + width * n / (len(lines) - 1), 3) for n in range(len(lines))]
    curves = [
        [
            Point(x, _height(_value(column, line), top), f"{words(line.member.name)}: {_words(column, line)}")
            for x, line in zip(at, lines, strict=True)
        ]
        for column in columns
    ]
    rate = columns[0].form is Form.PERCENT
    scale = [(_height(value, top), f"{value:,}{'%' * rate}") for value in range(0, top + 1, step)]
    return Chart(
        _names(columns), curves=curves, scale=scale, labels=_labels(at, [line.member for line in lines], question)
    )


def _labels(at: Sequence[float], members: Sequence[Member], question: Question) -> list[tuple[float, str]]:
    """So many that they do not touch on a phone: months of one year by number, else the first of each year."""
    keys = [int(member.key) for member in members]
    if question.by is Dimension.YEAR:
        named = [str(key) for key in keys]
    elif keys[0] // 100 == keys[-1] // 100:
        named = [str(key % 100) for key in keys]
    else:
        named = [str(key // 100) if key % 100 == 1 or n == 0 else "" for n, key in enumerate(keys)]
    filled = [(x, name) for x, name in zip(at, named, strict=True) if name]
    most = 12 if len(filled[-1][1]) < 3 else 7
    every = -(-len(filled) // most)
    return filled[::every]


def _names(columns: Sequence[Column]) -> list[str]:
    alone = len({column.group.key for column in columns}) == 1
    return [words(column.meaning.heading if alone else column.group.name) for column in columns]


def _value(column: Column, line: Line) -> float:
    cell = column.cell(line)
    return float(cell) if isinstance(cell, int | Decimal) else 0.0


def _words(column: Column, line: Line) -> str:
    return written(column.cell(line), column.form)


def _top(columns: Sequence[Column], lines: Sequence[Line]) -> float:
    """The highest value; of rates always 100."""
    if columns[0].form is Form.PERCENT:
        return 100.0
    return max((_value(column, line) for column in columns for line in lines), default=0) or 1.0


def _round_up(highest: float) -> tuple[int, int]:
    """The top of a scale of two to five round steps, and the step."""
    power = 1
    while True:
        for step in (power, 2 * power, 5 * power):
            if step * 4 >= highest:
                return step * -(-int(highest + 0.999) // step), step
        power *= 10


def _height(value: float, top: int) -> float:
    return round(_BOTTOM - (_BOTTOM - _TOP) * value / top, 1)
