"""Certificates as they were signed: the file, and the credential in it. Nothing is drawn here."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, request
from sqlalchemy import select

from courses.certificates import document_files, store
from courses.certificates.documents import Content
from courses.certificates.models import Certificate, IssuedDocument
from courses.certificates.proving import proof
from courses.certificates.queries import in_force
from courses.errors import Refused
from courses.permissions import Permission
from courses.text import text
from lms import db as doors
from lms.auth.guard import permit
from lms.web.answers import found
from lms.web.certificates.blueprint import pages
from lms.web.certificates.reading import reach, require_answered
from lms.web.files import file


@pages.get("/certificates/<int:certificate_id>.pdf")
@permit(Permission.LEARN)
def one(certificate_id: int) -> Response:
    """One certificate, for its owner or an officer."""
    return delivered(_taken(certificate_id), inline=True)


@pages.get("/certificates/<int:certificate_id>.json")
@permit(Permission.LEARN)
def badge(certificate_id: int) -> Response:
    """Its Open Badges credential, to be put into a wallet of badges."""
    certificate = _taken(certificate_id)
    return _beside(store.credential(doors.looking(), certificate.id), f"{certificate.facts['number']}.json")


@pages.get("/certificates/<int:certificate_id>/proof.json")
@permit(Permission.LEARN)
def proof_of(certificate_id: int) -> Response:
    """What shows that the file was there when it was signed, to be kept beside it."""
    certificate = _taken(certificate_id)
    shown = proof(doors.looking(), certificate.id)
    return _beside(shown.to_json() if shown else None, f"{certificate.facts['number']} proof.json")


def delivered(certificate: Certificate, *, inline: bool = False, plain: str = "") -> Response:
    """The file of a certificate, the same bytes for ever; 304 where they are known. `Refused` until it is signed."""
    db = doors.looking()
    sha256 = store.digest(db, certificate.id)
    if sha256 is None:
        raise being_signed()
    name = f"{certificate.facts['number']}.pdf"
    return _kept(sha256, lambda: store.file(db, certificate.id), name, plain=plain, inline=inline)


def document_delivered(document: IssuedDocument, *, inline: bool = False, plain: str = "document.pdf") -> Response:
    """The same of a confirmation or a transcript."""
    db, content = doors.looking(), Content.from_json(document.content)
    sha256 = document_files.digest(db, document.id)
    if sha256 is None:
        raise Refused(text("This document is being signed. Open it again in a moment."), code="unsigned")
    name = f"{content.title} {content.number}.pdf"
    return _kept(sha256, lambda: document_files.file(db, document.id), name, plain=plain, inline=inline)


def _kept(sha256: str, read: Callable[[], bytes | None], name: str, *, plain: str, inline: bool) -> Response:
    known = sha256 in request.if_none_match
    response = Response(status=304) if known else file(read() or b"", name, plain=plain, inline=inline)
    response.set_etag(sha256)
    return response


def _beside(content: bytes | None, name: str) -> Response:
    """What belongs to a file; `Refused` until that is signed."""
    if content is None:
        raise being_signed()
    response = file(content, name)
    response.add_etag()
    response.make_conditional(request)
    return response


def being_signed() -> Refused:
    """What is said until the file is there."""
    return Refused(text("This certificate is being signed. Open it again in a moment."), code="unsigned")


def _taken(certificate_id: int) -> Certificate:
    """A certificate in force that whoever asks may take away."""
    certificate = found(select(Certificate).where(Certificate.id == certificate_id, in_force(), reach()))
    require_answered(certificate)
    return certificate
