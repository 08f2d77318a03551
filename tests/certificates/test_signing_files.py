"""What was issued is signed in the worker, once, and is the same for ever."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select, update

from courses import signing
from courses.certificates import store
from courses.certificates.actions import issue
from courses.certificates.models import (
    Certificate,
    CertificateConstant,
    CertificateFile,
    CertificateState,
    SigningBatch,
)
from courses.certificates.proving import Proof, proof
from courses.certificates.revisions import revoke
from courses.certificates.status import published as status_list
from courses.errors import Refused
from courses.events.models import Event
from courses.people.models import Person
from courses.settings.organisation import change_organisation, organisation, store_asset
from courses.settings.published import published
from courses.signing import credential, status, timestamps
from courses.text import text
from lms import keys
from lms.cli import main
from lms.config import Config, stamp_authorities
from lms.db import Database
from lms.jobs.models import Job, JobState
from lms.jobs.queue import later
from lms.jobs.worker import Worker
from tests import factories
from tests.certificates.scenes import SEAL, URL, a_closed_run, a_hanbit_organisation, completed, repainted
from tests.configuration import config
from tests.signing.stamping import clockmaker, served


@pytest.fixture
def office(database: Database, tmp_path: Path) -> Config:
    """An installation with keys, and 홍길동, 김하늘 and 이바다, whose run is closed and issued."""
    settings = config(tmp_path, database.url)
    with database.begin() as db:
        a_hanbit_organisation(db)
        keys.ensure(settings, db)
        dan = factories.a_person(db, "최단", roles=["officer"])
        run = a_closed_run(db)
        for name in ("홍길동", "김하늘", "이바다"):
            completed(db, run, factories.a_person(db, name))
        issue(db, dan.id, run, URL)
    return settings


def worked_off(database: Database, settings: Config, *names: str) -> None:
    """Do the waiting jobs of these names, with what follows from them, and no others."""
    with database.begin() as db:
        db.execute(
            update(Job).where(Job.name.not_in(names), Job.state == JobState.READY).values(state=JobState.CANCELLED)
        )
    worker = Worker(database, settings)
    while worker.step():
        pass


def the_files(database: Database) -> list[bytes]:
    """As they are handed out, in order."""
    with database.look() as db:
        found = [store.file(db, one) for one in db.scalars(select(Certificate.id).order_by(Certificate.id))]
    return [one for one in found if one]


def test_issuing_leads_to_signed_files(database: Database, office: Config) -> None:
    assert the_files(database) == []
    worked_off(database, office, "sign_certificates")
    files = the_files(database)
    assert len(files) == 3
    with database.look() as db:
        known = published(db)
        examined = [signing.examine(one, known.trusted, known.crls) for one in files]
        assert [one.flaw for one in examined] == [None] * 3
        assert all(one.covers_whole and one.trusted for one in examined)
        badges = [json.loads(one.attachment or b"") for one in examined]
        named = [badge["credentialSubject"]["identifier"][0]["identityHash"] for badge in badges]
        assert named == ["김하늘", "이바다", "홍길동"]
        ids = db.scalars(select(Certificate.id).order_by(Certificate.id)).all()
        kept = [store.credential(db, one) or b"" for one in ids]
        assert kept == [one.attachment for one in examined]
        assert all(credential.verify(one, known.proof_keys) for one in kept)


def test_little_is_kept_and_the_rest_once(database: Database, office: Config) -> None:
    worked_off(database, office, "sign_certificates")
    with database.look() as db:
        assert len(db.scalars(select(CertificateConstant)).all()) == 1
        assert all(len(data) < 20_000 for data in db.scalars(select(CertificateFile.data)))


def test_a_bilingual_one_of_rare_names_is_small_as_well(database: Database, office: Config) -> None:
    with database.begin() as db:
        certificate = db.scalars(select(Certificate)).first()
        assert certificate
        rare = {"name": "황보뷁쀍쌻쮏쿫퀣", "unit": "뷁쀍국 쌻쮏과 쿫퀣팀", "name_roman": "Zwölf-Łukasz Nguyễn Thị Ánh"}
        certificate.facts = {**certificate.facts, **rare, "template": "plain-both-1"}
        certificate_id = certificate.id
    worked_off(database, office, "sign_certificates")
    with database.look() as db:
        kept = db.get_one(CertificateFile, certificate_id).data
        assert len(kept) < 20_000 < len(store.unpacked(kept))
        whole = store.file(db, certificate_id) or b""
        assert signing.examine(whole, published(db).trusted, published(db).crls).flaw is None


def test_what_was_kept_as_it_is_is_still_handed_out(database: Database, office: Config) -> None:
    worked_off(database, office, "sign_certificates")
    before = the_files(database)
    with database.begin() as db:
        for kept in db.scalars(select(CertificateFile)):
            kept.data = store.unpacked(kept.data)
    assert the_files(database) == before
    with database.look() as db:
        ids = db.scalars(select(CertificateFile.certificate_id))
        assert all(store.credential(db, one) for one in ids)


def test_a_file_leads_to_the_root_of_its_job(database: Database, office: Config) -> None:
    worked_off(database, office, "sign_certificates")
    with database.look() as db:
        for one in db.scalars(select(Certificate.id).order_by(Certificate.id)):
            shown, content = proof(db, one), store.file(db, one) or b""
            assert shown
            assert shown.size == 3
            assert shown.leads(content)
            assert not shown.leads(content + b" ")
            assert not replace(shown, root="0" * 64).leads(content)
            assert Proof.from_json(shown.to_json()) == shown
            batch = shown
        [told] = db.scalars(select(Event.data).where(Event.kind == "certificates_signed"))
        assert (told["certificates"], told["root"]) == (3, batch.root)


def test_the_same_job_again_signs_nothing_anew(database: Database, office: Config) -> None:
    worked_off(database, office, "sign_certificates")
    before = the_files(database)
    with database.begin() as db:
        ids = db.scalars(select(Certificate.id)).all()
        later(db, "sign_certificates", facts=[{"certificate_id": one} for one in ids])
        later(db, "sign_missing")
    worked_off(database, office, "sign_certificates", "sign_missing")
    assert the_files(database) == before
    with database.look() as db:
        assert len(db.scalars(select(SigningBatch)).all()) == 1


def test_nothing_that_changes_later_changes_a_file(database: Database, office: Config) -> None:
    """Another seal, another name of the organisation and the person, another key."""
    worked_off(database, office, "sign_certificates")
    before = the_files(database)
    store._constants.clear()
    with database.begin() as db:
        other = store_asset(db, repainted(SEAL), "image/png")
        change_organisation(db, None, replace(organisation(db), name="다른시", issuer="다른시장", seal=other))
        db.execute(update(Person).values(name="누군가"))
        keys.rotate(office, db, "p256")
        later(db, "sign_missing")
    worked_off(database, office, "sign_certificates", "sign_missing")
    assert the_files(database) == before
    with database.look() as db:
        known = published(db)
        assert [signing.examine(one, known.trusted, known.crls).flaw for one in before] == [None] * 3


def test_what_was_issued_before_there_were_files_is_signed_at_night(database: Database, office: Config) -> None:
    with database.begin() as db:
        later(db, "sign_missing")
    worked_off(database, office, "sign_missing")
    assert len(the_files(database)) == 3


def test_what_is_not_in_force_is_not_signed(database: Database, office: Config) -> None:
    with database.begin() as db:
        first = db.scalars(select(Certificate).order_by(Certificate.id)).first()
        assert first
        revoke(db, first.issued_by, first, "잘못 발급")
    worked_off(database, office, "sign_certificates")
    assert len(the_files(database)) == 2


def test_without_keys_the_job_fails_for_all_to_see(database: Database, office: Config, tmp_path: Path) -> None:
    elsewhere = replace(office, signing_key=str(tmp_path / "nowhere"))
    worked_off(database, elsewhere, "sign_certificates")
    with database.look() as db:
        job = db.scalars(select(Job).where(Job.name == "sign_certificates")).one()
        assert (job.state, bool(job.error)) == (JobState.FAILED, True)
        assert store.waiting(db) == 3
    with database.begin() as db:
        later(db, "sign_missing")
    worked_off(database, office, "sign_missing")
    with database.look() as db:
        assert store.waiting(db) == 0


@pytest.mark.parametrize("what", ["certificate_file", "certificate_constant"])
def test_what_was_changed_on_the_disk_is_not_handed_out(database: Database, office: Config, what: str) -> None:
    worked_off(database, office, "sign_certificates")
    table = CertificateFile if what == "certificate_file" else CertificateConstant
    with database.begin() as db:
        data = db.scalars(select(table.data)).first() or b""
        db.execute(update(table).values(data=data[:-9] + bytes([data[-9] ^ 1]) + data[-8:]))
    store._constants.clear()
    with pytest.raises(store.Damaged):
        the_files(database)


def test_a_revoked_certificate_stands_on_the_list(database: Database, office: Config) -> None:
    worked_off(database, office, "sign_certificates")
    with database.begin() as db:
        first = db.scalars(select(Certificate).order_by(Certificate.id)).first()
        assert first
        revoke(db, first.issued_by, first, "잘못 발급")
    worked_off(database, office, "publish_status")
    with database.look() as db:
        data = status_list(db, 1) or b""
        assert credential.verify(data, published(db).proof_keys)
        rows = db.execute(select(Certificate.id, Certificate.state)).all()
        said = {one.id: status.is_revoked(json.loads(data), one.id) for one in rows}
        assert said == {one.id: one.state is not CertificateState.VALID for one in rows}
        badge = json.loads(store.credential(db, first.id) or b"")["credentialStatus"]
        assert (badge["statusListCredential"], badge["statusListIndex"]) == (json.loads(data)["id"], str(first.id))


def test_the_root_is_stamped_once_the_authority_answers(
    database: Database, office: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    asking = replace(office, timestamp_url="http://stamps.example")

    def away(_root: bytes, _url: str, _trusted: list[bytes]) -> bytes:
        raise Refused(text("nobody answers"))

    monkeypatch.setattr(timestamps, "stamp", away)
    worked_off(database, asking, "sign_certificates")
    assert len(the_files(database)) == 3  # nobody waits for it
    with database.begin() as db:
        job = db.scalars(select(Job).where(Job.name == "stamp_root")).one()
        assert (job.state, job.attempts) == (JobState.READY, 1)
        job.due_at = job.created_at
    monkeypatch.setattr(timestamps, "stamp", lambda root, url, trusted: b"seen " + root)
    worked_off(database, asking, "stamp_root")
    with database.begin() as db:
        batch = db.scalars(select(SigningBatch)).one()
        assert (batch.token, batch.authority) == (b"seen " + bytes.fromhex(batch.root), "http://stamps.example")
        assert len(db.scalars(select(Event).where(Event.kind == "root_stamped")).all()) == 1
        later(db, "sign_missing")
    monkeypatch.setattr(timestamps, "stamp", away)  # whoever asked again would fail
    worked_off(database, asking, "sign_missing")
    with database.look() as db:
        assert set(db.scalars(select(Job.state).where(Job.name == "stamp_root"))) == {JobState.DONE}


def test_only_stamps_of_known_authorities_are_kept_where_there_are_some(
    database: Database, office: Config, tmp_path: Path
) -> None:
    clock_of_theirs, other = clockmaker(), clockmaker()
    known = tmp_path / "stamps.pem"
    known.write_bytes(clock_of_theirs.trusted[0])
    worked_off(database, office, "sign_certificates")
    with database.look() as db:
        [batch] = db.scalars(select(SigningBatch))
    for maker, kept in ((other, False), (clock_of_theirs, True)):
        with database.begin() as db:
            later(db, "stamp_root", batch_id=batch.id)
        with served(maker.answer) as url:
            worked_off(database, replace(office, timestamp_url=url, timestamp_ca=str(known)), "stamp_root")
        with database.look() as db:
            [now] = db.scalars(select(SigningBatch))
            assert (now.token is not None) is kept
    with pytest.raises(Refused, match="cannot be read"):
        stamp_authorities(str(tmp_path / "nowhere"))
    for odd in (b"", b"odd", b"-----BEGIN CERTIFICATE-----\nodd\n-----END CERTIFICATE-----\n"):
        (tmp_path / "odd.pem").write_bytes(odd)
        with pytest.raises(Refused, match=r"odd\.pem holds no certificates"):
            stamp_authorities(str(tmp_path / "odd.pem"))


def test_the_command_asks_the_database(
    database: Database, office: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    worked_off(database, office, "sign_certificates")
    monkeypatch.setenv("DATABASE_URL", database.url)
    monkeypatch.setenv("LMS_HOME", str(tmp_path))
    target, [pdf, *_] = tmp_path / "a.pdf", the_files(database)
    target.write_bytes(pdf)
    asked = CliRunner().invoke(main, ["certificates", "verify", str(target), "--json"])
    told = json.loads(asked.output)
    assert (asked.exit_code, told["genuine"], told["in_force"], told["name"]) == (0, True, True, "김*늘")
    target.write_bytes(pdf[:-1])
    assert CliRunner().invoke(main, ["certificates", "verify", str(target)]).exit_code == 1
    assert CliRunner().invoke(main, ["certificates", "verify", str(target), "--crl", str(target)]).exit_code == 2


def test_the_command_reads_a_proof(
    database: Database, office: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    worked_off(database, office, "sign_certificates")
    monkeypatch.setenv("DATABASE_URL", database.url)
    monkeypatch.setenv("LMS_HOME", str(tmp_path))
    with database.look() as db:
        first = db.scalars(select(Certificate.id).order_by(Certificate.id)).first() or 0
        shown, content = proof(db, first), store.file(db, first) or b""
    assert shown
    pdf, beside = tmp_path / "a.pdf", tmp_path / "proof.json"
    pdf.write_bytes(content)
    command = ["certificates", "verify", str(pdf), "--proof", str(beside), "--json"]
    for written, code in (
        (shown, 0),
        (replace(shown, position=1), 1),
        (replace(shown, root="odd"), 1),
        (replace(shown, token="b2Rk"), 1),
    ):
        beside.write_bytes(written.to_json())
        asked = CliRunner().invoke(main, command)
        assert (asked.exit_code, json.loads(asked.output)["existed"]) == (code, code == 0)
    typed = shown.to_json().replace(b'"size": 3', b'"size": "3"')
    for odd in (b"[]", b"{}", b"no", b"\xff", b'{"path": 1}', typed, b"[" * 100_000):
        beside.write_bytes(odd)
        assert CliRunner().invoke(main, command).exit_code == 1
