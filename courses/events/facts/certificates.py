"""Facts about certificates."""

from __future__ import annotations

from dataclasses import dataclass

from courses.events.facts.fact import Fact


@dataclass(frozen=True)
class CertificateIssued(Fact):
    certificate_id: int
    run_id: int
    person_id: int
    number: str


@dataclass(frozen=True)
class CertificateReissued(Fact):
    """Revision `revision` of the number took the place of the one before it."""

    certificate_id: int
    run_id: int
    person_id: int
    number: str
    revision: int
    reason: str


@dataclass(frozen=True)
class CertificateRevoked(Fact):
    certificate_id: int
    run_id: int
    person_id: int
    number: str
    reason: str


@dataclass(frozen=True)
class PrintRunBegun(Fact):
    """`sheets` certificates go out to be printed; `how` is the `PrintKind`, `run_id` None for several runs."""

    print_job_id: int
    run_id: int | None
    how: str
    sheets: int
    reason: str


@dataclass(frozen=True)
class CertificateReceived(Fact):
    """Its owner, or somebody for them, has it in hand."""

    certificate_id: int
    run_id: int
    person_id: int
    number: str
    received_by: str


@dataclass(frozen=True)
class DocumentIssued(Fact):
    """A confirmation or a transcript got a number."""

    document_id: int
    kind: str
    number: str
    purpose: str
    person_id: int
    run_id: int | None = None


@dataclass(frozen=True)
class DocumentRevoked(Fact):
    document_id: int
    number: str
    reason: str
    person_id: int
    run_id: int | None = None


@dataclass(frozen=True)
class SealLogged(Fact):
    """A line of the log of the printed seal's use: so many sheets, so many left."""

    entry_id: int
    kind: str
    count: int
    remaining: int
    purpose: str
    run_id: int | None = None


@dataclass(frozen=True)
class DocumentsSigned(Fact):
    """So many files of confirmations and transcripts were signed by one job, under one Merkle root."""

    batch_id: int
    documents: int
    root: str
    key_id: str


@dataclass(frozen=True)
class CertificatesSigned(Fact):
    """So many files of certificates were signed by one job, under one Merkle root."""

    batch_id: int
    certificates: int
    root: str
    key_id: str


@dataclass(frozen=True)
class RootStamped(Fact):
    """An authority said when the root of a job's files existed."""

    batch_id: int
    authority: str


@dataclass(frozen=True)
class CertificateShared(Fact):
    """Its owner made an address that opens it without signing in, until a moment (ISO 8601, UTC)."""

    certificate_id: int
    run_id: int
    person_id: int
    share_id: int
    until: str


@dataclass(frozen=True)
class SharingEnded(Fact):
    certificate_id: int
    run_id: int
    person_id: int
    share_id: int


@dataclass(frozen=True)
class SigningKeyMade(Fact):
    """A key signs from now on, until its last day (ISO 8601)."""

    key_id: str
    algorithm: str
    last_day: str


@dataclass(frozen=True)
class SigningKeyRevoked(Fact):
    """A key that signed is on the authority's revocation list. The reason is one of RFC 5280."""

    key_id: str
    reason: str


@dataclass(frozen=True)
class AuthorityTrusted(Fact):
    """What an authority vouches for is believed from now on; `key_id` names its key."""

    key_id: str
    name: str


@dataclass(frozen=True)
class TemplateChosen(Fact):
    """New certificates of a kind (`document`) are issued under another template; `course_id` 0: of all courses."""

    document: str
    course_id: int
    before: str
    after: str
