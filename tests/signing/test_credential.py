"""Credentials that say of themselves that nobody changed them, and the list of those revoked."""

from __future__ import annotations

import base64
import gzip
import json
from typing import Any

import pytest
import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256, Hash
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.signing import credential, multibase, status
from courses.signing.credential import Urls
from courses.signing.proof import written
from tests.signing.scenes import LATER, office

pytestmark = pytest.mark.once

HERE = office()
KEYS = [HERE.signer.proof_key]
URLS = Urls("https://lms.example/verify/ABC", "https://lms.example/trust/issuer.json", "https://lms.example/runs/7",
            "https://lms.example/trust/status-1.json", 94_567)  # fmt: skip
FACTS = {
    "number": "제2026-000123호", "kind": "completed", "name": "José Müller", "organisation": "한빛시",
    "course": "엑셀 데이터 분석", "starts_on": "2026-11-02", "ends_on": "2026-11-06", "hours": "총 21시간",
    "issued_on": "2026-11-20", "issuer": "한빛시장", "code": "ABC",
}  # fmt: skip
MADE = credential.make(FACTS, URLS, HERE.signer, LATER)


def test_it_has_what_open_badges_asks_for() -> None:
    made = json.loads(MADE)
    assert made["@context"][0] == "https://www.w3.org/ns/credentials/v2"
    assert made["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    assert made["validFrom"] == "2026-11-24T09:00:00Z"
    subject = made["credentialSubject"]
    assert subject["type"] == ["AchievementSubject"]
    assert {"id", "type", "name", "description", "criteria"} <= set(subject["achievement"])
    assert subject["identifier"][0]["identityHash"] == "José Müller"
    assert made["issuer"] == {"id": URLS.issuer, "type": ["Profile"], "name": "한빛시장"}
    assert made["credentialStatus"]["statusListIndex"] == "94567"
    assert made["proof"]["cryptosuite"] == "ecdsa-jcs-2019"


def test_it_is_the_same_every_time_and_good() -> None:
    assert credential.make(FACTS, URLS, HERE.signer, LATER) == MADE
    assert credential.verify(MADE, KEYS)
    assert credential.verify(json.dumps(json.loads(MADE), indent=2).encode(), [office().signer.proof_key, *KEYS])


def test_the_proof_is_that_of_the_specification() -> None:
    """Once more without our code: SHA-256 of the proof's facts with the context, then of the document, then ECDSA."""
    document = json.loads(MADE)
    proof = document.pop("proof")
    value = _base58(proof.pop("proofValue")[1:])
    facts = _canonical({**proof, "@context": document["@context"]})
    data = _sha256(facts) + _sha256(_canonical(document))
    key = _base58(proof["verificationMethod"].split("#z")[1])
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), key[2:])
    der = encode_dss_signature(int.from_bytes(value[:32], "big"), int.from_bytes(value[32:], "big"))
    public.verify(der, data, ec.ECDSA(SHA256()))
    with pytest.raises(InvalidSignature):
        public.verify(der, data + b"x", ec.ECDSA(SHA256()))


