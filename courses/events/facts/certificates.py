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
class CertificatesPrinted(Fact):
    run_id: int
    certificates: int
