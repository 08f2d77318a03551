"""What a file is worth that somebody holds: compared with what was issued, its signature examined. Nothing is kept."""

from __future__ import annotations

import enum
import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from typing import Self

from sqlalchemy.orm import Session

from courses import signing
from courses.certificates import document_files, store
from courses.certificates.documents import Listed
from courses.certificates.facts import Kind
from courses.certificates.models import CertificateState, DocumentKind
from courses.certificates.queries import Entry, by_id, masked
from courses.settings.published import published
from courses.signing import Examined
from courses.text import Text, text

LARGEST = 2 * 1024 * 1024
"""Bytes of a file that is looked at; those of certificates are about 150 KB."""


@dataclass(frozen=True)
class Shown:
    """All that anybody may learn of a certificate from its code or its file; `name` in part only."""

    number: str
    kind: Kind
    name: str
    course: str
    starts_on: date
    ends_on: date
    hours: str
    issuer: str
    issued_on: date
    state: CertificateState
    reissued: bool
    revision: int
    ended_at: datetime | None

    @property
    def days(self) -> tuple[date, ...]:
        """First and last day of the course; one day alone stands once."""
        return tuple(dict.fromkeys((self.starts_on, self.ends_on)))

    @property
    def valid(self) -> bool:
        """Whether it is in force."""
        return self.state is CertificateState.VALID

    @classmethod
    def of(cls, entry: Entry) -> Self:
        """What may be shown of a line of the register."""
        facts = entry.facts
        return cls(
            number=facts.number,
            kind=facts.kind,
            name=masked(facts.name),
            course=facts.course,
            starts_on=facts.days[0],
            ends_on=facts.days[1],
            hours=facts.hours,
            issuer=facts.issuer,
            issued_on=facts.issued_day,
            state=entry.state,
            reissued=facts.reissued,
            revision=entry.revision,
            ended_at=entry.ended_at,
        )


@dataclass(frozen=True)
class ShownDocument:
    """All that anybody may learn of a confirmation or a transcript; `name` in part only."""

    number: str
    kind: DocumentKind
    name: str
    about: str
    issuer: str
    issued_on: date
    state: CertificateState
    ended_at: datetime | None

    @property
    def valid(self) -> bool:
        """Whether it is in force."""
        return self.state is CertificateState.VALID

    @classmethod
    def of(cls, entry: Listed) -> Self:
        """What may be shown of a line of the register."""
        said = entry.content
        return cls(
            number=said.number,
            kind=entry.kind,
            name=masked(said.name),
            about=said.about,
            issuer=said.issuer,
            issued_on=date.fromisoformat(said.issued_on),
            state=entry.state,
            ended_at=entry.ended_at,
        )


class Worth(enum.StrEnum):
    """What a file is."""

    SAME = "same"  # byte for byte what was issued
    DIFFERS = "differs"  # signed by us, but not what was issued
    WRONG = "wrong"  # not as anybody of ours signed it


@dataclass(frozen=True)
class Looked:
    """A file that was looked at. Of the `SAME`, `shown` is the certificate or `document` the paper whose file it is."""

    worth: Worth
    examined: Examined
    shown: Shown | None = None
    document: ShownDocument | None = None

    @property
    def found(self) -> Shown | ShownDocument | None:
        """Whichever it is."""
        return self.shown or self.document

    @property
    def message(self) -> Text:
        """One sentence about the file."""
        if self.worth is Worth.SAME:
            return text("The file is exactly the one that was issued")
        if self.worth is Worth.DIFFERS:
            return text("The file is not the one that was issued: something in it is different")
        return self.examined.message


def look(db: Session, pdf: bytes) -> Looked:
    """Look at a file. Whatever was changed in it, be it one bit, it is not the `SAME`."""
    known = published(db)
    examined = signing.examine(pdf, known.trusted, known.crls)
    sha256 = hashlib.sha256(pdf).hexdigest()
    certificate_id = store.whose(db, sha256)
    entry = by_id(db, certificate_id) if certificate_id is not None else None
    if entry:
        return Looked(Worth.SAME, examined, Shown.of(entry))
    if document := document_files.by_file(db, sha256):
        return Looked(Worth.SAME, examined, document=ShownDocument.of(document))
    return Looked(Worth.DIFFERS if examined.good else Worth.WRONG, examined)
