"""A published run is changed: nobody is in two places at once, and no officer overwrites another."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from courses.enrolment import actions, rescheduling, seats
from courses.enrolment.models import Enrolment, Status
from courses.errors import Refused
from courses.people.models import Person
from courses.scheduling.models import ClassSession, Run, RunState
from courses.scheduling.plan import RunPlan
from courses.scheduling.queries import plan_of
from lms.db import Database
from lms.web.scheduling import stopping
from tests import factories
from tests.client import Browser
from tests.scheduling.test_scheduling_pages import form_of


def moved_to(db: Session, run: Run, other: Run) -> RunPlan:
    """The plan of `run` with its one session on the day of `other`."""
    plan = plan_of(db, run)
    return replace(plan, sessions=(replace(plan.sessions[0].on(other.starts_on), id=plan.sessions[0].id),))


def reschedule(db: Session, actor: Person, run: Run, wanted: RunPlan) -> tuple[list[int], list[int]]:
    rescheduling.hold(db, run, wanted)
    return rescheduling.reschedule(db, actor.id, run, wanted)


def test_a_day_on_which_people_are_elsewhere_is_refused_with_their_names(
    client: Browser, db: Session, dan: Person, ana: Person, eve: Person
) -> None:
    here, there = factories.a_run(db), factories.a_run(db, factories.a_course(db, "파이썬"), starts_in=20)
    for person in (ana, eve):
        factories.an_enrolment(db, here, person)
        factories.an_enrolment(db, there, person)
    client.sign_in(dan)
    form = form_of(client.get(f"/operations/runs/{here.id}").text)
    day = there.starts_on.isoformat()
    page = client.post(f"/operations/runs/{here.id}", 409, data=form | {"sessions-0-day": [day]}).text
    for person in (ana, eve):
        assert f"{person.name} is in ‘파이썬’, run {there.number}, at that time" in page
    assert db.get_one(Run, here.id).starts_on != there.starts_on


@pytest.mark.parametrize("state", ["waitlisted", "withdrawn"])
def test_who_has_no_seat_is_no_obstacle(db: Session, dan: Person, ana: Person, state: str) -> None:
    here, there = factories.a_run(db), factories.a_run(db, starts_in=20)
    factories.an_enrolment(db, here, ana)
    factories.an_enrolment(db, there, ana, status=state, queue_no=1 if state == "waitlisted" else None)
    reschedule(db, dan, here, moved_to(db, here, there))
    assert db.get_one(Run, here.id).starts_on == there.starts_on


def test_what_overlapped_before_does_not_hinder_other_changes(db: Session, dan: Person, ana: Person) -> None:
    here, there = factories.a_run(db), factories.a_run(db)
    for run in (here, there):
        factories.an_enrolment(db, run, ana)
    room = factories.a_room(db, "교육장 다")
    plan = plan_of(db, here)
    reschedule(db, dan, here, replace(plan, sessions=(replace(plan.sessions[0], room_id=room.id),)))
    assert db.get_one(Run, here.id).place == "교육장 다"


def test_an_added_session_is_looked_at_too(db: Session, dan: Person, ana: Person) -> None:
    here, there = factories.a_run(db), factories.a_run(db, starts_in=20)
    for run in (here, there):
        factories.an_enrolment(db, run, ana)
    plan = plan_of(db, here)
    wanted = replace(plan, sessions=(*plan.sessions, plan.sessions[0].on(there.starts_on)))
    with pytest.raises(rescheduling.WouldClash):
        reschedule(db, dan, here, wanted)


def test_who_takes_part_cannot_become_the_instructor(db: Session, dan: Person, cleo: Person) -> None:
    run = factories.a_run(db)
    factories.an_enrolment(db, run, cleo)
    with pytest.raises(Refused) as refusal:
        reschedule(db, dan, run, replace(plan_of(db, run), instructor_ids=(cleo.id,)))
    assert refusal.value.code == "teaches"


def test_who_waits_here_and_elsewhere_is_looked_at_again(
    client: Browser, db: Session, dan: Person, ana: Person, eve: Person
) -> None:
    """ana waits for a run on the day of the one she is in, and eve for this one on the day of another."""
    here, same_day = factories.a_run(db), factories.a_run(db)
    factories.an_enrolment(db, here, ana)
    factories.an_enrolment(db, same_day, eve)
    waits = factories.an_enrolment(db, same_day, ana, status="waitlisted", queue_no=1)
    passed_over = factories.an_enrolment(db, here, eve, status="waitlisted", queue_no=1)
    client.sign_in(dan)
    form = form_of(client.get(f"/operations/runs/{here.id}").text)
    day = (here.starts_on + timedelta(days=7)).isoformat()
    client.post(f"/operations/runs/{here.id}", data=form | {"sessions-0-day": [day]})
    db.expire_all()
    assert (waits.status, passed_over.status) == (Status.ENROLLED, Status.ENROLLED)


def test_a_day_moved_while_somebody_applies_is_noticed(
    db: Session, dan: Person, ana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look at the times and the lock on the run there is room for an officer."""
    here, there = factories.a_run(db), factories.a_run(db, starts_in=20)
    factories.an_enrolment(db, there, ana)
    place = seats.place

    def after_an_officer(*args: Any, **options: Any) -> None:
        reschedule(db, dan, here, moved_to(db, here, there))
        place(*args, **options)

    monkeypatch.setattr(seats, "place", after_an_officer)
    with pytest.raises(Refused) as refusal:
        actions.enrol(db, ana.id, here.id, ana.id)
    assert refusal.value.code == "clash"


