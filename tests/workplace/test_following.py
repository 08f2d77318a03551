"""What follows from a filing: queues elsewhere, skills on the first screen, the trainer's way from Teaching."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from courses import clock
from courses.enrolment.models import Status
from courses.people.models import Person
from courses.workplace import signing
from courses.workplace.skills import set_checklist
from lms import filing as ledger
from tests import factories
from tests.client import Browser
from tests.workplace.scenes import Department, a_department, filed


@pytest.fixture
def here(db: Session) -> Department:
    return a_department(db)


@pytest.mark.parametrize("how", ["correction", "withdrawal"])
def test_who_is_no_longer_in_it_gets_the_seat_they_wait_for(
    client: Browser, db: Session, here: Department, how: str
) -> None:
    """A class on the same day was in the way of the training."""
    tomorrow = clock.today() + timedelta(days=1)
    run = factories.a_run(db, starts_in=1)
    filing = ledger.file(db, here.clerk.id, here.unit, here.course, here.wanted(day=tomorrow))
    waits = factories.an_enrolment(db, run, here.staff[2], status="waitlisted")
    db.commit()
    left = "\n".join(str(one.employee_no) for one in here.staff[:2])
    data = here.form(people=left, day=tomorrow.isoformat()) if how == "correction" else {}
    client.sign_in(here.clerk).post(f"/workplace/filings/{filing.run_id}/{how}", data=data)
    db.expire_all()
    assert waits.status is Status.ENROLLED


def test_signed_skills_wait_on_the_first_screen(client: Browser, db: Session, here: Department, dan: Person) -> None:
    skills = set_checklist(db, dan.id, here.course, ["표를 만든다", "인쇄한다"])
    filing = filed(db, here)
    place = ledger.enrolled(db, filing.run_id)[0]
    trainee = next(one for one in here.staff if one.id == place.person_id)
    said = "skills are signed for you"
    assert said not in client.sign_in(trainee).get("/").text
    for skill in skills:
        signing.sign(db, here.trainer.id, place.id, skill.id)
    db.commit()
    assert f"2 {said}" in client.get("/").text
    for skill in skills:
        signing.confirm(db, trainee.id, place.id, skill.id)
    db.commit()
    assert said not in client.get("/").text


def test_a_trainer_finds_the_filings_from_teaching(client: Browser, db: Session, here: Department) -> None:
    filed(db, here)
    link = 'href="/workplace/filings"'
    assert link in client.sign_in(here.trainer).get("/teaching?list=1").text
    assert link not in client.sign_in(factories.a_person(db, "강강사", roles=["instructor"])).get("/teaching").text
