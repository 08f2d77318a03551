"""A file that somebody holds: genuine is what is byte for byte as it was issued, and nothing else."""

from __future__ import annotations

import io
import json
import random
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy.orm import Session

from courses import clock
from courses.certificates import making, status, store
from courses.certificates.actions import issue
from courses.certificates.models import Certificate, CertificateState
from courses.certificates.verification import LARGEST, Worth, look
from courses.people.models import Person
from courses.settings.published import published
from courses.signing.credential import Urls
from lms import keys
from lms.cli import main
from lms.config import Config
from lms.verifier import data as exported
from lms.verifier.app import create
from lms.verifier.tries import Tries
from tests import factories
from tests.certificates.scenes import URL, a_closed_run, a_hanbit_organisation, completed
from tests.client import Browser
from tests.configuration import config

FLIPS = 40
STATUS, ISSUER = "http://lms.example/trust/status/1.json", "http://lms.example/trust/issuer.json"


@pytest.fixture
def here(tmp_path: Path) -> Config:
    """An installation with a home of its own."""
    return config(tmp_path, "sqlite://")


@pytest.fixture
def certificate(db: Session, dan: Person, here: Config) -> Certificate:
    """홍길동's, truly signed."""
    a_hanbit_organisation(db)
    keys.ensure(here, db)
    run = a_closed_run(db)
    completed(db, run, factories.a_person(db, "홍길동"))
    [issued] = issue(db, dan.id, run, URL)
    signer = keys.signer(here)
    urls = Urls(f"{URL}/{issued.code}", ISSUER, "http://lms.example/runs/1", STATUS, issued.id)
    files = making.made(db, [issued.id], signer, issued.issued_at, lambda *_: urls)
    store.keep(db, files, signer.key_id, issued.issued_at)
    status.publish(db, 1, STATUS, ISSUER, signer)
    db.commit()
    return issued


@pytest.fixture
def pdf(db: Session, certificate: Certificate) -> bytes:
    """Its file."""
    return store.file(db, certificate.id) or b""


def flipped(pdf: bytes) -> Iterator[bytes]:
    """The file with one bit turned: at places all over it, and wherever the signature stands and what is around it."""
    chance = random.Random(len(pdf))
    [contents] = (found.start() for found in re.finditer(rb"/Contents ?<3", pdf))
    near = [contents - 1, contents + 10, contents + 12, len(pdf) - 1, 0, 9]
    for place in [*near, *(chance.randrange(len(pdf)) for _ in range(FLIPS))]:
        yield pdf[:place] + bytes([pdf[place] ^ 1 << chance.randrange(8)]) + pdf[place + 1 :]


def test_the_file_itself_is_genuine(db: Session, pdf: bytes) -> None:
    looked = look(db, pdf)
    assert (looked.worth, looked.examined.flaw) == (Worth.SAME, None)
    assert looked.shown
    assert looked.shown.name == "홍*동"


def test_one_bit_anywhere_is_found(db: Session, pdf: bytes) -> None:
    found = [look(db, other) for other in flipped(pdf)]
    assert {one.worth for one in found} <= {Worth.DIFFERS, Worth.WRONG}
    assert all(one.shown is None for one in found)


@pytest.mark.parametrize("other", [b"", b"%PDF-1.7\n", b"no pdf", b"PK\3\4" * 100])
def test_whatever_else_is_none_of_ours(db: Session, pdf: bytes, other: bytes) -> None:
    assert look(db, other).worth is Worth.WRONG
    assert look(db, pdf + b"\n%%EOF\n").worth is not Worth.SAME


def dropped(client: Browser, pdf: bytes, status: int = 200) -> str:
    """The page after a file was dropped on it."""
    sent = {"file": (io.BytesIO(pdf), "a.pdf")}
    return client.post("/verify", status, data=sent, headers={"Accept-Language": "en"}).text


