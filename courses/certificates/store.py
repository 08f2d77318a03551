"""Issued files: kept once, checked each time they are handed out, found again by their hash.

A file is a constant, which many certificates share, then what is its own (kept compressed: under 20 KB). Nothing here
is ever changed.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Row, bindparam, exists, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from courses.certificates.models import Certificate, CertificateConstant, CertificateFile, SigningBatch
from courses.certificates.queries import in_force
from courses.db import in_parts, rows
from courses.signing import merkle

LARGEST = 100_000
"""Bytes that are a certificate's own. Nearly all have under 20,000; two pages of rare syllables have twice as many."""
_FASTEST = 1
"""How hard it is compressed: more would save a twentieth, and take twice as long."""
_LARGEST_UNPACKED = 32 * 1024 * 1024
_FEW, _KNOWN = 500, 32


class Damaged(Exception):
    """What is kept is not what was signed: the disk or somebody changed it. Nothing is handed out.

    `what` it is: a certificate or a document, with its `id`.
    """

    def __init__(self, what: Literal["certificate", "document"], key: int) -> None:
        super().__init__(f"{what} {key}")
        self.what, self.id = what, key


@dataclass(frozen=True)
class Made:
    """A signed file on its way into the store; `credential` stands in `data` as it is."""

    certificate_id: int
    constant: bytes
    data: bytes
    credential: bytes

    @property
    def digest(self) -> bytes:
        """SHA-256 of the whole file."""
        return hashlib.sha256(self.constant + self.data).digest()


def digest(db: Session, certificate_id: int) -> str | None:
    """SHA-256 of a certificate's file in hexadecimal; None until it is signed."""
    found: str | None = rows(db, _DIGEST, {"certificate": certificate_id}).scalar()
    return found


def file(db: Session, certificate_id: int) -> bytes | None:
    """A certificate's file, the same bytes for ever; None until it is signed. Raises `Damaged`."""
    row = rows(db, _FILE, {"certificate": certificate_id}).first()
    return b"".join(_checked(db, certificate_id, row)) if row else None


def credential(db: Session, certificate_id: int) -> bytes | None:
    """The Open Badges credential of a certificate as JSON; None until it is signed. Raises `Damaged`."""
    row = rows(db, _FILE, {"certificate": certificate_id}).first()
    if row is None:
        return None
    _shared, own = _checked(db, certificate_id, row)
    return own[row.credential_at : row.credential_at + row.credential_size]


def _checked(db: Session, certificate_id: int, row: Row[Any]) -> tuple[bytes, bytes]:
    """The constant and what is the certificate's own, as they were signed. Raises `Damaged`."""
    try:
        constant, own = _constant(db, row.constant_sha256), unpacked(row.data)
    except ValueError as error:
        raise Damaged("certificate", certificate_id) from error
    whole = constant.hash.copy()
    whole.update(own)
    if whole.hexdigest() != row.sha256:
        raise Damaged("certificate", certificate_id)
    return constant.data, own


def packed(data: bytes) -> bytes:
    """Bytes as they are kept."""
    return zlib.compress(data, _FASTEST)


def unpacked(data: bytes) -> bytes:
    """What was kept. ValueError for what is broken. Parts of files, which begin with a digit, were kept plain once."""
    if data[:1].isdigit():
        return data
    unpacking = zlib.decompressobj()
    try:
        whole = unpacking.decompress(data, _LARGEST_UNPACKED)
    except zlib.error as error:
        raise ValueError("cannot be unpacked") from error
    if not unpacking.eof:
        raise ValueError("cut short, or larger than any file of ours")
    return whole


def whose(db: Session, sha256: str) -> int | None:
    """The certificate whose file has this hash (hexadecimal), None for none of ours."""
    found: int | None = rows(db, _WHOSE, {"sha256": sha256}).scalar()
    return found


def signed(certificate: Any = Certificate) -> ColumnElement[bool]:
    """SQL: its file is there."""
    return exists().where(CertificateFile.certificate_id == certificate.id).correlate(certificate)


def signed_of(db: Session, certificate_ids: Sequence[int]) -> set[int]:
    """Those of some certificates whose file is there."""
    return set(rows(db, _SIGNED, {"certificates": list(certificate_ids)}).scalars())


