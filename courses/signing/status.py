"""Which credentials are revoked: a Bitstring Status List (W3C), a bit for each, in a credential with its own proof."""

from __future__ import annotations

import base64
import gzip
import zlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from courses.signing.proof import moment, proven
from courses.signing.signer import Signer

SIZE = 131_072
"""Entries of a list: so many that an entry tells nothing of whose it is, and 16 KB that pack to a few bytes."""


def bitstring(revoked: Iterable[int]) -> str:
    """The list with these entries (0 to SIZE − 1) set: gzip in base64url after a `u`. IndexError for others."""
    bits = bytearray(SIZE // 8)
    for index in revoked:
        if not 0 <= index < SIZE:
            raise IndexError(index)
        bits[index // 8] |= 0x80 >> index % 8
    return "u" + base64.urlsafe_b64encode(gzip.compress(bytes(bits), mtime=0)).decode().rstrip("=")


def make(url: str, issuer: str, revoked: Iterable[int], signer: Signer, at: datetime) -> bytes:
    """The credential that stands at `url` and says who is revoked, with its proof, in canonical JSON."""
    document = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer,
        "validFrom": moment(at),
        "credentialSubject": {
            "id": f"{url}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": bitstring(revoked),
        },
    }
    return proven(document, issuer, signer, at)


def is_revoked(credential: Mapping[str, Any], index: int) -> bool:
    """Whether the entry of a list is set. ValueError for what is no such list."""
    try:
        bits = _bits(str(credential["credentialSubject"]["encodedList"]))
    except (LookupError, TypeError, zlib.error) as error:
        raise ValueError("no status list") from error
    if not 0 <= index < len(bits) * 8:
        raise ValueError("no such entry in the status list")
    return bool(bits[index // 8] & 0x80 >> index % 8)


def _bits(encoded: str) -> bytes:
    """The bits, never more than those of one list: a few bytes may stand for gigabytes."""
    packed = base64.urlsafe_b64decode(encoded.removeprefix("u") + "=" * (-len(encoded.removeprefix("u")) % 4))
    return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(packed, SIZE // 8)
