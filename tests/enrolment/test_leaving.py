"""Who leaves gives up what lies ahead."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.enrolment.leaving import withdraw_leavers
from courses.enrolment.models import Enrolment, Status
from courses.events.models import Event
from courses.people.models import Person
from lms.db import Database
from lms.jobs.queue import later
from lms.jobs.worker import work_off
from tests.configuration import config
from tests.factories import a_course, a_person, a_run, an_enrolment
from tests.live import committed


def test_a_seat_ahead_goes_to_who_waits(db: Session, dan: Person, ana: Person, eve: Person) -> None:
    gone = a_person(db, "나간이", left_on=clock.today())
    also_gone = a_person(db, "간이", left_on=clock.today() + timedelta(days=3))
    run = a_run(db, seats=1)
    seat = an_enrolment(db, run, gone)
    place = an_enrolment(db, run, also_gone, status="waitlisted")
    waits = an_enrolment(db, run, ana, status="waitlisted")
    assert withdraw_leavers(db, dan.id) == 2
    found = [db.get_one(Enrolment, one.id).status for one in (seat, place, waits)]
    assert found == [Status.WITHDRAWN, Status.WITHDRAWN, Status.ENROLLED]
    assert run.taken == 1
    reasons = [event.data.get("reason") for event in db.scalars(select(Event)) if event.person_id == gone.id]
    assert "left" in reasons
    assert withdraw_leavers(db, dan.id) == 0


def test_what_has_begun_or_comes_before_stays(db: Session, dan: Person, ana: Person) -> None:
    later = a_person(db, "나중이", left_on=clock.today() + timedelta(days=30))
    gone = a_person(db, "나간이", left_on=clock.today())
    kept = [
        an_enrolment(db, a_run(db, starts_in=10), later),
        an_enrolment(db, a_run(db, a_course(db), starts_in=0), gone),
        an_enrolment(db, a_run(db, a_course(db), starts_in=-9), gone),
        an_enrolment(db, a_run(db, a_course(db), starts_in=12), ana),
    ]
    assert withdraw_leavers(db, dan.id) == 0
    assert {db.get_one(Enrolment, one.id).status for one in kept} == {Status.ENROLLED}


def test_it_is_done_every_night(database: Database, tmp_path: Path) -> None:
    with committed(database.url) as store:
        run, gone = a_run(store), a_person(store, "나간이", left_on=clock.today())
        seat = an_enrolment(store, run, gone)
        later(store, "withdraw_leavers")
        store.commit()
        work_off(database, config(tmp_path, database.url))
        store.refresh(seat)
        assert seat.status is Status.WITHDRAWN
