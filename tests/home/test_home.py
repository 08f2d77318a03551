"""The first screen says what there is to do, and nothing of anybody else's."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy.orm import Session

from courses import clock
from courses.certificates.actions import issue
from courses.enrolment.models import Outcome
from courses.people.models import Person
from courses.settings.organisation import change_organisation, organisation
from tests import factories
from tests.certificates.scenes import URL, a_closed_run, completed, signed
from tests.client import Browser
from tests.content.scenes import a_lesson


@pytest.fixture(autouse=True)
def _at_ten_on_a_monday():
    with clock.frozen(factories.some_day(10)):
        yield


@pytest.mark.parametrize(
    ("language", "nothing", "title"),
    [("en", "You have no class ahead.", "What is there to do?"), ("ko", "예정된 교육이 없습니다.", "지금 할 일")],
)
def test_somebody_new_is_told_what_is_open(
    client: Browser, db: Session, ana: Person, language: str, nothing: str, title: str
) -> None:
    factories.a_run(db, factories.a_course(db, "리눅스 첫걸음"))
    page = client.sign_in(ana, language).get("/").text
    assert title in page
    assert nothing in page
    assert "리눅스 첫걸음" in page


def test_the_class_that_is_on_comes_first(client: Browser, db: Session, ana: Person) -> None:
    room = factories.a_room(db, "본관 2층")
    later = factories.a_run(db, factories.a_course(db, "나중 과정"), starts_in=3, room=room)
    today = factories.a_run(db, factories.a_course(db, "오늘 과정"), starts_in=0, days=2, room=room)
    for run in (later, today):
        factories.an_enrolment(db, run, ana)
    page = client.sign_in(ana).get("/").text
    assert page.index("오늘 과정") < page.index("On now") < page.index("Tomorrow") < page.index("나중 과정")
    assert "09:00–16:50" in page
    assert "본관 2층" in page
    assert "In 3 days" in page


def test_a_place_in_a_queue_is_counted(client: Browser, db: Session, ana: Person, eve: Person) -> None:
    run = factories.a_run(db, seats=1)
    factories.an_enrolment(db, run, factories.a_person(db, "먼저"))
    for person in (eve, ana):
        factories.an_enrolment(db, run, person, status="waitlisted")
    assert "Number 2 in the queue" in client.sign_in(ana).get("/").text
    assert "Number 1 in the queue" in client.sign_in(eve).get("/").text


def test_the_hours_are_those_of_this_year(client: Browser, db: Session, ana: Person) -> None:
    this_year = factories.a_run(db, factories.a_course(db, hours=14), starts_in=-30, state="closed")
    factories.an_enrolment(db, this_year, ana, outcome=Outcome.COMPLETED)
    failed = factories.a_run(db, factories.a_course(db, hours=5), starts_in=-20, state="closed")
    factories.an_enrolment(db, failed, ana, outcome=Outcome.NOT_COMPLETED)
    old = factories.a_run(db, factories.a_course(db, hours=21), starts_in=-400, state="closed")
    factories.an_enrolment(db, old, ana, outcome=Outcome.COMPLETED)
    page = client.sign_in(ana).get("/").text
    assert "14 hours" in page
    assert "35 hours" not in page


def test_what_is_suggested_can_be_had(client: Browser, db: Session, ana: Person) -> None:
    mine = factories.a_run(db, factories.a_course(db, "듣는 과정"), starts_in=10)
    factories.an_enrolment(db, mine, ana)
    done = factories.a_course(db, "끝낸 과정")
    factories.an_enrolment(db, factories.a_run(db, done, starts_in=-30, state="closed"), ana, outcome=Outcome.COMPLETED)
    factories.a_run(db, done, starts_in=20)
    factories.a_run(db, factories.a_course(db, "겹치는 과정"), starts_in=10)
    full = factories.a_run(db, factories.a_course(db, "꽉 찬 과정"), seats=1, starts_in=21)
    factories.an_enrolment(db, full, factories.a_person(db, "먼저"))
    free = factories.a_run(db, factories.a_course(db, "빈 과정"), starts_in=22)
    page = client.sign_in(ana).get("/").text
    assert f"/runs/{free.id}/enrolments" in page
    for title in ("끝낸 과정", "겹치는 과정", "꽉 찬 과정"):
        assert title not in page


def test_one_press_enrols_and_the_page_then_says_so(client: Browser, db: Session, ana: Person) -> None:
    run = factories.a_run(db, factories.a_course(db, "빈 과정"))
    client.sign_in(ana).post(f"/runs/{run.id}/enrolments?part=row")
    page = client.get("/").text
    assert "In 10 days" in page
    assert f"/runs/{run.id}/enrolments" not in page


def test_an_instructor_comes_right_to_the_sheet_of_today(client: Browser, db: Session, cleo: Person) -> None:
    run = factories.a_run(db, starts_in=0, instructors=[cleo])
    factories.an_enrolment(db, run, factories.a_person(db))
    page = client.sign_in(cleo).get("/").text
    assert "Your classes as an instructor" in page
    assert "1 not marked" in page
    assert "/attendance" in page


def test_another_instructor_sees_nothing_of_it(client: Browser, db: Session, cleo: Person) -> None:
    factories.a_run(db, factories.a_course(db, "남의 강의"), starts_in=0, instructors=[cleo])
    other = factories.a_person(db, "다른 강사", roles=["instructor"])
    assert "남의 강의" not in client.sign_in(other).get("/").text


def test_an_officer_sees_the_counted_work(client: Browser, db: Session, dan: Person, eve: Person) -> None:
    factories.a_run(db, starts_in=5, state="draft")
    page = client.sign_in(dan).get("/").text
    assert "Waiting for a training officer" in page
    assert "Drafts" in page
    assert "Drafts" not in client.sign_in(eve).get("/").text


def test_an_officer_without_work_is_told_so(client: Browser, dan: Person) -> None:
    assert "Nothing is waiting." in client.sign_in(dan).get("/").text


def test_eve_sees_nothing_of_anas(client: Browser, db: Session, ana: Person, eve: Person) -> None:
    running = factories.a_run(db, factories.a_course(db, "아나의 과정"), starts_in=0)
    waiting = factories.a_run(db, factories.a_course(db, "아나의 대기"), seats=1, apply_until=clock.now())
    factories.an_enrolment(db, running, ana)
    factories.an_enrolment(db, waiting, factories.a_person(db, "먼저"))
    factories.an_enrolment(db, waiting, ana, status="waitlisted")
    assert "아나의 과정" in client.sign_in(ana).get("/").text
    page = client.sign_in(eve).get("/").text
    assert "아나의" not in page


def test_a_cyber_course_under_way_shows_until_when(client: Browser, db: Session, ana: Person) -> None:
    cyber = factories.a_course(db, "사이버 과정", kind="cyber")
    run = factories.a_run(db, cyber, starts_in=-5, days=20)
    factories.an_enrolment(db, run, ana)
    page = client.sign_in(ana).get("/").text
    assert "any time until Mon 7 Dec" in page
    assert run.ends_on == date(2026, 12, 7)


def test_mandatory_courses_are_named_until_they_are_completed(client: Browser, db: Session, ana: Person) -> None:
    course = factories.a_course(db, "청렴과 정보보안")
    course.mandatory = True
    run = factories.a_run(db, course, starts_in=-20, state="closed")
    db.commit()
    page = client.sign_in(ana).get("/").text
    assert "Mandatory, not completed yet" in page
    assert "Find a run" in page
    factories.an_enrolment(db, factories.a_run(db, course, starts_in=9), ana)
    assert "Find a run" not in client.get("/").text
    factories.an_enrolment(db, run, ana, outcome=Outcome.COMPLETED)
    assert "Mandatory, not completed yet" not in client.get("/").text


def test_recognised_hours_count_toward_the_years_target(client: Browser, db: Session, ana: Person) -> None:
    change_organisation(db, None, replace(organisation(db), target_hours=40))
    course = factories.a_course(db, hours=20)
    course.recognised_minutes = 10 * 60
    factories.an_enrolment(db, factories.a_run(db, course, starts_in=-30, state="closed"), ana, outcome="completed")
    client.app.extensions["database"].known_organisation = None
    page = client.sign_in(ana).get("/").text
    assert "10 hours" in page
    assert "25% of 40 hours" in page


def test_a_course_of_lessons_goes_on_in_one_press(client: Browser, db: Session, ana: Person) -> None:
    course = factories.a_course(db, "정보보호 기초", kind="cyber")
    a_lesson(db, course)
    run = factories.a_run(db, course, starts_in=0, days=30)
    enrolment = factories.an_enrolment(db, run, ana)
    assert f'href="/enrolments/{enrolment.id}/lessons"' in client.sign_in(ana).get("/").text


def test_the_latest_certificates_are_opened_from_here(
    client: Browser, db: Session, ana: Person, dan: Person, eve: Person
) -> None:
    run = a_closed_run(db)
    completed(db, run, ana)
    (certificate,) = issue(db, dan.id, run, URL)
    signed(db, certificate)
    db.commit()
    link = f'href="/certificates/{certificate.id}.pdf"'
    assert link in client.sign_in(ana).get("/").text
    assert link not in client.sign_in(eve).get("/").text
