"""People who enrol in one transaction get what they would have got one after the other."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from courses.enrolment import actions, seats
from courses.enrolment.audit import findings
from courses.enrolment.crowd import Asked, enrol_all
from courses.enrolment.models import Enrolment, Quota, Status
from courses.errors import Refused
from courses.events.models import Event
from courses.people.models import Person
from courses.scheduling.models import Mode, Run
from lms.db import Database
from lms.web.enrolment import crowd
from tests import factories
from tests.enrolment.test_seats import people, statements

E, W, A = Status.ENROLLED, Status.WAITLISTED, Status.APPLIED


def asked(run: Run, person: Person) -> Asked:
    return Asked(run.id, person.id, person.session_key)


def came_to(outcome: object) -> object:
    """Status and number; a refusal's code; None for what is left to be done alone."""
    if isinstance(outcome, Enrolment):
        return outcome.status, outcome.queue_no
    return outcome.code if isinstance(outcome, Refused) else outcome


@pytest.mark.parametrize("capacity", [0, 2, 5, 9, None])
def test_seats_then_numbers_in_their_order(db: Session, capacity: int | None) -> None:
    crowd, alone = people(db, 5), people(db, 5)
    one, other = factories.a_run(db, seats=capacity), factories.a_run(db, seats=capacity)
    together = enrol_all(db, [asked(one, person) for person in crowd])
    singly = [actions.enrol(db, person.id, other.id, person.id) for person in alone]
    assert [came_to(each) for each in together] == [came_to(each) for each in singly]
    db.expire_all()
    assert (one.taken, one.queue_last) == (other.taken, other.queue_last)
    moves = db.scalars(select(Event).where(Event.run_id == one.id, Event.kind == "moved").order_by(Event.id)).all()
    assert [(move.actor_id, move.person_id) for move in moves] == [(person.id, person.id) for person in crowd]


def test_applications_where_places_are_given_later(db: Session) -> None:
    run = factories.a_run(db, seats=1, mode=Mode.DRAW)
    assert [came_to(one) for one in enrol_all(db, [asked(run, one) for one in people(db, 3)])] == [(A, None)] * 3
    assert run.taken == 0


def test_several_runs_at_once(db: Session) -> None:
    first, second = factories.a_run(db, seats=1), factories.a_run(db, seats=1)
    crowd = people(db, 4)
    runs = (second, first, second, first)
    outcomes = enrol_all(db, [asked(run, one) for run, one in zip(runs, crowd, strict=True)])
    assert [came_to(one) for one in outcomes] == [(E, None), (E, None), (W, 1), (W, 1)]


def test_each_no_is_ones_own(db: Session) -> None:
    run, (gone, away, fine) = factories.a_run(db, seats=1), people(db, 3)
    actions.enrol(db, away.id, run.id, away.id)
    gone.left_on = factories.some_day().date()
    other = factories.a_run(db, seats=1, starts_in=50)
    outcomes = enrol_all(db, [asked(other, gone), asked(run, away), asked(other, fine)])
    assert [came_to(one) for one in outcomes] == ["gone", "enrolled", (E, None)]


def test_nothing_is_done_for_a_sign_in_that_ended(db: Session) -> None:
    run, (one,) = factories.a_run(db, seats=1), people(db, 1)
    assert enrol_all(db, [Asked(run.id, one.id, "another key")]) == [None]
    assert run.taken == 0


def test_what_is_not_plain_is_left_alone(db: Session) -> None:
    """A run that is not there, one with quotas, one whose queue may have the seat, and whoever asks twice."""
    held, waited, plain = (factories.a_run(db, seats=2) for _ in range(3))
    one, two, three, waiting = people(db, 4)
    db.add(Quota(run_id=held.id, unit_id=factories.a_unit(db).id, floor=1))
    waited.capacity, waited.taken = 1, 1
    db.flush()
    actions.enrol(db, waiting.id, waited.id, waiting.id)
    waited.taken = 0
    db.flush()
    outcomes = enrol_all(
        db, [asked(held, one), asked(waited, two), Asked(404404, three.id, three.session_key), asked(plain, one)]
    )
    assert outcomes == [None] * 4
    assert db.scalars(select(Enrolment.person_id).where(Enrolment.person_id != waiting.id)).all() == []


@pytest.mark.parametrize("count", [1, 2, 3])
def test_seats_that_went_meanwhile_are_not_given_away(db: Session, count: int) -> None:
    """The statement that counts the seats finds fewer of them than the run had when it was read."""
    run = factories.a_run(db, seats=2)
    assert run.taken == 0
    db.execute(update(Run).where(Run.id == run.id).values(taken=2), execution_options={"synchronize_session": False})
    assert seats.place_all(db, run, count) == ()
    db.refresh(run)
    assert (run.taken, run.queue_last) == (2, 0)


def test_beside_their_rows_ten_take_as_many_statements_as_two(db: Session) -> None:
    counted = []
    for count in (2, 10):
        run, crowd = factories.a_run(db, seats=1), people(db, count)
        wishes = [asked(run, person) for person in crowd]
        with statements(db) as said:
            enrol_all(db, wishes)
        counted.append(sum(not one.startswith("INSERT INTO enrolment") for one in said))
    assert counted[0] == counted[1]


def test_the_audit_finds_nothing(db: Session) -> None:
    run = factories.a_run(db, seats=2)
    enrol_all(db, [asked(run, person) for person in people(db, 5)])
    assert not list(findings(db))


def test_a_disk_that_fails_is_everybodys_error() -> None:
    """Nobody of those who pressed together is told of a seat that may not be on the disk."""

    class Failing(Database):
        def settle(self) -> None:
            raise OSError("disk")

    batch = crowd._Batch(sent=True)
    crowd._settle(Failing("sqlite://"), batch)
    assert batch.over.is_set()
    assert isinstance(batch.error, OSError)
