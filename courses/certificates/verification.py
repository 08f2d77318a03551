"""What a file is worth that somebody holds: compared with what was issued, its signature examined. Nothing is kept."""

from __future__ import annotations

import enum
import hashlib
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import signing
from courses.certificates import store
from courses.certificates.models import TrustFile
from courses.certificates.queries import Entry, by_id
from courses.signing import Examined
from courses.text import Text, text

LARGEST = 2 * 1024 * 1024
"""Bytes of a file that is looked at; those of certificates are about 150 KB."""
CA, CRL, ISSUER, STATUS = "ca.pem", "revoked.crl", "issuer.json", "status-{list}.json"
"""Names of what is published (`TrustFile`)."""


class Worth(enum.StrEnum):
    """What a file is."""

    SAME = "same"  # byte for byte what was issued
    DIFFERS = "differs"  # signed by us, but not what was issued
    WRONG = "wrong"  # not as anybody of ours signed it


@dataclass(frozen=True)
class Looked:
    """A file that was looked at; `entry` is the certificate whose file it is, None unless it is the `SAME`."""

    worth: Worth
    examined: Examined
    entry: Entry | None

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
    trusted, lists = published(db, CA), published(db, CRL)
    examined = signing.examine(pdf, [trusted] if trusted else [], [lists] if lists else [])
    certificate_id = store.whose(db, hashlib.sha256(pdf).hexdigest())
    if certificate_id is not None:
        return Looked(Worth.SAME, examined, by_id(db, certificate_id))
    return Looked(Worth.DIFFERS if examined.good else Worth.WRONG, examined, None)


def published(db: Session, name: str) -> bytes | None:
    """What is published under a name, None until it is."""
    return db.scalar(select(TrustFile.data).where(TrustFile.name == name))


def status_place(certificate_id: int, size: int) -> tuple[str, int]:
    """The status list of a certificate, and its entry there; lists have `size` entries."""
    number, index = divmod(certificate_id, size)
    return STATUS.format(list=number + 1), index
