"""What renewals are called."""

from __future__ import annotations

from courses.enrolment.models import Assignment, Renewal
from courses.text import Text, text

RENEWALS = {
    Renewal.ONCE: text("Once"),
    Renewal.YEARLY: text("Every year by this day"),
    Renewal.AFTER: text("Again some months after the last time"),
}
"""How often → words for choosing it."""


def renewal_of(assignment: Assignment) -> Text:
    """When it is due again."""
    if assignment.renewal is Renewal.AFTER:
        return text("%(n)s months after the last time", n=assignment.months)
    return {Renewal.ONCE: text("Once"), Renewal.YEARLY: text("Every year")}[assignment.renewal]
