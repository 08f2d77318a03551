"""What a PDF is worth that somebody calls a certificate.

Nothing reads the file as a PDF before its signature is known to be ours: the bytes alone say what is signed
(ByteRange), and it must be everything but the signature itself. So whatever a hostile file holds, nobody opens it.
"""

from __future__ import annotations

import hashlib
import io
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from asn1crypto import cms as asn1
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import extract_certs_for_validation, validate_sig_integrity
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import PathError, ValidationError

from courses.signing import cms, revocation
from courses.signing.authority import key_id
from courses.signing.awaiting import at_once
from courses.signing.bundles import opened
from courses.signing.credential import LONGEST as LONGEST_ATTACHMENT
from courses.signing.examined import Examined, Flaw

LARGEST = 5 * 1024 * 1024
"""Bytes of a file that is looked at; a certificate has some 150 KB."""
_MOST_CERTIFICATES = 6
_RANGE = re.compile(rb"/ByteRange\s{0,9}\[\s{0,9}0\s{1,20}(\d{1,10})\s{1,20}(\d{1,10})\s{1,20}(\d{1,10})\s{0,9}\]")
_HEX = re.compile(rb"[0-9a-f]*")


class _Flawed(Exception):
    """The first thing found against a file."""

    def __init__(self, flaw: Flaw) -> None:
        super().__init__(flaw)
        self.flaw = flaw


@dataclass(frozen=True)
class _Claim:
    """What a file says of its signature: the signature (DER), what it covers, and whether that is everything."""

    signature: bytes
    digest: bytes
    covers_whole: bool


def examine(pdf: bytes, trusted: Sequence[bytes], crls: Sequence[bytes]) -> Examined:
    """See `signing.examine`."""
    found = Examined(hashlib.sha256(pdf).hexdigest() if len(pdf) <= LARGEST else "")
    try:
        for step in _steps(found, pdf, trusted, crls):
            found = step
    except _Flawed as flawed:
        return replace(found, flaw=flawed.flaw)
    except Exception:  # a file can break its readers in more ways than can be named; broken it is all the same
        return replace(found, flaw=Flaw.UNREADABLE)
    return found


def _claim(pdf: bytes) -> _Claim:
    if len(pdf) > LARGEST:
        raise _Flawed(Flaw.TOO_LARGE)
    if not pdf.startswith(b"%PDF-"):
        raise _Flawed(Flaw.NO_PDF)
    ranges = _RANGE.findall(pdf)
    if not ranges:
        raise _Flawed(Flaw.UNREADABLE if b"/ByteRange" in pdf else Flaw.UNSIGNED)
    end, start, length = map(int, ranges[0])
    if not end < start <= start + length <= len(pdf):
        raise _Flawed(Flaw.UNREADABLE)
    digest = hashlib.sha256(pdf[:end] + pdf[start : start + length]).digest()
    whole = len(ranges) == 1 and start + length == len(pdf)
    return _Claim(_signature(pdf[end:start]), digest, whole)


def _signature(gap: bytes) -> bytes:
    """The signature in the place left for it: hexadecimal digits (small letters) between angle brackets, then zeros."""
    if not (gap.startswith(b"<") and gap.endswith(b">") and _HEX.fullmatch(gap, 1, len(gap) - 1)):
        raise _Flawed(Flaw.UNREADABLE)
    data = bytes.fromhex(gap[1:-1].decode())
    size = _der_size(data)
    if any(data[size:]):
        raise _Flawed(Flaw.ALTERED)
    return data[:size]


def _der_size(data: bytes) -> int:
    """How long the SEQUENCE is with which some bytes begin."""
    if data[:1] != b"\x30" or len(data) < 4 or data[1] != 0x82:
        raise _Flawed(Flaw.UNREADABLE)  # a signature with its certificates has 256 bytes to 64 KB
    size = 4 + int.from_bytes(data[2:4], "big")
    if size > min(len(data), cms.LONGEST):
        raise _Flawed(Flaw.UNREADABLE)
    return size


