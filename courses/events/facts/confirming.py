"""Facts about steps that need a second person."""

from __future__ import annotations

from dataclasses import dataclass

from courses.events.facts.fact import Fact


@dataclass(frozen=True)
class StepAsked(Fact):
    """A weighty step waits for a second person; `step` is its kind, `asker_id` who wants it."""

    confirmation_id: int
    step: str
    subject_id: int
    title: str
    reason: str
    asker_id: int


@dataclass(frozen=True)
class StepConfirmed(Fact):
    confirmation_id: int
    step: str
    subject_id: int
    title: str
    asker_id: int


@dataclass(frozen=True)
class StepDeclined(Fact):
    """`answer` is empty where the one who asked took it back."""

    confirmation_id: int
    step: str
    subject_id: int
    title: str
    answer: str
    asker_id: int
