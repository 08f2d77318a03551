"""What may happen to an enrolment: the whole machine on one screen. `seats.py` keeps the counts that go with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import repeat
from types import MappingProxyType
from typing import NamedTuple

from sqlalchemy.orm import Session

from courses import clock
from courses.enrolment.models import Enrolment, Outcome, Status
from courses.errors import Refused, WayOut
from courses.events.actions import record, record_all, record_each
from courses.events.facts import Moved, Settled
from courses.scheduling import results
from courses.text import Text, text

A, R, V, N = Status.APPLIED, Status.RETURNED, Status.APPROVED, Status.NOMINATED
W, O, E = Status.WAITLISTED, Status.OFFERED, Status.ENROLLED  # noqa: E741  # a table of single letters
NOT, OUT, OFF = Status.NOT_SELECTED, Status.WITHDRAWN, Status.CANCELLED

TRANSITIONS = MappingProxyType(
    {
        None: {A, W, E},
        A: {V, R, W, E, NOT, OUT, OFF},
        R: {A, NOT, OUT, OFF},
        V: {N, W, E, NOT, OUT, OFF},
        N: {E, W, NOT, OUT, OFF},
        W: {O, E, NOT, OUT, OFF},
        O: {E, W, OUT, OFF},
        E: {W, OUT, OFF},  # before it has an outcome
        NOT: {A, W, E},  # a new application takes the same row up again
        OUT: {A, W, E},
        OFF: {A, W, E},
    }
)
"""From each status (None: a row that is not yet there) to those it may become."""

SEATED = (Status.ENROLLED, Status.OFFERED)
"""Those that take a seat."""

UNDER_WAY = (Status.APPLIED, Status.RETURNED, Status.APPROVED, Status.NOMINATED)
"""Applications that nobody has decided on yet."""

ENDED = (Status.NOT_SELECTED, Status.WITHDRAWN, Status.CANCELLED)


def move_to(
    db: Session,
    actor_id: int | None,
    enrolment: Enrolment,
    status: Status,
    *,
    queue_no: int | None = None,
    offered_until: datetime | None = None,
    reason: str = "",
) -> None:
    """Change the status, or refuse; adds a new enrolment (one without a status yet).

    `queue_no` belongs to waiting, `offered_until` to an offer.
    """
    fact = _set_status(enrolment, status, queue_no, reason)
    enrolment.offered_until = offered_until if status is Status.OFFERED else None
    db.add(enrolment)
    db.flush()
    record(db, actor_id, replace(fact, enrolment_id=enrolment.id))  # a new row has its id only now


class Entry(NamedTuple):
    """A new `enrolment`, the status that it comes in with, and the number of the queue that belongs to waiting."""

    enrolment: Enrolment
    status: Status
    queue_no: int | None


def enter_all(db: Session, entries: Sequence[Entry]) -> None:
    """`move_to` for new enrolments of people who come by themselves, in as many statements as for one."""
    facts = [_set_status(*entry, "") for entry in entries]
    enrolments = [entry.enrolment for entry in entries]
    db.add_all(enrolments)
    db.flush()
    with_ids = (replace(fact, enrolment_id=one.id) for fact, one in zip(facts, enrolments, strict=True))
    record_each(db, [(fact.person_id, fact) for fact in with_ids])


def move_all(
    db: Session,
    actor_id: int | None,
    enrolments: Iterable[Enrolment],
    status: Status,
    *,
    numbers: Iterable[int | None] = repeat(None),
    reason: str = "",
) -> None:
    """`move_to` for many that are there already, in as many statements as for one. `numbers`: of the queue."""
    with db.no_autoflush:
        facts = [_set_status(one, status, number, reason) for one, number in zip(enrolments, numbers, strict=False)]
    db.flush()
    record_all(db, actor_id, facts)


def _set_status(enrolment: Enrolment, status: Status, queue_no: int | None, reason: str) -> Moved:
    before: Status | None = enrolment.status
    if status not in TRANSITIONS[before]:
        raise Refused(
            text("This is not possible: the enrolment is now “%(now)s”", now=status_text(before)),
            code="illegal_transition",
            way_out=_back(enrolment),
        )
    _require_no_outcome(enrolment)
    enrolment.status, enrolment.queue_no = status, queue_no if status is Status.WAITLISTED else None
    enrolment.moved_at = clock.now()
    if before is None or before in ENDED:
        enrolment.applied_at = enrolment.moved_at
    now = enrolment.queue_no
    return Moved(enrolment.id, enrolment.run_id, enrolment.person_id, before or "", status, now, reason)


def settle(db: Session, actor_id: int | None, enrolment: Enrolment, outcome: Outcome | None) -> None:
    """Say how it ended (None: open again). Only somebody with a seat can have an outcome; the same one is no event."""
    settle_all(db, actor_id, [(enrolment, outcome)])


def settle_all(db: Session, actor_id: int | None, ends: Iterable[tuple[Enrolment, Outcome | None]]) -> None:
    """`settle` for many, in as many statements as for one."""
    facts: list[Settled] = []
    with db.no_autoflush:
        for enrolment, outcome in ends:
            _require_seat(enrolment)
            before, enrolment.outcome = enrolment.outcome, outcome
            if before != outcome:
                ids = (enrolment.id, enrolment.run_id, enrolment.person_id)
                facts.append(Settled(*ids, before or "", outcome or ""))
    db.flush()
    results.changed(db, {fact.run_id for fact in facts})
    record_all(db, actor_id, facts)


def _require_seat(enrolment: Enrolment) -> None:
    if enrolment.status is not Status.ENROLLED:
        raise Refused(
            text(
                "Only a person with a seat can have an outcome; this one is “%(now)s”",
                now=status_text(enrolment.status),
            ),
            code="no_seat",
            way_out=_back(enrolment),
        )


def _require_no_outcome(enrolment: Enrolment) -> None:
    if enrolment.outcome is not None:
        raise Refused(
            text("This enrolment has ended and keeps its result"), code="has_outcome", way_out=_back(enrolment)
        )


def _back(enrolment: Enrolment) -> WayOut:
    return WayOut("run", text("Look at the run"), enrolment.run_id)


_TEXTS = {
    None: text("not there yet"),
    A: text("applied"),
    R: text("returned"),
    V: text("approved"),
    N: text("nominated"),
    W: text("waiting"),
    O: text("offered"),
    E: text("enrolled"),
    NOT: text("not selected"),
    OUT: text("withdrawn"),
    OFF: text("run cancelled"),
}


def status_text(status: Status | None) -> Text:
    """The status in a person's words."""
    return _TEXTS[status]