def test_the_page_tells_of_a_dropped_file(client: Browser, db: Session, certificate: Certificate, pdf: bytes) -> None:
    page = dropped(client, pdf)
    assert "exactly the one that was issued" in page
    assert "This certificate is valid" in page
    assert "홍*동" in page
    assert "홍길동" not in page
    certificate.state = CertificateState.REVOKED
    db.commit()
    assert "was revoked" in dropped(client, pdf)
    page = dropped(client, next(flipped(pdf)), 422)
    assert "not a genuine certificate" in page
    assert certificate.facts["number"] not in page


@pytest.mark.parametrize("more", [1, 20_000])
def test_nobody_sends_films(client: Browser, certificate: Certificate, more: int) -> None:
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n%PDF-'
    body = head + b"0" * (LARGEST - 5 + more) + b"\r\n--x--\r\n"
    client.post("/verify", 413, data=body, content_type="multipart/form-data; boundary=x")


def test_wrong_files_are_counted_with_wrong_codes(client: Browser, certificate: Certificate, pdf: bytes) -> None:
    for _ in range(15):
        client.get(f"/verify/{'2' * 16}", 404)
        dropped(client, b"no pdf", 422)
    dropped(client, pdf, 429)


def test_what_is_needed_offline_is_published(client: Browser, certificate: Certificate) -> None:
    for path in ("/trust/ca.pem", "/trust/revoked.pem", "/trust/issuer.json", "/trust/status/1.json"):
        answer = client.get(path)
        assert "public" in answer.headers["Cache-Control"]
        assert not answer.headers.getlist("Set-Cookie")
        client.get(path, 304, headers={"If-None-Match": answer.headers["ETag"]})
    client.get("/trust/status/2.json", 404)
    assert json.loads(client.get("/trust/status/1.json").data)["id"] == STATUS


def test_offline_on_the_command_line(
    client: Browser, db: Session, certificate: Certificate, pdf: bytes, tmp_path: Path
) -> None:
    files = {"ca": "/trust/ca.pem", "crl": "/trust/revoked.pem", "status": "/trust/status/1.json"}
    for name, path in files.items():
        (tmp_path / name).write_bytes(client.get(path).data)
    target = tmp_path / "a.pdf"
    asked = ["certificates", "verify", str(target), "--json", *(f"--{name}={tmp_path / name}" for name in files)]
    target.write_bytes(pdf)
    good = CliRunner().invoke(main, asked)
    told = json.loads(good.output)
    assert (good.exit_code, told["genuine"], told["in_force"]) == (0, True, True)
    assert (told["number"], told["name"]) == (certificate.facts["number"], "홍길동")
    target.write_bytes(next(flipped(pdf)))
    assert CliRunner().invoke(main, asked).exit_code == 1


def test_an_old_list_is_named_as_such(
    client: Browser, certificate: Certificate, pdf: bytes, here: Config, db: Session, tmp_path: Path
) -> None:
    known = published(db)
    for name, content in (("a.pdf", pdf), ("ca", known.trusted[0]), ("crl", known.crls[0])):
        (tmp_path / name).write_bytes(content)
    exported.export(db, tmp_path / "codes.db")
    asked = ["certificates", "verify", str(tmp_path / "a.pdf"), f"--ca={tmp_path / 'ca'}", f"--crl={tmp_path / 'crl'}"]
    for days, is_old in ((1, False), (40, True)):
        with clock.frozen(clock.now() + timedelta(days=days)):
            assert ("run out" in dropped(client, pdf)) is is_old
            sent = {"file": (io.BytesIO(pdf), "a.pdf")}
            page = (
                create(tmp_path / "codes.db")
                .test_client()
                .post("/verify", data=sent, headers={"Accept-Language": "en"})
            )
            assert ("run out" in page.text) is is_old
            told = CliRunner().invoke(main, [*asked, "--json"])
            assert json.loads(told.output)["revocation_list"] == ("old" if is_old else "current")


def test_the_authority_is_the_one_that_was_named(
    certificate: Certificate, pdf: bytes, db: Session, tmp_path: Path
) -> None:
    (tmp_path / "a.pdf").write_bytes(pdf)
    (tmp_path / "ca").write_bytes(published(db).trusted[0])
    asked = ["certificates", "verify", str(tmp_path / "a.pdf"), f"--ca={tmp_path / 'ca'}", "--json"]
    own = json.loads(CliRunner().invoke(main, asked).output)["authority_id"]
    assert len(own) == 16
    assert CliRunner().invoke(main, [*asked, f"--key-id={own.upper()}"]).exit_code == 0
    other = CliRunner().invoke(main, [*asked, f"--key-id={'0' * 16}"])
    assert (other.exit_code, json.loads(other.output)["genuine"]) == (1, False)


