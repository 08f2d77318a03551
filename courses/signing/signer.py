"""Who signs: what a loaded key can do."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Signer(Protocol):
    """A key with its certificate, loaded once; the key itself never leaves it. For the worker alone.

    Files are signed by the document key, credentials by a P-256 key of their own: their cryptosuite knows no RSA.
    """

    @property
    def key_id(self) -> str:
        """16 hexadecimal digits that name the document key: of the SHA-256 of its public half."""

    @property
    def chain_pem(self) -> bytes:
        """The document key's certificate, then those above it, in PEM."""

    @property
    def proof_key(self) -> str:
        """The public half of the credentials' key as a Multikey (`zDn…`)."""

    def sign(self, digest: bytes, at: datetime) -> bytes:
        """CMS SignedData (DER, under 4 KB) over a file whose ByteRange has this SHA-256: detached, CAdES-BES.

        `at` is when the file says it was signed (/M). Raises `Refused` where the certificate does not cover that.
        """

    def prove(self, data: bytes) -> bytes:
        """64 bytes r‖s: ECDSA on P-256 over the SHA-256 of `data`, with the credentials' key."""
