"""Facts about official letters."""

from __future__ import annotations

from dataclasses import dataclass

from courses.events.facts.fact import Fact


@dataclass(frozen=True)
class LetterWritten(Fact):
    """An official letter of a run or a half-year was written; `unit_id` is whom it is addressed to, None: all."""

    letter_id: int
    run_id: int | None
    kind: str
    unit_id: int | None = None
    half: str | None = None


@dataclass(frozen=True)
class LetterNumbered(Fact):
    """The document system gave a letter its number (`was`: the one written down before)."""

    letter_id: int
    run_id: int | None
    number: str
    sent_on: str
    was: str = ""
