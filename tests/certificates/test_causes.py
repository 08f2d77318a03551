"""Why a number is issued again decides what it says anew; who revokes may need a second person."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.catalogue.models import Course
from courses.certificates.actions import issue
from courses.certificates.designing import choose
from courses.certificates.facts import Facts
from courses.certificates.models import Cause, Certificate, CertificateState, Way
from courses.certificates.revisions import (
    COMPARED,
    REVOCATION,
    ask_to_revoke,
    correction,
    differences,
    reissue,
    revoke,
    waiting_revocation,
)
from courses.certificates.templates import key_of
from courses.confirming.actions import confirm, decline, waiting
from courses.confirming.models import State
from courses.errors import Refused
from courses.people.models import OrgUnit, Person
from courses.settings.organisation import change_organisation, organisation
from lms.web.certificates.words import FACTS
from tests import factories
from tests.certificates.scenes import URL, a_closed_run, a_hanbit_organisation, a_template, completed
from tests.client import Browser

_NOW = "https://new.example/verify"


@pytest.fixture
def certificate(db: Session, dan: Person) -> Certificate:
    """Of ten years ago: since then name, unit, course, organisation and seal have changed."""
    a_hanbit_organisation(db)
    unit = factories.a_unit(db, "총무과")
    person = factories.a_person(db, "김하늘", unit=unit, name_roman="KIM Haneul")
    run = a_closed_run(db)
    completed(db, run, person, unit)
    [issued] = issue(db, dan.id, run, URL)
    person.name, person.name_roman = "김구름", "KIM Gureum"
    db.get_one(OrgUnit, unit.id).path = "기획국 운영지원과"
    db.get_one(Course, run.course_id).title = "데이터 과학"
    change_organisation(db, None, replace(organisation(db), name="큰빛시", issuer="큰빛시장", body_place="큰 시에서"))
    db.commit()
    return issued


@pytest.mark.parametrize(
    ("cause", "renewed"),
    [
        (Cause.LOST, set()),
        (Cause.NAME, {"name", "name_roman"}),
        (Cause.UNIT, {"organisation", "unit"}),
        (Cause.CORRECTION, {"name", "name_roman", "organisation", "unit", "course", "issuer", "body_place"}),
    ],
)
def test_only_what_the_cause_renews_is_new(
    db: Session, dan: Person, certificate: Certificate, cause: Cause, renewed: set[str]
) -> None:
    before = Facts.from_json(certificate.facts)
    new = reissue(db, dan.id, certificate, "본인 신청", _NOW, cause=cause)
    after = Facts.from_json(new.facts)
    assert {name for name, _, _ in differences(before, after)} - {"issued_on"} == renewed
    assert (after.reissued, after.verify_url, after.number) == (True, _NOW, before.number)
    assert (new.way, new.cause, new.revision) == (Way.REISSUE, cause, 2)
    if cause is Cause.LOST:
        same = replace(before, code=after.code, verify_url=_NOW, reissued=True, issued_on=after.issued_on)
        assert after == same


def test_the_department_is_renewed_in_english_too(db: Session, dan: Person) -> None:
    a_hanbit_organisation(db, name_en="Hanbit City")
    choose(db, dan.id, "completed", key_of(a_template(db, dan.id).family, 1))
    run = a_closed_run(db)
    completed(db, run, factories.a_person(db, "김하늘", name_roman="KIM Haneul"))
    completed(db, run, factories.a_person(db, "Zoe", external=True, institution="한빛대학교"))
    guest, here = sorted(issue(db, dan.id, run, URL), key=lambda one: one.facts["name"])
    choose(db, dan.id, "completed", "")
    change_organisation(db, None, replace(organisation(db), name="큰빛시", name_en="Keunbit City"))
    for one, name_en in ((here, "Keunbit City"), (guest, "")):
        facts = Facts.from_json(reissue(db, dan.id, one, "명칭 변경", URL, cause=Cause.UNIT).facts)
        assert (facts.organisation_en, facts.issuer_en) == (name_en, "Hanbit City")


def test_every_fact_in_words_on_the_sheet_is_compared_and_named() -> None:
    other = {"number", "kind", "code", "verify_url", "template", "seal", "reissued", "policy"}
    assert {field.name for field in fields(Facts)} - other == set(COMPARED) == set(FACTS)


def test_a_lost_one_of_somebody_whose_new_name_cannot_be_set(
    db: Session, dan: Person, certificate: Certificate
) -> None:
    db.get_one(Person, certificate.person_id).name = "𠮷野"
    assert not correction(db, certificate, URL, cause=Cause.LOST).problems
    with pytest.raises(Refused):
        reissue(db, dan.id, certificate, "개명", URL, cause=Cause.NAME)
    latin = reissue(db, dan.id, certificate, "개명", URL, cause=Cause.NAME, in_latin=True)
    assert latin.facts["name"] == "KIM Gureum"


def test_no_reason_no_reissue(db: Session, dan: Person, certificate: Certificate) -> None:
    with pytest.raises(Refused, match="Say why"):
        reissue(db, dan.id, certificate, " ", URL)
    assert certificate.state is CertificateState.VALID


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_page_shows_what_each_cause_changes(
    client: Browser, db: Session, dan: Person, certificate: Certificate, language: str
) -> None:
    address = f"/certificates/{certificate.id}/reissue"
    client.sign_in(dan, language)
    assert "데이터 과학" in client.get(address).text
    assert "데이터 과학" not in client.get(f"{address}?cause=name").text
    assert "김구름" in client.get(f"{address}?cause=name").text
    assert "김구름" not in client.get(f"{address}?cause=lost").text
    client.post(address, data={"reason": "개명", "cause": "name"})
    new = db.scalars(select(Certificate).where(Certificate.revision == 2)).one()
    assert (new.cause, new.facts["course"]) == (Cause.NAME, "데이터 분석 실무")
    assert {"en": "The name has changed", "ko": "개명"}[language] in client.get(f"/certificates/{new.id}").text


@pytest.fixture
def two(db: Session, certificate: Certificate) -> None:
    """A second person is wanted, once there is something to revoke."""
    change_organisation(db, None, replace(organisation(db), second_person=True))
    db.commit()


@pytest.mark.usefixtures("two")
def test_a_second_person_revokes_with_the_first(db: Session, dan: Person, certificate: Certificate) -> None:
    other = factories.a_person(db, "둘째", roles=["officer"])
    asked = ask_to_revoke(db, dan.id, certificate, "대리출석")
    assert (asked.state, certificate.state) == (State.ASKED, CertificateState.VALID)
    with pytest.raises(Refused):
        confirm(db, dan.id, asked.id)
    with pytest.raises(Refused):
        ask_to_revoke(db, other.id, certificate, "또")
    confirm(db, other.id, asked.id)
    db.refresh(certificate)
    assert (certificate.state, certificate.reason, certificate.ended_by) == (
        CertificateState.REVOKED,
        "대리출석",
        dan.id,
    )


@pytest.mark.usefixtures("two")
def test_what_is_declined_stays_in_force(db: Session, dan: Person, certificate: Certificate) -> None:
    other = factories.a_person(db, "둘째", roles=["officer"])
    asked = ask_to_revoke(db, dan.id, certificate, "대리출석")
    decline(db, other.id, asked.id, "증거가 없음")
    db.refresh(certificate)
    assert certificate.state is CertificateState.VALID


@pytest.mark.usefixtures("two")
def test_one_issued_again_meanwhile_is_revoked_as_it_is_in_force(
    db: Session, dan: Person, certificate: Certificate
) -> None:
    other = factories.a_person(db, "둘째", roles=["officer"])
    asked = ask_to_revoke(db, dan.id, certificate, "대리출석")
    latest = reissue(db, dan.id, certificate, "분실", URL, cause=Cause.LOST)
    assert waiting_revocation(db, latest) is asked
    with pytest.raises(Refused, match="waits for a second person"):
        ask_to_revoke(db, other.id, latest, "또")
    confirm(db, other.id, asked.id)
    db.refresh(certificate)
    db.refresh(latest)
    assert (certificate.state, latest.state) == (CertificateState.SUPERSEDED, CertificateState.REVOKED)
    assert latest.reason == "대리출석"


@pytest.mark.usefixtures("two")
def test_one_revoked_otherwise_meanwhile_is_left_as_it_is(db: Session, dan: Person, certificate: Certificate) -> None:
    other = factories.a_person(db, "둘째", roles=["officer"])
    asked = ask_to_revoke(db, dan.id, certificate, "대리출석")
    revoke(db, dan.id, certificate, "착오")
    with pytest.raises(Refused, match="replaced or revoked already"):
        confirm(db, other.id, asked.id)


@pytest.mark.usefixtures("two")
def test_two_people_in_the_browser(
    client: Browser, db: Session, dan: Person, eve: Person, certificate: Certificate
) -> None:
    other = factories.a_person(db, "둘째", roles=["officer"])
    db.commit()
    client.sign_in(dan).post(f"/certificates/{certificate.id}/revocation", data={"reason": "대리출석"})
    assert "waits for a second person" in client.get(f"/certificates/{certificate.id}").text
    asked = waiting(db, REVOCATION, certificate.id)
    assert asked is not None
    client.sign_in(eve).get(f"/confirmations/{asked.id}", 403)
    page = client.sign_in(other).get(f"/confirmations/{asked.id}").text
    assert certificate.facts["number"] in page
    assert f'href="/certificates/{certificate.id}"' in page
    client.post(f"/confirmations/{asked.id}/confirmation")
    assert "was revoked" in client.get(f"/certificates/{certificate.id}").text
