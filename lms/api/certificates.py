"""Certificates: the list, the PDF, and whether one that is shown is genuine."""

from __future__ import annotations

from typing import Any

from flask import abort, url_for
from marshmallow import Schema, fields
from sqlalchemy import Row, Select, select
from werkzeug.wrappers import Response

from courses.certificates import queries
from courses.certificates.facts import Facts
from courses.certificates.models import Certificate, CertificateState, DocumentKind
from courses.certificates.verification import Shown, Worth
from courses.permissions import Permission
from courses.text import text
from lms import db as doors
from lms.api.answers import answer
from lms.api.fields import Base64, Choice, Several, Whole, Words
from lms.api.paging import page
from lms.api.resource import Resource
from lms.api.schemas import Paged, page_of
from lms.web.certificates.delivery import delivered
from lms.web.certificates.reading import looked_at, reach, require_answered, verified

certificates = Resource("certificates", text("Certificates"))

_KINDS = ["completed", "attended"]
_COMMON = ("number", "kind", "course", "starts_on", "ends_on", "hours", "issuer", "issued_on")


class Verified(Schema):
    """What a certificate says, the name in part only."""

    valid = fields.Boolean(required=True)
    state = fields.Enum(CertificateState, by_value=True, required=True)
    number = fields.String(required=True)
    kind = fields.String(required=True, metadata={"enum": _KINDS})
    name = fields.String(required=True)
    course = fields.String(required=True)
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True)
    hours = fields.String(required=True, metadata={"description": "As printed"})
    issuer = fields.String(required=True)
    issued_on = fields.Date(required=True)


class DocumentVerified(Schema):
    """What a document is, the name in part only."""

    valid = fields.Boolean(required=True)
    kind = fields.Enum(DocumentKind, by_value=True, required=True)
    number = fields.String(required=True)
    name = fields.String(required=True)
    about = fields.String(required=True)
    issuer = fields.String(required=True)
    issued_on = fields.Date(required=True)


class FileSent(Schema):
    """A file that somebody calls a certificate, or another document of ours."""

    content = Base64(1_000_000, required=True, metadata={"description": "The PDF in base64"})


class FileLookedAt(Schema):
    """What a file is worth: genuine is what is byte for byte as it was issued."""

    genuine = fields.Boolean(required=True)
    message = fields.String(required=True)
    sha256 = fields.String(required=True)
    signer = fields.String(required=True, metadata={"description": "Empty where the signature is not good"})
    authority = fields.String(required=True)
    key_id = fields.String(required=True)
    signed_at = fields.DateTime(required=True, allow_none=True)
    certificate = fields.Nested(Verified, required=True, allow_none=True)
    document = fields.Nested(DocumentVerified, required=True, allow_none=True)


class CertificateItem(Schema):
    """A certificate as it was issued."""

    code = fields.String(required=True, metadata={"description": "Finds it, and verifies it"})
    state = fields.Enum(CertificateState, by_value=True, required=True)
    run_id = fields.Integer(required=True)
    enrolment_id = fields.Integer(required=True)
    person_id = fields.Integer(required=True)
    number = fields.String(required=True)
    kind = fields.String(required=True, metadata={"enum": _KINDS})
    name = fields.String(required=True)
    unit = fields.String(required=True)
    course = fields.String(required=True)
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True)
    hours = fields.String(required=True)
    issuer = fields.String(required=True)
    issued_on = fields.Date(required=True)
    issued_at = fields.DateTime(required=True)
    pdf = fields.String(required=True, allow_none=True, metadata={"description": "Address; null when not in force"})


class CertificatesWanted(Paged):
    run_id = Whole()
    person_id = Whole()
    state = Several(Choice(CertificateState), 5)


class NumberToo(Schema):
    number = Words(100, metadata={"description": "The certificate's number, to be compared as well"})


@certificates.operation(
    "GET",
    "/certificates",
    text("Your certificates; everybody's for officers"),
    Permission.LEARN,
    page_of(CertificateItem),
    query=CertificatesWanted,
)
def index(wanted: dict[str, Any]) -> Response:
    """In the order they were issued in."""
    statement = _CERTIFICATES.where(reach())
    for name in ("run_id", "person_id"):
        if name in wanted:
            statement = statement.where(getattr(Certificate, name) == wanted[name])
    if "state" in wanted:
        statement = statement.where(Certificate.state.in_(wanted["state"]))
    return page(doors.session(), statement, [Certificate.id], wanted, _item)


@certificates.operation(
    "GET", "/certificates/<string(maxlength=40):code>", text("One certificate"), Permission.LEARN, CertificateItem
)
def show(code: str) -> Response:
    """For its owner and officers."""
    mine = _CERTIFICATES.where(Certificate.code == queries.read_code(code), reach())
    return answer(_item(doors.session().execute(mine).first() or abort(404)))


@certificates.operation(
    "GET",
    "/certificates/<string(maxlength=40):code>.pdf",
    text("The PDF of a certificate in force"),
    Permission.LEARN,
    {"type": "string", "format": "binary"},
    media_type="application/pdf",
    says=(409,),
)
def pdf(code: str) -> Response:
    """For its owner and officers; the same bytes every time. 409 (unsigned) in the moment before it is signed."""
    here = Certificate.code == queries.read_code(code)
    certificate = doors.session().scalar(select(Certificate).where(here, queries.in_force(), reach())) or abort(404)
    require_answered(certificate)
    return delivered(certificate, plain=f"{certificate.code}.pdf")


@certificates.operation(
    "GET",
    "/verification/<string(maxlength=100):code>",
    text("Verify a certificate"),
    None,
    Verified,
    query=NumberToo,
)
def verify(asked: dict[str, Any], code: str) -> Response:
    """For anybody, without a token. Wrong codes are counted by address: after some, 429."""
    return answer(_verified(Shown.of(verified(code, asked.get("number", "")) or abort(404))))


@certificates.operation(
    "POST",
    "/verification",
    text("Verify the file of a certificate"),
    None,
    FileLookedAt,
    body=FileSent,
    example={"content": "JVBERi0xLjcK"},
)
def verify_file(sent: dict[str, Any]) -> Response:
    """For anybody, without a token. Nothing is kept. Files that are none of ours are counted like wrong codes."""
    looked = looked_at(sent["content"])
    said = {name: getattr(looked.examined, name) for name in ("sha256", "signer", "authority", "key_id", "signed_at")}
    shown = _verified(looked.shown) if looked.shown else None
    genuine = looked.worth is Worth.SAME
    of_what = {"certificate": shown, "document": looked.document}
    return answer({"genuine": genuine, "message": looked.message, **said, **of_what})


def _verified(shown: Shown) -> dict[str, Any]:
    told = {name: getattr(shown, name) for name in _COMMON}
    return {"valid": shown.valid, "state": shown.state, "name": shown.name, **told}


def _item(row: Row[Any]) -> dict[str, Any]:
    facts = Facts.from_json(row.facts)
    in_force = row.state is CertificateState.VALID
    return {
        **{name: getattr(row, name) for name in ("code", "state", "run_id", "enrolment_id", "person_id", "issued_at")},
        **{name: getattr(facts, name) for name in ("name", "unit", *_COMMON)},
        "pdf": url_for("api-certificates.pdf", code=row.code) if in_force else None,
    }


_CERTIFICATES: Select[*tuple[Any, ...]] = select(
    Certificate.code, Certificate.state, Certificate.run_id, Certificate.enrolment_id, Certificate.person_id,
    Certificate.issued_at, Certificate.facts,
)  # fmt: skip
