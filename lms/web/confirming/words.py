"""What weighty steps are called, and what of them is shown to whoever confirms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from courses.certificates import documents, revisions
from courses.certificates.models import IssuedDocument
from courses.completion import pinning, reopening
from courses.completion.policy import titled
from courses.completion.queries import Member
from courses.confirming.models import Confirmation, State
from courses.permissions import Permission, may
from courses.scheduling.models import Run
from courses.text import Text, text
from lms.auth.guard import me
from lms.db import looking

KINDS = {
    pinning.PINNING: text("Other rules for a run"),
    reopening.REOPENING: text("Reopen a closed run"),
    revisions.REVOCATION: text("Revoke a certificate"),
    documents.REVOCATION: text("Revoke a confirmation or a transcript"),
}
STATES = {
    State.ASKED: (text("Waits for a second person"), "info"),
    State.CONFIRMED: (text("Confirmed by somebody else"), "ok"),
    State.DECLINED: (text("Declined"), "warn"),
}
Row = tuple[Member, str, str]
"""Who is concerned, and how it stands now and then (both names of outcomes; '' for open again)."""
Concerned = tuple[Sequence[Row], str]
"""Everybody concerned, and the fingerprint that says so when it is confirmed ('' where nothing could differ)."""


def concerned(db: Session, asked: Confirmation) -> Concerned:
    """Whom the step would concern if it were taken now; nobody once it is not possible any more."""
    return _CONCERNED[asked.kind](db, asked) if asked.kind in _CONCERNED else ((), "")


def turns_results(asked: Confirmation) -> bool:
    """Whether a step of this kind may change results at all."""
    return asked.kind in _CONCERNED


def page_of(asked: Confirmation) -> str:
    """The address of what the step is about; '' for whoever may not see it, as a head an employee's certificate."""
    if asked.kind in _OF_CERTIFICATES:
        return _OF_CERTIFICATES[asked.kind](asked.subject_id) if may(me(), Permission.CERTIFY) else ""
    return url_for("catalogue.show", run_id=asked.subject_id)


def _certificate(certificate_id: int) -> str:
    return url_for("certificates.show", certificate_id=certificate_id)


def _document(document_id: int) -> str:
    person_id = looking().get_one(IssuedDocument, document_id).person_id
    return url_for("certificates.of_person", person_id=person_id, _anchor=f"d{document_id}")


_OF_CERTIFICATES: dict[str, Callable[[int], str]] = {
    revisions.REVOCATION: _certificate,
    documents.REVOCATION: _document,
}


def _flips(db: Session, asked: Confirmation) -> Concerned:
    run, policy = db.get_one(Run, asked.subject_id), titled(asked.payload["pin"])
    if policy is None or pinning.refusal(run):
        return [], ""
    flips = pinning.turned(db, run, policy)
    return [(one.member, one.before, one.after) for one in flips.people], pinning.fingerprint(flips)


def _reopened(db: Session, asked: Confirmation) -> Concerned:
    run = db.get_one(Run, asked.subject_id)
    undone = [] if reopening.refusal(run) else reopening.undone(db, run)
    return [(one.member, one.outcome, "") for one in undone], ""


_CONCERNED: dict[str, Callable[[Session, Confirmation], Concerned]] = {
    pinning.PINNING: _flips,
    reopening.REOPENING: _reopened,
}


def called(kind: str) -> Text | str:
    """The name of a step; of one that another version knew, what it was called in the table."""
    names: dict[str, Any] = KINDS
    found: Text | str = names.get(kind, kind)
    return found
