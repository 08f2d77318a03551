"""Certificates and revocation lists as they are handed on: one in DER, or any number in PEM, one after the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from asn1crypto import pem


def opened(bundles: Iterable[bytes]) -> Iterator[bytes]:
    """Each of them in DER. A bundle that is neither passes as it is; ValueError for one that is broken PEM."""
    for data in bundles:
        if pem.detect(data):
            yield from (der for _kind, _headers, der in pem.unarmor(data, multiple=True))
        else:
            yield data
