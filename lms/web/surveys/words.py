"""What points are called, and how figures are written."""

from __future__ import annotations

from courses.surveys.answering import POINTS
from courses.text import Text, text

LEVELS: dict[int, Text] = dict(
    zip(
        POINTS,
        (text("Very good"), text("Good"), text("So-so"), text("Poor"), text("Very poor")),
        strict=True,
    )
)
"""Points → what they say."""


def of_five(hundredths: int) -> str:
    """463 → 4.63"""
    return f"{hundredths / 100:.2f}"


def width(hundredths: int) -> int:
    """How much of a bar so many points fill, in steps of five percent: 463 of 500 → 90."""
    return hundredths // 25 * 5
