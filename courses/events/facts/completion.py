"""Facts about verdicts and their rules."""

from __future__ import annotations

from dataclasses import dataclass

from courses.events.facts.fact import Fact


@dataclass(frozen=True)
class RunClosed(Fact):
    run_id: int
    policy: str
    completed: int
    not_completed: int


@dataclass(frozen=True)
class RunReopened(Fact):
    """What closing had settled is open again: {enrolment id: outcome}. The verdicts are kept (`FormerJudgement`)."""

    run_id: int
    reason: str
    outcomes: dict[str, str]


@dataclass(frozen=True)
class PolicyPinned(Fact):
    """A run goes by another pack than the one it was published under ("plain 1")."""

    run_id: int
    before: str
    after: str
    reason: str