@given(
    st.dictionaries(
        st.sampled_from("abcxyzABC@"), st.recursive(st.text() | st.integers(0, 9999) | st.booleans(), st.lists)
    )
)
def test_documents_of_ours_are_written_as_rfc_8785_has_it(document: dict[str, Any]) -> None:
    assert written(document) == rfc8785.dumps(document)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths of everything that can be changed in a document."""
    if isinstance(value, dict | list):
        below = value.items() if isinstance(value, dict) else enumerate(value)
        return [one for key, inner in below for one in places(inner, (*path, key))]
    return [path]


@pytest.mark.parametrize("path", places(json.loads(MADE)))
def test_a_changed_fact_is_found_wherever_it_is(path: tuple[Any, ...]) -> None:
    document = json.loads(MADE)
    inside = document
    for key in path[:-1]:
        inside = inside[key]
    inside[path[-1]] = "other" if isinstance(inside[path[-1]], str) else True
    assert not credential.verify(json.dumps(document).encode(), KEYS)


def test_a_fact_more_or_less_is_found() -> None:
    document = json.loads(MADE)
    assert not credential.verify(json.dumps({**document, "more": 1}).encode(), KEYS)
    del document["credentialStatus"]
    assert not credential.verify(json.dumps(document).encode(), KEYS)


def test_others_keys_prove_nothing() -> None:
    assert not credential.verify(MADE, [office().signer.proof_key])
    assert not credential.verify(credential.make(FACTS, URLS, office().signer, LATER), KEYS)
    assert not credential.verify(MADE, [])


@settings(max_examples=60)
@given(st.integers(0, len(MADE) - 1), st.integers(1, 255))
def test_a_flipped_byte_is_found(place: int, flips: int) -> None:
    altered = bytearray(MADE)
    altered[place] ^= flips
    assert not credential.verify(bytes(altered), KEYS)


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"1", b'{"proof":1}', b"\xff", b"[" * 60_000, b" " * 70_000, b'{"a":NaN,"proof":{}}']
)
def test_what_is_no_credential_is_not_good(data: bytes) -> None:
    assert not credential.verify(data, KEYS)


def test_the_issuers_profile_names_all_its_keys() -> None:
    profile = json.loads(credential.profile(URLS.issuer, "한빛시장", ["zDnb", "zDna"]))
    assert profile["assertionMethod"] == [f"{URLS.issuer}#zDna", f"{URLS.issuer}#zDnb"]
    assert {one["controller"] for one in profile["verificationMethod"]} == {URLS.issuer}


@settings(max_examples=30)
@given(st.sets(st.integers(0, status.SIZE - 1), max_size=20))
def test_the_status_list_says_who_is_revoked_and_nobody_else(revoked: set[int]) -> None:
    encoded = status.bitstring(revoked)
    bits = gzip.decompress(base64.urlsafe_b64decode(encoded[1:] + "=" * (-len(encoded[1:]) % 4)))
    assert len(bits) == status.SIZE // 8
    assert int.from_bytes(bits, "big") == sum(
        1 << status.SIZE - 1 - at for at in revoked
    )  # the first bit is the highest


def test_the_status_list_is_a_credential_with_a_proof() -> None:
    made = status.make(URLS.status, URLS.issuer, [3, 94_567], HERE.signer, LATER)
    assert credential.verify(made, KEYS)
    said = json.loads(made)
    assert [status.is_revoked(said, at) for at in (2, 3, 94_567)] == [False, True, True]
    with pytest.raises(ValueError, match="entry"):
        status.is_revoked(said, status.SIZE)
    with pytest.raises(IndexError):
        status.bitstring([status.SIZE])


def test_a_list_that_would_fill_all_memory_is_read_only_so_far() -> None:
    bomb = base64.urlsafe_b64encode(gzip.compress(b"\xff" * 50_000_000)).decode()
    said = {"credentialSubject": {"encodedList": f"u{bomb}"}}
    with pytest.raises(ValueError, match="entry"):
        status.is_revoked(said, status.SIZE)
    for broken in ("u", "uAAAA", "!"):
        with pytest.raises(ValueError):
            status.is_revoked({"credentialSubject": {"encodedList": broken}}, 0)


@given(st.binary(max_size=100))
def test_base58_comes_back(data: bytes) -> None:
    assert multibase.from_base58(multibase.base58(data)) == data


def test_only_keys_on_our_curve_are_read() -> None:
    assert multibase.multikey(multibase.from_multikey(KEYS[0])) == KEYS[0]
    for odd in ("z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK", "uABC", "z0", ""):
        with pytest.raises(ValueError):
            multibase.from_multikey(odd)


def _canonical(document: object) -> bytes:
    """As RFC 8785 has it, for what has no numbers and only plain names."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _sha256(data: bytes) -> bytes:
    digest = Hash(SHA256())
    digest.update(data)
    return digest.finalize()


def _base58(written: str) -> bytes:
    number = 0
    for digit in written:
        number = number * 58 + "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz".index(digit)
    return number.to_bytes((number.bit_length() + 7) // 8, "big")
