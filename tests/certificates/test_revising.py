"""A certificate is replaced by its next revision, or revoked; nothing that was issued is ever rewritten."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.certificates import searching
from courses.certificates.actions import digest, issue
from courses.certificates.facts import Facts
from courses.certificates.models import Certificate, CertificateState
from courses.certificates.queries import own
from courses.certificates.revisions import reissue, revoke
from courses.enrolment.models import Enrolment, Outcome
from courses.errors import Refused
from courses.events.models import Event
from courses.people.models import Person
from courses.scheduling.models import Run
from tests import factories
from tests.certificates.scenes import URL, a_closed_run, completed, printed
from tests.client import Browser


@pytest.fixture
def certificate(db: Session, ana: Person, dan: Person) -> Certificate:
    run = a_closed_run(db)
    completed(db, run, ana)
    [issued] = issue(db, dan.id, run, URL)
    db.commit()
    return issued


def test_a_correction_is_the_next_revision_of_the_number(
    db: Session, ana: Person, dan: Person, certificate: Certificate
) -> None:
    before = (certificate.code, dict(certificate.facts), certificate.facts_sha256, printed(db, [certificate]))
    ana.name = "김아나스타샤"
    new = reissue(db, dan.id, certificate, "이름 정정", URL)
    db.refresh(certificate)
    assert (certificate.code, certificate.facts, certificate.facts_sha256, printed(db, [certificate])) == before
    assert (certificate.state, certificate.reason, certificate.ended_by) == (
        CertificateState.SUPERSEDED,
        "이름 정정",
        dan.id,
    )
    assert (new.year, new.number, new.revision) == (certificate.year, certificate.number, 2)
    assert new.code != certificate.code
    facts = Facts.from_json(new.facts)
    assert (facts.name, facts.number, facts.reissued) == ("김아나스타샤", certificate.facts["number"], True)
    assert new.facts_sha256 == digest(facts)
    page = PdfReader(io.BytesIO(printed(db, [new]))).pages[0].extract_text()
    assert "재발급" in page
    assert "김아나스타샤" in page


def test_the_next_number_is_not_moved_by_a_reissue(db: Session, dan: Person, certificate: Certificate) -> None:
    reissue(db, dan.id, certificate, "분실", URL)
    run = a_closed_run(db)
    completed(db, run, factories.a_person(db, "박하나"))
    [following] = issue(db, dan.id, run, URL)
    assert following.number == certificate.number + 1


def test_only_what_is_in_force_can_be_replaced_or_revoked(db: Session, dan: Person, certificate: Certificate) -> None:
    reissue(db, dan.id, certificate, "분실", URL)
    with pytest.raises(Refused):
        reissue(db, dan.id, certificate, "또 분실", URL)
    with pytest.raises(Refused):
        revoke(db, dan.id, certificate, "잘못 발급")


def test_a_revoked_certificate_stays_revoked(db: Session, ana: Person, dan: Person, certificate: Certificate) -> None:
    revoke(db, dan.id, certificate, "대리출석")
    run = certificate.run_id
    with pytest.raises(Refused):
        reissue(db, dan.id, certificate, "다시", URL)
    assert not issue(db, dan.id, db.get_one(Run, run), URL)
    assert [entry.state for entry in own(db, ana.id)] == [CertificateState.REVOKED]


def test_a_name_that_cannot_be_set_replaces_nothing(
    db: Session, ana: Person, dan: Person, certificate: Certificate
) -> None:
    ana.name, ana.name_roman = "𠮷野", "YOSHINO"
    with pytest.raises(Refused):
        reissue(db, dan.id, certificate, "이름 정정", URL)
    assert db.scalar(select(Certificate.state).where(Certificate.id == certificate.id)) == CertificateState.VALID
    assert reissue(db, dan.id, certificate, "이름 정정", URL, in_latin=True).facts["name"] == "YOSHINO"


def test_whoever_has_not_completed_any_more_gets_no_other_one(
    client: Browser, db: Session, dan: Person, certificate: Certificate
) -> None:
    """A file of results that was corrected said so."""
    db.get_one(Enrolment, certificate.enrolment_id).outcome = Outcome.NOT_COMPLETED
    db.commit()
    client.sign_in(dan)
    assert "Revoke the certificate instead" in client.get(f"/certificates/{certificate.id}/reissue", 409).text
    client.post(f"/certificates/{certificate.id}/reissue", 409, data={"reason": "분실"})
    client.post(f"/certificates/{certificate.id}/revocation", data={"reason": "결과 정정"})


@pytest.mark.parametrize("language", ["en", "ko"])
def test_an_officer_corrects_and_revokes_in_the_browser(
    client: Browser, db: Session, ana: Person, dan: Person, certificate: Certificate, language: str
) -> None:
    ana.name = "김아나스타샤"
    db.commit()
    client.sign_in(dan, language)
    page = client.get(f"/certificates/{certificate.id}/reissue").text
    assert "김아나스타샤" in page
    client.post(f"/certificates/{certificate.id}/reissue", 422, data={"reason": " "})
    answer = client.post(f"/certificates/{certificate.id}/reissue", data={"reason": "이름 정정"})
    new = db.scalars(select(Certificate).where(Certificate.revision == 2)).one()
    assert answer.location == f"/certificates/{new.id}"
    assert "이름 정정" in client.get(answer.location).text
    client.get(f"/certificates/{certificate.id}")
    client.get(f"/certificates/{certificate.id}.pdf", 404)
    client.get(f"/certificates/{new.id}/revocation")
    client.post(f"/certificates/{new.id}/revocation", data={"reason": "대리출석"})
    assert db.scalar(select(Certificate.state).where(Certificate.id == new.id)) == CertificateState.REVOKED
    client.get(f"/certificates/{new.id}/revocation", 404)
    kinds = db.scalars(select(Event.kind).where(Event.person_id == ana.id).order_by(Event.id)).all()
    assert kinds[-2:] == ["certificate_reissued", "certificate_revoked"]


def test_whoever_verifies_learns_what_became_of_it(
    client: Browser, db: Session, dan: Person, certificate: Certificate
) -> None:
    new = reissue(db, dan.id, certificate, "개인 사정", URL)
    db.commit()
    english = {"Accept-Language": "en"}
    old = client.get(f"/verify/{certificate.code}", headers=english).text
    assert "replaced by a later one" in old
    assert "This certificate is valid" in client.get(f"/verify/{new.code}", headers=english).text
    for secret in (new.code, new.facts["name"], "개인 사정"):
        assert secret not in old


def test_only_officers_change_certificates_and_only_owners_see_them(
    client: Browser, db: Session, ana: Person, ben: Person, cleo: Person, eve: Person, certificate: Certificate
) -> None:
    client.sign_in(ana).get(f"/certificates/{certificate.id}")
    for person in (ben, cleo, eve):
        client.sign_in(person).get(f"/certificates/{certificate.id}", 404)
        client.get("/certificates/register", 403)
        client.get("/certificates/register.csv", 403)
    for person in (ana, ben, cleo, eve):
        client.sign_in(person)
        for noun in ("reissue", "revocation"):
            client.get(f"/certificates/{certificate.id}/{noun}", 403)
            client.post(f"/certificates/{certificate.id}/{noun}", 403, data={"reason": "x"})


@pytest.fixture
def many(db: Session, dan: Person) -> list[Certificate]:
    run = a_closed_run(db, seats=60)
    for number in range(55):
        completed(db, run, factories.a_person(db, f"홍길{chr(0xAC00 + number)}"))
    issued = issue(db, dan.id, run, URL)
    db.commit()
    return issued


def test_the_register_pages_through_everything_once(client: Browser, dan: Person, many: list[Certificate]) -> None:
    client.sign_in(dan)
    first = client.get("/certificates/register").text
    older = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    pages = first + client.get(older).text
    for certificate in many:
        assert pages.count(f">{certificate.facts['number']}<") == 1


@pytest.mark.parametrize("by", ["name", "initials", "number", "short", "code"])
def test_the_register_is_searched(client: Browser, dan: Person, many: list[Certificate], by: str) -> None:
    wanted = many[30]
    asked = {
        "name": wanted.facts["name"],
        "initials": "ㅎㄱㄱ",
        "number": wanted.facts["number"],
        "short": str(wanted.number),
        "code": wanted.facts["code"].lower(),
    }[by]
    page = client.sign_in(dan).get("/certificates/register", query_string={"q": asked}).text
    assert wanted.facts["number"] in page
    if by != "initials":
        assert page.count('data-label="Name"') == 1


def test_a_name_of_many_is_found_as_well_and_counted_no_further_than_anybody_reads(
    client: Browser, dan: Person, many: list[Certificate], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "_FEW", 2)
    monkeypatch.setattr(searching, "MANY", 54)
    client.sign_in(dan)
    assert "More than 54 certificates" in client.get("/certificates/register?q=홍길").text
    older = client.get(f"/certificates/register?q=홍길&before={many[3].id}").text
    assert older.count('data-label="Name"') == 3


def test_the_register_is_filtered_and_taken_away(
    client: Browser, db: Session, dan: Person, many: list[Certificate]
) -> None:
    revoke(db, dan.id, many[3], "=cmd()")
    db.commit()
    client.sign_in(dan)
    page = client.get("/certificates/register?state=revoked").text
    assert page.count('data-label="Name"') == 1
    assert client.get("/certificates/register?year=1999").text.count('data-label="Name"') == 0
    client.get("/certificates/register?state=odd&year=x&before=-1")
    book = load_workbook(io.BytesIO(client.get("/certificates/register.xlsx?state=revoked").data)).active
    rows = list(book.iter_rows(values_only=True))
    assert rows[1][0] == many[3].facts["number"]
    assert rows[1][-1] == "=cmd()"
    assert len(client.get("/certificates/register.csv").data.decode("utf-8-sig").splitlines()) == 56
