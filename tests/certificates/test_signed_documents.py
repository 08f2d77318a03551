"""Confirmations and transcripts are signed as certificates are, and what they are worth is told in the same places."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pikepdf
import pytest
from click.testing import CliRunner
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.status import SignatureCoverageLevel
from sqlalchemy import delete, select, update

from courses import signing
from courses.certificates import document_files, documents, store
from courses.certificates.models import CertificateState, DocumentFile, IssuedDocument, SigningBatch
from courses.certificates.verification import Worth, look
from courses.events.models import Event
from courses.settings.published import published
from lms import keys
from lms.cli import main
from lms.config import Config
from lms.db import Database
from lms.jobs.models import Job
from lms.jobs.queue import later
from lms.verifier import data as exported
from lms.verifier.app import create
from tests import factories
from tests.certificates.scenes import a_document, a_hanbit_organisation
from tests.certificates.test_looking_at_files import flipped
from tests.certificates.test_signing_files import worked_off
from tests.configuration import config


@pytest.fixture
def office(database: Database, tmp_path: Path) -> Config:
    """An installation with keys, where 홍길동 and 김하늘 each issued a confirmation to themselves."""
    settings = config(tmp_path, database.url)
    with database.begin() as db:
        a_hanbit_organisation(db)
        keys.ensure(settings, db)
        for name in ("홍길동", "김하늘"):
            a_document(db, factories.a_person(db, name))
    return settings


@pytest.fixture
def files(database: Database, office: Config) -> list[bytes]:
    """Their files, signed by the worker."""
    worked_off(database, office, "sign_documents")
    return the_files(database)


def the_files(database: Database) -> list[bytes]:
    """As they are handed out, in order."""
    with database.look() as db:
        listed = documents.numbered(db)
        return [found for one in listed if (found := document_files.file(db, one.id))]


def test_issuing_leads_to_a_file_that_the_worker_signed(database: Database, files: list[bytes]) -> None:
    assert len(files) == 2
    with database.look() as db:
        known = published(db)
        examined = [signing.examine(one, known.trusted, known.crls) for one in files]
        assert [(one.flaw, one.covers_whole, one.trusted) for one in examined] == [(None, True, True)] * 2
        [batch] = db.scalars(select(SigningBatch))
        [told] = db.scalars(select(Event.data).where(Event.kind == "documents_signed"))
        assert (told["documents"], told["root"]) == (2, batch.root)


def test_the_same_job_again_signs_nothing_anew(database: Database, office: Config, files: list[bytes]) -> None:
    with database.begin() as db:
        later(db, "sign_documents", facts=[{"document_id": one.id} for one in documents.numbered(db)])
        later(db, "sign_missing")
    worked_off(database, office, "sign_documents", "sign_missing")
    assert the_files(database) == files


def test_what_was_issued_before_is_signed_at_night(database: Database, office: Config) -> None:
    with database.begin() as db:
        first = next(documents.numbered(db))
        documents.revoke(db, first.person_id, first.id, "잘못 발급")
        later(db, "sign_missing")
    worked_off(database, office, "sign_missing")  # what was queued is gone
    with database.begin() as db:
        later(db, "sign_missing")
    worked_off(database, office, "sign_missing", "sign_documents")
    assert len(the_files(database)) == 1


def test_one_that_cannot_be_drawn_keeps_nobody_waiting(database: Database, office: Config) -> None:
    with database.begin() as db:
        first, second = documents.numbered(db)
        db.execute(delete(Job))
        db.execute(update(IssuedDocument).where(IssuedDocument.id == first.id).values(content={}))
        later(db, "sign_documents", facts=[{"document_id": one.id} for one in (first, second)])
    worked_off(database, office, "sign_documents")
    with database.look() as db:
        assert document_files.file(db, second.id)
        assert document_files.file(db, first.id) is None
        alone = db.scalars(select(Job.args).where(Job.name == "sign_documents", Job.error.is_not(None))).all()
        assert {"facts": [{"document_id": first.id}]} in alone


def test_the_dropped_file_is_told_from_any_other(database: Database, files: list[bytes]) -> None:
    with database.look() as db:
        looked = look(db, files[0])
        assert looked.worth is Worth.SAME
        assert looked.document
        assert (looked.document.name, looked.document.about, looked.shown) == ("홍*동", "데이터 분석 실무", None)
        assert all(look(db, other).found is None for other in flipped(files[0]))


def test_a_damaged_one_is_not_handed_out(database: Database, files: list[bytes]) -> None:
    with database.begin() as db:
        db.execute(update(DocumentFile).values(data=store.packed(files[0] + b" ")))
    with database.look() as db, pytest.raises(store.Damaged):
        document_files.file(db, next(documents.numbered(db)).id)


def test_the_page_by_itself_knows_them(database: Database, files: list[bytes], tmp_path: Path) -> None:
    place = tmp_path / "verify.db"
    with database.begin() as db:
        first, second = documents.numbered(db)
        documents.revoke(db, second.person_id, second.id, "잘못 발급")
    with database.look() as db:
        assert exported.export(db, place) == 2
    page = create(place).test_client()
    english = {"Accept-Language": "en"}
    told = page.get(f"/verify/{first.code}", headers=english).text
    assert "This document is valid" in told
    assert "홍*동" in told
    assert "홍길동" not in told
    assert "revoked" in page.get(f"/verify/{second.code}", headers=english).text
    dropped = page.post("/verify", data={"file": (io.BytesIO(files[0]), "a.pdf")}, headers=english)
    assert (dropped.status_code, "exactly the one that was issued" in dropped.text) == (200, True)
    other = page.post("/verify", data={"file": (io.BytesIO(files[0][:-1] + b" "), "a.pdf")}, headers=english)
    assert other.status_code == 422
    for secret in ("홍길동", first.code, "승진 심사"):
        assert secret.encode() not in place.read_bytes()


def test_the_command_line_knows_them(
    database: Database, office: Config, files: list[bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", database.url)
    monkeypatch.setenv("LMS_HOME", str(office.home))
    place, ca = tmp_path / "a.pdf", tmp_path / "ca.pem"
    place.write_bytes(files[0])
    with database.look() as db:
        ca.write_text("".join(published(db).authorities))
    online = CliRunner().invoke(main, ["certificates", "verify", str(place), "--json"])
    assert online.exit_code == 0
    said = json.loads(online.output)
    assert (said["genuine"], said["in_force"], said["kind"], said["name"]) == (True, True, "enrolment", "홍*동")
    offline = CliRunner().invoke(main, ["certificates", "verify", str(place), "--json", "--ca", str(ca)])
    assert (offline.exit_code, json.loads(offline.output)["genuine"]) == (0, True)
    with database.begin() as db:
        first = next(documents.numbered(db))
        documents.revoke(db, first.person_id, first.id, "잘못 발급")
    revoked = CliRunner().invoke(main, ["certificates", "verify", str(place), "--json"])
    assert (revoked.exit_code, json.loads(revoked.output)["state"]) == (1, CertificateState.REVOKED)


def test_readers_of_others_find_nothing_wrong(files: list[bytes]) -> None:
    for content in files:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            assert pdf.check_pdf_syntax() == []
            assert pdf.Root.AcroForm.Fields[0].V.SubFilter == "/ETSI.CAdES.detached"
        [signature] = PdfFileReader(io.BytesIO(content)).embedded_signatures
        signature.compute_integrity_info()
        assert signature.evaluate_signature_coverage() is SignatureCoverageLevel.ENTIRE_FILE
