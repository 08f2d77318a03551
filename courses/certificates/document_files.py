"""Signed files of confirmations and transcripts: kept once, checked at each delivery, found again by their hash."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, exists, insert, select
from sqlalchemy.orm import Session

from courses.certificates.documents import LISTED, Listed, listed
from courses.certificates.models import CertificateState, DocumentFile, IssuedDocument, SigningBatch
from courses.certificates.store import Damaged, new_batch, packed, unpacked
from courses.db import in_parts, rows

_FEW = 500


class Paper(NamedTuple):
    """A signed file on its way into the store."""

    document_id: int
    data: bytes


def digest(db: Session, document_id: int) -> str | None:
    """SHA-256 of a document's file in hexadecimal; None until it is signed."""
    found: str | None = rows(db, _DIGEST, {"document": document_id}).scalar()
    return found


def file(db: Session, document_id: int) -> bytes | None:
    """A document's file, the same bytes for ever; None until it is signed. Raises `Damaged`."""
    row = rows(db, _FILE, {"document": document_id}).first()
    if row is None:
        return None
    try:
        data = unpacked(row.data)
    except ValueError as error:
        raise Damaged("document", document_id) from error
    if hashlib.sha256(data).hexdigest() != row.sha256:
        raise Damaged("document", document_id)
    return data


def by_file(db: Session, sha256: str) -> Listed | None:
    """The document whose file has this hash (hexadecimal), None for none of ours."""
    row = rows(db, _WHOSE, {"sha256": sha256}).first()
    return listed(row) if row else None


def unsigned(db: Session, wanted: Collection[int] | None = None) -> list[int]:
    """Documents in force that have no file yet (of those wanted), in order."""
    if wanted is None:
        return list(db.scalars(_UNSIGNED))
    parts = in_parts(sorted(wanted), _FEW)
    return [one for part in parts for one in db.scalars(_UNSIGNED.where(IssuedDocument.id.in_(part)))]


def keep(db: Session, papers: Sequence[Paper], key_id: str, at: datetime) -> SigningBatch:
    """Keep what one job signed, under one Merkle root. The caller holds the documents' rows: none has a file yet."""
    digests = [hashlib.sha256(one.data).digest() for one in papers]
    batch, tree = new_batch(db, digests, key_id, at)
    made = [
        {
            "document_id": one.document_id,
            "data": packed(one.data),
            "sha256": whole.hex(),
            "batch_id": batch.id,
            "position": position,
            "path": [beside.hex() for beside in tree.path(position)],
        }
        for position, (one, whole) in enumerate(zip(papers, digests, strict=True))
    ]
    db.connection().execute(insert(DocumentFile), made)
    return batch


_UNSIGNED = (
    select(IssuedDocument.id)
    .where(IssuedDocument.state == CertificateState.VALID)
    .where(~exists().where(DocumentFile.document_id == IssuedDocument.id))
    .order_by(IssuedDocument.id)
)
_DIGEST = select(DocumentFile.sha256).where(DocumentFile.document_id == bindparam("document"))
_FILE = select(DocumentFile.data, DocumentFile.sha256).where(DocumentFile.document_id == bindparam("document"))
_WHOSE = LISTED.join(DocumentFile, DocumentFile.document_id == IssuedDocument.id).where(
    DocumentFile.sha256 == bindparam("sha256")
)
