"""What a file is worth: every way in which it can be less than what was signed."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from functools import cache

import pytest
from asn1crypto import pem
from cryptography import x509
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from courses import clock
from courses.signing import Signer, examine, revocation
from courses.signing.authority import Algorithm
from courses.signing.awaiting import at_once
from courses.signing.examined import SAID, Flaw, ListState
from courses.signing.examining import LARGEST
from courses.signing.revocation import Revocation
from tests.signing.scenes import CITY, DAY, LATER, NAME, NOW, Office, added_to, employed, office, signed

pytestmark = pytest.mark.once

HERE = office()
PDF = signed(HERE.signer)


@cache
def signer_of(algorithm: Algorithm) -> Signer:
    """RSA keys take a second to find."""
    return employed(HERE.above, algorithm).signer


@pytest.mark.parametrize("algorithm", ["p256", "rsa3072"])
def test_pyhanko_finds_the_signature_good(algorithm: Algorithm) -> None:
    pdf = signed(signer_of(algorithm))
    (found,) = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    roots = list(load_certs_from_pemder_data(b"".join(HERE.trusted)))
    status = at_once(async_validate_pdf_signature(found, ValidationContext(trust_roots=roots, moment=LATER)))
    assert status.bottom_line
    assert status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    assert status.pkcs7_signature_mechanism == {"p256": "sha256_ecdsa", "rsa3072": "sha256_rsa"}[algorithm]
    assert examine(pdf, HERE.trusted, []).good


def test_a_good_file_says_who_when_and_what_is_in_it() -> None:
    found = examine(PDF, HERE.trusted, [])
    assert (found.flaw, found.intact, found.covers_whole, found.trusted) == (None, True, True, True)
    assert (found.signer, found.authority, found.key_id) == (NAME, f"{CITY} CA", HERE.signer.key_id)
    assert (found.signed_at, found.attachment) == (LATER, b'{"a":1}')
    assert found.sha256 == hashlib.sha256(PDF).hexdigest()


@pytest.mark.parametrize("algorithm", ["p256", "rsa3072"])
def test_the_same_file_is_signed_with_the_same_bytes(algorithm: Algorithm) -> None:
    assert signed(signer_of(algorithm)) == signed(signer_of(algorithm))


def test_signatures_fit_the_room_left_for_them() -> None:
    digest = hashlib.sha256(b"").digest()
    assert len(HERE.signer.sign(digest, NOW)) < len(signer_of("rsa3072").sign(digest, NOW)) < 4096


@settings(max_examples=100)
@given(st.integers(0, len(PDF) - 1), st.integers(1, 255))
def test_a_flipped_byte_is_found_wherever_it_is(place: int, flips: int) -> None:
    altered = bytearray(PDF)
    altered[place] ^= flips
    assert not examine(bytes(altered), HERE.trusted, []).good


START = PDF.index(b"/Contents ") + len(b"/Contents ")


@settings(max_examples=100)
@given(st.integers(START, START + 3000), st.sampled_from(b"0123456789abcdefABCDEF"))
def test_so_is_another_digit_in_the_signature_itself(place: int, digit: int) -> None:
    altered = bytearray(PDF)
    altered[place] = digit
    assert examine(bytes(altered), HERE.trusted, []).good == (bytes(altered) == PDF)


def test_the_same_signature_in_capital_letters_is_not_as_we_write_it() -> None:
    gap = PDF[START : START + 3000]
    assert not examine(PDF.replace(gap, gap.upper()), HERE.trusted, []).good


def test_a_swapped_attachment_is_found() -> None:
    swapped = PDF.replace(b'{"a":1}', b'{"a":9}')
    assert examine(swapped, HERE.trusted, []).flaw is Flaw.ALTERED
    assert examine(swapped, HERE.trusted, []).attachment is None


def test_what_is_added_behind_is_found() -> None:
    for more in (added_to(PDF), PDF + b"\n", PDF + PDF):
        found = examine(more, HERE.trusted, [])
        assert (found.flaw, found.covers_whole, found.attachment) == (Flaw.ADDED_TO, False, None)
    assert examine(added_to(PDF), HERE.trusted, []).intact


def test_a_file_cut_short_is_refused() -> None:
    for length in (len(PDF) - 1, len(PDF) // 2, 100, 9):
        assert not examine(PDF[:length], HERE.trusted, []).good


def test_another_authority_of_the_same_name_is_a_stranger() -> None:
    other = office()
    found = examine(signed(other.signer), HERE.trusted, [])
    assert (found.flaw, found.intact, found.trusted) == (Flaw.STRANGER, True, False)
    assert examine(PDF, [], []).flaw is Flaw.STRANGER


def test_a_signer_without_an_authority_above_is_a_stranger() -> None:
    """Somebody else's certificate that says the right names, signed by itself."""
    alone = employed(office().above)
    assert examine(signed(alone.signer), [*HERE.trusted, *office().trusted], []).flaw is Flaw.STRANGER


def test_a_file_stays_good_when_another_key_signs_and_when_the_certificate_has_run_out() -> None:
    after = employed(HERE.above, at=NOW + 1000 * DAY)
    late = signed(after.signer, at=NOW + 1001 * DAY)
    assert examine(late, HERE.trusted, []).key_id == after.signer.key_id
    assert examine(PDF, HERE.trusted, []).good


def test_a_file_signed_outside_the_certificates_time_is_refused() -> None:
    backdated = signed(_Careless(HERE), at=NOW - 3 * DAY)
    late = signed(_Careless(HERE), at=NOW + 4000 * DAY)
    assert [examine(one, HERE.trusted, []).flaw for one in (backdated, late)] == [Flaw.OUT_OF_TIME] * 2


