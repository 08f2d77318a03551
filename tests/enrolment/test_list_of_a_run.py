"""The list of a run, as officers see and change it: who comes, who goes, who comes instead, other seats."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from courses import clock
from courses.enrolment.models import Status
from courses.people.models import Person
from courses.scheduling.models import Mode
from tests import factories
from tests.client import Browser, check_page
from tests.enrolment.scenes import status_of


class TestParticipants:
    @pytest.mark.parametrize("language", ["ko", "en"])
    def test_who_sits_and_who_waits(
        self, client: Browser, db: Session, ana: Person, eve: Person, dan: Person, language: str
    ) -> None:
        run = factories.a_run(db, seats=1)
        factories.an_enrolment(db, run, ana)
        factories.an_enrolment(db, run, eve, status="waitlisted")
        page = client.sign_in(dan, language).get(f"/runs/{run.id}/enrolments").text
        seated, waiting = page.split('id="waiting"')
        assert ana.name in seated
        assert "행정국 총무과" in seated
        assert eve.name in waiting

    def test_an_officer_enrols_by_number_after_the_window(
        self, client: Browser, db: Session, ana: Person, dan: Person
    ) -> None:
        run = factories.a_run(db, apply_until=clock.now() - timedelta(days=1))
        client.sign_in(dan).post(f"/runs/{run.id}/roster", data={"person": f" {ana.employee_no} "})
        assert status_of(db, run, ana) == "enrolled"
        assert f"{ana.name} is enrolled" in client.get(f"/runs/{run.id}/enrolments").text

    def test_an_unknown_number_is_kept_with_the_reason(self, client: Browser, db: Session, dan: Person) -> None:
        run = factories.a_run(db)
        for number in ("0000", ""):
            answer = client.sign_in(dan).post(f"/runs/{run.id}/roster", 422, data={"person": number})
            check_page(answer.text)
            assert f'value="{number}"' in answer.text
        assert "Enter an employee number" in answer.text

    def test_a_withdrawal_needs_a_reason_and_promotes(
        self, client: Browser, db: Session, ana: Person, eve: Person, dan: Person
    ) -> None:
        run = factories.a_run(db, seats=1, cancel_until=clock.now() - timedelta(days=1))
        enrolment = factories.an_enrolment(db, run, ana)
        factories.an_enrolment(db, run, eve, status="waitlisted")
        client.sign_in(dan).post(f"/enrolments/{enrolment.id}/withdrawal", 409)
        answer = client.post(f"/enrolments/{enrolment.id}/withdrawal", data={"reason": "출장"})
        assert answer.headers["Location"] == f"/runs/{run.id}/enrolments"
        assert (status_of(db, run, ana), status_of(db, run, eve)) == ("withdrawn", "enrolled")

    def test_giving_up_a_seat_opens_the_queue_elsewhere(
        self, client: Browser, db: Session, ana: Person, eve: Person
    ) -> None:
        run, elsewhere = factories.a_run(db, seats=1), factories.a_run(db)
        holder = factories.an_enrolment(db, run, eve)
        factories.an_enrolment(db, run, ana, status="waitlisted")
        mine = factories.an_enrolment(db, elsewhere, ana)
        client.sign_in(eve).post(f"/enrolments/{holder.id}/withdrawal")
        assert status_of(db, run, ana) == "waitlisted"
        client.sign_in(ana).post(f"/enrolments/{mine.id}/withdrawal")
        assert status_of(db, run, ana) == Status.ENROLLED.value


class TestTheListOfARun:
    @pytest.mark.parametrize(
        ("show", "there", "not_there"),
        [
            ("", ["enrolled", "offered", "waitlisted"], ["approved", "not_selected"]),
            ("applications", ["applied", "returned", "approved", "nominated"], ["enrolled", "withdrawn"]),
            ("ended", ["not_selected", "withdrawn", "cancelled"], ["enrolled", "applied"]),
            ("nonsense", ["enrolled"], ["applied"]),
        ],
    )
    def test_everybody_by_how_they_stand(
        self, client: Browser, db: Session, dan: Person, show: str, there: list[str], not_there: list[str]
    ) -> None:
        run = factories.a_run(db)
        for status in Status:
            factories.an_enrolment(db, run, factories.a_person(db, f"사람-{status.value}."), status=status.value)
        page = client.sign_in(dan).get(f"/runs/{run.id}/enrolments?show={show}").text
        for status in there:
            assert f"사람-{status}." in page
        for status in not_there:
            assert f"사람-{status}." not in page
        assert "Applications under way 4" in page
        assert "Not selected and withdrawn 3" in page

    def test_on_a_frozen_list_one_comes_for_another(
        self, client: Browser, db: Session, ana: Person, eve: Person, dan: Person
    ) -> None:
        run = factories.a_run(db, mode=Mode.SELECTION, starts_in=8, apply_until=clock.now() - timedelta(days=1))
        leaving = factories.an_enrolment(db, run, ana)
        address = f"/enrolments/{leaving.id}/replacement"
        assert f'href="{address}"' in client.sign_in(dan).get(f"/runs/{run.id}/enrolments").text
        assert ana.name in client.get(address).text
        client.post(address, 422, data={"person": eve.employee_no})
        assert "Nobody has this" in client.post(address, 422, data={"person": "0000", "reason": "출장"}).text
        gone = factories.a_person(db, "나간이", left_on=clock.today())
        assert (
            "no longer takes part"
            in client.post(address, 409, data={"person": gone.employee_no, "reason": "출장"}).text
        )
        client.post(address, data={"person": eve.employee_no, "reason": "출장"})
        assert (status_of(db, run, ana), status_of(db, run, eve)) == ("withdrawn", "enrolled")
        client.sign_in(ana).get(address, 403)

    def test_elsewhere_nobody_is_replaced(self, client: Browser, db: Session, ana: Person, dan: Person) -> None:
        seat = factories.an_enrolment(db, factories.a_run(db), ana)
        assert "/replacement" not in client.sign_in(dan).get(f"/runs/{seat.run_id}/enrolments").text


class TestFewerSeats:
    def test_are_asked_about_first(self, client: Browser, db: Session, ana: Person, eve: Person, dan: Person) -> None:
        run = factories.a_run(db, seats=3)
        for person in (ana, eve):
            factories.an_enrolment(db, run, person)
        answer = client.sign_in(dan).post(f"/runs/{run.id}/capacity", data={"capacity": "1"})
        assert answer.headers["Location"] == f"/runs/{run.id}/capacity?capacity=1"
        assert (status_of(db, run, eve), run.capacity) == ("enrolled", 3)
        page = client.get(answer.headers["Location"]).text
        assert "1 person loses the seat" in page
        assert eve.name in page
        assert 'name="losing" value="1"' in page
        client.post(f"/runs/{run.id}/capacity", data={"capacity": "1", "losing": "1"})
        db.refresh(run)
        assert (status_of(db, run, ana), status_of(db, run, eve), run.capacity) == ("enrolled", "waitlisted", 1)

    def test_who_came_meanwhile_is_asked_about_again(
        self, client: Browser, db: Session, ana: Person, eve: Person, dan: Person
    ) -> None:
        run = factories.a_run(db, seats=5)
        for person in (ana, eve, factories.a_person(db, "셋째")):
            factories.an_enrolment(db, run, person)
        answer = client.sign_in(dan).post(f"/runs/{run.id}/capacity", data={"capacity": "1", "losing": "1"})
        assert answer.headers["Location"].endswith("/capacity?capacity=1")
        db.refresh(run)
        assert run.taken == 3

    def test_more_are_just_set(self, client: Browser, db: Session, ana: Person, eve: Person, dan: Person) -> None:
        run = factories.a_run(db, seats=1)
        factories.an_enrolment(db, run, ana)
        factories.an_enrolment(db, run, eve, status="waitlisted")
        client.sign_in(dan).post(f"/runs/{run.id}/capacity", data={"capacity": "2"})
        assert status_of(db, run, eve) == "enrolled"
        assert "Nobody loses a seat" in client.get(f"/runs/{run.id}/capacity?capacity=9").text

    @pytest.mark.parametrize("capacity", ["0", "x", "1000000"])
    def test_no_such_number(self, client: Browser, db: Session, dan: Person, capacity: str) -> None:
        run = factories.a_run(db)
        client.sign_in(dan).post(f"/runs/{run.id}/capacity", 422, data={"capacity": capacity})
        client.get(f"/runs/{run.id}/capacity?capacity={capacity}", 422)
