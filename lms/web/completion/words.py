"""What outcomes are called, and the tone each is shown in."""

from __future__ import annotations

from courses.completion.rules import Finding
from courses.enrolment.models import Outcome
from courses.text import text

OUTCOMES = {
    Outcome.COMPLETED.value: (text("Completed"), "ok"),
    Outcome.NOT_COMPLETED.value: (text("Not completed"), "warn"),
    Outcome.NOT_REGISTERED.value: (text("Never attended"), "warn"),
    Outcome.EXPELLED.value: (text("Expelled"), "warn"),
    Finding.UNDECIDED.value: (text("Not decided"), "info"),
}
