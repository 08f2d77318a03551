"""Keys in a folder: who may read them, how they change, and what is said when something is amiss."""

from __future__ import annotations

import shutil
import stat
import sys
from pathlib import Path

import pytest
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from courses.errors import Refused
from courses.signing import authority as making
from courses.signing import examine, folder, hardware, load
from courses.signing.loaded import by_key
from tests.signing.scenes import CITY, DAY, LATER, NAME, NOW, Office, employed, office, signed

pytestmark = pytest.mark.once


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    """A folder with an authority and a first key."""
    folder.make(tmp_path / "keys", NAME, CITY, "p256", NOW)
    return tmp_path / "keys"


def trusted(keys: Path) -> list[bytes]:
    return [folder.authority_pem(keys)]


def test_nobody_but_their_owner_can_read_keys(keys: Path) -> None:
    modes = {stat.S_IMODE(path.stat().st_mode) for path in keys.rglob("*") if path.is_file()}
    assert modes == {0o600}
    assert {stat.S_IMODE(path.stat().st_mode) for path in (keys, *keys.rglob("*")) if path.is_dir()} == {0o700}


def test_a_loaded_key_signs_what_its_authority_vouches_for(keys: Path) -> None:
    signer = load(str(keys))
    found = examine(signed(signer), trusted(keys), [])
    assert (found.good, found.key_id) == (True, folder.current(keys))
    assert signed(load(str(keys))) == signed(signer)


def test_keys_are_made_once_and_nothing_is_left_lying_about(keys: Path) -> None:
    before = {path: path.read_bytes() for path in keys.rglob("*.pem")}
    with pytest.raises(Refused, match="already"):
        folder.make(keys, NAME, CITY, "p256", NOW)
    assert {path: path.read_bytes() for path in keys.rglob("*.pem")} == before
    assert list(keys.parent.iterdir()) == [keys]


def test_after_a_change_another_key_signs_the_one_before_is_gone_and_its_files_stay_good(keys: Path) -> None:
    early, before = signed(load(str(keys))), folder.current(keys)
    fresh = folder.rotate(keys, NAME, CITY, "p256", NOW + DAY)
    assert fresh == folder.current(keys) == load(str(keys)).key_id != before
    assert sorted(path.name for path in (keys / before).iterdir()) == ["document.pem", "proof.txt"]
    assert [making.key_id(one) for one in folder.signers(keys)] == [before, fresh]
    assert examine(early, trusted(keys), []).good
    assert examine(signed(load(str(keys)), at=NOW + 2 * DAY), trusted(keys), []).key_id == fresh


def test_the_authoritys_key_may_be_kept_elsewhere_until_it_is_needed(keys: Path, tmp_path: Path) -> None:
    shutil.move(keys / "authority.key.pem", tmp_path / "safe.pem")
    assert examine(signed(load(str(keys))), trusted(keys), []).good
    assert not folder.has_authority_key(keys)
    with pytest.raises(Refused, match=r"authority\.key\.pem"):
        folder.rotate(keys, NAME, CITY, "p256", NOW)


def test_a_certificate_never_outlives_its_authority() -> None:
    above = office().above
    end = above.certificate.not_valid_after_utc
    late = making.certify(above, making.new_key("p256"), NAME, CITY, end - 10 * DAY)
    assert late.not_valid_after_utc <= end


def test_a_key_signs_only_while_its_certificate_is_good(keys: Path) -> None:
    signer = load(str(keys))
    for at in (NOW - DAY, NOW + 4 * 365 * DAY):
        with pytest.raises(Refused, match="rotate-keys"):
            signer.sign(bytes(32), at)


def test_a_revoked_key_is_on_the_list_and_the_one_that_signs_cannot_be(keys: Path) -> None:
    before = folder.current(keys)
    with pytest.raises(Refused, match="signs now"):
        folder.revoke(keys, before, "superseded", NOW)
    with pytest.raises(Refused, match="no key"):
        folder.revoke(keys, "0" * 16, "superseded", NOW)
    folder.rotate(keys, NAME, CITY, "p256", NOW)
    folder.revoke(keys, before, "superseded", NOW)
    folder.revoke(keys, before, "key_compromise", LATER)
    (line,) = folder.revoked(keys)
    assert (line.at, line.reason) == (LATER, "key_compromise")


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda keys: shutil.rmtree(keys), "init-keys"),
        (lambda keys: _key(keys).chmod(0o640), "Others can read"),
        (lambda keys: _key(keys).write_bytes(b"-----BEGIN PRIVATE KEY-----\nAAAA\n"), "copy"),
        (lambda keys: _key(keys).unlink(), "init-keys"),
        (lambda keys: (keys / "authority.pem").write_bytes(b""), "copy"),
    ],
)  # fmt: skip
def test_what_is_amiss_is_said(keys: Path, spoil: object, says: str) -> None:
    assert callable(spoil)
    spoil(keys)
    with pytest.raises(Refused, match=says):
        load(str(keys))


def test_names_longer_than_a_certificate_has_room_for_are_cut(tmp_path: Path) -> None:
    folder.make(tmp_path / "keys", "긴" * 200, "이름" * 200, "p256", NOW)
    found = examine(signed(load(str(tmp_path / "keys"))), trusted(tmp_path / "keys"), [])
    assert (found.good, found.signer, found.authority) == (True, "긴" * 20, "이름" * 10 + " CA")


@pytest.mark.parametrize("left_out", ["module-path", "token", "object"])
def test_a_token_is_named_in_full(left_out: str) -> None:
    parts = {"token": "token=HR%20office", "object": "object=documents", "module-path": "module-path=/lib/p.so"}
    path = ";".join(parts[name] for name in ("token", "object") if name != left_out)
    query = "" if left_out == "module-path" else parts["module-path"]
    with pytest.raises(Refused, match=left_out):
        hardware.asked(f"pkcs11:{path}?{query}")
    assert hardware.asked("pkcs11:token=HR%20office;object=d?module-path=/lib/p.so")["token"] == "HR office"


class Token:
    """What pyHanko's signer for tokens does."""

    def __init__(self, here: Office) -> None:
        self._signs = by_key(here.key)
        own = x509.load_pem_x509_certificate(here.signer.chain_pem)
        self.signing_cert = asn1.Certificate.load(own.public_bytes(Encoding.DER))
        above = asn1.Certificate.load(here.above.certificate.public_bytes(Encoding.DER))
        self.cert_registry = [above, self.signing_cert]

    async def async_sign_raw(self, data: bytes, digest_algorithm: str) -> bytes:
        assert digest_algorithm == "sha256"
        return self._signs(data)


def test_a_key_in_a_token_signs_as_one_in_a_folder_does(keys: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = office()
    monkeypatch.setattr(hardware, "_opened", lambda uri: Token(here))
    signer = load("pkcs11:token=HR", str(keys))
    found = examine(signed(signer), here.trusted, [])
    assert (found.good, found.key_id) == (True, here.signer.key_id)
    assert signer.proof_key == load(str(keys)).proof_key


def test_without_the_extra_a_token_is_refused_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pkcs11", None)
    with pytest.raises(Refused, match=r"lms\[pkcs11\]"):
        load("pkcs11:token=a;object=b?module-path=/c.so")


def test_the_chain_of_a_token_is_put_in_order_without_the_highest() -> None:
    above = office().above
    own = x509.load_pem_x509_certificate(employed(above).signer.chain_pem)
    others = [x509.load_pem_x509_certificate(office().signer.chain_pem), above.certificate, own]
    assert hardware.chain(own, others) == [own]


def _key(keys: Path) -> Path:
    return keys / folder.current(keys) / "document.key.pem"
