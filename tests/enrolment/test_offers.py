"""A seat that came free is offered for so many hours: accepted, declined, or passed on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.completion.actions import close
from courses.enrolment import actions, allotment, audit, offering
from courses.enrolment.models import Enrolment, Status
from courses.errors import Refused
from courses.events.models import Event
from courses.people.models import Person, Posting
from courses.scheduling.models import Run
from courses.settings.models import Setting
from lms.db import Database
from lms.jobs.models import Job
from lms.jobs.queue import later
from lms.jobs.worker import Worker
from tests import factories
from tests.enrolment.scenes import bureaus, require_sound, staff_of, statuses
from tests.jobs.conftest import store, worker

__all__ = ["store", "worker"]  # the fixtures of the jobs

HOUR = timedelta(hours=1)


@pytest.fixture
def moment() -> Iterator[datetime]:
    """A moment at which the clock stands still."""
    with clock.frozen(factories.some_day()):
        yield clock.now()


def a_run(db: Session, people: int, **fields: object) -> tuple[Run, list[Enrolment]]:
    """A run of one seat that offers what comes free for 24 hours, and so many who came for it."""
    run = factories.a_run(db, **{"seats": 1, "offer_hours": 24, **fields})  # type: ignore[arg-type]  # any fields
    persons = [factories.a_person(db, f"응시자{n}") for n in range(people)]
    return run, [actions.enrol(db, person.id, run.id, person.id) for person in persons]


def give_up(db: Session, place: Enrolment) -> None:
    actions.withdraw(db, place.person_id, place.id)


def test_the_first_who_waits_is_offered_the_seat_and_takes_it(db: Session, moment: datetime) -> None:
    run, (first, second, third) = a_run(db, 3)
    give_up(db, first)
    assert (second.status, second.offered_until) == (Status.OFFERED, moment + 24 * HOUR)
    assert (run.taken, third.status) == (1, Status.WAITLISTED)
    offered = db.scalars(select(Event).where(Event.kind == "offered")).one()
    assert (offered.person_id, offered.data["until"]) == (second.person_id, second.offered_until.isoformat())
    require_sound(db, run.id)
    offering.accept(db, second.person_id, second.id)
    assert (second.status, second.offered_until, run.taken) == (Status.ENROLLED, None, 1)
    require_sound(db, run.id)


def test_no_offer_is_open_when_class_begins(db: Session, moment: datetime) -> None:
    run, (first, second) = a_run(db, 2, starts_in=1)
    give_up(db, first)
    assert second.offered_until == clock.start_of(run.starts_on) < moment + 24 * HOUR


def test_the_last_day_of_a_cyber_run_is_a_day_to_accept_on(db: Session, moment: datetime) -> None:
    course = factories.a_course(db, kind="cyber")
    run, (first, second) = a_run(db, 2, course=course, starts_in=0, offer_hours=72)
    give_up(db, first)
    assert second.offered_until == clock.end_of(run.ends_on) > moment


def test_who_declines_makes_room_for_the_next(db: Session, moment: datetime) -> None:
    run, (first, second, third) = a_run(db, 3)
    give_up(db, first)
    offering.decline(db, second.person_id, second.id)
    assert statuses([first, second, third]) == "xxo"
    require_sound(db, run.id)
    give_up(db, third)
    assert run.taken == 0


@pytest.mark.parametrize("act", [offering.accept, offering.decline])
def test_only_an_open_offer_is_answered(db: Session, moment: datetime, act: object) -> None:
    assert callable(act)
    _run, (first, second, third) = a_run(db, 3)
    give_up(db, first)
    for place, after, code in (
        (first, timedelta(), "no_offer"),
        (third, timedelta(), "no_offer"),
        (second, 24 * HOUR, "offer_expired"),
    ):
        with clock.frozen(moment + after), pytest.raises(Refused) as refused:
            act(db, place.person_id, place.id)
        assert refused.value.code == code
        assert refused.value.way_out


def test_an_offer_in_time_is_not_ended(db: Session, moment: datetime) -> None:
    run, (first, second) = a_run(db, 2)
    give_up(db, first)
    with clock.frozen(moment + 24 * HOUR - timedelta(seconds=1)):
        assert offering.overdue(db) == []
        assert offering.expire(db, None, run.id) == []
        assert offering.accept(db, second.person_id, second.id).status is Status.ENROLLED


def test_who_lets_it_pass_waits_behind_all_others(db: Session, moment: datetime) -> None:
    run, (first, second, third) = a_run(db, 3)
    give_up(db, first)
    with clock.frozen(moment + 24 * HOUR):
        assert offering.overdue(db) == [run.id]
        assert offering.expire(db, None, run.id) == [second]
        assert statuses([first, second, third]) == "xwo"
        assert second.queue_no == run.queue_last == 3
        assert third.offered_until == clock.now() + 24 * HOUR
        assert offering.expire(db, None, run.id) == []
        require_sound(db, run.id)


def test_or_is_withdrawn_where_the_organisation_has_set_it_so(db: Session, moment: datetime) -> None:
    db.add(Setting(name="expired_offers_wait", value=False))
    run, (first, second, third) = a_run(db, 3)
    give_up(db, first)
    with clock.frozen(moment + 24 * HOUR):
        offering.expire(db, None, run.id)
        assert statuses([first, second, third]) == "xxo"
        require_sound(db, run.id)


def test_an_offer_counts_on_the_quota_and_gives_it_back(db: Session, dan: Person, moment: datetime) -> None:
    (one,) = bureaus(db, "가국")
    run = factories.a_run(db, seats=3, offer_hours=24)
    allotment.set_quotas(db, dan.id, run, {one.id: (0, 1)})
    places = [actions.enrol(db, person.id, run.id, person.id) for person in staff_of(db, one, 3)]
    assert statuses(places) == "eww"
    give_up(db, places[0])
    assert (statuses(places), places[1].quota_unit_id) == ("xow", one.id)
    require_sound(db, run.id)
    offering.decline(db, places[1].person_id, places[1].id)
    assert statuses(places) == "xxo"
    require_sound(db, run.id)


def test_fewer_seats_take_offers_back_first(db: Session, dan: Person, moment: datetime) -> None:
    run, (first, second, third) = a_run(db, 3, seats=2)
    with clock.frozen(moment + HOUR):
        give_up(db, first)
        assert statuses([first, second, third]) == "xeo"
        assert allotment.change_capacity(db, dan.id, run, 1) == [third]
    assert (statuses([second, third]), third.offered_until) == ("ew", None)
    require_sound(db, run.id)


def test_who_accepted_late_keeps_the_seat_before_whoever_has_only_an_offer(
    db: Session, dan: Person, moment: datetime
) -> None:
    run, places = a_run(db, 3)
    give_up(db, places[0])
    allotment.change_capacity(db, dan.id, run, 2)
    with clock.frozen(moment + HOUR):  # after the second offer was made
        offering.accept(db, places[1].person_id, places[1].id)
    allotment.change_capacity(db, dan.id, run, 1)
    assert statuses(places) == "xew"
    require_sound(db, run.id)


def test_no_offer_is_accepted_into_a_clash(db: Session, moment: datetime) -> None:
    run, (first, second) = a_run(db, 2)
    give_up(db, first)
    elsewhere = factories.a_run(db)
    with pytest.raises(Refused) as refused:
        actions.enrol(db, second.person_id, elsewhere.id, second.person_id)
    assert refused.value.code == "clash"  # an offer holds the time as a seat does
    teaching = db.get_one(Person, second.person_id)
    teaching.left_on = clock.today()
    db.flush()
    with pytest.raises(Refused) as gone:
        offering.accept(db, second.person_id, second.id)
    assert gone.value.code == "gone"
    assert run.taken == 1


def test_the_worker_ends_it_at_its_hour(database: Database, worker: Worker, store: Session) -> None:
    begins = factories.some_day()
    with clock.frozen(begins):
        with database.begin(reacts=False) as db:
            run, (first, _second, _third) = a_run(db, 3)
        with database.begin() as db:
            give_up(db, db.get_one(Enrolment, first.id))
        work(worker)
    waiting = store.execute(select(Job.due_at, Job.args).where(Job.name == "expire_offers")).one()
    assert (waiting.due_at, waiting.args) == (begins + 24 * HOUR, {"run_id": run.id})
    with clock.frozen(begins + 24 * HOUR):
        work(worker)
    store.rollback()
    places = store.scalars(select(Enrolment).order_by(Enrolment.id)).all()
    assert statuses(places) == "xwo"
    require_sound(store, run.id)


def test_the_night_ends_what_was_missed_and_releases_quotas(database: Database, worker: Worker, store: Session) -> None:
    begins = factories.some_day()
    with clock.frozen(begins), database.begin(reacts=False) as db:
        run, (first, _second) = a_run(db, 2)
        give_up(db, first)
        soon = factories.a_run(db, seats=2, starts_in=14)
        (one,) = bureaus(db, "가국")
        allotment.set_quotas(db, None, soon, {one.id: (2, None)})
        waits = actions.enrol(db, None, soon.id, factories.a_person(db, "대기자").id)
        assert waits.status is Status.WAITLISTED
    with clock.frozen(begins + 24 * HOUR):
        with database.begin() as db:
            later(db, "expire_offers")
            later(db, "release_quotas")
        work(worker)
    assert store.get_one(Enrolment, waits.id).status is Status.ENROLLED
    assert (
        statuses(store.scalars(select(Enrolment).where(Enrolment.run_id == run.id).order_by(Enrolment.id)).all())
        == "xo"
    )


def test_the_night_looks_again_at_who_waits(database: Database, worker: Worker, store: Session) -> None:
    with database.begin(reacts=False) as db:
        (one,) = bureaus(db, "가국")
        elsewhere = factories.a_unit(db, "나국 1과", "나국")
        run = factories.a_run(db, seats=2)
        allotment.set_quotas(db, None, run, {one.id: (0, 1)})
        first, second = (actions.enrol(db, None, run.id, person.id) for person in staff_of(db, one, 2))
        assert statuses([first, second]) == "ew"
        db.scalars(select(Posting).where(Posting.person_id == second.person_id)).one().unit_id = elsewhere.id
        later(db, "promote")
    work(worker)
    assert store.get_one(Enrolment, second.id).status is Status.ENROLLED
    require_sound(store, run.id)


def work(worker: Worker) -> None:
    while worker.step():
        pass


def test_a_run_that_is_closed_leaves_no_offer_open(db: Session, dan: Person, moment: datetime) -> None:
    """The night's work did not run: closing ends what is over, and nobody waits for ever."""
    run, (first, second, third) = a_run(db, 3, apply_until=None)
    give_up(db, first)
    with clock.frozen(moment + timedelta(days=20)):
        close(db, dan.id, run, anyway=True)
        assert statuses([second, third]) == "xx"
        assert run.taken == 0
        assert not list(audit.findings(db))