def test_the_list_takes_it_back_offline(
    db: Session, here: Config, certificate: Certificate, pdf: bytes, tmp_path: Path
) -> None:
    certificate.state = CertificateState.REVOKED
    db.flush()
    status.publish(db, 1, STATUS, ISSUER, keys.signer(here))
    for name, content in (("a.pdf", pdf), ("ca", published(db).trusted[0]), ("status", status.published(db, 1) or b"")):
        (tmp_path / name).write_bytes(content)
    asked = ["certificates", "verify", str(tmp_path / "a.pdf"), "--ca", str(tmp_path / "ca"), "--json"]
    assert json.loads(CliRunner().invoke(main, asked).output)["in_force"] is None
    answer = CliRunner().invoke(main, [*asked, "--status", str(tmp_path / "status")])
    assert (answer.exit_code, json.loads(answer.output)["in_force"]) == (1, False)


def test_the_page_by_itself(db: Session, certificate: Certificate, pdf: bytes, tmp_path: Path) -> None:
    target = tmp_path / "codes.db"
    assert exported.export(db, target) == 1
    page = create(target).test_client()
    english = {"Accept-Language": "en"}
    answer = page.get(f"/verify/{certificate.code}", headers=english)
    assert (answer.status_code, "홍*동" in answer.text, "This certificate is valid" in answer.text) == (200, True, True)
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert page.get(f"/verify?code={certificate.code}&number=9-9").status_code == 404
    answer = page.post("/verify", data={"file": (io.BytesIO(pdf), "a.pdf")}, headers=english)
    assert "exactly the one that was issued" in answer.text
    wrong = page.post("/verify", data={"file": (io.BytesIO(next(flipped(pdf))), "a.pdf")}, headers=english)
    assert (wrong.status_code, "not a genuine certificate" in wrong.text) == (422, True)
    certificate.state = CertificateState.SUPERSEDED
    db.flush()
    exported.export(db, target)
    assert "replaced by a later one" in page.get(f"/verify/{certificate.code}", headers=english).text


def test_the_page_by_itself_has_no_secrets(db: Session, certificate: Certificate, tmp_path: Path) -> None:
    target = tmp_path / "codes.db"
    exported.export(db, target)
    content = target.read_bytes()
    assert "홍*동".encode() in content
    for secret in (certificate.code, "홍길동", "PRIVATE KEY"):
        assert secret.encode() not in content
    assert [one.name for one in tmp_path.iterdir() if "codes" in one.name] == ["codes.db"]


def test_the_page_by_itself_counts_wrong_codes(db: Session, certificate: Certificate, tmp_path: Path) -> None:
    exported.export(db, tmp_path / "codes.db")
    page = create(tmp_path / "codes.db").test_client()
    for _ in range(30):
        assert page.get(f"/verify/{'2' * 16}").status_code == 404
    assert page.get(f"/verify/{certificate.code}").status_code == 429
    elsewhere = page.get(f"/verify/{certificate.code}", environ_overrides={"REMOTE_ADDR": "192.0.2.9"})
    assert elsewhere.status_code == 200


def test_a_flood_of_addresses_is_forgotten_from_its_beginning() -> None:
    """So that counting stays cheap, and needs no more memory; whoever tries just now is still known."""
    tries = Tries(2, minutes=10)
    for n in range(12_000):
        tries.count(f"2001:db8::{n:x}")
    tries.count("192.0.2.9")
    tries.count("192.0.2.9")
    assert tries.used_up("192.0.2.9")
    assert len(tries._known) <= 10_000


def test_another_file_is_no_export(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"something else")
    answer = CliRunner().invoke(main, ["verify", "serve", "--data", str(tmp_path / "x")])
    assert answer.exit_code == 1
    assert "lms verify export" in answer.output