def _steps(found: Examined, pdf: bytes, trusted: Sequence[bytes], crls: Sequence[bytes]) -> Iterator[Examined]:
    """What is known after each step; the first flaw ends it."""
    claim = _claim(pdf)
    signed = asn1.ContentInfo.load(claim.signature, strict=True)["content"]
    if len(signed["certificates"]) > _MOST_CERTIFICATES:
        raise _Flawed(Flaw.UNREADABLE)
    own = _signer(signed, claim.digest)
    found = replace(found, signer=_common_name(own.subject), authority=_common_name(own.issuer))
    yield (found := replace(found, intact=True, covers_whole=claim.covers_whole))
    path = _path(signed, own, trusted)
    yield (found := replace(found, trusted=True, key_id=key_id(path[0]), authority_id=key_id(path[-1])))
    _check_form(signed, claim)
    if not claim.covers_whole:
        raise _Flawed(Flaw.ADDED_TO)
    signed_at, attachment = _inside(pdf)
    yield (found := replace(found, signed_at=signed_at, lists_until=_lists_until(path, crls)))
    _check_time(path, crls, signed_at)
    yield replace(found, attachment=attachment)


def _signer(signed: asn1.SignedData, digest: bytes) -> asn1_x509.Certificate:
    """The certificate of whoever signed exactly what has this digest. Validated by pyHanko."""
    try:
        own = extract_certs_for_validation(signed).signer_cert
        same, valid = validate_sig_integrity(signed["signer_infos"][0], own, "data", digest)
    except SignatureValidationError as error:
        raise _Flawed(Flaw.ALTERED) from error
    if not (same and valid):
        raise _Flawed(Flaw.ALTERED)
    return own


def _path(signed: asn1.SignedData, own: asn1_x509.Certificate, trusted: Sequence[bytes]) -> list[x509.Certificate]:
    """From the signer's certificate up to an authority that is trusted, as it was when the former began."""
    others = [one.chosen for one in signed["certificates"] if one.chosen.dump() != own.dump()]
    roots = [asn1_x509.Certificate.load(one) for one in opened(trusted)]
    when = own["tbs_certificate"]["validity"]["not_before"].native
    context = ValidationContext(trust_roots=roots, other_certs=others, moment=when, allow_fetching=False)
    validator = CertificateValidator(own, others, validation_context=context)
    try:
        path = at_once(validator.async_validate_usage({"non_repudiation"}))  # type: ignore[no-untyped-call]  # theirs
    except (PathError, ValidationError) as error:
        raise _Flawed(Flaw.STRANGER) from error
    upwards = [one.dump() for one in reversed(list(path.iter_certs(include_root=True)))]
    if any(one.dump() not in upwards for one in others):
        raise _Flawed(Flaw.ALTERED)
    return [x509.load_der_x509_certificate(one) for one in upwards]


def _check_form(signed: asn1.SignedData, claim: _Claim) -> None:
    """The signature is, byte for byte, as we write it: what it does not itself cover is the same in all of ours."""
    form = cms.Form([one.chosen.dump() for one in signed["certificates"]])
    value = signed["signer_infos"][0]["signature"].native
    if form.assembled(form.attributes(claim.digest), value) != claim.signature:
        raise _Flawed(Flaw.ALTERED)


def _check_time(path: Sequence[x509.Certificate], crls: Sequence[bytes], at: datetime | None) -> None:
    if at is None or not all(one.not_valid_before_utc <= at <= one.not_valid_after_utc for one in path):
        raise _Flawed(Flaw.OUT_OF_TIME)
    for one, above in itertools.pairwise(path):
        if revocation.is_revoked(one, above, crls, at):
            raise _Flawed(Flaw.REVOKED)


def _lists_until(path: Sequence[x509.Certificate], crls: Sequence[bytes]) -> datetime | None:
    """Until when the lists of all authorities above the signer hold; None where one has none."""
    ends = [revocation.holds_until(above, crls) for above in path[1:]]
    known = [end for end in ends if end is not None]
    return min(known) if known and len(known) == len(ends) else None


def _inside(pdf: bytes) -> tuple[datetime | None, bytes | None]:
    """What only the file itself says: when it was signed, and what is attached. Read once we know it is ours."""
    reader = PdfFileReader(io.BytesIO(pdf))
    (signature,) = reader.embedded_signatures
    said = signature.self_reported_timestamp
    attached = reader.root.get("/AF")
    data = attached[0]["/EF"]["/F"].data if attached else None
    if data is not None and len(data) > LONGEST_ATTACHMENT:
        data = None
    return said.astimezone(UTC) if said else None, data


def _common_name(name: asn1_x509.Name) -> str:
    return str(name.native.get("common_name", ""))
