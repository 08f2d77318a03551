"""Whose verdict another policy would turn, by department in official order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from courses.completion.facts import Facts
from courses.completion.policy import Policy
from courses.completion.queries import Judged, Member
from courses.completion.rules import Check, Finding, verdict
from courses.enrolment.models import Outcome


class Case(NamedTuple):
    """Somebody whose facts are held against another policy; `title` and `number` are those of the run."""

    member: Member
    outcome: str
    facts: Facts
    policy: Policy
    title: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class Flip:
    """Somebody who would end otherwise, and the rules that then keep them from completing (all once completed)."""

    member: Member
    before: str
    after: str
    reasons: tuple[Check, ...]
    title: str = ""
    number: int = 0


@dataclass(frozen=True)
class Flips:
    """Everybody who flips, in the order asked; and how many of each outcome there are before and after."""

    people: list[Flip] = field(default_factory=list)
    before: Counter[str] = field(default_factory=Counter)
    after: Counter[str] = field(default_factory=Counter)

    @property
    def units(self) -> list[tuple[str, list[Flip]]]:
        """By department, in the order they come; '' for those without one."""
        found: dict[str, list[Flip]] = {}
        for flip in self.people:
            found.setdefault(flip.member.unit, []).append(flip)
        return list(found.items())


def cases(people: Iterable[Judged], policy: Policy) -> Iterable[Case]:
    """Everybody of a run, to be held against one policy."""
    return (Case(one.member, one.outcome, one.facts, policy) for one in people)


def flips(asked: Iterable[Case], *, closed: bool) -> Flips:
    """Hold everybody's facts against the other policy. Who was expelled, which a person decides, stays so.

    `closed`: whoever is undecided has then not completed, as at a closing.
    """
    found = Flips()
    for one in asked:
        reasons: tuple[Check, ...] = ()
        after = one.outcome
        if one.outcome != Outcome.EXPELLED:
            ruling = verdict(one.policy, one.facts)
            reasons, after = ruling.reasons, ruling.outcome.value
        if closed and after == Finding.UNDECIDED:
            after = Outcome.NOT_COMPLETED.value
        found.before[one.outcome] += 1
        found.after[after] += 1
        if after != one.outcome:
            found.people.append(Flip(one.member, one.outcome, after, _short(reasons), one.title, one.number))
    return found


def _short(reasons: Sequence[Check]) -> tuple[Check, ...]:
    return tuple(check for check in reasons if not check.passed) or tuple(reasons)
