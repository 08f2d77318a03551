"""My learning as the page shows it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from courses import clock
from courses.enrolment import actions
from courses.enrolment.models import Status
from courses.enrolment.queries import Learning, is_ahead
from courses.scheduling.models import Mode, RunState
from courses.text import Text, text
from lms.web.completion.words import OUTCOMES

_A_YEAR = timedelta(days=366)


@dataclass(frozen=True)
class Entry:
    """One enrolment: how it stands, whether its rules can be looked at, whether it can be given up or accepted.

    `progress` in its lessons, in hundredths of a percent; None where there are none. `learnable`: it can go on now.
    `scores`: how many parts of the score are published; None where there are none. `can_miss`: one may ask to be
    excused from a session. `asked`: the survey of the run waits for an answer.
    """

    run: Learning
    state: Text
    tone: str
    has_card: bool
    can_withdraw: bool
    can_accept: bool
    progress: int | None
    learnable: bool
    scores: int | None = None
    can_miss: bool = False
    asked: bool = False


def entries_of(
    rows: Sequence[Learning],
    progress: Mapping[int, int],
    scores: Mapping[int, tuple[int, int]] | None = None,
    asked: Collection[int] = (),
) -> tuple[list[Entry], list[Entry]]:
    """What is ahead, and what is over. `progress` by enrolment, of courses with lessons; `scores`: of each run's parts
    of the score how many are published, and how many there are; `asked`: enrolments whose survey waits.
    """
    entries = [_entry(row, progress.get(row.id), (scores or {}).get(row.run_id), row.id in asked) for row in rows]
    ahead = [entry for entry in entries if is_ahead(entry.run)]
    return ahead, [entry for entry in entries if not is_ahead(entry.run)]


def may_be_asked(rows: Sequence[Learning]) -> list[int]:
    """Enrolments whose survey may be open: of runs that have begun, and ended within a year."""
    today = clock.today()
    recent = (row for row in rows if row.starts_on <= today <= row.ends_on + _A_YEAR)
    return [row.id for row in recent if row.status is Status.ENROLLED]


def _entry(row: Learning, progress: int | None, scores: tuple[int, int] | None, asked: bool) -> Entry:
    state, tone = _state(row)
    can_withdraw = is_ahead(row) and actions.may_withdraw(row, row.status)
    can_accept = is_ahead(row) and row.offered_until is not None and clock.now() < row.offered_until
    has_seat = row.status is Status.ENROLLED
    learnable = progress is not None and has_seat and is_ahead(row) and row.starts_on <= clock.today() <= row.ends_on
    published = scores[0] if scores and has_seat else None
    can_miss = has_seat and is_ahead(row) and row.days > 0
    return Entry(row, state, tone, has_seat, can_withdraw, can_accept, progress, learnable, published, can_miss, asked)


def _state(row: Learning) -> tuple[Text, str]:
    if row.outcome:
        return OUTCOMES[row.outcome]
    if row.status is Status.WAITLISTED and row.run_state is RunState.PUBLISHED:
        return text("Number %(n)s in the queue", n=row.position), "info"
    if row.offered_until:
        return text("A seat is offered until %(when)s", when=row.offered_until), "warn"
    if row.status is Status.APPLIED and row.mode in _WAITING_FOR:
        return _WAITING_FOR[row.mode], "info"
    return STATES[row.status]


_WAITING_FOR = {
    Mode.SELECTION: text("Applied, waits for approval"),
    Mode.DRAW: text("Applied, to be drawn"),
}
"""What an application waits for, by how the run's places are given out."""


STATES = {
    Status.APPLIED: (text("Applied"), "info"),
    Status.RETURNED: (text("Returned"), "warn"),
    Status.APPROVED: (text("Approved"), "info"),
    Status.NOMINATED: (text("Nominated"), "info"),
    Status.WAITLISTED: (text("Waiting"), "info"),
    Status.OFFERED: (text("Seat offered"), "warn"),
    Status.ENROLLED: (text("Enrolled"), "ok"),
    Status.NOT_SELECTED: (text("Not selected"), ""),
    Status.WITHDRAWN: (text("Withdrawn"), ""),
    Status.CANCELLED: (text("Run cancelled"), ""),
}
"""How an enrolment stands, and the tone of its tag."""
