"""The list of signers' certificates that are no longer good (CRL, RFC 5280)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from courses.signing.authority import Authority
from courses.signing.bundles import opened

NEXT = timedelta(days=31)
"""When the next list is due at the latest."""

HARMLESS = frozenset({x509.ReasonFlags.superseded, x509.ReasonFlags.cessation_of_operation})
"""Reasons that leave good what was signed before: nobody else ever had the key."""


@dataclass(frozen=True)
class Revocation:
    """One certificate on the list. `reason` is a name of RFC 5280: key_compromise, superseded …"""

    serial: int
    at: datetime
    reason: str


def crl(authority: Authority, revoked: Iterable[Revocation], at: datetime, number: int) -> bytes:
    """The list in DER, good for 31 days; `number` grows with each list."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(authority.certificate.subject)
        .last_update(at)
        .next_update(at + NEXT)
        .add_extension(x509.CRLNumber(number), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key()), critical=False)
    )
    for one in revoked:
        builder = builder.add_revoked_certificate(_line(one))
    return builder.sign(authority.key, SHA256()).public_bytes(Encoding.DER)


def is_revoked(
    certificate: x509.Certificate, issuer: x509.Certificate, crls: Iterable[bytes], signed_at: datetime
) -> bool:
    """Whether a list of its issuer's takes a certificate back for what it signed at a moment.

    A key that may have been in other hands is good for nothing: whoever has it can write any date. Lists that cannot
    be read, or are somebody else's, say nothing.
    """
    for found in _lists(crls):
        if not _is_by(found, issuer):
            continue
        line = found.get_revoked_certificate_by_serial_number(certificate.serial_number)
        if line is not None and not (_reason(line) in HARMLESS and signed_at < line.revocation_date_utc):
            return True
    return False


def holds_until(issuer: x509.Certificate, crls: Iterable[bytes]) -> datetime | None:
    """When the next one after an authority's latest list is due; None where there is no list of its own."""
    ends = (found.next_update_utc for found in _lists(crls) if _is_by(found, issuer))
    return max((end for end in ends if end is not None), default=None)


def _line(one: Revocation) -> x509.RevokedCertificate:
    builder = x509.RevokedCertificateBuilder().serial_number(one.serial).revocation_date(one.at)
    return builder.add_extension(x509.CRLReason(x509.ReasonFlags[one.reason]), critical=False).build()


def _reason(line: x509.RevokedCertificate) -> x509.ReasonFlags:
    try:
        return line.extensions.get_extension_for_class(x509.CRLReason).value.reason
    except x509.ExtensionNotFound:
        return x509.ReasonFlags.unspecified


def _lists(crls: Iterable[bytes]) -> Iterator[x509.CertificateRevocationList]:
    for data in crls:
        try:
            yield from map(x509.load_der_x509_crl, opened([data]))
        except ValueError:  # is no list
            continue


def _is_by(found: x509.CertificateRevocationList, issuer: x509.Certificate) -> bool:
    public = issuer.public_key()
    if found.issuer != issuer.subject or not isinstance(public, ec.EllipticCurvePublicKey | rsa.RSAPublicKey):
        return False
    return found.is_signature_valid(public)
