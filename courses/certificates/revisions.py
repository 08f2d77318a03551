"""What may become of an issued certificate: its next revision replaces it, or it is revoked. None is rewritten."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import update
from sqlalchemy.orm import Session

from courses import clock
from courses.certificates.actions import freeze
from courses.certificates.candidates import Candidate, candidate_again
from courses.certificates.facts import Facts
from courses.certificates.models import Certificate, CertificateState
from courses.certificates.queries import in_force
from courses.errors import Refused
from courses.events.actions import record
from courses.events.facts import CertificateReissued, CertificateRevoked
from courses.scheduling.models import Run
from courses.text import text

COMPARED = (
    "name",
    "organisation",
    "unit",
    "course",
    "starts_on",
    "ends_on",
    "hours",
    "issuer",
    "body_place",
    "issued_on",
)
"""The facts that a correction may change, in the order of the certificate."""


def correction(db: Session, certificate: Certificate, verify_url: str, *, in_latin: bool = False) -> Candidate:
    """What the next revision would say: the same number, everything else as it is known today, marked 재발급."""
    run = db.get_one(Run, certificate.run_id)
    today = candidate_again(db, run, certificate.enrolment_id, verify_url, in_latin=in_latin)
    return replace(today, facts=replace(today.facts, number=certificate.facts["number"], reissued=True))


def differences(before: Facts, after: Facts) -> list[tuple[str, str, str]]:
    """(field, as printed, as it would be printed) of the facts that differ."""
    pairs = ((name, getattr(before, name), getattr(after, name)) for name in COMPARED)
    return [(name, old, new) for name, old, new in pairs if old != new]


def reissue(
    db: Session, actor_id: int, certificate: Certificate, reason: str, verify_url: str, *, in_latin: bool = False
) -> Certificate:
    """The next revision of the same number, with a code of its own; the one before it verifies as replaced.

    Raises `Refused` for a certificate that is not in force, and for one that cannot be set.
    """
    one = correction(db, certificate, verify_url, in_latin=in_latin)
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
    )
    db.add(revision)
    db.flush()  # the fact names its id
    identity = (revision.id, revision.run_id, revision.person_id, one.facts.number)
    record(db, actor_id, CertificateReissued(*identity, revision.revision, reason))
    return revision


def revoke(db: Session, actor_id: int, certificate: Certificate, reason: str) -> None:
    """For ever: the number stays in the register, and its owner gets no other one for this run.

    Raises `Refused` for a certificate that is not in force.
    """
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
        raise Refused(text("This certificate was replaced or revoked already."), code="not_in_force")
