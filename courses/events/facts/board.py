"""Facts about the board of a run."""

from __future__ import annotations

from dataclasses import dataclass

from courses.events.facts.fact import Fact


@dataclass(frozen=True)
class Posted(Fact):
    """Somebody wrote on the board of a run: a notice, a question, or an answer to `question_id`."""

    post_id: int
    run_id: int
    post: str
    title: str
    question_id: int | None = None


@dataclass(frozen=True)
class PostHidden(Fact):
    """An instructor or an officer took a post of this person out of sight."""

    post_id: int
    run_id: int
    person_id: int
    title: str
    reason: str
