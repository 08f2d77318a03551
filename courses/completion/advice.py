"""The cheapest way still to complete a run: `advice(policy, facts)`, pure, in exact whole numbers like the verdict.

What is settled (marked sessions, given points) stays as it is; what is open (sessions to come or unmarked, parts
without points, lessons, skills) is what one can still do something about. Following all of it makes the verdict
"completed", and a minute or a hundredth of a point less does not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from courses.completion.facts import FULL, Component, Facts
from courses.completion.policy import Policy, Rules
from courses.completion.rules import Check, Finding, Tally, fewest_lessons, tally, verdict
from courses.text import Text, text

_ALL = 100


class Way(StrEnum):
    """Whether there is one."""

    DONE = "done"  # nothing is left to do
    OPEN = "open"
    IMPOSSIBLE = "impossible"
    UNKNOWN = "unknown"  # something that has nothing to do with the person must be settled first


@dataclass(frozen=True, slots=True)
class Step:
    """What one rule still asks for.

    `amount` is in credited "minutes" of the open sessions to attend; "points" × 100 to reach in each of the `names`;
    hundredths of a "percent" of progress; or it counts "lessons" or "skills", those of the `names`. None where there
    is no way.
    """

    rule: str
    way: Way
    message: Text
    unit: str = ""
    amount: int | None = None
    names: tuple[str, ...] = ()
    notes: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Advice:
    """Every step still to take; none once it is completed. One that is impossible makes all of it so."""

    steps: tuple[Step, ...]

    @property
    def way(self) -> Way:
        """Whether there is a way at all."""
        ways = {step.way for step in self.steps}
        return next((way for way in (Way.IMPOSSIBLE, Way.UNKNOWN, Way.OPEN) if way in ways), Way.DONE)


def advice(policy: Policy, facts: Facts) -> Advice:
    """The cheapest way, rule by rule, in their order."""
    rules, ruling = policy.rules(facts.kind), verdict(policy, facts)
    if ruling.outcome is Finding.COMPLETED:
        return Advice(())
    steps = [step for check in ruling.reasons if not check.passed for step in _steps(rules, facts, check)]
    return Advice(tuple(steps))


def _steps(rules: Rules, facts: Facts, check: Check) -> Iterator[Step]:
    if check.rule == "attendance":
        yield _attendance(rules, facts)
    elif check.rule == "progress":
        yield _progress(facts, rules.progress.minimum)
    elif check.rule == "score" and facts.scored:
        yield _score(rules.score.minimum, facts.components)
    elif check.rule == "component":
        yield Step("component", Way.IMPOSSIBLE, text("Below the least points of a part, which are entered already"))
    elif check.rule == "checklist":
        many = len(facts.unsigned)
        message = text("Skills to have signed: %(n)s", n=many)
        yield Step("checklist", Way.OPEN, message, "skills", many, facts.unsigned)
    else:
        yield Step(check.rule, Way.UNKNOWN, check.message)


def _attendance(rules: Rules, facts: Facts) -> Step:
    sums = tally(facts, rules.lateness)
    if sums is None or not sums.scheduled:
        return Step("attendance", Way.UNKNOWN, text("No attendance is known yet"))
    required = -(-sums.scheduled * rules.attendance.minimum // FULL)
    spare = sums.attended + sums.open - required
    if spare < 0:
        message = text("%(minutes)s minutes are missing that no session can bring any more", minutes=-spare)
        return Step("attendance", Way.IMPOSSIBLE, message)
    spare = min(spare, sums.open)
    message = text("You can still miss %(minutes)s minutes of %(open)s", minutes=spare, open=sums.open)
    notes = tuple(_about_lateness(rules, sums, facts))
    return Step("attendance", Way.OPEN, message, "minutes", sums.open - spare, _open_sessions(sums), notes)


def _open_sessions(sums: Tally) -> tuple[str, ...]:
    return tuple(map(str, sums.unmarked))


def _about_lateness(rules: Rules, sums: Tally, facts: Facts) -> Iterator[Text]:
    """The minutes one may miss are missed at once, not in bits: some more lateness costs a whole session."""
    per = rules.lateness.marks_per_absence
    if per:
        left = per - sums.marks % per
        shortest = min(session.scheduled for session in facts.sessions)
        yield text("The next lateness number %(n)s costs %(minutes)s minutes", n=left, minutes=shortest)


def _progress(facts: Facts, minimum: int) -> Step:
    if facts.progress is None:
        return Step("progress", Way.UNKNOWN, text("No progress is known yet"))
    chosen = fewest_lessons(facts, minimum)
    if not chosen:
        missing = minimum - facts.progress
        message = text("%(percent)s%% of progress more", percent=_decimal(missing))
        return Step("progress", Way.OPEN, message, "percent", missing)
    names = tuple(facts.lessons[place].title for place in chosen)
    left = sum(facts.lessons[place].minutes * (FULL - (facts.lessons[place].progress or 0)) for place in chosen)
    message = text("Lessons to finish: %(n)s (%(minutes)s minutes)", n=len(names), minutes=-(-left // FULL))
    return Step("progress", Way.OPEN, message, "lessons", len(names), names)


def _score(minimum: int, components: Sequence[Component]) -> Step:
    known = [part for part in components if part.points is not None]
    unknown = [part for part in components if part.points is None]
    lacking = minimum * _ALL - sum(part.weight * (part.points or 0) for part in known)
    needed = _least_each(lacking, unknown) if unknown else None
    if needed is None:
        return Step("score", Way.IMPOSSIBLE, text("Even full points in what is open would not be enough"))
    names = tuple(part.name for part in unknown)
    if not any(names):
        return Step("score", Way.OPEN, _points_of_all(needed), "points", needed, names)
    message = text("%(points)s of 100 points needed: %(parts)s", points=_decimal(needed), parts=", ".join(names))
    return Step("score", Way.OPEN, message, "points", needed, names, tuple(_higher(unknown, needed)))


def _points_of_all(needed: int) -> Text:
    return text("%(points)s of 100 points needed", points=_decimal(needed))


def _least_each(lacking: int, unknown: Sequence[Component]) -> int | None:
    """The least points (× 100) that are enough when reached in every open part; None when full ones are not.

    A part whose own minimum is higher is reckoned with that.
    """
    if sum(part.weight * FULL for part in unknown) < lacking:
        return None
    low, high = 0, FULL
    while low < high:
        middle = (low + high) // 2
        if sum(part.weight * max(middle, part.minimum or 0) for part in unknown) >= lacking:
            high = middle
        else:
            low = middle + 1
    return low


def _higher(unknown: Sequence[Component], needed: int) -> Iterator[Text]:
    for part in unknown:
        if part.minimum is not None and part.minimum > needed:
            yield text("%(part)s: at least %(points)s", part=part.name, points=_decimal(part.minimum))


def _decimal(hundredths: int) -> str:
    whole, rest = divmod(hundredths, 100)
    return f"{whole}.{rest:02}" if rest else str(whole)
