"""The card of a run and the box on its page, in every mode and status: never a dead button."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.catalogue.models import Prerequisite
from courses.enrolment import actions, approvals
from courses.enrolment.models import Enrolment, Status
from courses.enrolment.states import move_to
from courses.people.models import Person
from courses.scheduling.models import Mode, Run
from tests import factories
from tests.client import Browser


def plain(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def a_run(db: Session, mode: str = "selection", **fields: Any) -> Run:
    return factories.a_run(db, **{"mode": Mode(mode), "starts_in": 40, **fields})


@pytest.mark.parametrize(
    ("status", "mode", "korean", "button"),
    [
        ("applied", "selection", "신청 (승인 대기)", "취소"),
        ("applied", "draw", "신청 (추첨 전)", "취소"),
        ("returned", "selection", "반려", "고쳐서 다시 신청"),
        ("approved", "selection", "승인", "취소"),
        ("nominated", "selection", "추천", "취소"),
        ("waitlisted", "selection", "1번째 대기", "취소"),
        ("offered", "first_come", "확정 제안", "수락"),
        ("enrolled", "selection", "수강 확정", "취소"),
    ],
)
def test_how_it_stands_and_what_can_be_done(
    client: Browser, db: Session, ana: Person, status: str, mode: str, korean: str, button: str
) -> None:
    run = a_run(db, mode)
    fields = {"offered_until": clock.now() + timedelta(hours=5)} if status == "offered" else {}
    place = factories.an_enrolment(db, run, ana, status=status, **fields)
    page = client.sign_in(ana, "ko").get("/runs").text
    assert korean in plain(page)
    assert button in plain(page)
    assert f"/enrolments/{place.id}/withdrawal" in page
    assert korean in plain(client.get(f"/runs/{run.id}").text)
    assert "/enrolments?part" not in page
    client.post(f"/enrolments/{place.id}/withdrawal")
    assert place.status is Status.WITHDRAWN


def test_an_offer_is_accepted_where_it_stands(client: Browser, db: Session, ana: Person) -> None:
    run = a_run(db, "first_come")
    until = clock.now() + timedelta(hours=5)
    place = factories.an_enrolment(db, run, ana, status="offered", offered_until=until)
    assert f"/enrolments/{place.id}/acceptance" in client.sign_in(ana).get("/").text
    fragment = client.post(f"/enrolments/{place.id}/acceptance?part=row", 200, headers={"HX-Request": "true"}).text
    assert "Enrolled" in fragment
    assert place.status is Status.ENROLLED


@pytest.mark.usefixtures("ben")
def test_one_applies_with_one_press_and_says_why_on_the_page(client: Browser, db: Session, ana: Person) -> None:
    one, other = a_run(db), a_run(db, starts_in=50)
    client.sign_in(ana)
    assert "applied for 30 seats" in plain(client.get("/runs").text)
    card = client.post(f"/runs/{one.id}/enrolments?part=row", 200, headers={"HX-Request": "true"}).text
    assert "Applied, waits for approval" in card
    page = client.get(f"/runs/{other.id}").text
    assert "Motive (optional)" in page
    assert "your head is asked to approve" in plain(page)
    grounds = plain(client.get(f"/runs/{other.id}/grounds").text)
    for words in ("the head of 총무과", "never taken", "number 1 of 1, within the seats", "Recognised hours"):
        assert words in grounds
    opened = client.get(f"/runs/{other.id}/grounds", headers={"HX-Request": "true"}).text
    assert opened.lstrip().startswith("<ul")
    client.post(f"/runs/{other.id}/enrolments?part=page", data={"motive": "담당 업무"})
    assert db.scalars(select(Enrolment.motive).where(Enrolment.run_id == other.id)).one() == "담당 업무"


def test_a_returned_application_says_why_and_is_sent_again(
    client: Browser, db: Session, ana: Person, ben: Person
) -> None:
    run = a_run(db)
    mine = actions.enrol(db, ana.id, run.id, ana.id, motive="처음")
    approvals.return_to(db, ben.id, [mine.id], "업무와 관련을 적어 주십시오")
    db.commit()
    page = client.sign_in(ana).get(f"/runs/{run.id}").text
    assert "업무와 관련을 적어 주십시오" in page
    assert 'value="처음"' in page
    assert "Correct it" in client.get("/").text
    sent = {"motive": "통계 업무", "back": f"/runs/{run.id}"}
    assert client.post(f"/enrolments/{mine.id}/application", data=sent).location.endswith(f"/runs/{run.id}")
    assert (mine.status, mine.motive) == (Status.APPLIED, "통계 업무")


def test_who_is_not_selected_reads_why(client: Browser, db: Session, ana: Person) -> None:
    run = a_run(db)
    mine = actions.enrol(db, ana.id, run.id, ana.id)
    move_to(db, None, mine, Status.NOT_SELECTED, reason="정원 초과")
    run.apply_until = clock.now() - timedelta(hours=1)
    db.commit()
    client.sign_in(ana, "ko")
    assert "미선정" in client.get("/runs").text
    page = client.get(f"/runs/{run.id}").text
    assert "미선정" in page
    assert "정원 초과" in page


def test_a_completed_course_is_taken_again_with_a_reason(client: Browser, db: Session, ana: Person) -> None:
    course = factories.a_course(db)
    before = factories.a_run(db, course, starts_in=-30, state="closed")
    factories.an_enrolment(db, before, ana, outcome="completed")
    run = factories.a_run(db, course, starts_in=40)
    client.sign_in(ana)
    assert "Take it again" in client.get("/runs").text
    page = client.get(f"/runs/{run.id}").text
    assert "Why again?" in page
    client.post(f"/runs/{run.id}/enrolments?part=page", 409, data={"motive": " "})
    client.post(f"/runs/{run.id}/enrolments?part=page", data={"motive": "새 판을 익히려고"})
    assert run.taken == 1


def test_a_no_names_its_way_out(client: Browser, db: Session, ana: Person) -> None:
    first, course = factories.a_course(db, "먼저 과정"), factories.a_course(db, "나중 과정")
    db.add(Prerequisite(course_id=course.id, required_id=first.id))
    later = factories.a_run(db, course, starts_in=40)
    ahead = factories.a_run(db, first, starts_in=20)
    others = factories.a_run(db, factories.a_course(db, "간부 과정", for_grades=["3급"]), starts_in=60)
    assigned = a_run(db, "assigned", starts_in=70)
    client.sign_in(ana)
    page = plain(client.get("/runs").text)
    for words in ("First: 먼저 과정", "See that course", "For others", "By assignment"):
        assert words in page
    page = client.get(f"/runs/{later.id}").text
    assert "Complete ‘먼저 과정’ before this course" in page
    assert f'href="/runs/{ahead.id}"' in page
    assert "This course is for 3급" in client.get(f"/runs/{others.id}").text
    assert "Places in this run are assigned" in client.get(f"/runs/{assigned.id}").text
    for run in (later, others, assigned):
        assert f"/runs/{run.id}/enrolments" not in client.get(f"/runs/{run.id}").text


def test_the_same_of_a_card_and_of_the_rules(client: Browser, db: Session, ana: Person) -> None:
    """A unit stands for all below it."""
    unit = factories.a_unit(db)
    course = factories.a_course(db, for_units=[unit.parent_id], for_grades=["7급"], for_services=["일반직"])
    run = factories.a_run(db, course, starts_in=40)
    page = client.sign_in(ana).get("/runs").text
    assert f"/runs/{run.id}/enrolments?part=row" in page


def test_a_draw_says_how_many_take_part(client: Browser, db: Session, ana: Person, eve: Person) -> None:
    run = a_run(db, "draw", seats=1)
    page = plain(client.sign_in(ana).get(f"/runs/{run.id}/grounds").text)
    assert "with you 1 for 1 seats" in page
    assert "every lot of yours has a seat" in page
    actions.enrol(db, eve.id, run.id, eve.id)
    db.commit()
    page = plain(client.get(f"/runs/{run.id}/grounds").text)
    assert "with you 2 for 1 seats" in page
    assert "every lot of yours" not in page


def test_hostile_words_stay_words(client: Browser, db: Session, ana: Person) -> None:
    first = factories.a_course(db, "<i>먼저</i>")
    course = factories.a_course(db)
    db.add(Prerequisite(course_id=course.id, required_id=first.id))
    db.commit()
    run = factories.a_run(db, course, starts_in=40)
    client.sign_in(ana)
    for path in ("/runs", f"/runs/{run.id}"):
        assert "<i>먼저" not in client.get(path).text
