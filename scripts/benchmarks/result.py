"""One measured number, and what it is held against."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Result:
    """`value` in `unit`; `limit` is the aim, or a measured floor (what the machine can do at all), or None.

    Times should stay under their limit, rates (`…/s`) above it.
    """

    name: str
    value: float
    unit: str
    limit: float | None

    @property
    def ratio(self) -> float | None:
        """Value by limit."""
        return self.value / self.limit if self.limit else None

    def to_json(self, **more: object) -> str:
        """One line; `more` beside."""
        return json.dumps({key: _short(value) for key, value in {**asdict(self), "ratio": self.ratio, **more}.items()})

    def to_row(self) -> str:
        """One line of the table."""
        limit, ratio = (f"{_short(number):,}" if number is not None else "" for number in (self.limit, self.ratio))
        return f"{self.name:<34}{_short(self.value):>12,} {self.unit:<10}{limit:>12}{ratio:>10}"


HEAD = f"{'name':<34}{'value':>12} {'unit':<10}{'limit':>12}{'ratio':>10}"


def seconds(work: Callable[[], object], times: int = 1) -> float:
    """How long `work` takes by the clock; the median of several times."""
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)


def _short(value: object) -> object:
    """Four digits that matter."""
    if not isinstance(value, float):
        return value
    return round(value) if value >= 1000 else float(f"{value:.4g}")
