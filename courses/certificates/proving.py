"""What shows, without this installation, that a certificate's file was there when its batch was signed.

A job that signs puts one Merkle root over the SHA-256 of all its files, and has the root time-stamped where an
authority is set. The proof leads from a file to that root, and stays true whatever becomes of keys and database.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.certificates.models import CertificateFile, SigningBatch
from courses.signing import merkle, timestamps
from courses.signing.timestamps import Stamp


@dataclass(frozen=True)
class Proof:
    """Hashes in hexadecimal: of the file, of what stands beside it on each level (RFC 6962), and the root.

    `position` counts from 0 among `size` files; `signed_at` in ISO 8601; `token` is the time stamp of the root
    (RFC 3161, DER in base64) from the `authority` at that address, "" where there is none.
    """

    sha256: str
    position: int
    size: int
    path: tuple[str, ...]
    root: str
    signed_at: str
    authority: str
    token: str

    def to_json(self) -> bytes:
        """As one hands it out."""
        return json.dumps(asdict(self), indent=2).encode()

    @classmethod
    def from_json(cls, content: bytes) -> Proof:
        """The same read again. ValueError for anything else."""
        try:
            data = json.loads(content)
            return cls(**{**data, "path": tuple(data["path"])})
        except (TypeError, KeyError, RecursionError) as error:
            raise ValueError("no proof") from error

    def leads(self, file: bytes) -> bool:
        """Whether this file is under the root. ValueError for hashes that are none."""
        beside = [bytes.fromhex(one) for one in self.path]
        return merkle.verify(hashlib.sha256(file).digest(), self.position, self.size, beside, bytes.fromhex(self.root))

    def stamp(self, trusted: Sequence[bytes] = ()) -> Stamp | None:
        """When an authority has seen the root; None where none was asked. ValueError for a stamp of something else.

        `trusted` are certificates of authorities (PEM or DER) that may vouch for it.
        """
        root = bytes.fromhex(self.root)
        return timestamps.read(base64.b64decode(self.token), root, trusted) if self.token else None


def proof(db: Session, certificate_id: int) -> Proof | None:
    """A certificate's; None until it is signed."""
    both = select(CertificateFile, SigningBatch).join(SigningBatch, SigningBatch.id == CertificateFile.batch_id)
    row = db.execute(both.where(CertificateFile.certificate_id == certificate_id)).first()
    if row is None:
        return None
    kept, batch = row
    return Proof(
        kept.sha256, kept.position, batch.size, tuple(kept.path), batch.root, batch.signed_at.isoformat(),
        batch.authority, base64.b64encode(batch.token or b"").decode(),
    )  # fmt: skip
