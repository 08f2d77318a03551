"""The organisation's own words for notices: filled in, checked, taken back."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from courses.enrolment import actions as enrolment
from courses.errors import Refused
from courses.notices import wordings
from courses.notices.models import NoticeKind
from courses.people.models import Person
from tests import factories
from tests.client import Browser
from tests.notices.office import Office, words

ENROLLED = NoticeKind.ENROLLED
ADDRESS = "/settings/wordings/enrolled/ko"


@pytest.fixture
def fay(db: Session) -> Person:
    return factories.a_person(db, "한페이", roles=["administrator"])


def test_a_mail_is_in_the_organisations_own_words(office: Office) -> None:
    amy = factories.a_person(office.db, "김에이미", language="ko")
    bob = factories.a_person(office.db, "Bob", language="en")
    run = office.run()
    body = "{이름} 님, {과정} 교육에서 뵙겠습니다.\n사유: {details}\n장소는 {place}입니다."
    office.act(lambda db: wordings.word(db, amy.id, ENROLLED, "ko", "[{기관}] {title} 확정", body))
    for person in (amy, bob):
        office.after(lambda db, person=person: enrolment.enrol(db, None, run.id, person.id))  # type: ignore[misc]  # now
    (mail,) = office.mails(amy)
    assert mail["Subject"] == "[우리 기관] 엑셀 기초 확정"
    said = words(mail).split("\n")
    assert said[2] == "김에이미 님, 엑셀 기초 교육에서 뵙겠습니다."
    assert said[3].startswith("사유: 첫 회차:")
    assert "장소는 본관 전산교육장 1입니다." in said
    assert office.mails(bob)[0]["Subject"] == "You have a seat: 엑셀 기초"


@pytest.mark.parametrize(
    ("subject", "body", "says"),
    [
        ("제목", "{급여}", "There is no {급여} in this notice"),
        ("{reason}", "본문", "There is no {reason} in this notice"),
        ("제목", "", "A wording needs a subject and a text"),
        ("제목", "{이름", "has no partner"),
        ("제" * 201, "본문", "at most 200 characters"),
    ],
)
def test_what_cannot_be_filled_in_is_refused_and_named(db: Session, subject: str, body: str, says: str) -> None:
    with pytest.raises(Refused, match=says.replace("{", r"\{").replace("}", r"\}")):
        wordings.word(db, 1, ENROLLED, "ko", subject, body)
    assert not wordings.own(db)


def test_a_line_with_nothing_to_say_is_left_out() -> None:
    assert wordings.filled("가\n사유: {reason}\n{place} {reason}", {"place": "본관"}) == ["가", "본관 "]


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("kind", wordings.KINDS)
def test_the_usual_words_are_a_wording_themselves(
    client: Browser, fay: Person, kind: NoticeKind, language: str
) -> None:
    client.sign_in(fay, language)
    page = client.get(f"/settings/wordings/{kind}/{language}").text
    assert "엑셀 함수와 자료 정리" in page
    assert "%(" not in page


def test_they_are_written_looked_at_and_taken_back(client: Browser, db: Session, fay: Person) -> None:
    client.sign_in(fay)
    typed = {"subject": "확정: {과정}", "body": "{이름} 님"}
    looked = client.post(ADDRESS, 200, data={**typed, "preview": "1"}).text
    assert "확정: 엑셀 함수와 자료 정리" in looked
    assert "한페이 님" in looked
    assert not wordings.own(db)
    client.post(ADDRESS, data=typed)
    assert wordings.own(db)[ENROLLED, "ko"].body == "{이름} 님"
    assert "Own words" in client.get("/settings/wordings").text
    client.post(f"{ADDRESS}/removal")
    assert not wordings.own(db)


def test_a_mistake_is_named_and_what_was_typed_stays(client: Browser, db: Session, fay: Person) -> None:
    client.sign_in(fay)
    typed = {"subject": "확정", "body": "{월급}을 드립니다"}
    page = client.post(ADDRESS, 422, data=typed).text
    assert "There is no {월급} in this notice" in page
    assert "{월급}을 드립니다" in page
    part = client.post(ADDRESS, 200, data=typed, headers={"HX-Request": "true"}).text
    assert "There is no {월급} in this notice" in part
    assert "<html" not in part


@pytest.mark.parametrize("path", ["written/ko", "enrolled/fr", "nothing/ko"])
def test_there_is_no_other_wording(client: Browser, fay: Person, path: str) -> None:
    client.sign_in(fay).get(f"/settings/wordings/{path}", 404)


def test_the_inbox_speaks_the_same_words(client: Browser, db: Session, fay: Person, ana: Person) -> None:
    from courses.notices.actions import tell
    from courses.notices.occasions import Note, look_up

    run = factories.a_run(db)
    tell(db, [(Note("k", ENROLLED, ana.id, run.id, look_up(db, [run.id]).facts(run.id)), [])])
    wordings.word(db, fay.id, ENROLLED, "en", "Welcome to {title}", "Dear {name}")
    db.commit()
    page = client.sign_in(ana).get("/notices").text
    assert "Welcome to 엑셀 기초" in page
    assert "Dear 김아나" in page


def test_wordings_are_the_administrators(client: Browser, dan: Person, eve: Person) -> None:
    for person in (dan, eve):
        client.sign_in(person).get("/settings/wordings", 403)
        client.post(ADDRESS, 403, data={"subject": "가", "body": "나"})
