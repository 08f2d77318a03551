"""Which lessons are open, how far the course has come, and when one may learn at all. Pure."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from courses.content.watching import FULL


class Season(enum.StrEnum):
    """Whether a run can be learnt in."""

    BEFORE = "before"
    ON = "on"
    OVER = "over"  # its lessons can still be read; nothing counts any more


def season(first: date, last: date, today: date, *, settled: bool) -> Season:
    """By the run's days; whoever has an outcome only reads."""
    if settled or today > last:
        return Season.OVER
    return Season.BEFORE if today < first else Season.ON


@dataclass(frozen=True, slots=True)
class Gate:
    """A lesson for this purpose. `progress` in hundredths of a percent; None: never opened."""

    minutes: int
    opens_at: int
    progress: int | None


def course_progress(gates: Sequence[Gate]) -> int:
    """The course's progress: that of its lessons, weighed by their minutes, in hundredths of a percent."""
    total = sum(gate.minutes for gate in gates)
    return sum(gate.minutes * (gate.progress or 0) for gate in gates) // total if total else 0


def opened(gates: Sequence[Gate]) -> list[bool]:
    """Which lessons are open: those the progress has reached, and those that were opened before.

    Where nothing open is left to learn, the lowest gate opens as well: nobody may stand before a gate for ever.
    """
    progress = course_progress(gates)
    result = [gate.progress is not None or gate.opens_at <= progress for gate in gates]
    shut = [gate.opens_at for gate, is_open in zip(gates, result, strict=True) if not is_open]
    left = any(is_open and (gate.progress or 0) < FULL for gate, is_open in zip(gates, result, strict=True))
    if shut and not left:
        return [is_open or gate.opens_at == min(shut) for gate, is_open in zip(gates, result, strict=True)]
    return result


def way_to(gates: Sequence[Gate], wanted: int) -> list[int]:
    """Indexes of the lessons that are enough to reach a progress, in the order of the course.

    Gated ones are not asked for before the progress has reached them. Fewer, when all together are not enough.
    """
    now = list(gates)
    chosen: list[int] = []
    while course_progress(now) < wanted:
        free = [index for index, is_open in enumerate(opened(now)) if is_open and (now[index].progress or 0) < FULL]
        if not free:
            break
        chosen.append(free[0])
        now[free[0]] = Gate(now[free[0]].minutes, now[free[0]].opens_at, FULL)
    return chosen
