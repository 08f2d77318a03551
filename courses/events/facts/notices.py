"""Facts about messages."""

from __future__ import annotations

from dataclasses import dataclass

from courses.events.facts.fact import Fact


@dataclass(frozen=True)
class Written(Fact):
    """A training officer's message to everybody with a seat in a run."""

    run_id: int
    subject: str
    body: str


@dataclass(frozen=True)
class HandedOver(Fact):
    """So many waiting text messages were handed over in a file of this number."""

    batch: int
    messages: int
