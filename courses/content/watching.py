"""What counts as watched: each part once, no more than time has passed, nothing beyond what was reached. Pure.

Parts are [from, to) in whole seconds of the audio or video, disjoint and rising: [[0, 30], [45, 60]].
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

Parts = list[list[int]]

FULL = 10_000
NEAR = 2
"""Seconds: a part may begin so little behind the furthest second, and so much may lack at the end."""
KEPT = timedelta(seconds=3)
"""Time not spent yet that is kept for the next report: reports travel faster and slower. A pause is not saved up."""


def merged(parts: Iterable[Sequence[int]]) -> Parts:
    """The same seconds as disjoint rising parts that do not touch."""
    result: Parts = []
    for start, end in sorted((part[0], part[1]) for part in parts if part[0] < part[1]):
        if result and start <= result[-1][1]:
            result[-1][1] = max(result[-1][1], end)
        else:
            result.append([start, end])
    return result


def seconds(parts: Parts) -> int:
    """How many seconds there are in disjoint parts."""
    return sum(end - start for start, end in parts)


def furthest(watched: Parts) -> int:
    """The second up to which one may wind where skipping ahead is not allowed."""
    return watched[-1][1] if watched else 0


def share(watched: Parts, length: int) -> int:
    """The watched part of `length` seconds in hundredths of a percent; a breath at the end may lack."""
    missing = length - seconds(watched)
    return FULL if missing <= min(NEAR, length // 20) else seconds(watched) * FULL // length


@dataclass(frozen=True, slots=True)
class Account:
    """Time that passed since `since` and was not spent on watching yet; it is spent at `percent` of its pace."""

    since: datetime
    percent: int = 100

    def seconds(self, now: datetime) -> int:
        """Whole seconds of audio or video that can have been played by now."""
        return max(int((now - self.since).total_seconds() * self.percent) // 100, 0)

    def after(self, now: datetime, spent: int) -> datetime:
        """The new `since`, when `spent` seconds were played."""
        return max(self.since + timedelta(seconds=spent * 100 / self.percent), now - KEPT)


def credit(watched: Parts, reported: Iterable[Sequence[int]], *, length: int, seekable: bool, most: int) -> Parts:
    """What is watched after a report: the new seconds of its parts, in the order played, `most` of them at most.

    Unless the lesson is `seekable`, a part counts only where it begins at what was reached before.
    """
    for start, end in reported:
        reach = length if seekable else furthest(watched) + NEAR
        if most <= 0 or not 0 <= start <= reach:
            continue
        counted: Parts = []
        for first, last in _unseen(watched, start, min(end, length)):
            counted.append([first, min(last, first + most)])
            most -= counted[-1][1] - first
            if most <= 0:
                break
        watched = merged([*watched, *counted])
    return watched


def _unseen(watched: Parts, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The gaps of `watched` within [start, end)."""
    edges = [[start, start], *([max(a, start), min(b, end)] for a, b in watched if a < end and b > start), [end, end]]
    for (_, left), (right, _) in pairwise(edges):
        if left < right:
            yield left, right
