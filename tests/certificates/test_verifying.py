"""The verification page: whoever holds the certificate learns that it is genuine, and nobody learns more."""

from __future__ import annotations

import re

import pytest
from sqlalchemy.orm import Session

from courses.certificates.actions import issue
from courses.certificates.facts import CODE_ALPHABET
from courses.certificates.models import Certificate, CertificateState
from courses.certificates.queries import masked, read_code
from courses.people.models import Person
from tests import factories
from tests.certificates.scenes import URL, a_closed_run, a_hanbit_organisation, completed
from tests.client import Browser

WRONG = "2" * 16


@pytest.fixture
def certificate(db: Session, dan: Person) -> Certificate:
    """Issued to 홍길동 of 총무과."""
    a_hanbit_organisation(db)
    unit = factories.a_unit(db, "총무과")
    run = a_closed_run(db)
    completed(db, run, factories.a_person(db, "홍길동", unit=unit, name_roman="HONG Gildong"), unit)
    [issued] = issue(db, dan.id, run, URL)
    db.commit()
    return issued


@pytest.mark.parametrize(("language", "words"), [("en", "This certificate is valid"), ("ko", "유효한 증명서입니다")])
def test_anybody_sees_the_facts_and_no_others(
    client: Browser, certificate: Certificate, language: str, words: str
) -> None:
    answer = client.get(f"/verify/{certificate.code}", headers={"Accept-Language": language})
    page = answer.text
    for shown in (words, "홍*동", "데이터 분석 실무", "총 7시간", "한빛시장", certificate.facts["number"]):
        assert shown in page
    for hidden in ("홍길동", "총무과", "HONG"):
        assert hidden not in page
    assert "noindex" in answer.headers["X-Robots-Tag"]


@pytest.mark.parametrize(
    ("state", "words"),
    [(CertificateState.SUPERSEDED, "replaced by a later one"), (CertificateState.REVOKED, "was revoked")],
)
def test_the_state_is_told(
    client: Browser, db: Session, certificate: Certificate, state: CertificateState, words: str
) -> None:
    certificate.state = state
    db.commit()
    page = client.get(f"/verify/{certificate.code}", headers={"Accept-Language": "en"}).text
    assert words in page
    assert "is valid" not in page


def test_the_form_and_the_qr_code_lead_to_the_same(client: Browser, certificate: Certificate) -> None:
    typed = "-".join(re.findall("....", certificate.code.lower()))
    client.get("/verify")
    assert "홍*동" in client.get("/verify", query_string={"code": f" {typed} "}).text
    assert "홍*동" in client.get("/verify", query_string={"code": typed, "number": certificate.facts["number"]}).text
    short = f"{certificate.year} - {certificate.number}"
    assert "홍*동" in client.get("/verify", query_string={"code": typed, "number": short}).text


def test_whatever_does_not_fit_gets_the_same_answer(client: Browser, certificate: Certificate) -> None:
    tries = [
        {"code": WRONG},
        {"code": "no code at all"},
        {"code": certificate.code[:-1]},
        {"code": certificate.code, "number": f"제{certificate.year}-000999호"},
    ]
    pages = set()
    for query in tries:
        page = client.get("/verify", 404, query_string=query).text
        pages.add(re.sub(r'value="[^"]*"|content="[^"]*"', "", page))
    assert len(pages) == 1
    assert "홍" not in pages.pop()


def test_thirty_wrong_codes_in_ten_minutes_are_enough(client: Browser, certificate: Certificate) -> None:
    for _ in range(30):
        client.get(f"/verify/{WRONG}", 404)
    answer = client.get(f"/verify/{WRONG}", 429)
    assert answer.headers["Retry-After"] == "600"
    client.get(f"/verify/{certificate.code}", 429)
    client.get(f"/verify/{certificate.code}", environ_overrides={"REMOTE_ADDR": "192.0.2.7"})


def test_right_codes_are_not_counted(client: Browser, certificate: Certificate) -> None:
    for _ in range(31):
        client.get(f"/verify/{certificate.code}")


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("SN4G-2AYQ-K5QM-NQXF", "SN4G2AYQK5QMNQXF"),
        (" sn4g 2ayq–k5qm—nqxf", "SN4G2AYQK5QMNQXF"),
        ("ＳＮ４Ｇ２ＡＹＱＫ５ＱＭＮＱＸＦ", "SN4G2AYQK5QMNQXF"),
        ("SN4G2AY0K5OMNQXF", "SN4G2AYQK5QMNQXF"),
        ("1I", "7J"),
        ("홍길동", ""),
        ("'; DROP TABLE", ""),
    ],
)
def test_codes_are_read_as_they_were_meant(typed: str, read: str) -> None:
    assert read_code(typed) == read


def test_every_sign_of_a_code_is_read_as_itself() -> None:
    assert read_code(CODE_ALPHABET.lower()) == CODE_ALPHABET


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("홍길동", "홍*동"),
        ("김구", "김*"),
        ("남궁길동", "남**동"),
        ("José Müller", "J*** M***"),
        ("Ed", "E***"),
        ("김", "김*"),
    ],
)
def test_names_are_masked(name: str, shown: str) -> None:
    assert masked(name) == shown