def test_the_second_of_two_officers_is_told_of_the_first(client: Browser, db: Session, dan: Person) -> None:
    run = factories.a_run(db, seats=30)
    client.sign_in(dan)
    form = form_of(client.get(f"/operations/runs/{run.id}").text)
    client.post(f"/operations/runs/{run.id}", data=form | {"capacity": ["25"]})
    page = client.post(f"/operations/runs/{run.id}", 409, data=form | {"sessions-0-periods-0-subject": ["소개"]}).text
    assert "Somebody else changed this run meanwhile" in page
    assert 'value="소개"' in page
    assert db.get_one(Run, run.id).capacity == 25


PEOPLE = 8


@pytest.mark.race
@pytest.mark.parametrize("_round", range(3))
def test_applications_while_the_day_is_moved_leave_nobody_in_two_places(database: Database, _round: int) -> None:
    """Everybody is in `there`; while `here` is moved to that day they apply for it."""
    with database.begin() as db:
        here, there = factories.a_run(db), factories.a_run(db, starts_in=20)
        people = [factories.a_person(db) for _ in range(PEOPLE)]
        for person in people:
            factories.an_enrolment(db, there, person)
        officer = factories.a_person(db, roles=["officer"])
        ids = [person.id for person in people]
    start = Barrier(PEOPLE + 1)

    def apply(person_id: int) -> None:
        start.wait()
        with database.begin() as db:
            actions.enrol(db, person_id, here.id, person_id)

    def move() -> None:
        start.wait()
        with database.begin() as db:
            run = db.get_one(Run, here.id)
            reschedule(db, officer, run, moved_to(db, run, there))

    with ThreadPoolExecutor(PEOPLE + 1) as pool:
        tasks = [pool.submit(move), *(pool.submit(apply, id_) for id_ in ids)]
    errors = [error for task in tasks if (error := task.exception())]
    assert all(isinstance(error, Refused | OperationalError) for error in errors), errors
    with database.look() as db:
        days = {s.starts_at.date() for s in db.scalars(select(ClassSession).where(ClassSession.run_id == here.id))}
        seated = db.scalars(
            select(Enrolment.person_id).where(Enrolment.run_id == here.id, Enrolment.status == Status.ENROLLED)
        ).all()
    assert not seated or days.isdisjoint({there.starts_on})


def test_a_draft_that_is_published_while_it_is_cancelled_keeps_nobody_in_it(
    client: Browser, db: Session, dan: Person, ana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = factories.a_run(db, state="draft")
    lock_run = stopping.lock_run

    def after_a_publication(session: Session, run_id: int) -> None:
        session.execute(update(Run).where(Run.id == run_id).values(state=RunState.PUBLISHED))
        actions.enrol(session, ana.id, run_id, ana.id)
        lock_run(session, run_id)

    monkeypatch.setattr(stopping, "lock_run", after_a_publication)
    client.sign_in(dan).post(f"/operations/runs/{run.id}/cancellation", data={"reason": "강사 사정"})
    assert db.scalars(select(Enrolment.status).where(Enrolment.run_id == run.id)).all() == [Status.CANCELLED]
    assert (run.state, run.taken) == (RunState.CANCELLED, 0)
