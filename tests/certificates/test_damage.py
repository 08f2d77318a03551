"""A file that is not what was signed is not handed out; who can bring it back is told, once."""

from __future__ import annotations

import logging

import pytest
from sqlalchemy import select, update
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
