"""What may become of an issued certificate: its next revision replaces it, or it is revoked. None is rewritten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from courses import clock
from courses.certificates.actions import freeze
from courses.certificates.candidates import Candidate, candidate_again
from courses.certificates.facts import Facts
from courses.certificates.layout import preflight
from courses.certificates.models import Cause, Certificate, CertificateState, Way
from courses.certificates.queries import in_force
from courses.certificates.templates import template
from courses.confirming.actions import ask
from courses.confirming.models import Confirmation, State
from courses.confirming.steps import step
from courses.db import in_parts
from courses.errors import Refused, require_reason
from courses.events.actions import record, record_all
from courses.events.facts import CertificateReceived, CertificateReissued, CertificateRevoked
from courses.scheduling.models import Run
from courses.settings.organisation import organisation
from courses.text import text

_MISSING = text("Say why: it stays in the register")
_RECEIVED, _AT_ONCE = 100, 500

COMPARED = (
    "organisation", "unit", "grade", "name", "name_roman", "course", "starts_on", "ends_on", "hours", "recognised",
    "body_place", "issued_on", "issuer", "organisation_en", "course_en", "hours_en", "recognised_en", "place_en",
    "issuer_en", "grade_en",
)  # fmt: skip
"""The facts that a correction may change, in the order of the certificate."""

REVOCATION = "certificate_revocation"

_RENEWED: dict[Cause, tuple[str, ...]] = {
    Cause.LOST: (),
    Cause.NAME: ("name", "name_roman"),
    Cause.UNIT: ("organisation", "organisation_en", "unit"),
}
"""What a revision says anew, beside its date and its code. A correction says everything as it is known today."""


def correction(
    db: Session, certificate: Certificate, verify_url: str, *, cause: Cause = Cause.CORRECTION, in_latin: bool = False
) -> Candidate:
    """What the next revision would say: the same number, marked 재발급, and as known today what the cause renews.

    So a lost certificate says after ten years what it said, whatever course, office or template are called by then.
    Raises `Refused` for whoever has not completed any more.
    """
    run = db.get_one(Run, certificate.run_id)
    today = candidate_again(db, run, certificate.enrolment_id, verify_url, in_latin=in_latin)
    known = replace(today.facts, number=certificate.facts["number"], reissued=True)
    if cause is Cause.CORRECTION:
        return replace(today, facts=known)
    if cause is Cause.UNIT:
        known = replace(known, organisation_en=_organisation_en(db, certificate.facts["template"], known))
    names = (*_RENEWED[cause], *(("name",) if in_latin else ()), "issued_on", "verify_url", "code", "reissued")
    facts = replace(Facts.from_json(certificate.facts), **{name: getattr(known, name) for name in names})
    return replace(today, facts=facts, problems=preflight(facts, template(db, facts.template)))


def _organisation_en(db: Session, template_key: str, known: Facts) -> str:
    """For the sheet as it was issued, whatever template is in use by now; an institution has no name in English."""
    of = organisation(db)
    return of.name_en if template(db, template_key).speaks("en") and known.organisation == of.name else ""


def differences(before: Facts, after: Facts) -> list[tuple[str, str, str]]:
    """(field, as printed, as it would be printed) of the facts that differ."""
    pairs = ((name, getattr(before, name), getattr(after, name)) for name in COMPARED)
    return [(name, old, new) for name, old, new in pairs if old != new]


def reissue(
    db: Session, actor_id: int, certificate: Certificate, reason: str, verify_url: str, *,
    cause: Cause = Cause.CORRECTION, in_latin: bool = False,
) -> Certificate:  # fmt: skip
    """The next revision of the same number, with a code of its own; the one before it verifies as replaced.

    Raises `Refused` for a certificate that is not in force, and for one that cannot be set.
    """
    reason = require_reason(reason, _MISSING)
    one = correction(db, certificate, verify_url, cause=cause, in_latin=in_latin)
    for problem in one.problems:
        raise Refused(problem.message, code="cannot_be_set")
    _end(db, actor_id, certificate, CertificateState.SUPERSEDED, reason)
    revision = freeze(
        one.facts,
        actor_id,
        series=certificate.series,
        year=certificate.year,
        number=certificate.number,
        revision=certificate.revision + 1,
        enrolment_id=certificate.enrolment_id,
        run_id=certificate.run_id,
        person_id=certificate.person_id,
        way=Way.REISSUE,
        cause=cause,
    )
    db.add(revision)
    db.flush()  # the fact names its id
    identity = (revision.id, revision.run_id, revision.person_id, one.facts.number)
    record(db, actor_id, CertificateReissued(*identity, revision.revision, reason))
    return revision


def ask_to_revoke(db: Session, actor_id: int, certificate: Certificate, reason: str) -> Confirmation:
    """Revoke at once, or have it wait for a second person where the organisation wants one; the answer says which."""
    if certificate.state is not CertificateState.VALID:
        raise _not_in_force()
    if waiting_revocation(db, certificate):
        raise Refused(text("This waits for a second person already"), code="waits")
    title = f"{certificate.facts['number']} {certificate.facts['name']}"
    return ask(db, actor_id, REVOCATION, certificate.id, {}, reason, title=title)


def waiting_revocation(db: Session, certificate: Certificate) -> Confirmation | None:
    """What waits for a second person to revoke this number, whichever of its revisions it was asked about."""
    of_number = select(Certificate.id).where(*_same_number(certificate))
    waits = (Confirmation.kind == REVOCATION, Confirmation.state == State.ASKED)
    return db.scalar(select(Confirmation).where(*waits, Confirmation.subject_id.in_(of_number)).limit(1))


@step(REVOCATION)
def _take_revocation(db: Session, asked: Confirmation, _seen: str | None) -> None:
    """What is asked for holds for the number: one that was issued again meanwhile is revoked as it is in force now."""
    about = db.get_one(Certificate, asked.subject_id, populate_existing=True)
    latest = select(Certificate).where(*_same_number(about)).order_by(Certificate.revision.desc()).limit(1)
    revoke(db, asked.asked_by, db.scalars(latest.execution_options(populate_existing=True)).one(), asked.reason)


def _same_number(certificate: Certificate) -> tuple[ColumnElement[bool], ...]:
    """SQL: all revisions."""
    return (
        Certificate.series == certificate.series,
        Certificate.year == certificate.year,
        Certificate.number == certificate.number,
    )


def receive(db: Session, actor_id: int, certificates: Sequence[Certificate], received_by: str) -> int:
    """Write down who took these certificates, or how they were sent; how many had not been taken before.

    Raises `Refused` where nothing is said.
    """
    said = require_reason(received_by, text("Say who took it, or how it was sent"))[:_RECEIVED]
    ids = sorted(one.id for one in certificates)
    open_ones = [one for some in in_parts(ids, _AT_ONCE) for one in _not_received(db, some)]
    for one in open_ones:
        one.received_at, one.received_by = clock.now(), said
    facts = [CertificateReceived(one.id, one.run_id, one.person_id, one.facts["number"], said) for one in open_ones]
    record_all(db, actor_id, facts)
    return len(open_ones)


def _not_received(db: Session, certificate_ids: Sequence[int]) -> Sequence[Certificate]:
    """Those that are in force and that nobody took, locked: of two officers who write it down at once one does."""
    waiting = (Certificate.id.in_(certificate_ids), in_force(), Certificate.received_at.is_(None))
    held = select(Certificate).where(*waiting).order_by(Certificate.id).with_for_update(key_share=True)
    return db.scalars(held.execution_options(populate_existing=True)).all()


def revoke(db: Session, actor_id: int, certificate: Certificate, reason: str) -> None:
    """For ever: the number stays in the register, and its owner gets no other one for this run.

    Raises `Refused` for a certificate that is not in force.
    """
    reason = require_reason(reason, _MISSING)
    _end(db, actor_id, certificate, CertificateState.REVOKED, reason)
    identity = (certificate.id, certificate.run_id, certificate.person_id, certificate.facts["number"])
    record(db, actor_id, CertificateRevoked(*identity, reason))


def _end(db: Session, actor_id: int, certificate: Certificate, state: CertificateState, reason: str) -> None:
    """The database decides between two officers who act at once: only one finds the certificate in force."""
    ended = db.execute(
        update(Certificate)
        .where(Certificate.id == certificate.id, in_force())
        .values(state=state, ended_at=clock.now(), ended_by=actor_id, reason=reason)
    )
    if ended.rowcount == 0:  # type: ignore[attr-defined]  # an UPDATE's result has it
        raise _not_in_force()


def _not_in_force() -> Refused:
    return Refused(text("This certificate was replaced or revoked already."), code="not_in_force")
