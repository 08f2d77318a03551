"""Time stamps (RFC 3161): an authority elsewhere says that some bytes existed at a moment."""

from __future__ import annotations

import hashlib
import secrets
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from asn1crypto import cms, core, tsp, x509
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import extract_certs_for_validation, validate_sig_integrity
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import PathError, ValidationError

from courses.errors import Refused
from courses.signing.awaiting import at_once
from courses.signing.bundles import opened
from courses.text import text

_SECONDS = 20
_LONGEST = 64 * 1024
_GRANTED = ("granted", "granted_with_mods")


class _Reply(core.Sequence):
    """A TimeStampResp; asn1crypto's own cannot be without a token, as those are that say no."""

    _fields = [("status", tsp.PKIStatusInfo), ("time_stamp_token", cms.ContentInfo, {"optional": True})]


@dataclass(frozen=True)
class Stamp:
    """When an authority saw the bytes, and what it is called; `trusted`: somebody whom we trust vouches for it."""

    at: datetime
    authority: str
    trusted: bool


def stamp(root: bytes, url: str, trusted: Sequence[bytes] = ()) -> bytes:
    """A time stamp token (DER) over the SHA-256 of `root`, from the authority at an http or https address.

    `trusted` as in `read`; where there are some, one of them must vouch for the stamp. `Refused` with the reason where
    the authority does not answer, says no, answers something else than was asked, or is a stranger.
    """
    nonce = secrets.randbits(63)
    try:
        reply = _Reply.load(_answer(url, _query(root, nonce).dump()), strict=True)
        if reply["status"]["status"].native not in _GRANTED:
            raise _refused(url, str(reply["status"]["status_string"].native or reply["status"]["status"].native))
        token: bytes = reply["time_stamp_token"].dump()
        if _info(token)["nonce"].native != nonce:
            raise _refused(url, "another nonce")
        if not read(token, root, trusted).trusted and trusted:
            raise _refused(url, "signed by a stranger")
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise _refused(url, str(error) or type(error).__name__) from error
    return token


def vouching(bundle: bytes) -> bytes:
    """A bundle of authorities' certificates (PEM or DER) as it is; ValueError where it holds anything else."""
    subjects = [x509.Certificate.load(one).subject.native for one in opened([bundle])]
    if not any(subjects):
        raise ValueError("no certificate")
    return bundle


def read(token: bytes, root: bytes, trusted: Sequence[bytes] = ()) -> Stamp:
    """What a token says of `root`, checked by pyHanko. ValueError where it is about other bytes, or not as signed.

    `trusted` are certificates of authorities (PEM or DER) that may vouch for time stamps.
    """
    try:
        info = _info(token)
        signed = cms.ContentInfo.load(token, strict=True)["content"]
        own = extract_certs_for_validation(signed).signer_cert
        content = bytes(signed["encap_content_info"]["content"])
        algorithm = signed["signer_infos"][0]["digest_algorithm"]["algorithm"].native
        digest = hashlib.new(algorithm, content).digest()
        same, valid = validate_sig_integrity(signed["signer_infos"][0], own, "tst_info", digest)
    except (SignatureValidationError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise ValueError("no time stamp") from error
    imprint = info["message_imprint"]
    about = imprint["hash_algorithm"]["algorithm"].native, imprint["hashed_message"].native
    if not (same and valid and about == ("sha256", hashlib.sha256(root).digest())):
        raise ValueError("a time stamp of something else")
    at = info["gen_time"].native.astimezone(UTC)
    name = own.subject.native
    return Stamp(at, str(name.get("common_name", "")), _is_trusted(own, signed, trusted, at))


def _query(root: bytes, nonce: int) -> tsp.TimeStampReq:
    imprint = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": hashlib.sha256(root).digest()}
    return tsp.TimeStampReq({"version": 1, "message_imprint": imprint, "nonce": nonce, "cert_req": True})


def _answer(url: str, query: bytes) -> bytes:
    if not url.startswith(("https://", "http://")):
        raise ValueError("the address must begin with http:// or https://")
    headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
    request = urllib.request.Request(url, query, headers)  # noqa: S310  # its scheme was just looked at
    with urllib.request.urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310  # the same
        data: bytes = answer.read(_LONGEST + 1)
    if len(data) > _LONGEST:
        raise ValueError("too long an answer")
    return data


def _info(token: bytes) -> tsp.TSTInfo:
    return cms.ContentInfo.load(token, strict=True)["content"]["encap_content_info"]["content"].parsed


def _is_trusted(own: x509.Certificate, signed: cms.SignedData, trusted: Sequence[bytes], at: datetime) -> bool:
    roots = [x509.Certificate.load(one) for one in opened(trusted)]
    others = [one.chosen for one in signed["certificates"]]
    context = ValidationContext(trust_roots=roots, other_certs=others, moment=at, allow_fetching=False)
    validator = CertificateValidator(own, others, validation_context=context)
    try:
        at_once(validator.async_validate_usage(set(), {"time_stamping"}))  # type: ignore[no-untyped-call]  # theirs
    except (PathError, ValidationError):
        return False
    return True


def _refused(url: str, why: str) -> Refused:
    says = text("The time stamp authority %(url)s gives no time stamp: %(why)s", url=url, why=why)
    return Refused(says, code="no_time_stamp")
