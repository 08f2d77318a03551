from __future__ import annotations

from courses.certificates.models import CertificateState
from courses.text import text

KINDS = {"completed": text("Completion certificate"), "attended": text("Attendance certificate")}
STATES = {
    CertificateState.VALID: (text("Valid"), "ok"),
    CertificateState.SUPERSEDED: (text("Replaced"), "warn"),
    CertificateState.REVOKED: (text("Revoked"), "bad"),
}
FACTS = {
    "name": text("Name"),
    "organisation": text("Name of the organisation"),
    "unit": text("Unit"),
    "course": text("Course"),
    "starts_on": text("From"),
    "ends_on": text("Until"),
    "hours": text("Hours"),
    "issuer": text("Issued by"),
    "body_place": text("Where it was held, in the sentence"),
    "issued_on": text("Issued on"),
}
"""What a correction may change."""
