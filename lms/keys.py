"""The signing keys of this installation: LMS_HOME/keys, or what LMS_SIGNING_KEY names.

For the worker and the command line alone: web processes never import this. What they need to check signatures is
in the database, where `announce` puts it: `courses.settings.published`.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from sqlalchemy.orm import Session

from courses import clock, signing
from courses.errors import Refused
from courses.events.actions import record
from courses.events.facts import AuthorityTrusted, SigningKeyMade, SigningKeyRevoked
from courses.settings.organisation import organisation
from courses.settings.published import Published, SigningKey, publish, published
from courses.signing import authority, revocation
from courses.signing import folder as files
from courses.signing.authority import Algorithm
from courses.signing.signer import Signer
from courses.text import text
from lms.config import Config, key_folder


def signer(config: Config) -> Signer:
    """Who signs now; loaded once, and again when the keys change. `Refused` where this machine has no keys."""
    own = key_folder(config)
    return _loaded(config.signing_key or str(own), str(own), files.current(own))


@lru_cache(maxsize=1)
def _loaded(place: str, proofs: str, _current: str) -> Signer:
    return signing.load(place, proofs)


def ensure(config: Config, db: Session) -> None:
    """Make keys where the installation has none at all: nobody needs to think of it before the first signature.

    Where others are published, they lie on another machine or were lost, and nothing is made.
    """
    if key_folder(config).exists():
        announce(config, db)
    elif not published(db).authorities:
        make(config, db, "p256")


def make(config: Config, db: Session, algorithm: Algorithm, *, anew: bool = False) -> SigningKey:
    """A new authority and its first key. `Refused` where there are keys, be it elsewhere, unless it is `anew`.

    What the authorities before vouched for stays good.
    """
    if published(db).authorities and not (anew or key_folder(config).exists()):
        says = text("The keys lie elsewhere or were lost. Bring them to %(folder)s, or make others: --anew",
                    folder=key_folder(config))  # fmt: skip
        raise Refused(says, code="keys_elsewhere")
    here = organisation(db)
    files.make(key_folder(config), here.issuer, here.name, algorithm, clock.now())
    return _new_key(config, db)


def rotate(config: Config, db: Session, algorithm: Algorithm) -> SigningKey:
    """Let a new key sign from now on; what was signed stays good. `Refused` where this machine has no keys."""
    here = organisation(db)
    files.rotate(key_folder(config), here.issuer, here.name, algorithm, clock.now())
    return _new_key(config, db)


def revoke(config: Config, db: Session, key_id: str, reason: str) -> None:
    """Say that a key is no longer good: one that others may have had, with all that it ever signed."""
    files.revoke(key_folder(config), key_id, reason, clock.now())
    announce(config, db)
    record(db, None, SigningKeyRevoked(key_id, reason))


def trust(db: Session, pem: bytes) -> None:
    """Believe what another authority vouches for, such as that of a token's key. `Refused` for what is none."""
    try:
        found = x509.load_pem_x509_certificate(pem)
        found.extensions.get_extension_for_class(x509.BasicConstraints)
    except (ValueError, x509.ExtensionNotFound) as error:
        raise Refused(text("This is no certificate of an authority in PEM"), code="no_authority") from error
    known, new = published(db), authority.pem(found).decode()
    if new not in known.authorities:
        publish(db, replace(known, authorities=(*known.authorities, new)))
        record(db, None, AuthorityTrusted(authority.key_id(found), found.subject.rfc4514_string()))


def announce(config: Config, db: Session) -> Published:
    """Publish what is public of this machine's keys, with a fresh revocation list, beside what was published."""
    own, known, now = key_folder(config), published(db), signer(config)
    keys = {one.key_id: one for one in known.keys} | {one.key_id: one for one in _keys(own, now)}
    new = Published(
        tuple(dict.fromkeys([*known.authorities, files.authority_pem(own).decode()])),
        {**known.lists, **_lists(own)},
        tuple(replace(one, current=one.key_id == now.key_id) for one in keys.values()),
    )
    publish(db, new)
    return new


def _new_key(config: Config, db: Session) -> SigningKey:
    key = announce(config, db).current
    assert key is not None  # it was just announced
    record(db, None, SigningKeyMade(key.key_id, key.algorithm, key.last_day))
    return key


def _keys(own: Path, now: Signer) -> Iterator[SigningKey]:
    """The keys of the folder, and that of the token where one signs."""
    reasons = {one.serial: one.reason for one in files.revoked(own)}
    for certificate in files.signers(own):
        key_id = authority.key_id(certificate)
        yield _known(certificate, files.proof_multikey(own, key_id), reasons.get(certificate.serial_number, ""))
    yield _known(x509.load_pem_x509_certificate(now.chain_pem), now.proof_key, "")


def _known(certificate: x509.Certificate, proof_key: str, revoked: str) -> SigningKey:
    common = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    first, last = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    return SigningKey(
        key_id=authority.key_id(certificate),
        proof_key=proof_key,
        name=str(common[0].value) if common else "",
        algorithm=_algorithm(certificate),
        first_day=clock.local(first).date().isoformat(),
        last_day=clock.local(last).date().isoformat(),
        current=False,
        revoked=revoked,
    )


def _algorithm(certificate: x509.Certificate) -> str:
    public = certificate.public_key()
    if isinstance(public, ec.EllipticCurvePublicKey):
        return "p256" if isinstance(public.curve, ec.SECP256R1) else public.curve.name
    return f"rsa{public.key_size}" if isinstance(public, rsa.RSAPublicKey) else type(public).__name__


def _lists(own: Path) -> dict[str, str]:
    """The revocation list of this machine's authority; none where its key is kept elsewhere."""
    if not files.has_authority_key(own):
        return {}
    above, at = files.authority(own), clock.now()
    data = revocation.crl(above, files.revoked(own), at, int(at.timestamp()))
    return {authority.key_id(above.certificate): b64encode(data).decode()}
