"""What outcomes, kinds of courses and rules are called, and the tone each is shown in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from courses.attendance.marks import MarkInput
from courses.catalogue.words import KINDS
from courses.completion import policy
from courses.completion.replay import Used
from courses.completion.rules import Finding
from courses.enrolment.models import Outcome
from courses.text import Text, text
from lms.i18n import words
from lms.web.attendance.words import in_words
from lms.web.formats import points

OUTCOMES = {
    Outcome.COMPLETED.value: (text("Completed"), "ok"),
    Outcome.NOT_COMPLETED.value: (text("Not completed"), "warn"),
    Outcome.NOT_REGISTERED.value: (text("Never attended"), "warn"),
    Outcome.EXPELLED.value: (text("Expelled"), "warn"),
    Finding.UNDECIDED.value: (text("Not decided"), "info"),
}
KIND_NAMES = {kind.value: name for kind, name in KINDS.items()}


def told(event: Used) -> str:
    """What an event says of the person: 'Not marked → Late 10 min', '55 → 60.5', an outcome; '' when nothing."""
    read = {"marks": lambda mark: in_words(MarkInput.parse(mark)), "scores": _points_or_none}
    for many, said in read.items():
        for before, after in event.data.get(many, {}).values():
            return f"{said(before)} → {said(after)}" if before not in (None, "") else said(after)
    return "".join(words(OUTCOMES[outcome][0]) for outcome in event.data.get("outcomes", {}).values())


def _points_or_none(hundredths: int | None) -> str:
    return "–" if hundredths is None else points(hundredths)


def parameters(rule: str, values: Any) -> Text:
    """What a rule of a pack asks for, in a sentence; its name stands in it."""
    return _SENTENCES[rule](values)


def _attendance(rule: policy.Attendance) -> Text:
    asked = text("Attendance: at least %(percent)s%%", percent=points(rule.minimum))
    return asked if rule.minimum else text("Attendance: not looked at")


def _lateness(rule: policy.Lateness) -> Text:
    if not rule.marks_per_absence:
        return text("Lateness: costs only the minutes missed")
    if rule.late_minutes_deducted:
        return text("Lateness: %(n)s times cost a session, and the minutes missed", n=rule.marks_per_absence)
    return text("Lateness: %(n)s times cost a session", n=rule.marks_per_absence)


def _progress(rule: policy.Progress) -> Text:
    asked = text("Progress: at least %(percent)s%%", percent=points(rule.minimum))
    return asked if rule.minimum else text("Progress: not looked at")


def _score(rule: policy.Score) -> Text:
    return text("Score: at least %(points)s of 100, where the course is scored", points=points(rule.minimum))


def _unscored(rule: policy.Unscored) -> Text:
    enough = text("Without a score: attendance or progress is enough")
    return enough if rule.completes_without_score else text("Without a score: cannot be completed")


def _checklist(rule: policy.Checklist) -> Text:
    asked = text("Checklist: every skill is signed, where the course has one")
    return asked if rule.signed else text("Checklist: not looked at")


def _certificate(rule: policy.Certificate) -> Text:
    return _CERTIFICATES[rule.scored == policy.COMPLETED, rule.unscored == policy.COMPLETED]


_CERTIFICATES = {
    (True, False): text("Certificate: “completed” with a score, “attended” without"),
    (True, True): text("Certificate: always “completed”"),
    (False, False): text("Certificate: always “attended”"),
    (False, True): text("Certificate: “attended” with a score, “completed” without"),
}
_SENTENCES: dict[str, Callable[[Any], Text]] = {
    "attendance": _attendance,
    "lateness": _lateness,
    "progress": _progress,
    "score": _score,
    "unscored": _unscored,
    "checklist": _checklist,
    "certificate": _certificate,
}
