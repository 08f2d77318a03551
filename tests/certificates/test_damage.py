"""A file that is not what was signed is not handed out; who can bring it back is told, once."""

from __future__ import annotations

import logging

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from courses import clock
from courses.certificates import store
from courses.certificates.actions import issue
from courses.certificates.models import CertificateFile, DocumentFile
from courses.notices.damage import of_damage
from courses.notices.models import NoticeKind
from courses.notices.words import headline
from courses.people.models import Person
from lms.jobs.models import Job
from lms.letters import path_of
from lms.web import damage
from tests import factories
from tests.certificates.scenes import URL, a_closed_run, a_document, completed, document_signed, signed
from tests.client import Browser


@pytest.fixture
def damaged(db: Session, ana: Person, dan: Person) -> tuple[str, str]:
    """The addresses of a certificate and a document of Ana's, whose files were changed on the disk."""
    run = a_closed_run(db)
    completed(db, run, ana)
    [certificate] = issue(db, dan.id, run, URL)
    document = a_document(db, ana)
    signed(db, certificate)
    document_signed(db, document)
    db.execute(update(CertificateFile).values(data=store.packed(b"another")))
    db.execute(update(DocumentFile).values(data=b"broken"))
    db.commit()
    store._constants.clear()
    return f"/certificates/{certificate.id}.pdf", f"/documents/{document.id}.pdf"


@pytest.mark.parametrize(("language", "said"), [("en", "is damaged and is not handed out"), ("ko", "손상되어")])
def test_the_page_says_what_to_do(
    client: Browser, damaged: tuple[str, str], ana: Person, caplog: pytest.LogCaptureFixture, language: str, said: str
) -> None:
    client.sign_in(ana, language)
    for address in damaged:
        page = client.get(address, 500).text
        assert said in page
        assert 'href="/verify"' in page
    critical = [record.getMessage() for record in caplog.records if record.levelno == logging.CRITICAL]
    named = [address.strip("/").removesuffix(".pdf").replace("s/", " ") for address in damaged]
    assert [" ".join(line.split()[2:4]) for line in critical] == named


def test_administrators_are_told_once_a_day(
    client: Browser, db: Session, damaged: tuple[str, str], ana: Person
) -> None:
    client.sign_in(ana)
    for _ in range(2):
        client.get(damaged[1], 500)
    [job] = db.scalars(select(Job).where(Job.name == "tell_damage"))
    grace = factories.a_person(db, "관리", roles=["administrator"])
    [note] = of_damage(db, job.args["facts"])
    assert (note.kind, note.person_id) == (NoticeKind.DAMAGED, grace.id)
    assert note.facts["title"].startswith(f"제{clock.today().year}-")
    assert note.facts["title"] in str(headline(note.kind, note.facts))
    assert path_of(note) == "/help/backup"
    assert client.sign_in(grace).get(path_of(note)).status_code == 200


def test_neither_file_nor_credential_of_a_changed_one_is_handed_out(db: Session, damaged: tuple[str, str]) -> None:
    certificate_id = db.scalars(select(CertificateFile.certificate_id)).one()
    for kept in (store.file, store.credential):
        with pytest.raises(store.Damaged, match=f"certificate {certificate_id}"):
            kept(db, certificate_id)


@pytest.mark.parametrize("kept", [b"", b"x", store.packed(b"whole")[:-1], store.packed(bytes(store.LARGEST * 400))])
def test_what_is_cut_short_or_swells_is_not_unpacked(kept: bytes) -> None:
    with pytest.raises(ValueError, match=r"unpacked|cut short"):
        store.unpacked(kept)


def test_a_database_that_cannot_be_written_changes_nothing_of_the_answer(
    client: Browser,
    damaged: tuple[str, str],
    ana: Person,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def full(*_args: object, **_named: object) -> None:
        raise OperationalError("INSERT", {}, OSError("disk full"))

    client.sign_in(ana, "en")
    monkeypatch.setattr(damage, "later", full)
    assert "is damaged and is not handed out" in client.get(damaged[0], 500).text
    assert "could not be told" in caplog.text
