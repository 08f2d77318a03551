"""A file that shows that something took place: checked by its content, kept, handed through a form shown again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy.orm import Session

from courses.errors import Refused
from courses.files.actions import SentFile, stored
from courses.files.media_types import MEGABYTE, fitting, media_type
from courses.text import text
from lms.files import store
from lms.web.files import filename

TAKEN = ("application/pdf", "image/jpeg", "image/png")
LIMIT = 20
"""Megabytes."""
_NAME = 200


@dataclass(frozen=True)
class Kept:
    """A file that lies in the store, and whose row is still to be written."""

    sha256: str
    size: int
    media_type: str
    name: str

    def store(self, db: Session) -> SentFile:
        """Write its row, in the caller's transaction."""
        stored(db, self.sha256, self.size, self.media_type)
        return SentFile(self.sha256, self.name)

    @property
    def ticket(self) -> str:
        """The same as a word that nobody can make up, for the form that is shown again."""
        return str(_signer().dumps([self.sha256, self.size, self.media_type, self.name]))


def keep(sent: Any) -> Kept:
    """Keep a sent file. Slow: before the transaction. Raises `Refused`, with the remedy, for what is no evidence."""
    name, stream = filename(sent)[-_NAME:], sent.stream
    size = stream.seek(0, 2)
    if not size:
        raise Refused(text("%(file)s is empty. Choose another file.", file=name), code="file")
    if size > LIMIT * MEGABYTE:
        said = text("%(file)s is larger than %(limit)s MB. Photograph or scan it smaller.", file=name, limit=LIMIT)
        raise Refused(said, code="file")
    found = media_type(stream)
    if found not in TAKEN:
        raise Refused(text("%(file)s is no PDF, JPEG or PNG. Save it as one of them.", file=name), code="file")
    kept = store().keep(stream)
    return Kept(kept.sha256, kept.size, found, fitting(name, found))


def kept_before(ticket: str) -> Kept | None:
    """The file that came with the form before, None for none."""
    try:
        return Kept(*_signer().loads(ticket)) if ticket else None
    except (BadSignature, TypeError):
        return None


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="evidence")
