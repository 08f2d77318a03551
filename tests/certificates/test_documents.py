"""Confirmations and transcripts: numbers of the same series, what they say frozen, and what became of them."""

from __future__ import annotations

import io
from datetime import date, time

import pytest
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.certificates import documents
from courses.certificates.actions import issue
from courses.certificates.documents import Content, digest
from courses.certificates.models import CertificateState, IssuedDocument
from courses.certificates.searching import account
from courses.confirming.actions import waiting
from courses.errors import Refused
from courses.events.models import Event
from courses.people.models import Person
from courses.printing.issued import draw
from courses.settings.organisation import Organisation, change_organisation
from tests import factories
from tests.certificates.scenes import (
    SEAL,
    URL,
    a_closed_run,
    a_content,
    a_document,
    completed,
    document_signed,
)
from tests.client import Browser


def test_a_document_takes_the_next_number_of_the_series(db: Session, ana: Person, eve: Person, dan: Person) -> None:
    run = a_closed_run(db)
    completed(db, run, ana)
    with clock.frozen(clock.at(date(2027, 3, 2), time(9))):
        [certificate] = issue(db, dan.id, run, URL)
        document = a_document(db, ana)
        other = a_closed_run(db)
        completed(db, other, eve)
        [following] = issue(db, dan.id, other, URL)
    assert (certificate.number, document.number, following.number) == (1, 2, 3)
    assert document.content["number"] == "제2027-000002호"
    of_year = account(db, 2027)
    assert (of_year.given, of_year.certificates, of_year.documents, of_year.missing) == (3, 2, 1, 0)


def test_what_it_says_is_frozen_and_drawn_alike_for_ever(db: Session, ana: Person) -> None:
    document = a_document(db, ana)
    content = Content.from_json(document.content)
    before = draw(content, SEAL)
    assert document.content_sha256 == digest(content)
    ana.name = "김구름"
    change_organisation(db, None, Organisation(name="다른시"))
    db.commit()
    db.expire_all()
    assert draw(Content.from_json(db.get_one(IssuedDocument, document.id).content), SEAL) == before
    [page] = [page.extract_text() for page in PdfReader(io.BytesIO(before)).pages]
    for words in ("수강확인서", content.name, content.number, content.printed_code, content.sentence, "한빛시장"):
        assert words in page


def test_the_number_stands_lower_left_on_every_page() -> None:
    grid = documents.Grid((("과정명", 1, "left"),), tuple((f"과정 {n}",) for n in range(90)))
    content = a_content(number="제2026-000009호", code="ABCDEFGH23456789", grids=(grid,))
    pages = PdfReader(io.BytesIO(draw(content, None))).pages
    assert len(pages) > 1
    for page in pages:
        lines = page.extract_text(extraction_mode="layout").splitlines()
        foot = [line for line in lines if line.strip()][-1]
        assert foot.strip().startswith(content.number)
        assert foot.rstrip().endswith(f"/ {len(pages)}")


def test_asked_for_twice_it_takes_one_number(db: Session, ana: Person) -> None:
    first, again = a_document(db, ana), a_document(db, ana)
    assert again.id == first.id
    assert a_document(db, ana, "은행 제출").number == first.number + 1


def test_a_resident_number_is_no_purpose(db: Session, ana: Person) -> None:
    with pytest.raises(Refused, match="resident registration number"):
        a_document(db, ana, "900101-1234567")


def test_a_revoked_one_stays_listed_and_verifies_as_revoked(
    client: Browser, db: Session, ana: Person, dan: Person
) -> None:
    document = a_document(db, ana)
    db.commit()
    client.sign_in(dan)
    client.post(f"/documents/{document.id}/revocation", 422, data={"reason": ""})
    client.post(f"/documents/{document.id}/revocation", data={"reason": "잘못 발급"})
    with pytest.raises(Refused):
        documents.revoke(db, dan.id, document.id, "또")
    assert [one.state for one in documents.own(db, ana.id)] == [CertificateState.REVOKED]
    client.sign_in(ana).get(f"/documents/{document.id}.pdf", 404)
    page = client.get(f"/verify/{document.code}").text
    assert "This document was revoked" in page
    assert "잘못 발급" not in page


def test_a_second_person_revokes_it_with_the_first(client: Browser, db: Session, ana: Person, dan: Person) -> None:
    document = a_document(db, ana)
    other = factories.a_person(db, "둘째", roles=["officer"])
    change_organisation(db, None, Organisation(second_person=True))
    db.commit()
    address = f"/documents/{document.id}/revocation"
    client.sign_in(dan).post(address, data={"reason": "잘못 발급"})
    asked = waiting(db, documents.REVOCATION, document.id)
    assert asked
    assert documents.own(db, ana.id)[0].state is CertificateState.VALID
    assert "Its revocation waits for a second person" in client.get(address).text
    client.post(address, 409, data={"reason": "또"})
    page = client.sign_in(other).get(f"/confirmations/{asked.id}").text
    assert document.content["number"] in page
    assert f'href="/people/{ana.id}/certificates#d{document.id}"' in page
    client.post(f"/confirmations/{asked.id}/confirmation")
    [one] = documents.own(db, ana.id)
    assert (one.state, one.reason) == (CertificateState.REVOKED, "잘못 발급")
    with pytest.raises(Refused, match="revoked already"):
        documents.ask_to_revoke(db, dan.id, db.get_one(IssuedDocument, document.id, populate_existing=True), "또")