def unsigned(db: Session, wanted: Collection[int] | None = None) -> list[int]:
    """Certificates in force that have no file yet (of those wanted), in order."""
    waiting = select(Certificate.id).where(in_force(), ~signed()).order_by(Certificate.id)
    if wanted is None:
        return list(db.scalars(waiting))
    parts = in_parts(sorted(wanted), _FEW)
    return [one for part in parts for one in db.scalars(waiting.where(Certificate.id.in_(part)))]


def waiting(db: Session, run_id: int | None = None) -> int:
    """How many certificates in force (of a run) wait for their signature."""
    where = [in_force(), ~signed()] + ([Certificate.run_id == run_id] if run_id is not None else [])
    return db.scalar(select(func.count()).select_from(Certificate).where(*where)) or 0


def keep(db: Session, made: Sequence[Made], key_id: str, at: datetime) -> SigningBatch:
    """Keep what one job signed, under one Merkle root over the files' hashes. ValueError for a file that is too large,
    and for one without its credential.

    The caller holds the certificates' rows, and has made sure that none of them has a file.
    """
    for one in made:
        if len(one.data) > LARGEST:
            raise ValueError(f"certificate {one.certificate_id}: {len(one.data)} bytes of its own")
    digests = [one.digest for one in made]
    batch, tree = new_batch(db, digests, key_id, at)
    constants = _kept_constants(db, {one.constant for one in made})
    db.connection().execute(
        insert(CertificateFile),
        [
            {
                "certificate_id": one.certificate_id,
                "constant_sha256": constants[one.constant],
                "data": packed(one.data),
                "sha256": whole.hex(),
                "credential_at": one.data.index(one.credential),
                "credential_size": len(one.credential),
                "batch_id": batch.id,
                "position": position,
                "path": [beside.hex() for beside in tree.path(position)],
            }
            for position, (one, whole) in enumerate(zip(made, digests, strict=True))
        ],
    )
    return batch


def new_batch(db: Session, digests: Sequence[bytes], key_id: str, at: datetime) -> tuple[SigningBatch, merkle.Tree]:
    """One job's files by their SHA-256, with the tree over them."""
    tree = merkle.Tree(digests)
    batch = SigningBatch(signed_at=at, size=len(digests), root=tree.root.hex(), key_id=key_id)
    db.add(batch)
    db.flush()
    return batch, tree


@dataclass(frozen=True)
class _Constant:
    data: bytes
    hash: Any  # of the data, to go on with


_constants: dict[str, _Constant] = {}
"""The latest ones of this process, by their hash: they never change, and are most of a file."""


def _constant(db: Session, sha256: str) -> _Constant:
    known = _constants.get(sha256)
    if known is None:
        data: bytes = rows(db, _CONSTANT, {"sha256": sha256}).scalar_one()
        known = _Constant(data, hashlib.sha256(data))
        if known.hash.hexdigest() != sha256:
            raise ValueError(f"constant {sha256} is another one")
        if len(_constants) >= _KNOWN:
            _constants.clear()
        _constants[sha256] = known
    return known


def _kept_constants(db: Session, constants: Collection[bytes]) -> dict[bytes, str]:
    """The hash of each, kept where it was not."""
    hashes = {data: hashlib.sha256(data).hexdigest() for data in constants}
    new = _INSERTS[db.get_bind().dialect.name](CertificateConstant).on_conflict_do_nothing()
    found = [{"sha256": sha256, "data": data} for data, sha256 in sorted(hashes.items(), key=lambda one: one[1])]
    db.connection().execute(new, found)
    return hashes


_INSERTS: dict[str, Any] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}
_DIGEST = select(CertificateFile.sha256).where(CertificateFile.certificate_id == bindparam("certificate"))
_FILE = select(
    CertificateFile.constant_sha256,
    CertificateFile.data,
    CertificateFile.sha256,
    CertificateFile.credential_at,
    CertificateFile.credential_size,
).where(CertificateFile.certificate_id == bindparam("certificate"))
_SIGNED = select(CertificateFile.certificate_id).where(
    CertificateFile.certificate_id.in_(bindparam("certificates", expanding=True))
)
_WHOSE = select(CertificateFile.certificate_id).where(CertificateFile.sha256 == bindparam("sha256"))
_CONSTANT = select(CertificateConstant.data).where(CertificateConstant.sha256 == bindparam("sha256"))
