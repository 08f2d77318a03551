"""Keys, and an authority of one's own that vouches for them: X.509 certificates."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.oid import NameOID

Algorithm = Literal["p256", "rsa3072"]
Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

AUTHORITY_DAYS = 40 * 365
"""How long an authority's certificate is good: a certificate is shown for a whole career."""
SIGNER_DAYS = 3 * 365
"""How long a document key signs. What it signed in that time stays good."""
_EARLIER = timedelta(hours=1)
"""Clocks differ: a certificate begins a little before it is made."""
_LONGEST_NAME = 60
"""Bytes (UTF-8) of a common name; X.520 leaves it 64."""


@dataclass(frozen=True)
class Authority:
    """The key that signs signers' certificates and the list of those revoked, and its own certificate."""

    key: Key
    certificate: x509.Certificate


def new_key(algorithm: Algorithm) -> Key:
    """A fresh private key."""
    if algorithm == "rsa3072":
        return rsa.generate_private_key(public_exponent=65537, key_size=3072)
    return ec.generate_private_key(ec.SECP256R1())


def found(name: str, algorithm: Algorithm, at: datetime) -> Authority:
    """A new authority that vouches for itself, for 40 years."""
    key, subject = new_key(algorithm), _name(f"{_cut(name)} CA", name)
    builder = _builder(subject, subject, key, at, AUTHORITY_DAYS)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_usage(authority=True), critical=True)
    return Authority(key, builder.sign(key, SHA256()))


def certify(authority: Authority, key: Key, name: str, organisation: str, at: datetime) -> x509.Certificate:
    """A certificate for a document key: it may sign documents for 3 years, never longer than the authority lasts."""
    days = min(SIGNER_DAYS, (authority.certificate.not_valid_after_utc - at).days)
    issuer = authority.certificate
    builder = _builder(_name(_cut(name), organisation), issuer.subject, key, at, days)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(_usage(authority=False), critical=True)
    above = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key())
    return builder.add_extension(above, critical=False).sign(authority.key, SHA256())


def key_id(certificate: x509.Certificate) -> str:
    """What a key is called: 16 hexadecimal digits of the SHA-256 of its public half (SubjectPublicKeyInfo)."""
    public = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(public).hexdigest()[:16]


def private_pem(key: Key) -> bytes:
    """A private key as PKCS #8 in PEM, in the clear: the file system guards it."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def pem(certificate: x509.Certificate) -> bytes:
    """A certificate in PEM."""
    return certificate.public_bytes(Encoding.PEM)


def point(key: ec.EllipticCurvePublicKey) -> bytes:
    """A public key on P-256 as its compressed point (33 bytes)."""
    return key.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)


def _name(common: str, organisation: str) -> x509.Name:
    pairs = ((NameOID.ORGANIZATION_NAME, organisation[:64]), (NameOID.COMMON_NAME, common))
    return x509.Name([x509.NameAttribute(kind, value) for kind, value in pairs])


def _cut(name: str) -> str:
    return name.encode()[:_LONGEST_NAME].decode(errors="ignore")


def _builder(subject: x509.Name, issuer: x509.Name, key: Key, at: datetime, days: int) -> x509.CertificateBuilder:
    public = key.public_key()
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - _EARLIER)
        .not_valid_after(at + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=not authority,
        key_cert_sign=authority,
        crl_sign=authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
