"""Facts about learning elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

from courses.events.facts.fact import Fact


@dataclass(frozen=True)
class OutsideMoved(Fact):
    """A report of learning elsewhere went from one state to another; `minutes`: recognised, where it now is."""

    outside_id: int
    person_id: int
    title: str
    before: str
    after: str
    minutes: int | None = None
    reason: str = ""
