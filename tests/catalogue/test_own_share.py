"""The list of runs: where seats are left for others alone, one joins the queue; the own application has its history."""

from __future__ import annotations

from sqlalchemy.orm import Session

from courses.enrolment import actions, allotment, listing
from courses.enrolment.listing import Wanted
from courses.people.models import Person
from courses.scheduling.models import Mode
from tests import factories
from tests.client import Browser
from tests.enrolment.scenes import bureaus, staff_of


def test_seats_that_are_held_for_others_are_no_seats(client: Browser, db: Session) -> None:
    one, other = bureaus(db, "가국", "나국")
    run = factories.a_run(db, seats=2, mode=Mode.FIRST_COME, starts_in=30)
    allotment.set_quotas(db, None, run, {one.id: (1, 1), other.id: (1, 1)})
    first, second = staff_of(db, one, 2)
    (third,) = staff_of(db, other, 1)
    actions.enrol(db, first.id, run.id, first.id)
    db.commit()
    page = client.sign_in(second, "en").get("/runs").text
    assert "Join the queue" in page
    assert ">Enrol<" not in page
    assert ">Enrol<" in client.sign_in(third, "en").get("/runs").text
    shown = listing.runs(db, second.id, Wanted())
    assert listing.shareless(db, second.id, shown) == {run.id}
    assert listing.shareless(db, third.id, shown) == set()


def test_a_full_unit_hears_the_same_in_the_list_and_on_the_page(client: Browser, db: Session) -> None:
    (one,) = bureaus(db, "가국")
    run = factories.a_run(db, seats=5, mode=Mode.FIRST_COME, starts_in=30)
    allotment.set_quotas(db, None, run, {one.id: (0, 1)})
    first, second = staff_of(db, one, 2)
    actions.enrol(db, first.id, run.id, first.id)
    db.commit()
    client.sign_in(second, "en")
    assert "Join the queue" in client.get("/runs").text
    assert "Join the queue" in client.get(f"/runs/{run.id}").text


def test_the_own_application_leads_to_its_history(client: Browser, db: Session, ana: Person) -> None:
    run = factories.a_run(db, starts_in=30)
    assert "My application so far" not in client.sign_in(ana, "en").get(f"/runs/{run.id}").text
    enrolment = actions.enrol(db, ana.id, run.id, ana.id)
    db.commit()
    page = client.get(f"/runs/{run.id}").text
    assert page.count(f'href="/enrolments/{enrolment.id}"') == 1
    assert "My application so far" in page
