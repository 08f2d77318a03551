"""Whether a run is completed: `verdict(policy, facts)`, pure. No clock, no database, exact whole numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from courses.completion.facts import EXCUSED, FULL, LATENESS, Component, Facts, Session
from courses.completion.policy import Checklist, Lateness, Policy, Rules
from courses.text import Text, text


class Finding(StrEnum):
    """An outcome of an enrolment (all but expelled, which a person decides), or undecided."""

    COMPLETED = "completed"
    NOT_COMPLETED = "not_completed"
    NOT_REGISTERED = "not_registered"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Check:
    """One rule held against the facts.

    `passed` is None while a fact is missing, which `message` names. `required` and `actual` are in `unit`:
    credited "minutes", or hundredths of a "percent", or "points" × 100, or "skills". `away` is how much is missing so
    far (None once passed, or when nothing can be said). `notes` explain the numbers and the way on. `basis` is in
    Korean, `basis_en` in English.
    """

    rule: str
    passed: bool | None
    required: int | None
    actual: int | None
    unit: str
    message: Text
    basis: str
    basis_en: str
    away: int | None = None
    notes: tuple[Text, ...] = ()

    def to_json(self) -> dict[str, object]:
        """A form that can be stored."""
        plain: dict[str, object] = {name: getattr(self, name) for name in (*_PLAIN, "basis_en")}
        return {**plain, "message": self.message.to_json(), "notes": [note.to_json() for note in self.notes]}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Check:
        """The check stored by `to_json`."""
        return cls(
            **{name: data[name] for name in _PLAIN},
            basis_en=data.get("basis_en", data["basis"]),
            message=Text.from_json(data["message"]),
            notes=tuple(Text.from_json(note) for note in data["notes"]),
        )


_PLAIN = ("rule", "passed", "required", "actual", "unit", "basis", "away")


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome and every reason for it. `certificate` is its wording, "completed" or "attended"."""

    outcome: Finding
    certificate: str
    policy: str
    version: int
    reasons: tuple[Check, ...]

    @property
    def missing(self) -> tuple[Check, ...]:
        """What has to be known first; not empty means undecided (unless nobody ever came)."""
        return tuple(check for check in self.reasons if check.passed is None)

    @property
    def failed(self) -> tuple[Check, ...]:
        """The rules that are not met, whatever else is still missing."""
        return tuple(check for check in self.reasons if check.passed is False)

    def to_json(self) -> dict[str, object]:
        """A form that can be stored."""
        return {
            "outcome": self.outcome.value,
            "certificate": self.certificate,
            "policy": self.policy,
            "version": self.version,
            "reasons": [check.to_json() for check in self.reasons],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Verdict:
        """The verdict stored by `to_json`."""
        reasons = tuple(Check.from_json(check) for check in data["reasons"])
        outcome = Finding(data["outcome"])
        return cls(outcome, data["certificate"], data["policy"], data["version"], reasons)


def verdict(policy: Policy, facts: Facts) -> Verdict:
    """Hold the facts against the rules of their kind. The same arguments always give the same verdict."""
    rules = policy.rules(facts.kind)
    reasons = tuple(_checks(rules, facts))
    wording = rules.certificate.scored if facts.scored else rules.certificate.unscored
    return Verdict(_outcome(facts, reasons), wording, policy.name, policy.version, reasons)


def _outcome(facts: Facts, reasons: tuple[Check, ...]) -> Finding:
    # Who never came has no score either, and nobody should have to type one.
    presence_known = all(check.passed is not None for check in reasons if check.rule in ("attendance", "progress"))
    if facts.never_came and presence_known:
        return Finding.NOT_REGISTERED
    if any(check.passed is None for check in reasons):
        return Finding.UNDECIDED
    return Finding.COMPLETED if all(check.passed for check in reasons) else Finding.NOT_COMPLETED


def _checks(rules: Rules, facts: Facts) -> Iterator[Check]:
    if rules.attendance.minimum:
        yield _attendance(rules, facts)
    if rules.progress.minimum:
        yield _progress(rules, facts)
    if facts.scored:
        yield from _score(rules, facts.components)
    elif not rules.unscored.completes_without_score:
        message = text("This course has no score, and the policy asks for one")
        basis = rules.unscored.basis, rules.unscored.basis_en
        yield Check("score", None, rules.score.minimum, None, "points", message, *basis)
    if rules.checklist.signed and facts.skills:
        yield _checklist(rules.checklist, facts)


@dataclass(frozen=True, slots=True)
class Tally:
    """Attendance added up, in credited minutes: `attended` is what counts, after lateness.

    `open` are the minutes of the `unmarked` sessions (their numbers, from 1); `marks` of lateness made
    `absences` absent sessions, for which `deducted` minutes were taken off.
    """

    scheduled: int
    attended: int
    excused: int
    open: int = 0
    unmarked: tuple[int, ...] = ()
    marks: int = 0
    absences: int = 0
    deducted: int = 0


def tally(facts: Facts, lateness: Lateness) -> Tally | None:
    """Add up the attendance; None when nothing is known of it."""
    if facts.sessions:
        return _tally_sessions(facts.sessions, lateness)
    if facts.scheduled is None or facts.attended is None:
        return None
    return Tally(facts.scheduled, facts.attended, facts.excused)


def _tally_sessions(sessions: tuple[Session, ...], lateness: Lateness) -> Tally:
    late = [session for session in sessions if session.mark in LATENESS]
    per = lateness.marks_per_absence
    absences = len(late) // per if per else 0
    deducted = absences * min(session.scheduled for session in sessions)
    attended = sum(session.attended for session in sessions if session.mark is not None) - deducted
    if not lateness.late_minutes_deducted:
        attended += sum(session.scheduled - session.attended for session in late[: absences * per])
    return Tally(
        scheduled=sum(session.scheduled for session in sessions),
        attended=max(attended, 0),
        excused=sum(session.scheduled - session.attended for session in sessions if session.mark == EXCUSED),
        open=sum(session.scheduled for session in sessions if session.mark is None),
        unmarked=tuple(number for number, session in enumerate(sessions, 1) if session.mark is None),
        marks=len(late),
        absences=absences,
        deducted=deducted,
    )


def _attendance(rules: Rules, facts: Facts) -> Check:
    rule, sums = rules.attendance, tally(facts, rules.lateness)
    if sums is None or not sums.scheduled:
        message = text("Attendance is missing: there are neither sessions nor totals")
        return Check("attendance", None, None, None, "minutes", message, rule.basis, rule.basis_en)
    required = _ceil(sums.scheduled * rule.minimum, FULL)
    passed = None if sums.unmarked else sums.attended >= required
    return Check(
        "attendance",
        passed,
        required,
        sums.attended,
        "minutes",
        _attendance_message(sums, rule.minimum),
        rule.basis,
        rule.basis_en,
        None if passed else max(required - sums.attended, 0),
        tuple(_attendance_notes(sums, required)),
    )


def _attendance_message(sums: Tally, minimum: int) -> Text:
    if sums.unmarked:
        return text("Not marked yet: session %(sessions)s", sessions=", ".join(map(str, sums.unmarked)))
    return text(
        "Attendance %(percent)s%%, at least %(minimum)s%% needed: %(attended)s of %(scheduled)s minutes",
        percent=_decimal(sums.attended * FULL // sums.scheduled),
        minimum=_decimal(minimum),
        attended=sums.attended,
        scheduled=sums.scheduled,
    )


def _attendance_notes(sums: Tally, required: int) -> Iterator[Text]:
    if sums.absences:
        yield text(
            "Late, left early or stepped out: %(marks)s, so %(absences)s absent (−%(minutes)s minutes)",
            marks=sums.marks,
            absences=sums.absences,
            minutes=sums.deducted,
        )
    if sums.excused:
        yield text("%(minutes)s minutes are excused: not attended, but not unexcused either", minutes=sums.excused)
    spare = sums.attended + sums.open - required
    if spare < 0:
        yield text("%(minutes)s minutes are missing", minutes=-spare)
    elif sums.unmarked:
        yield text("%(minutes)s minutes may still be missed", minutes=spare)


def _progress(rules: Rules, facts: Facts) -> Check:
    rule, actual = rules.progress, facts.progress
    basis = rule.basis, rule.basis_en
    if actual is None:
        return Check("progress", None, rule.minimum, None, "percent", text("Progress is missing"), *basis)
    message = text(
        "Progress %(actual)s%%, at least %(minimum)s%% needed",
        actual=_decimal(actual),
        minimum=_decimal(rule.minimum),
    )
    away = rule.minimum - actual
    if away <= 0:
        return Check("progress", True, rule.minimum, actual, "percent", message, *basis)
    notes = (text("%(percent)s%% of progress are missing", percent=_decimal(away)), *_enough(facts, rule.minimum))
    return Check("progress", False, rule.minimum, actual, "percent", message, *basis, away, notes)


def _enough(facts: Facts, minimum: int) -> Iterator[Text]:
    if chosen := fewest_lessons(facts, minimum):
        names = ", ".join(facts.lessons[place].title for place in chosen)
        left = sum(facts.lessons[place].minutes * (FULL - (facts.lessons[place].progress or 0)) for place in chosen)
        yield text("Enough would be: %(lessons)s (%(minutes)s minutes)", lessons=names, minutes=_ceil(left, FULL))


def fewest_lessons(facts: Facts, minimum: int) -> list[int]:
    """The places of the fewest lessons that are enough when finished: those with most left, in the course's order."""
    total = sum(lesson.minutes for lesson in facts.lessons)
    left = [lesson.minutes * (FULL - (lesson.progress or 0)) for lesson in facts.lessons]
    lacking = minimum * total - (total * FULL - sum(left))
    chosen: list[int] = []
    for place in sorted(range(len(left)), key=lambda place: -left[place]):
        if lacking <= 0:
            break
        lacking -= left[place]
        chosen.append(place)
    return sorted(chosen)


def weights_error(components: tuple[Component, ...]) -> Text | None:
    """Why these components cannot be a score, None if they can: weights must sum to exactly 100."""
    if not components:
        return text("No part of the score is defined")
    total = sum(component.weight for component in components)
    return None if total == 100 else text("The weights add up to %(total)s instead of 100", total=total)


def _score(rules: Rules, components: tuple[Component, ...]) -> Iterator[Check]:
    error = weights_error(components)
    if error is not None:
        yield Check("weights", None, None, None, "points", error, rules.score.basis, rules.score.basis_en)
        return
    yield _total(rules, components)
    for component in components:
        if component.minimum is not None and component.points is not None:
            yield _least(rules, component, component.minimum, component.points)


def _total(rules: Rules, components: tuple[Component, ...]) -> Check:
    rule = rules.score
    basis = rule.basis, rule.basis_en
    got = sum(component.weight * component.points for component in components if component.points is not None)
    unknown = [component for component in components if component.points is None]
    if unknown:
        note = _still_needed(rule.minimum * 100 - got, sum(component.weight for component in unknown))
        names = ", ".join(component.name for component in unknown if component.name)
        message = text("Score is missing: %(parts)s", parts=names) if names else text("Score is missing")
        return Check("score", None, rule.minimum, None, "points", message, *basis, notes=(note,))
    return _points("score", got // 100, rule.minimum, basis, text("Score"))


def _still_needed(lacking: int, weight: int) -> Text:
    """The points needed on average in what is missing; `lacking` is points × 100 × percent of weight."""
    needed = max(_ceil(lacking, weight), 0) if weight else 0
    if needed > FULL:
        return text("Can no longer be reached: even full points there would not be enough")
    return text("%(points)s points there would be enough", points=_decimal(needed))


def _least(rules: Rules, component: Component, minimum: int, points: int) -> Check:
    return _points("component", points, minimum, (rules.score.basis, rules.score.basis_en), component.name)


def _points(rule: str, actual: int, minimum: int, basis: tuple[str, str], name: Text | str) -> Check:
    message = text(
        "%(name)s: %(actual)s points, at least %(minimum)s needed",
        name=name,
        actual=_decimal(actual),
        minimum=_decimal(minimum),
    )
    away = minimum - actual
    if away <= 0:
        return Check(rule, True, minimum, actual, "points", message, *basis)
    notes = (text("%(points)s points are missing", points=_decimal(away)),)
    return Check(rule, False, minimum, actual, "points", message, *basis, away, notes)


def _checklist(rule: Checklist, facts: Facts) -> Check:
    """A skill that nobody has signed yet is missing, not refused."""
    lacking, signed = len(facts.unsigned), facts.skills - len(facts.unsigned)
    message = text("%(signed)s of %(skills)s skills are signed", signed=signed, skills=facts.skills)
    basis = rule.basis, rule.basis_en
    if not lacking:
        return Check("checklist", True, facts.skills, signed, "skills", message, *basis)
    notes = (text("Not signed yet: %(skills)s", skills=", ".join(facts.unsigned)),)
    return Check("checklist", None, facts.skills, signed, "skills", message, *basis, lacking, notes)


def _ceil(value: int, by: int) -> int:
    return -(-value // by)


def _decimal(hundredths: int) -> str:
    whole, rest = divmod(hundredths, 100)
    return f"{whole}.{rest:02}" if rest else str(whole)
