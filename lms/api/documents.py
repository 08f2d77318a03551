"""Confirmations and transcripts: the list, the PDF, and whether one that is shown is genuine."""

from __future__ import annotations

from typing import Any

from flask import abort, url_for
from marshmallow import Schema, fields
from sqlalchemy import ColumnElement, Row, Select, or_, select
from werkzeug.wrappers import Response

from courses.certificates.documents import Content
from courses.certificates.models import CertificateState, DocumentKind, IssuedDocument
from courses.certificates.queries import read_code
from courses.certificates.verification import ShownDocument
from courses.permissions import Permission, visible
from courses.text import text
from lms import db as doors
from lms.api.answers import answer
from lms.api.certificates import DocumentVerified, NumberToo
from lms.api.fields import Choice, Several, Whole
from lms.api.paging import page
from lms.api.resource import Resource
from lms.api.schemas import Paged, page_of
from lms.auth.guard import me
from lms.web.certificates.delivery import document_delivered
from lms.web.certificates.reading import verified_document

documents = Resource("documents", text("Confirmations and transcripts"))


class DocumentItem(Schema):
    """A document as it was issued."""

    code = fields.String(required=True, metadata={"description": "Finds it, and verifies it"})
    kind = fields.Enum(DocumentKind, by_value=True, required=True)
    state = fields.Enum(CertificateState, by_value=True, required=True)
    person_id = fields.Integer(required=True)
    run_id = fields.Integer(required=True, allow_none=True)
    number = fields.String(required=True)
    name = fields.String(required=True)
    about = fields.String(required=True)
    language = fields.String(required=True)
    purpose = fields.String(required=True)
    issuer = fields.String(required=True)
    issued_at = fields.DateTime(required=True)
    pdf = fields.String(required=True, allow_none=True, metadata={"description": "Address; null when not in force"})


class DocumentsWanted(Paged):
    person_id = Whole()
    kind = Several(Choice(DocumentKind), 3)


@documents.operation(
    "GET",
    "/documents",
    text("Your confirmations and transcripts; everybody's for officers"),
    Permission.LEARN,
    page_of(DocumentItem),
    query=DocumentsWanted,
)
def index(wanted: dict[str, Any]) -> Response:
    """In the order they were issued in."""
    statement = _DOCUMENTS.where(_reach())
    if "person_id" in wanted:
        statement = statement.where(IssuedDocument.person_id == wanted["person_id"])
    if "kind" in wanted:
        statement = statement.where(IssuedDocument.kind.in_(wanted["kind"]))
    return page(doors.session(), statement, [IssuedDocument.id], wanted, _item)


@documents.operation(
    "GET",
    "/documents/<string(maxlength=40):document_code>.pdf",
    text("The PDF of a document in force"),
    Permission.LEARN,
    {"type": "string", "format": "binary"},
    media_type="application/pdf",
    says=(409,),
)
def pdf(document_code: str) -> Response:
    """For its owner and officers; the same bytes every time. 409 (unsigned) in the moment before it is signed."""
    valid = IssuedDocument.state == CertificateState.VALID
    here = select(IssuedDocument).where(IssuedDocument.code == read_code(document_code), valid, _reach())
    one = doors.session().scalar(here) or abort(404)
    return document_delivered(one, plain=f"{one.code}.pdf")


@documents.operation(
    "GET",
    "/documents/<string(maxlength=100):document_code>/verification",
    text("Verify a confirmation or transcript"),
    None,
    DocumentVerified,
    query=NumberToo,
)
def verify(asked: dict[str, Any], document_code: str) -> Response:
    """For anybody, without a token. Wrong codes are counted by address: after some, 429."""
    found = verified_document(document_code, asked.get("number", ""), counted=True) or abort(404)
    shown = ShownDocument.of(found)
    return answer({**vars(shown), "valid": shown.valid})


def _reach() -> ColumnElement[bool]:
    return or_(visible(me(), IssuedDocument), visible(me(), IssuedDocument, Permission.CERTIFY))


_PLAIN = ("code", "kind", "state", "person_id", "run_id", "purpose", "issued_at")


def _item(row: Row[Any]) -> dict[str, Any]:
    content, in_force = Content.from_json(row.content), row.state is CertificateState.VALID
    return {
        **{name: getattr(row, name) for name in _PLAIN},
        **{name: getattr(content, name) for name in ("number", "name", "about", "language", "issuer")},
        "pdf": url_for("api-documents.pdf", document_code=row.code) if in_force else None,
    }


_DOCUMENTS: Select[*tuple[Any, ...]] = select(
    IssuedDocument.code, IssuedDocument.kind, IssuedDocument.state, IssuedDocument.person_id, IssuedDocument.run_id,
    IssuedDocument.purpose, IssuedDocument.issued_at, IssuedDocument.content,
)  # fmt: skip