@pytest.mark.parametrize(
    ("reason", "days", "flaw"),
    [
        ("key_compromise", 5, Flaw.REVOKED), ("unspecified", 5, Flaw.REVOKED), ("superseded", 5, None),
        ("cessation_of_operation", 0, Flaw.REVOKED),
    ],
)  # fmt: skip
def test_a_revoked_key_is_good_only_for_what_it_signed_before_and_nobody_else_had_it(
    reason: str, days: int, flaw: Flaw | None
) -> None:
    line = Revocation(_own(HERE).serial_number, NOW + days * DAY, reason)
    crl = revocation.crl(HERE.above, [line], NOW + 10 * DAY, 1)
    assert examine(PDF, HERE.trusted, [crl]).flaw is flaw


def test_a_list_that_has_run_out_is_named_as_such() -> None:
    """It is not silently believed: what was revoked since is not on it. The latest list counts."""
    old, fresh = (revocation.crl(HERE.above, [], NOW + days * DAY, 1) for days in (0, 20))
    foreign = revocation.crl(office().above, [], NOW + 90 * DAY, 1)
    for lists, days, state in (
        ([old], 30, ListState.CURRENT),
        ([old], 32, ListState.OLD),
        ([old, fresh], 32, ListState.CURRENT),
        ([old, fresh], 52, ListState.OLD),
        ([], 1, ListState.NOT_ASKED),
        ([foreign], 1, ListState.NOT_ASKED),
    ):
        found = examine(PDF, HERE.trusted, lists)
        with clock.frozen(NOW + days * DAY):
            assert (found.flaw, found.revocation) == (None, state)


def test_lists_of_others_and_broken_ones_revoke_nothing() -> None:
    line = Revocation(_own(HERE).serial_number, NOW, "key_compromise")
    foreign = revocation.crl(office().above, [line], NOW, 1)
    own = revocation.crl(HERE.above, [line], NOW, 1)
    assert examine(PDF, HERE.trusted, [foreign, b"", b"nonsense", own[:-1], own[:-2] + b"xx"]).good
    assert not examine(PDF, HERE.trusted, [foreign, own]).good


def test_authorities_and_lists_may_come_several_in_one_file() -> None:
    line = Revocation(_own(HERE).serial_number, NOW, "key_compromise")
    lists = [revocation.crl(office().above, [], NOW, 1), revocation.crl(HERE.above, [line], NOW, 1)]
    as_pem = b"".join(pem.armor("X509 CRL", one) for one in lists)
    several = b"".join([*office().trusted, *HERE.trusted])
    assert examine(PDF, [several], []).good
    assert examine(PDF, [several], [as_pem]).flaw is Flaw.REVOKED


@pytest.mark.parametrize(
    ("data", "flaw"),
    [
        (b"", Flaw.NO_PDF),
        (b"PK\x03\x04" + PDF, Flaw.NO_PDF),
        (b"%PDF-1.7\n%%EOF", Flaw.UNSIGNED),
        (b"%PDF-" + bytes(LARGEST), Flaw.TOO_LARGE),
        (b"%PDF-1.7 /Encrypt 9 0 R /ByteRange[0 1 2]", Flaw.UNREADABLE),
        (b"%PDF-1.7 /ByteRange[0 5 3 9]", Flaw.UNREADABLE),
        (b"%PDF-1.7 /ByteRange[0 9999999999 9999999999 9999999999]", Flaw.UNREADABLE),
        (b"%PDF-" + b"/ByteRange[" * 100_000, Flaw.UNREADABLE),
        (b"%PDF-" + b"/ByteRange" + b" " * 1_000_000, Flaw.UNREADABLE),
    ],
)
def test_what_is_none_of_ours_gets_a_clear_answer(data: bytes, flaw: Flaw) -> None:
    assert examine(data, HERE.trusted, []).flaw is flaw


NONSENSE: list[Callable[[bytes], bytes]] = [
    lambda der: b"\x30\x82" + (len(der) - 4).to_bytes(2, "big") + bytes(len(der) - 4),
    lambda der: der[:4] + b"\x30\x80" * ((len(der) - 4) // 2),
    lambda der: der[:60] + bytes(100) + der[160:],
    lambda der: b"",
    lambda der: der[: len(der) // 2],
]


@pytest.mark.parametrize("spoilt", NONSENSE)
def test_a_signature_that_is_none_gets_a_clear_answer(spoilt: Callable[[bytes], bytes]) -> None:
    found = examine(signed(_Spoiling(HERE, spoilt)), HERE.trusted, [])
    assert found.flaw in (Flaw.UNREADABLE, Flaw.ALTERED, Flaw.STRANGER)


def test_every_flaw_has_words() -> None:
    assert set(SAID) == {None, *Flaw}
    assert str(examine(PDF, HERE.trusted, []).message) == "The file is exactly as it was signed"


class _Careless:
    """Signs whatever the time."""

    def __init__(self, here: Office) -> None:
        self._own = here.signer
        self.key_id, self.chain_pem, self.proof_key = here.signer.key_id, here.signer.chain_pem, here.signer.proof_key
        self.prove = here.signer.prove

    def sign(self, digest: bytes, at: object) -> bytes:
        return self._own.sign(digest, LATER)


class _Spoiling(_Careless):
    """Writes something else than it signed."""

    def __init__(self, here: Office, spoilt: Callable[[bytes], bytes]) -> None:
        super().__init__(here)
        self._spoilt = spoilt

    def sign(self, digest: bytes, at: object) -> bytes:
        return self._spoilt(super().sign(digest, at))


def _own(here: Office) -> x509.Certificate:
    return x509.load_pem_x509_certificate(here.signer.chain_pem)
