"""My learning as the page shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from courses.enrolment import actions
from courses.enrolment.models import Status
from courses.enrolment.queries import Learning, is_ahead
from courses.enrolment.states import SEATED, status_text
from courses.scheduling.models import RunState
from courses.text import Text, text
from lms.web.completion.words import OUTCOMES


@dataclass(frozen=True)
class Entry:
    """One enrolment: how it stands, whether its rules can be looked at, whether it can be given up."""

    run: Learning
    state: Text
    tone: str
    has_card: bool
    can_withdraw: bool


def entries_of(rows: Sequence[Learning]) -> tuple[list[Entry], list[Entry]]:
    """What is ahead, and what is over."""
    ahead = [_entry(row) for row in rows if is_ahead(row)]
    return ahead, [_entry(row) for row in rows if not is_ahead(row)]


def _entry(row: Learning) -> Entry:
    state, tone = _state(row)
    can_withdraw = is_ahead(row) and actions.may_withdraw(row, row.status)
    return Entry(row, state, tone, row.status is Status.ENROLLED, can_withdraw)


def _state(row: Learning) -> tuple[Text, str]:
    if row.outcome:
        return OUTCOMES[row.outcome]
    if row.status is Status.WAITLISTED and row.run_state is RunState.PUBLISHED:
        return text("Number %(n)s in the queue", n=row.position), "info"
    if row.status in SEATED:
        return text("Enrolled"), "ok"
    return _capital(row.status), ""


def _capital(status: Status) -> Text:
    return {Status.WITHDRAWN: text("Withdrawn"), Status.CANCELLED: text("Run cancelled")}.get(
        status, status_text(status)
    )
