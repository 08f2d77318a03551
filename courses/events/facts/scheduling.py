"""Facts about runs and their sessions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from courses.events.facts.fact import Fact


@dataclass(frozen=True)
class RunPublished(Fact):
    run_id: int
    policy: str


@dataclass(frozen=True)
class RunCancelled(Fact):
    """`instead`: the run that its people are shown, None where there is none."""

    run_id: int
    reason: str
    instead: int | None = None


@dataclass(frozen=True)
class Rescheduled(Fact):
    """Sessions of a published run got another time or place: `moved` as `scheduling.entries.Shift.plain` has them."""

    run_id: int
    moved: list[dict[str, Any]]
