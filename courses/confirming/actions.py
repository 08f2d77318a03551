"""Asking for a weighty step, and answering. Who may answer at all, `permissions` says."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.confirming.models import Confirmation, State
from courses.confirming.steps import take
from courses.errors import REASON, Conflict, Refused, require_reason, without_number
from courses.events.actions import record
from courses.events.facts import StepAsked, StepConfirmed, StepDeclined
from courses.settings.organisation import organisation
from courses.text import clean, text

_MISSING = text("Say why: the reason is kept")


def ask(
    db: Session, actor_id: int, kind: str, subject_id: int, payload: dict[str, Any], reason: str, *, title: str = ""
) -> Confirmation:
    """Take the step at once, or have it wait for a second person where the organisation wants one (`second_person`).

    The answer's `state` says which. Raises `Refused` without a reason, while the same step waits already, and whatever
    the step itself refuses.
    """
    reason = require_reason(reason, _MISSING)
    asked = Confirmation(
        kind=kind,
        subject_id=subject_id,
        title=title,
        payload=payload,
        reason=reason,
        asked_by=actor_id,
        asked_at=clock.now(),
        state=State.ASKED,
    )
    if not organisation(db).second_person:
        asked.state, asked.decided_at = State.CONFIRMED, asked.asked_at
        db.add(asked)
        db.flush()
        take(db, asked)
        return asked
    if waiting(db, kind, subject_id):
        raise Refused(text("This waits for a second person already"), code="waits")
    db.add(asked)
    db.flush()
    record(db, actor_id, StepAsked(asked.id, kind, subject_id, asked.title, asked.reason, actor_id))
    return asked


def confirm(db: Session, actor_id: int, confirmation_id: int, *, seen: str | None = None) -> Confirmation:
    """A second person says yes, and the step is taken now. Raises `Refused` for the one who asked, and as the step.

    `seen` says what they looked at, where the step has that.
    """
    asked = _locked(db, confirmation_id)
    if asked.asked_by == actor_id:
        raise Refused(text("Somebody else has to confirm what you asked for"), code="own")
    _decide(asked, State.CONFIRMED, actor_id)
    db.flush()
    record(db, actor_id, StepConfirmed(asked.id, asked.kind, asked.subject_id, asked.title, asked.asked_by))
    take(db, asked, seen)
    return asked


def decline(db: Session, actor_id: int, confirmation_id: int, answer: str = "") -> Confirmation:
    """A second person says no, for a reason; whoever asked takes it back, and needs none."""
    asked = _locked(db, confirmation_id)
    own = asked.asked_by == actor_id
    answer = without_number(clean(answer), text("Why not"))[:REASON] if own else require_reason(answer, _MISSING)
    _decide(asked, State.DECLINED, actor_id)
    asked.answer = answer
    db.flush()
    said = StepDeclined(asked.id, asked.kind, asked.subject_id, asked.title, asked.answer, asked.asked_by)
    record(db, actor_id, said)
    return asked


def waiting(db: Session, kind: str, subject_id: int) -> Confirmation | None:
    """The same step, where it waits for a second person."""
    of_it = Confirmation.kind == kind, Confirmation.subject_id == subject_id
    return db.scalar(select(Confirmation).where(*of_it, Confirmation.state == State.ASKED).limit(1))


def _locked(db: Session, confirmation_id: int) -> Confirmation:
    """As it is now: two people who answer at once do so one after the other. Held before persons and runs."""
    one = select(Confirmation).where(Confirmation.id == confirmation_id).with_for_update(key_share=True)
    asked = db.scalars(one, execution_options={"populate_existing": True}).one()
    if asked.state is not State.ASKED:
        raise Conflict(text("Somebody has decided this already"), code="decided")
    return asked


def _decide(asked: Confirmation, state: State, actor_id: int) -> None:
    asked.state, asked.decided_by, asked.decided_at = state, actor_id, clock.now()
