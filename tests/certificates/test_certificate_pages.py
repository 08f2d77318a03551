"""The pages of a run's certificates and one's own, from the right side and from the wrong one."""

from __future__ import annotations

import io
from urllib.parse import unquote

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.certificates.actions import issue
from courses.certificates.models import Certificate, CertificateState
from courses.certificates.printing.models import PrintedSheet, PrintJob
from courses.people.models import Person
from tests import factories
from tests.certificates.scenes import URL, a_closed_run, completed, signed
from tests.client import Browser


@pytest.mark.parametrize("language", ["en", "ko"])
def test_from_the_run_to_the_printed_certificates_in_two_clicks(
    client: Browser, db: Session, ana: Person, eve: Person, dan: Person, language: str
) -> None:
    run = a_closed_run(db)
    completed(db, run, ana)
    completed(db, run, eve)
    page = client.sign_in(dan, language).get(f"/runs/{run.id}/certificates").text
    assert {"en": "2 certificates to issue", "ko": "발급 대상 2건"}[language] in page
    print_run = client.post(f"/runs/{run.id}/certificates").location
    [printed] = db.scalars(select(PrintJob).where(PrintJob.run_id == run.id))
    assert print_run == f"/certificates/print-runs/{printed.id}"
    assert {"en": f"Print run {printed.id}", "ko": f"인쇄 작업 {printed.id}"}[language] in client.get(print_run).text
    register = client.get(f"/runs/{run.id}/certificates").text
    for certificate in db.scalars(select(Certificate).where(Certificate.run_id == run.id)):
        assert certificate.facts["number"] in register
        assert certificate.facts["verify_url"] == "http://lms.example/verify"


def test_printing_again_issues_nothing_and_shows_what_was_printed(
    client: Browser, db: Session, ana: Person, dan: Person
) -> None:
    run = a_closed_run(db)
    completed(db, run, ana)
    client.sign_in(dan, "en")
    first = client.post(f"/runs/{run.id}/certificates").location
    assert client.post(f"/runs/{run.id}/certificates").location == first
    assert "Every certificate was printed already" in client.get(first).text
    assert len(db.scalars(select(PrintedSheet.copy)).all()) == 1


def test_a_name_in_latin_letters_is_offered_and_taken(client: Browser, db: Session, dan: Person) -> None:
    run = a_closed_run(db)
    enrolment = completed(db, run, factories.a_person(db, "𠮷野", name_roman="YOSHINO"))
    page = client.sign_in(dan).get(f"/runs/{run.id}/certificates").text
    assert "The fonts lack 𠮷 of" in page
    assert f'name="roman" value="{enrolment.id}"' in page
    assert client.post(f"/runs/{run.id}/certificates").location == f"/runs/{run.id}/certificates"
    client.post(f"/runs/{run.id}/certificates", 303, data={"roman": enrolment.id})
    assert "YOSHINO" in client.get(f"/runs/{run.id}/certificates").text


def test_an_open_run_says_what_comes_first(client: Browser, db: Session, dan: Person) -> None:
    run = factories.a_run(db, starts_in=-1)
    assert f'href="/runs/{run.id}/closing"' in client.sign_in(dan).get(f"/runs/{run.id}/certificates").text
    client.post(f"/runs/{run.id}/certificates", 409)
    client.get(f"/runs/{run.id}/certificates.pdf", 404)


def test_the_register_as_csv_and_workbook(client: Browser, db: Session, dan: Person) -> None:
    run = a_closed_run(db)
    completed(db, run, factories.a_person(db, "=cmd()"))
    client.sign_in(dan, "ko").post(f"/runs/{run.id}/certificates")
    certificate = db.scalars(select(Certificate).where(Certificate.run_id == run.id)).one()
    csv = client.get(f"/runs/{run.id}/certificates.csv")
    lines = csv.data.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("증명서 번호,증명서,이름")
    assert lines[1].startswith(f"{certificate.facts['number']},수료증,'=cmd(),")
    assert "증명서 데이터 분석 실무" in unquote(csv.headers["Content-Disposition"])
    book = client.get(f"/runs/{run.id}/certificates.xlsx").data
    rows = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()
    assert rows[1][:3] == [certificate.facts["number"], "수료증", "=cmd()"]


@pytest.mark.parametrize("language", ["en", "ko"])
def test_ones_own_certificates(client: Browser, db: Session, ana: Person, dan: Person, language: str) -> None:
    client.sign_in(ana, language)
    assert {"en": "No certificate yet", "ko": "아직 받은 증명서가 없습니다"}[language] in client.get(
        "/certificates"
    ).text
    run = a_closed_run(db)
    completed(db, run, ana)
    [certificate] = issue(db, dan.id, run, URL)
    db.commit()
    page = client.get("/certificates").text
    assert certificate.facts["number"] in page
    assert {"en": "Being signed", "ko": "서명 중"}[language] in page
    signed(db, certificate)
    db.commit()
    page = client.get("/certificates").text
    for ending in (".pdf", ".json", "/sharing"):
        assert f'href="/certificates/{certificate.id}{ending}"' in page
        client.get(f"/certificates/{certificate.id}{ending}")


def test_a_certificate_is_for_its_owner_and_officers(
    client: Browser, db: Session, ana: Person, ben: Person, cleo: Person, dan: Person, eve: Person
) -> None:
    run = a_closed_run(db, instructors=[cleo])
    completed(db, run, ana)
    [certificate] = issue(db, dan.id, run, URL)
    signed(db, certificate)
    db.commit()
    for person in (ana, dan):
        client.sign_in(person).get(f"/certificates/{certificate.id}.pdf")
    for person in (ben, cleo, eve):
        client.sign_in(person).get(f"/certificates/{certificate.id}.pdf", 404)
        assert certificate.facts["number"] not in client.get("/certificates").text


def test_a_revoked_certificate_is_listed_but_not_handed_out(
    client: Browser, db: Session, ana: Person, dan: Person
) -> None:
    run = a_closed_run(db)
    completed(db, run, ana)
    [certificate] = issue(db, dan.id, run, URL)
    certificate.state = CertificateState.REVOKED
    db.commit()
    page = client.sign_in(ana).get("/certificates").text
    assert "Revoked" in page
    assert f"/certificates/{certificate.id}.pdf" not in page
    client.get(f"/certificates/{certificate.id}.pdf", 404)


@pytest.mark.parametrize("who", ["ana", "ben", "cleo"])
def test_only_officers_issue(request: pytest.FixtureRequest, client: Browser, db: Session, who: str) -> None:
    run = a_closed_run(db)
    completed(db, run, request.getfixturevalue("eve"))
    client.sign_in(request.getfixturevalue(who)).post(f"/runs/{run.id}/certificates", 403)
    for ending in ("", ".pdf", ".csv", ".xlsx"):
        client.get(f"/runs/{run.id}/certificates{ending}", 403)
    assert not db.scalars(select(Certificate).where(Certificate.run_id == run.id)).all()


def test_the_bar_marks_where_one_is_at_work(client: Browser, db: Session, ana: Person, dan: Person) -> None:
    run = a_closed_run(db)
    for person in (ana, dan):
        completed(db, run, person)
    issue(db, dan.id, run, URL)
    db.commit()
    of = {one.person_id: one.id for one in db.scalars(select(Certificate))}
    for who, whose, entry in ((ana, ana, "Certificates"), (dan, dan, "Certificates"), (dan, ana, "Operations")):
        page = client.sign_in(who, "en").get(f"/certificates/{of[whose.id]}").text
        assert f'aria-current="page">{entry}<' in page
