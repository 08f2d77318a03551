from __future__ import annotations

from typing import Any

from courses.certificates.models import Cause, CertificateState, DocumentKind, SealKind, Way
from courses.certificates.printing.files import Part
from courses.certificates.printing.models import PrintKind
from courses.certificates.printing.options import Order
from courses.certificates.verification import Shown, ShownDocument
from courses.text import text

KINDS = {"completed": text("Completion certificate"), "attended": text("Attendance certificate")}
STATES = {
    CertificateState.VALID: (text("Valid"), "ok"),
    CertificateState.SUPERSEDED: (text("Replaced"), "warn"),
    CertificateState.REVOKED: (text("Revoked"), "bad"),
}
FACTS = {
    "organisation": text("Name of the organisation"),
    "unit": text("Unit"),
    "grade": text("Grade"),
    "name": text("Name"),
    "name_roman": text("Name in Latin letters"),
    "course": text("Course"),
    "starts_on": text("From"),
    "ends_on": text("Until"),
    "hours": text("Hours"),
    "recognised": text("Recognised hours"),
    "body_place": text("Where it was held, in the sentence"),
    "issued_on": text("Issued on"),
    "issuer": text("Issued by"),
    "organisation_en": text("Name of the organisation, English"),
    "course_en": text("Course, English"),
    "hours_en": text("Hours, English"),
    "recognised_en": text("Recognised hours, English"),
    "place_en": text("Where it was held, English"),
    "issuer_en": text("Issued by, English"),
    "grade_en": text("Grade, English"),
}
"""What a correction may change."""
ORDERS = {
    Order.DEPARTMENT: text("By department, grade and name"),
    Order.NUMBER: text("By certificate number"),
}
PRINTINGS = {
    PrintKind.FIRST: text("First printing"),
    PrintKind.RESUMED: text("Resumed"),
    PrintKind.REPRINT: text("Printed again"),
}
PARTS = {
    Part.SHEETS: text("Certificates"),
    Part.MANIFESTS: text("Cover and lists to sign"),
    Part.LABELS: text("Labels for envelopes"),
    Part.COMPLETIONS: text("Completion register"),
    Part.ISSUES: text("Issue register"),
}
WAYS = {
    Way.CLOSING: text("When the run was closed"),
    Way.RUN: text("For the run"),
    Way.SELECTION: text("Across runs"),
    Way.REQUEST: text("On request of the owner"),
    Way.REISSUE: text("Issued again"),
}
CAUSES = {
    Cause.LOST: text("Lost or damaged"),
    Cause.NAME: text("The name has changed"),
    Cause.UNIT: text("The department's name"),
    Cause.CORRECTION: text("Correction of what it says"),
}
"""Why a certificate is issued again."""
DOCUMENTS = {
    DocumentKind.ENROLMENT: text("Confirmation of enrolment"),
    DocumentKind.TRANSCRIPT: text("Transcript of training"),
    DocumentKind.TEACHING: text("Confirmation of teaching"),
}
SEALS = {
    SealKind.RECEIVED: text("Sheets received"),
    SealKind.USED: text("Sheets used"),
    SealKind.SPOILT: text("Sheets spoilt"),
    SealKind.COUNTED: text("Stock counted"),
    SealKind.PRINTED: text("Seal printed on plain paper"),
}
LINES_OF_A_SHEET = {
    "unit": text("Unit"),
    "grade": text("Grade"),
    "name": text("Name"),
    "course": text("Course"),
    "period": text("Days"),
    "hours": text("Hours"),
    "recognised": text("Recognised hours"),
}
"""By line of a template."""
ODD_NAMES = {
    "hanja": text("hanja"),
    "rare": text("rare syllables"),
    "accents": text("letters with accents"),
    "vietnamese": text("Vietnamese letters"),
    "sixty": text("60 letters"),
    "no_font": text("no font has it"),
}
SPEECHES = {"ko": text("Korean"), "en": text("English"), "both": text("Korean, English on the back")}


def told(found: Shown | ShownDocument) -> dict[str, Any]:
    """What the verification page is given of a certificate or another document."""
    return {"shown" if isinstance(found, Shown) else "document": found, "state": STATES[found.state]}
