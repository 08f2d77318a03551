"""Enrolling and withdrawing through the doors: as a plain form, as htmx, as the wrong person."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.catalogue.models import Course
from courses.enrolment.models import Enrolment, Outcome, Status
from courses.people.models import Person
from courses.scheduling.models import Mode, Run
from tests import factories
from tests.client import Browser, check_page
from tests.enrolment.scenes import status_of

HTMX = {"HX-Request": "true"}


class TestAsAPlainForm:
    """Without JavaScript: 303, and the next page says what happened and takes it back."""

    @pytest.mark.parametrize(
        ("language", "said", "undo"),
        [("ko", "‘엑셀 기초’ 신청을 마쳤습니다.", "되돌리기"), ("en", "Enrolled in ‘엑셀 기초’", "Undo")],
    )
    def test_enrol_and_undo(
        self, client: Browser, db: Session, ana: Person, language: str, said: str, undo: str
    ) -> None:
        run = factories.a_run(db)
        client.sign_in(ana, language)
        answer = client.post(f"/runs/{run.id}/enrolments?part=row", headers={"Referer": "http://localhost/runs?q=엑셀"})
        assert answer.headers["Location"] == f"/runs?q=%EC%97%91%EC%85%80#run-{run.id}"
        assert status_of(db, run, ana) == "enrolled"
        page = client.get("/runs?q=엑셀").text
        assert said in page
        enrolment = db.scalars(select(Enrolment.id)).one()
        toasts = page.split('id="toasts"')[1]
        assert f'action="/enrolments/{enrolment}/withdrawal?part=row"' in toasts
        assert f">{undo}</button>" in toasts
        client.post(f"/enrolments/{enrolment}/withdrawal?part=row")
        assert status_of(db, run, ana) == "withdrawn"
        page = client.get("/runs").text
        assert f'action="/runs/{run.id}/enrolments?part=row"' in page

    def test_from_the_page_of_the_run_one_comes_back_to_it(self, client: Browser, db: Session, ana: Person) -> None:
        run = factories.a_run(db)
        answer = client.sign_in(ana).post(f"/runs/{run.id}/enrolments?part=page")
        assert answer.headers["Location"] == f"/runs/{run.id}"

    def test_from_my_learning_one_comes_back_to_it(self, client: Browser, db: Session, ana: Person) -> None:
        enrolment = factories.an_enrolment(db, factories.a_run(db), ana)
        answer = client.sign_in(ana).post(f"/enrolments/{enrolment.id}/withdrawal?part=mine")
        assert answer.headers["Location"] == "/my-learning"

    def test_a_foreign_referrer_leads_nowhere_else(self, client: Browser, db: Session, ana: Person) -> None:
        run = factories.a_run(db)
        answer = client.sign_in(ana).post(
            f"/runs/{run.id}/enrolments?part=row", headers={"Referer": "http://evil.example//evil.example/runs"}
        )
        assert answer.headers["Location"] == f"/runs#run-{run.id}"

    def test_full_says_which_place(self, client: Browser, db: Session, ana: Person, eve: Person) -> None:
        run = factories.a_run(db, seats=1)
        factories.an_enrolment(db, run, eve)
        client.sign_in(ana, "ko").post(f"/runs/{run.id}/enrolments")
        assert "‘엑셀 기초’ 정원이 차서 1번째로 대기합니다." in client.get(f"/runs/{run.id}").text

    @pytest.mark.parametrize(("language", "reason"), [("ko", "‘파이썬’("), ("en", "The times overlap with ‘파이썬’ (")])
    def test_a_refusal_is_a_page_with_the_way_out(
        self, client: Browser, db: Session, ana: Person, language: str, reason: str
    ) -> None:
        other = factories.a_run(db, factories.a_course(db, "파이썬"))
        factories.an_enrolment(db, other, ana)
        run = factories.a_run(db)
        answer = client.sign_in(ana, language).post(f"/runs/{run.id}/enrolments", 409)
        check_page(answer.text)
        assert reason in answer.text
        assert f'href="/runs/{other.id}"' in answer.text
        assert status_of(db, run, ana) is None


class TestAsHtmx:
    """A fragment and never a redirect."""

    def test_enrol_swaps_the_row_and_focuses_the_state(self, client: Browser, db: Session, ana: Person) -> None:
        run = factories.a_run(db, seats=2)
        answer = client.sign_in(ana, "ko").post(f"/runs/{run.id}/enrolments?part=row", 200, headers=HTMX)
        check_page(answer.text, fragment=True)
        assert answer.text.lstrip().startswith(f'<li class="run" id="run-{run.id}">')
        assert re.search(r'<span class="state "[^>]*autofocus>.*수강 확정', answer.text)
        assert "잔여 <b>1</b> / 2명" in answer.text
        assert 'hx-swap-oob="innerHTML:#toasts"' in answer.text
        assert f'hx-target="#run-{run.id}"' in answer.text.split("hx-swap-oob")[1]

    def test_withdrawing_offers_to_enrol_again(self, client: Browser, db: Session, ana: Person) -> None:
        run = factories.a_run(db)
        enrolment = factories.an_enrolment(db, run, ana)
        answer = client.sign_in(ana).post(f"/enrolments/{enrolment.id}/withdrawal?part=row", 200, headers=HTMX)
        row, toast = answer.text.split("hx-swap-oob")
        for part in (row, toast):
            assert f'action="/runs/{run.id}/enrolments?part=row"' in part

    def test_the_page_of_a_run_gets_its_box(self, client: Browser, db: Session, ana: Person) -> None:
        run = factories.a_run(db)
        answer = client.sign_in(ana).post(f"/runs/{run.id}/enrolments?part=page", 200, headers=HTMX)
        assert answer.text.lstrip().startswith(f'<section class="card stack" id="run-{run.id}"')

    def test_a_refusal_is_a_fragment(self, client: Browser, db: Session, ana: Person) -> None:
        run = factories.a_run(db, apply_until=clock.now() - timedelta(days=1))
        answer = client.sign_in(ana).post(f"/runs/{run.id}/enrolments?part=row", 409, headers=HTMX)
        assert "Applications closed on" in answer.text
        assert "<html" not in answer.text

    def test_after_the_deadline_no_undo_is_offered(self, client: Browser, db: Session, ana: Person) -> None:
        run = factories.a_run(db, cancel_until=clock.now() - timedelta(days=1))
        answer = client.sign_in(ana).post(f"/runs/{run.id}/enrolments?part=row", 200, headers=HTMX)
        assert "withdrawal" not in answer.text


class TestTheWrongPerson:
    def test_eve_cannot_withdraw_ana(self, client: Browser, db: Session, ana: Person, eve: Person) -> None:
        run = factories.a_run(db)
        enrolment = factories.an_enrolment(db, run, ana)
        client.sign_in(eve).post(f"/enrolments/{enrolment.id}/withdrawal", 404)
        assert status_of(db, run, ana) == "enrolled"

    def test_a_draft_is_not_there(self, client: Browser, db: Session, ana: Person) -> None:
        run = factories.a_run(db, state="draft")
        client.sign_in(ana).post(f"/runs/{run.id}/enrolments", 404)
        client.post("/runs/999999/enrolments", 404)

    @pytest.mark.parametrize("who", ["ana", "ben", "cleo"])
    def test_only_officers_add_and_list(
        self, client: Browser, db: Session, eve: Person, who: str, request: pytest.FixtureRequest
    ) -> None:
        run = factories.a_run(db)
        client.sign_in(request.getfixturevalue(who))
        client.post(f"/runs/{run.id}/roster", 403, data={"person": eve.employee_no})
        client.get(f"/runs/{run.id}/enrolments", 403)
        assert status_of(db, run, eve) is None

    def test_nobody_is_asked_to_sign_in(self, client: Browser, db: Session) -> None:
        run = factories.a_run(db)
        assert client.post(f"/runs/{run.id}/enrolments", 303).headers["Location"].startswith("/sign-in")
        assert client.get("/my-learning", 303).headers["Location"].startswith("/sign-in")


@pytest.fixture
def guarded(app: Flask) -> Iterator[Flask]:
    """The application as it runs outside the tests: forms need their token."""
    app.config["WTF_CSRF_ENABLED"] = True
    yield app
    app.config["WTF_CSRF_ENABLED"] = False


def test_forms_need_their_token(guarded: Flask, client: Browser, db: Session, ana: Person) -> None:
    run = factories.a_run(db)
    client.sign_in(ana)
    client.post(f"/runs/{run.id}/enrolments", 400)
    assert status_of(db, run, ana) is None
    page = client.get("/runs").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    client.post(f"/runs/{run.id}/enrolments", data={"csrf_token": token[1]})
    assert status_of(db, run, ana) == "enrolled"


class TestMyLearning:
    @pytest.mark.parametrize("language", ["ko", "en"])
    def test_what_is_ahead_and_what_is_over(self, client: Browser, db: Session, ana: Person, language: str) -> None:
        soon = factories.a_run(db, factories.a_course(db, "곧"), starts_in=5, room=factories.a_room(db, "별관 2"))
        full = factories.a_run(db, factories.a_course(db, "만석"), starts_in=9)
        done = factories.a_run(db, factories.a_course(db, "끝남"), starts_in=-30, state="closed")
        gone = factories.a_run(db, factories.a_course(db, "그만둠"), starts_in=20)
        kept = factories.an_enrolment(db, soon, ana)
        factories.an_enrolment(db, full, ana, status="waitlisted")
        judged = factories.an_enrolment(db, done, ana, outcome=Outcome.COMPLETED)
        factories.an_enrolment(db, gone, ana, status="withdrawn")
        page = client.sign_in(ana, language).get("/my-learning").text
        ahead, past = page.split('id="past"')
        expected = {
            "ko": (["다음 수업", "별관 2", "수강 확정", "1번째 대기"], ["수료", "취소"]),
            "en": (["Next class", "별관 2", "Enrolled", "Number 1 in the queue"], ["Completed", "Withdrawn"]),
        }[language]
        for words in (
            *expected[0],
            "곧",
            "만석",
            f"/enrolments/{kept.id}/completion",
            f"/enrolments/{kept.id}/withdrawal",
        ):
            assert words in ahead
        for words in (*expected[1], "끝남", "그만둠", f"/enrolments/{judged.id}/completion"):
            assert words in past
        assert past.index("그만둠") < past.index("끝남")
        assert "/withdrawal" not in past

    def test_a_returned_application_is_corrected_there(self, client: Browser, db: Session, ana: Person) -> None:
        run = factories.a_run(db, mode=Mode.SELECTION)
        own = factories.an_enrolment(db, run, ana, status="returned")
        page = client.sign_in(ana, "ko").get("/my-learning").text
        assert "고쳐서 다시 신청" in page
        address = f"/enrolments/{own.id}/application"
        assert f'action="{address}"' in page
        client.post(address, data={"motive": "담당 업무가 바뀌었습니다"})
        assert status_of(db, run, ana) == "applied"
        assert address not in client.get("/my-learning").text

    def test_nothing_yet_leads_to_the_catalogue(self, client: Browser, ana: Person) -> None:
        page = client.sign_in(ana).get("/my-learning").text
        assert "You are not enrolled in anything" in page
        assert 'href="/runs"' in page

    def test_nobody_sees_others(self, client: Browser, db: Session, ana: Person, eve: Person) -> None:
        factories.an_enrolment(db, factories.a_run(db, factories.a_course(db, "비밀")), ana)
        assert "비밀" not in client.sign_in(eve).get("/my-learning").text


class TestEveryMode:
    @pytest.mark.parametrize(
        ("language", "said"), [("ko", "‘엑셀 기초’ 신청서를 냈습니다."), ("en", "Applied for ‘엑셀 기초’")]
    )
    def test_an_application_to_a_selection(
        self, client: Browser, db: Session, ana: Person, language: str, said: str
    ) -> None:
        run = factories.a_run(db, mode=Mode.SELECTION)
        client.sign_in(ana, language).post(f"/runs/{run.id}/enrolments?part=mine", data={"motive": "담당 업무"})
        own = db.scalars(select(Enrolment)).one()
        assert (own.status, own.motive) == (Status.APPLIED, "담당 업무")
        page = client.get("/my-learning").text
        assert said in page
        assert f'action="/enrolments/{own.id}/withdrawal?part=mine"' in page.split('id="ahead"')[1]

    def test_a_completed_course_leads_to_where_the_reason_is_given(
        self, client: Browser, db: Session, ana: Person
    ) -> None:
        old = factories.a_run(db, starts_in=-90, state="closed")
        factories.an_enrolment(db, old, ana, outcome=Outcome.COMPLETED)
        run = factories.a_run(db, db.get_one(Course, old.course_id))
        answer = client.sign_in(ana).post(f"/runs/{run.id}/enrolments", 409)
        assert f'href="/runs/{run.id}"' in answer.text
        client.post(f"/runs/{run.id}/enrolments", data={"motive": "개정 내용"})
        assert status_of(db, run, ana) == "enrolled"


class TestOffers:
    def offered(self, client: Browser, db: Session, ana: Person, eve: Person) -> tuple[Run, Enrolment]:
        """A run whose only seat Eve gave up, and Ana's offer."""
        run = factories.a_run(db, seats=1, offer_hours=24)
        seat = factories.an_enrolment(db, run, eve)
        own = factories.an_enrolment(db, run, ana, status="waitlisted")
        client.sign_in(eve).post(f"/enrolments/{seat.id}/withdrawal")
        db.refresh(own)
        return run, own

    @pytest.mark.parametrize(
        ("language", "until", "yes", "no"),
        [("ko", "확정 제안(", "수락", "거절"), ("en", "A seat is offered until", "Accept", "Decline")],
    )
    def test_accepted_on_my_learning(
        self, client: Browser, db: Session, ana: Person, eve: Person, language: str, until: str, yes: str, no: str
    ) -> None:
        run, own = self.offered(client, db, ana, eve)
        page = client.sign_in(ana, language).get("/my-learning").text
        for words in (until, f">{yes}</button>", f">{no}</button>", f"/enrolments/{own.id}/acceptance?part=mine"):
            assert words in page
        answer = client.post(f"/enrolments/{own.id}/acceptance?part=mine")
        assert answer.headers["Location"] == "/my-learning"
        assert status_of(db, run, ana) == "enrolled"

    def test_declined(self, client: Browser, db: Session, ana: Person, eve: Person) -> None:
        run, own = self.offered(client, db, ana, eve)
        client.sign_in(ana).post(f"/enrolments/{own.id}/withdrawal?part=mine")
        assert status_of(db, run, ana) == "withdrawn"
        client.post(f"/enrolments/{own.id}/acceptance", 409)

    def test_an_officer_accepts_for_somebody_and_nobody_else_does(
        self, client: Browser, db: Session, ana: Person, eve: Person, dan: Person
    ) -> None:
        run, own = self.offered(client, db, ana, eve)
        client.sign_in(eve).post(f"/enrolments/{own.id}/acceptance", 404)
        assert status_of(db, run, ana) == "offered"
        answer = client.sign_in(dan).post(f"/enrolments/{own.id}/acceptance")
        assert answer.headers["Location"] == f"/runs/{run.id}/enrolments"
        assert status_of(db, run, ana) == "enrolled"
