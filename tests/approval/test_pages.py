"""A department's page: what waits, approved and returned there, partial failures, from the wrong side."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from courses import clock
from courses.enrolment.models import Status
from courses.people.models import Person
from tests import factories
from tests.approval import scenes
from tests.client import Browser, check_page

CHECKED = re.compile(r'<input type="checkbox" name="enrolment" value="(\d+)" checked')


@pytest.mark.parametrize(
    ("language", "says"), [("ko", ("우리 부서", "승인 대기", "총 20건")), ("en", ("Our department", "20 applications"))]
)
def test_the_head_approves_all_of_them_at_once(
    client: Browser, db: Session, ben: Person, language: str, says: tuple[str, ...]
) -> None:
    rows = scenes.applicants(db, scenes.a_selection(db), factories.a_unit(db, "총무과"), 20)
    page = client.sign_in(ben, language).get("/our-department").text
    assert all(words in page for words in says)
    chosen = CHECKED.findall(page)
    assert sorted(map(int, chosen)) == sorted(row.id for row in rows)
    client.post("/approvals", data={"enrolment": chosen})
    assert {row.status for row in rows} == {Status.APPROVED}
    assert CHECKED.findall(client.get("/our-department").text) == []


def test_it_comes_back_to_where_it_was_sent_from(client: Browser, db: Session, ana: Person, ben: Person) -> None:
    one = scenes.an_application(db, scenes.a_selection(db), ana)
    answer = client.sign_in(ben).post("/approvals", data={"enrolment": [one.id], "back": "/"})
    assert answer.location == "/"


def test_what_cannot_be_approved_stays_chosen_with_the_reason(
    client: Browser, db: Session, ana: Person, ben: Person
) -> None:
    run = scenes.a_selection(db)
    chief = factories.a_person(db, "오국장", unit=factories.a_unit(db, "총무과"), roles=["head"])
    colleague = factories.a_person(db, "나동료", unit=factories.a_unit(db, "총무과"))
    one, other = scenes.an_application(db, run, ana), scenes.an_application(db, run, colleague)
    decided = scenes.an_application(db, scenes.a_selection(db), chief, status="approved")
    left = scenes.an_application(db, run, factories.a_person(db, "다동료", unit=factories.a_unit(db, "총무과")))
    answer = client.sign_in(ben).post("/approvals", 409, data={"enrolment": [one.id, decided.id]})
    check_page(answer.text)
    assert "One application approved" in answer.text
    assert "Decided already: the application of 오국장 is now “approved”" in answer.text
    assert CHECKED.findall(answer.text) == []
    assert one.status is Status.APPROVED
    assert {other.status, left.status} == {Status.APPLIED}


def test_who_is_out_of_reach_is_refused_without_a_name(client: Browser, db: Session, ben: Person, eve: Person) -> None:
    one = scenes.an_application(db, scenes.a_selection(db), eve)
    answer = client.sign_in(ben).post("/approvals", 409, data={"enrolment": [one.id, 999_999]})
    assert answer.text.count("This application does not wait for you") == 1
    assert eve.name not in answer.text
    assert one.status is Status.APPLIED


def test_returned_with_a_reason_and_sent_again(client: Browser, db: Session, ana: Person, ben: Person) -> None:
    one = scenes.an_application(db, scenes.a_selection(db), ana)
    client.sign_in(ben).post("/approvals/returned", data={"enrolment": [one.id], "reason": "사유를 더 적어 주세요"})
    assert one.status is Status.RETURNED
    client.sign_in(ana).post(f"/enrolments/{one.id}/application", data={"motive": "민원 자료를 정리합니다"})
    assert (one.status, one.motive) == (Status.APPLIED, "민원 자료를 정리합니다")


def test_to_return_needs_a_reason_and_keeps_what_was_chosen(
    client: Browser, db: Session, ana: Person, ben: Person
) -> None:
    run = scenes.a_selection(db)
    one = scenes.an_application(db, run, ana)
    scenes.applicants(db, run, factories.a_unit(db, "총무과"), 2)
    answer = client.sign_in(ben).post("/approvals/returned", 422, data={"enrolment": [one.id], "reason": "  "})
    assert "Give a reason: the applicant reads it" in answer.text
    assert CHECKED.findall(answer.text) == [str(one.id)]
    assert one.status is Status.APPLIED


@pytest.mark.parametrize("path", ["/approvals", "/approvals/returned"])
def test_nothing_chosen_is_said(client: Browser, db: Session, ben: Person, path: str) -> None:
    answer = client.sign_in(ben).post(path, 422, data={"reason": "사유"})
    assert "Choose at least one application" in answer.text


def test_the_applicant_recalls(client: Browser, db: Session, ana: Person, eve: Person) -> None:
    one = scenes.an_application(db, scenes.a_selection(db), ana)
    client.sign_in(eve).post(f"/enrolments/{one.id}/recall", 404)
    client.sign_in(eve).post(f"/enrolments/{one.id}/application", 404, data={"motive": "남의 것"})
    client.sign_in(ana).post(f"/enrolments/{one.id}/recall")
    assert one.status is Status.WITHDRAWN


def test_employees_have_no_such_page(client: Browser, db: Session, ana: Person, ben: Person, cleo: Person) -> None:
    for person in (ana, cleo):
        client.sign_in(person).get("/our-department", 403)
        client.post("/approvals", 403, data={"enrolment": [1]})
        assert 'href="/our-department"' not in client.get("/").text


def test_the_bar_of_officers_does_not_grow(client: Browser, db: Session, ana: Person, ben: Person, dan: Person) -> None:
    scenes.an_application(db, scenes.a_selection(db), ana)
    bar = client.sign_in(dan).get("/operations").text.split("</header>")[0]
    assert "/our-department" not in bar
    page = client.get("/our-department").text
    assert ana.name in page
    assert '<a href="/operations" aria-current="page">Operations</a>' in page
    head = client.sign_in(ben).get("/our-department").text
    assert '<a href="/our-department" aria-current="page">Our department</a>' in head


def test_a_clerk_sees_the_department_and_approves_nothing(client: Browser, db: Session, ana: Person) -> None:
    clerk = factories.a_person(db, "서무", unit=factories.a_unit(db, "총무과"), roles=["clerk"])
    one = scenes.an_application(db, scenes.a_selection(db), ana)
    page = client.sign_in(clerk).get("/our-department").text
    assert "Nominations to rank" in page
    assert CHECKED.findall(page) == []
    client.post("/approvals", 403, data={"enrolment": [one.id]})


def test_days_show_how_many_are_away_and_who(
    client: Browser, db: Session, ana: Person, ben: Person, eve: Person
) -> None:
    day = clock.today() + timedelta(days=(7 - clock.today().weekday()))  # a Monday
    run = scenes.a_selection(db, starts_in=(day - clock.today()).days)
    scenes.an_application(db, run, ana)
    scenes.an_application(db, run, eve)
    page = client.sign_in(ben).get(f"/our-department?day={day}").text
    assert "of 2 away: 0 in class, 1 applied, 0 on leave" in page
    assert "more than a third" in page
    names = page.split('id="away"')[1].split("</table>")[0]
    assert ana.name in names
    assert eve.name not in names


def test_many_long_names(client: Browser, db: Session, ben: Person) -> None:
    unit, run = factories.a_unit(db, "총무과"), scenes.a_selection(db)
    for _ in range(200):
        scenes.an_application(db, run, factories.a_person(db, "남궁황보제갈선우독고사공", unit=unit))
    page = client.sign_in(ben).get("/our-department").text
    assert "200 applications" in page
    assert len(CHECKED.findall(page)) == 50
    assert len(page) < 60 * 1024


def test_an_own_unit_is_chosen_and_others_are_not(client: Browser, db: Session, ben: Person, eve: Person) -> None:
    finance = factories.a_unit(db, "재무과")
    page = client.sign_in(ben).get(f"/our-department?unit={finance.id}&day=nonsense").text
    assert "재무과" not in page
    scenes.a_deputy(db, finance, ben, clock.today(), clock.today())
    page = client.get(f"/our-department?unit={finance.id}").text
    assert 'aria-current="page">재무과</a>' in page


def test_it_waits_on_the_first_screen_too(client: Browser, db: Session, ana: Person, ben: Person, eve: Person) -> None:
    run = scenes.a_selection(db)
    one = scenes.an_application(db, run, ana)
    factories.an_enrolment(db, factories.a_run(db, starts_in=40), ben)
    page = client.sign_in(ben).get("/").text
    assert CHECKED.findall(page) == [str(one.id)]
    assert 'name="back" value="/"' in page
    for person in (ana, eve):
        assert CHECKED.findall(client.sign_in(person).get("/").text) == []


def test_officers_see_on_the_first_screen_what_is_their_own_turn(
    client: Browser, db: Session, ana: Person, dan: Person
) -> None:
    scenes.an_application(db, scenes.a_selection(db), ana)
    assert CHECKED.findall(client.sign_in(dan).get("/").text) == []
    assert len(CHECKED.findall(client.get("/our-department").text)) == 1


def test_a_training_officer_approves_nothing_by_habit_that_a_head_has_to_look_at(
    client: Browser, db: Session, ana: Person, ben: Person, dan: Person, eve: Person
) -> None:
    run = scenes.a_selection(db)
    scenes.an_application(db, run, ana)
    alone = scenes.an_application(db, run, eve)
    page = client.sign_in(dan).get("/our-department").text
    assert page.count('name="enrolment"') == 2
    assert CHECKED.findall(page) == [str(alone.id)]
