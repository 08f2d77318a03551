"""What points come to: totals, averages, who is near a limit, and what other weights would change. No database.

Points and limits are hundredths of a point; a total is rounded down, as completing is judged.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from courses.assessment.parts import WHOLE, Part
from courses.assessment.queries import ScoreRow

NEAR = 100
"""One point: so close to a limit somebody looks twice."""

Points = Mapping[int, int]
"""By component id."""


def total(parts: Sequence[Part], points: Points) -> int | None:
    """The weighted sum; None while a part lacks points."""
    got = [points.get(part.id or 0) for part in parts]
    if not parts or None in got:
        return None
    return sum(part.weight * (one or 0) for part, one in zip(parts, got, strict=True)) // WHOLE


def is_near(points: int | None, limit: int | None) -> bool:
    """Whether points are at most one point away from a limit, where there are both."""
    return points is not None and limit is not None and abs(points - limit) <= NEAR


def passes(parts: Sequence[Part], points: Points, needed: int) -> bool | None:
    """Whether the total and every part are enough; None while a part lacks points."""
    whole = total(parts, points)
    if whole is None:
        return None
    return whole >= needed and all(points[part.id or 0] >= (part.minimum or 0) for part in parts)


def average(points: Iterable[int | None]) -> int | None:
    """The mean of those there are, rounded down."""
    known = [one for one in points if one is not None]
    return sum(known) // len(known) if known else None


@dataclass(frozen=True, slots=True)
class Effect:
    """What other parts would change for one person: the total and whether it is enough, before and after."""

    row: ScoreRow
    before: int | None
    after: int | None
    passed: bool | None
    will_pass: bool | None

    @property
    def flips(self) -> bool:
        """Whether somebody would pass who did not, or the other way round."""
        return self.passed is not self.will_pass


def effects(rows: Iterable[ScoreRow], parts: Sequence[Part], wanted: Sequence[Part], needed: int) -> list[Effect]:
    """For everybody whose total or passing would change, those first who flip. `wanted` name the stored parts by id."""
    found = [
        Effect(
            row,
            total(parts, row.points),
            total(wanted, row.points),
            passes(parts, row.points, needed),
            passes(wanted, row.points, needed),
        )
        for row in rows
    ]
    return sorted([one for one in found if one.before != one.after or one.flips], key=lambda one: not one.flips)