def test_anybody_verifies_it_and_learns_no_whole_name(client: Browser, db: Session, ana: Person) -> None:
    document = a_document(db, ana)
    db.commit()
    english = {"Accept-Language": "en"}
    page = client.get(f"/verify?code={document.code.lower()}", headers=english).text
    assert "This document is valid" in page
    assert document.content["number"] in page
    assert "데이터 분석 실무" in page
    for secret in (ana.name, document.purpose):
        assert secret not in page
    client.get(f"/verify?code={document.code}&number=제2026-999999호", 404)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_ones_own_documents_in_two_steps(client: Browser, db: Session, ana: Person, language: str) -> None:
    run = factories.a_run(db, factories.a_course(db, "데이터 분석 실무"), starts_in=-1)
    enrolment = factories.an_enrolment(db, run, ana)
    db.commit()
    client.sign_in(ana, language).get("/documents")
    client.post("/documents", 409, data={"kind": "enrolment", "run": "", "wording": "ko"})
    client.post("/documents", 422, data={"kind": "diploma"})
    sent = {"kind": "enrolment", "run": enrolment.id, "wording": "ko", "purpose": "은행 제출"}
    answer = client.post("/documents", data=sent)
    [one] = documents.own(db, ana.id)
    assert answer.location == f"/documents#d{one.id}"
    assert (one.content.title, one.purpose, one.content.language) == ("수강확인서", "은행 제출", "ko")
    assert dict(one.content.entries)["교육기간"].startswith(f"{run.starts_on.year}년 ")  # it is read in later years
    assert one.content.number in client.get("/documents").text
    being_signed = {"en": "This document is being signed", "ko": "문서에 전자서명을 하는 중입니다"}
    assert being_signed[language] in client.get(f"/documents/{one.id}.pdf", 409).text
    document_signed(db, db.get_one(IssuedDocument, one.id))
    db.commit()
    answer = client.get(f"/documents/{one.id}.pdf")
    assert answer.data.startswith(b"%PDF")
    client.get(f"/documents/{one.id}.pdf", 304, headers={"If-None-Match": answer.headers["ETag"]})
    recorded = db.scalars(select(Event).where(Event.kind == "document_issued")).one()
    assert (recorded.person_id, recorded.run_id) == (ana.id, run.id)


def test_a_transcript_says_what_was_completed(client: Browser, db: Session, ana: Person, dan: Person) -> None:
    client.sign_in(ana)
    client.post("/documents", 409, data={"kind": "transcript", "wording": "en"})
    assert not documents.own(db, ana.id)
    run = a_closed_run(db)
    completed(db, run, ana)
    [certificate] = issue(db, dan.id, run, URL)
    db.commit()
    client.post("/documents", data={"kind": "transcript", "wording": "en"})
    [one] = documents.own(db, ana.id)
    assert one.content.about == f"{run.ends_on.year} to {run.ends_on.year}, courses: 1"
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(draw(one.content, None))).pages)
    for words in ("Transcript of training", "데이터 분석 실무", certificate.facts["number"], one.content.number):
        assert words in text


def test_an_instructor_has_teaching_confirmed(client: Browser, db: Session, cleo: Person) -> None:
    run = factories.a_run(db, starts_in=-3, instructors=[cleo])
    db.commit()
    sent = {"kind": "teaching", "wording": "ko", "first": run.starts_on.isoformat(), "last": run.ends_on.isoformat()}
    client.sign_in(cleo).post("/documents", data=sent)
    [one] = documents.own(db, cleo.id)
    assert one.content.grids[0].rows
    client.post("/documents", 409, data=sent | {"last": "2001-01-01"})


def test_the_run_of_another_is_not_confirmed(client: Browser, db: Session, ana: Person, eve: Person) -> None:
    enrolment = factories.an_enrolment(db, factories.a_run(db), ana)
    db.commit()
    client.sign_in(eve).post("/documents", 422, data={"kind": "enrolment", "run": enrolment.id, "wording": "ko"})
    assert not documents.own(db, eve.id)


def test_only_officers_issue_for_others(
    client: Browser, db: Session, ana: Person, ben: Person, cleo: Person, eve: Person, dan: Person
) -> None:
    enrolment = factories.an_enrolment(db, factories.a_run(db), ana)
    db.commit()
    sent = {"kind": "enrolment", "run": enrolment.id, "wording": "ko"}
    for person in (ana, ben, cleo, eve):
        client.sign_in(person).get(f"/people/{ana.id}/certificates", 403)
        client.post(f"/people/{ana.id}/documents", 403, data=sent)
    client.sign_in(dan).post(f"/people/{ana.id}/documents", data=sent)
    [one] = documents.own(db, ana.id)
    assert one.issuer == dan.name


def test_the_register_lists_documents_too(client: Browser, db: Session, ana: Person, dan: Person) -> None:
    document = a_document(db, ana, "은행 제출")
    a_document(db, dan, "승진 심사")
    content = Content.from_json(document.content)
    page = client.sign_in(dan, "en").get("/certificates/register?what=papers").text
    assert "2 documents" in page
    assert f'href="/people/{ana.id}/certificates">{content.name}<' in page
    assert f'href="/documents/{document.id}.pdf"' in page
    found = client.get(f"/certificates/register?what=papers&q={content.printed_code}").text
    assert "1 document" in found
    assert "승진 심사" not in found
    assert "No document fits" in client.get("/certificates/register?what=papers&state=revoked").text
    assert content.number not in client.get("/certificates/register").text


def test_nobody_uses_up_the_numbers_alone(db: Session, ana: Person, dan: Person) -> None:
    for n in range(documents.MOST_A_DAY):
        a_document(db, ana, f"제출처 {n}")
    with pytest.raises(Refused, match="today already"):
        a_document(db, ana, "하나 더")
    assert a_document(db, ana, "제출처 0").number == 1
    assert documents.issue(db, dan.id, ana.id, a_content(ana.name), purpose="하나 더").number == 21
