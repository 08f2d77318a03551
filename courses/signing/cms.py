"""The signature inside a PDF: CMS SignedData (RFC 5652) with the signed attributes of CAdES (ETSI EN 319 122-1).

All but the file's digest and the signature's value is the same for one key, so it is written once. There is no
attribute for the time: PAdES has that in the file, as /M.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from asn1crypto import cms, tsp, x509

LONGEST = 16 * 1024
"""Bytes of a signature; nothing longer is read. Ours have under 4 KB."""

_SEQUENCE, _SET, _OCTETS, _TAGGED = b"\x30", b"\x31", b"\x04", b"\xa0"
_SHA256 = cms.DigestAlgorithm({"algorithm": "sha256"}).dump()
_DATA = cms.ContentType("data").dump()
_SIGNED_DATA = cms.ContentType("signed_data").dump()
_DIGEST = cms.CMSAttributeType("message_digest").dump()
_VERSION = cms.CMSVersion("v1").dump()
_ALGORITHMS = {"ec": "sha256_ecdsa", "rsa": "sha256_rsa"}


class Form:
    """What is the same in every signature of one key. `chain` is its certificate and those above it, in DER."""

    def __init__(self, chain: Sequence[bytes]) -> None:
        own = x509.Certificate.load(chain[0])
        number = cms.IssuerAndSerialNumber({"issuer": own.issuer, "serial_number": own.serial_number})
        algorithm = {"algorithm": _ALGORITHMS[own.public_key.algorithm]}
        self._head = _VERSION + _der(_SET, _SHA256) + _der(_SEQUENCE, _DATA) + _der(_TAGGED, b"".join(chain))
        self._signer = _VERSION + number.dump() + _SHA256
        self._algorithm = cms.SignedDigestAlgorithm(algorithm).dump()
        self._fixed = [_attribute("content_type", "data"), _attribute("signing_certificate_v2", _names(own, chain[0]))]

    def attributes(self, digest: bytes) -> bytes:
        """What is signed for a file with this SHA-256: the signed attributes as a SET in DER."""
        of_file = _der(_SEQUENCE, _DIGEST + _der(_SET, _der(_OCTETS, digest)))
        return _der(_SET, b"".join(sorted([*self._fixed, of_file])))

    def assembled(self, attributes: bytes, signature: bytes) -> bytes:
        """The whole ContentInfo, in DER. Inside it the attributes are tagged otherwise than when they are signed."""
        signer = self._signer + _TAGGED + attributes[1:] + self._algorithm + _der(_OCTETS, signature)
        signed = _der(_SEQUENCE, self._head + _der(_SET, _der(_SEQUENCE, signer)))
        return _der(_SEQUENCE, _SIGNED_DATA + _der(_TAGGED, signed))


def _attribute(kind: str, value: object) -> bytes:
    return bytes(cms.CMSAttribute({"type": kind, "values": [value]}).dump())


def _names(own: x509.Certificate, der: bytes) -> tsp.SigningCertificateV2:
    """Which certificate is meant, by its hash: without it another one of the same key could take its place."""
    serial = {"issuer": [x509.GeneralName("directory_name", own.issuer)], "serial_number": own.serial_number}
    one = tsp.ESSCertIDv2({"cert_hash": hashlib.sha256(der).digest(), "issuer_serial": serial})
    return tsp.SigningCertificateV2({"certs": [one]})


def _der(tag: bytes, content: bytes) -> bytes:
    size = len(content)
    if size < 0x80:
        return tag + bytes([size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return tag + bytes([0x80 | len(length)]) + length + content
