"""A signer whose key was loaded: what is asked of `Signer`, whatever holds the key."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from courses.errors import Refused
from courses.signing.authority import Key, key_id, pem, point
from courses.signing.cms import Form
from courses.signing.multibase import multikey
from courses.text import text

Signs = Callable[[bytes], bytes]
"""Data in, the value of the signature out: ECDSA (DER) or RSASSA-PKCS1-v1_5, over its SHA-256."""


class Loaded:
    """A document key behind `signs`, its chain, and the credentials' key."""

    def __init__(self, signs: Signs, chain: Sequence[x509.Certificate], proofs: ec.EllipticCurvePrivateKey) -> None:
        self._signs, self._own, self._proofs = signs, chain[0], proofs
        self._form = Form([one.public_bytes(Encoding.DER) for one in chain])
        self.key_id = key_id(self._own)
        self.chain_pem = b"".join(map(pem, chain))
        self.proof_key = multikey(point(proofs.public_key()))

    def sign(self, digest: bytes, at: datetime) -> bytes:
        """See `Signer`."""
        first, last = self._own.not_valid_before_utc, self._own.not_valid_after_utc
        if not first <= at <= last:
            says = text("The signing key is good from %(first)s to %(last)s. Change it: lms certificates rotate-keys",
                        first=first.date(), last=last.date())  # fmt: skip
            raise Refused(says, code="key_out_of_time")
        attributes = self._form.attributes(digest)
        return self._form.assembled(attributes, self._signs(attributes))

    def prove(self, data: bytes) -> bytes:
        """See `Signer`."""
        r, s = decode_dss_signature(_by_curve(self._proofs)(data))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def by_key(key: Key) -> Signs:
    """Signs with a key in memory: the same bytes for the same data, every time."""
    return _by_rsa(key) if isinstance(key, rsa.RSAPrivateKey) else _by_curve(key)


def _by_curve(key: ec.EllipticCurvePrivateKey) -> Signs:
    how = ec.ECDSA(SHA256(), deterministic_signing=True)
    return lambda data: key.sign(data, how)


def _by_rsa(key: rsa.RSAPrivateKey) -> Signs:
    return lambda data: key.sign(data, padding.PKCS1v15(), SHA256())
