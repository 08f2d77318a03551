"""What states of learning elsewhere and reasons of the ledger are called; hours as people type them."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from courses.hours.models import OutsideState
from courses.hours.queries import Why
from courses.hours.rules import Rules
from courses.text import text
from lms.i18n import words

STATES = {
    OutsideState.WAITING: text("Waits for the head"),
    OutsideState.RETURNED: text("Returned"),
    OutsideState.RECOGNISED: text("Recognised"),
    OutsideState.WITHDRAWN: text("Withdrawn"),
}
WHY = {
    Why.COUNTS: (text("Counts toward the target"), "ok"),
    Why.PARTLY: (text("Counts in part: the cap of its type is reached"), "warn"),
    Why.CAPPED: (text("Does not count: the cap of its type was reached before"), "warn"),
    Why.UNDER_WAY: (text("Not yet: there is no result"), ""),
    Why.NOT_COMPLETED: (text("Does not count: not completed"), ""),
    Why.WAITING: (text("Not yet: waits for the head"), "info"),
    Why.RETURNED: (text("Returned: correct it and send it again"), "warn"),
    Why.WITHDRAWN: (text("Does not count: withdrawn"), ""),
}
"""In words, and the tone of its tag."""
_MINUTES = 60
_HOURS = re.compile(r"\d{1,5}(\.\d{1,4})?", re.ASCII)


def type_name(rules: Rules, type_: str) -> str:
    """What a type is called, in the reader's language where it is not the organisation's own."""
    name = rules.name(type_)
    return name if isinstance(name, str) else words(name)


def minutes_of(hours: str) -> int | None:
    """The minutes of hours as they are typed, '1.5' or '1,5' → 90; None for what is no number of hours."""
    plain = unicodedata.normalize("NFKC", hours).strip().replace(",", ".")
    return round(Decimal(plain) * _MINUTES) if _HOURS.fullmatch(plain) else None


def plain_hours(minutes: int) -> str:
    """The same back, '1.5': what stands in a field."""
    return f"{minutes / _MINUTES:.2f}".rstrip("0").rstrip(".")
