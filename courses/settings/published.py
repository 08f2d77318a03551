"""What everybody may know of the keys: who vouches for signatures, which keys sign or signed, what was taken back.

The keys themselves lie outside the database; this is what checking signatures needs, on every node, in every backup.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from textwrap import wrap
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.settings.models import Setting
from courses.text import text

_NAME = "signing_keys"
REASONS = {
    "key_compromise": text("others may have had it"),
    "superseded": text("another one took its place"),
    "cessation_of_operation": text("it is no longer used"),
}
"""Why a key is revoked, as RFC 5280 names it."""


@dataclass(frozen=True)
class SigningKey:
    """A key that signs documents, or did, and the one that proves credentials beside it (a Multikey).

    Days are ISO 8601; `algorithm` is p256, rsa3072 or what a token has.
    """

    key_id: str
    proof_key: str
    name: str
    algorithm: str
    first_day: str
    last_day: str
    current: bool
    revoked: str = ""  # one of REASONS

    @property
    def until(self) -> date:
        """The last day on which it can sign."""
        return date.fromisoformat(self.last_day)


@dataclass(frozen=True)
class Published:
    """Certificates of authorities (PEM), their revocation lists by the authority's key id (base64 of DER), keys."""

    authorities: tuple[str, ...] = ()
    lists: Mapping[str, str] = field(default_factory=dict)
    keys: tuple[SigningKey, ...] = ()

    @property
    def trusted(self) -> list[bytes]:
        """The authorities' certificates as `signing.examine` takes them."""
        return [one.encode() for one in self.authorities]

    @property
    def crls(self) -> list[bytes]:
        """Their revocation lists, in DER."""
        return [b64decode(one) for one in self.lists.values()]

    @property
    def crls_pem(self) -> str:
        """The same in PEM, one after the other."""
        bodies = ("\n".join(wrap(one, 64)) for one in self.lists.values())
        return "".join(f"-----BEGIN X509 CRL-----\n{body}\n-----END X509 CRL-----\n" for body in bodies)

    @property
    def proof_keys(self) -> list[str]:
        """The Multikeys whose proofs of credentials hold."""
        return [one.proof_key for one in self.keys if not one.revoked]

    @property
    def current(self) -> SigningKey | None:
        """The key that signs now."""
        return next((one for one in self.keys if one.current), None)


def published(db: Session) -> Published:
    """What is published; nothing where there were never any keys."""
    value: dict[str, Any] | None = db.scalar(select(Setting.value).where(Setting.name == _NAME))
    if value is None:
        return Published()
    keys = tuple(SigningKey(**one) for one in value["keys"])
    return Published(tuple(value["authorities"]), value["lists"], keys)


def publish(db: Session, new: Published) -> None:
    """Put this in the place of what was published."""
    db.merge(Setting(name=_NAME, value=asdict(new)))
