"""Seats and queue: what holds after any sequence of applications, withdrawals and changes of capacity."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from courses import clock
from courses.enrolment import actions, allotment, seats, waitlist
from courses.enrolment.models import Enrolment, Status
from courses.errors import Refused
from courses.events.models import Event
from courses.people.models import Person
from courses.scheduling.models import Run
from tests import factories
from tests.enrolment.scenes import position


def status_of(db: Session, run: Run, person: Person) -> Status | None:
    return db.scalar(select(Enrolment.status).where(Enrolment.run_id == run.id, Enrolment.person_id == person.id))


@contextmanager
def statements(db: Session) -> Iterator[list[str]]:
    """What the database is asked in the block."""
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        asked.append(statement)

    event.listen(db.connection(), "before_cursor_execute", note)
    yield asked
    event.remove(db.connection(), "before_cursor_execute", note)


def people(db: Session, count: int) -> list[Person]:
    return [factories.a_person(db, f"응시자{n}") for n in range(count)]


def enrol(db: Session, run: Run, person: Person) -> Enrolment:
    return actions.enrol(db, person.id, run.id, person.id)


def test_seats_first_then_numbers_in_order(db: Session) -> None:
    run = factories.a_run(db, seats=2)
    places = [enrol(db, run, person) for person in people(db, 5)]
    assert [(p.status.value, p.queue_no) for p in places] == [
        ("enrolled", None), ("enrolled", None), ("waitlisted", 1), ("waitlisted", 2), ("waitlisted", 3),
    ]  # fmt: skip
    assert [position(db, p) for p in places[2:]] == [1, 2, 3]
    assert (run.taken, run.queue_last) == (2, 3)


def test_without_a_limit_nobody_waits(db: Session) -> None:
    run = factories.a_run(db, seats=None, mode="open")
    assert {enrol(db, run, person).status for person in people(db, 5)} == {Status.ENROLLED}
    assert run.taken == 5


def test_a_withdrawal_promotes_the_first_who_waits_in_the_same_transaction(db: Session) -> None:
    run = factories.a_run(db, seats=1)
    first, second, third = (enrol(db, run, person) for person in people(db, 3))
    actions.withdraw(db, first.person_id, first.id)
    assert [e.status.value for e in (first, second, third)] == ["withdrawn", "enrolled", "waitlisted"]
    assert position(db, third) == 1
    assert run.taken == 1
    moves = db.scalars(select(Event).where(Event.kind == "moved", Event.run_id == run.id).order_by(Event.id)).all()
    assert [(e.person_id, e.data["after"], e.data["reason"]) for e in moves[-2:]] == [
        (first.person_id, "withdrawn", ""),
        (second.person_id, "enrolled", "promoted"),
    ]


def test_who_leaves_the_queue_frees_no_seat(db: Session) -> None:
    run = factories.a_run(db, seats=1)
    first, second, third = (enrol(db, run, person) for person in people(db, 3))
    actions.withdraw(db, second.person_id, second.id)
    assert (first.status, second.status, third.status) == (Status.ENROLLED, Status.WITHDRAWN, Status.WAITLISTED)
    assert run.taken == 1
    assert position(db, third) == 1


def test_enrolling_again_takes_the_same_row_up_and_queues_when_the_seat_has_gone(db: Session) -> None:
    run = factories.a_run(db, seats=1)
    first, second = (enrol(db, run, person) for person in people(db, 2))
    actions.withdraw(db, first.person_id, first.id)
    again = actions.enrol(db, first.person_id, run.id, first.person_id)
    assert again.id == first.id
    assert (again.status, again.queue_no) == (Status.WAITLISTED, 2)
    assert second.status is Status.ENROLLED


def test_more_seats_promote_as_many(db: Session, dan: Person) -> None:
    run = factories.a_run(db, seats=1)
    places = [enrol(db, run, person) for person in people(db, 4)]
    assert allotment.change_capacity(db, dan.id, run, 3) == []
    assert [e.status.value for e in places] == ["enrolled", "enrolled", "enrolled", "waitlisted"]
    assert (run.taken, run.capacity) == (3, 3)
    allotment.change_capacity(db, dan.id, run, None)
    assert places[3].status is Status.ENROLLED


def test_fewer_seats_move_the_last_ones_to_the_front_of_the_queue(db: Session, dan: Person) -> None:
    run = factories.a_run(db, seats=3)
    places = [enrol(db, run, person) for person in people(db, 5)]
    expected = [places[2], places[1]]
    assert allotment.losing_seats(db, run, 1) == expected
    assert allotment.change_capacity(db, dan.id, run, 1) == expected
    waiting = sorted((e for e in places if e.status is Status.WAITLISTED), key=lambda e: e.queue_no or 0)
    assert waiting == places[1:]
    assert [position(db, e) for e in waiting] == [1, 2, 3, 4]
    assert (run.taken, run.capacity) == (1, 1)
    changed = db.scalars(select(Event).where(Event.kind == "changed")).one()
    assert (changed.data["before"], changed.data["after"]) == ({"capacity": 3}, {"capacity": 1})


@pytest.mark.parametrize("capacity", [0, -1])
def test_a_run_has_at_least_one_seat(db: Session, dan: Person, capacity: int) -> None:
    with pytest.raises(Refused, match="at least one seat"):
        allotment.change_capacity(db, dan.id, factories.a_run(db), capacity)


def test_who_may_no_longer_have_the_seat_is_passed_over_with_the_reason(db: Session) -> None:
    run, elsewhere = factories.a_run(db, seats=1), factories.a_run(db)
    first, busy, third = people(db, 3)
    places = [enrol(db, run, person) for person in (first, busy, third)]
    enrol(db, elsewhere, busy)  # at the same time
    actions.withdraw(db, first.id, places[0].id)
    assert (status_of(db, run, busy), status_of(db, run, third)) == (Status.WAITLISTED, Status.ENROLLED)
    passed = db.scalars(select(Event).where(Event.kind == "passed_over")).one()
    assert (passed.person_id, passed.data["reason"], passed.data["queue_no"]) == (busy.id, "clash", 1)


def test_giving_up_one_seat_lets_the_queue_elsewhere_be_looked_at_again(db: Session) -> None:
    run, elsewhere = factories.a_run(db, seats=1), factories.a_run(db)
    first, busy = people(db, 2)
    places = [enrol(db, run, person) for person in (first, busy)]
    in_the_way = enrol(db, elsewhere, busy)
    actions.withdraw(db, first.id, places[0].id)
    actions.withdraw(db, busy.id, in_the_way.id)
    assert status_of(db, run, busy) is Status.WAITLISTED
    assert waitlist.reconsider(db, busy.id, [busy.id]) == [places[1]]
    assert status_of(db, run, busy) is Status.ENROLLED


def test_nobody_is_promoted_into_a_class_that_has_begun(db: Session, dan: Person) -> None:
    run = factories.a_run(db, seats=1)
    first, second = (enrol(db, run, person) for person in people(db, 2))
    with clock.frozen(clock.now() + timedelta(days=10)):
        actions.withdraw(db, dan.id, first.id, reason="did not come")
        assert second.status is Status.WAITLISTED
        officer_seats = db.get_one(Run, run.id, populate_existing=True)
        assert officer_seats.taken == 0


def a_seat_held_back(db: Session) -> tuple[Run, Enrolment]:
    """A run with a free seat, and somebody who waits for it: what was in the way has gone, and nobody has looked."""
    run, elsewhere = factories.a_run(db, seats=1), factories.a_run(db)
    first, busy = people(db, 2)
    place, waits = enrol(db, run, first), enrol(db, run, busy)
    in_the_way = enrol(db, elsewhere, busy)
    actions.withdraw(db, first.id, place.id)
    assert (run.taken, waits.status) == (0, Status.WAITLISTED)
    actions.withdraw(db, busy.id, in_the_way.id)
    return run, waits


@pytest.mark.parametrize("by_officer", [False, True])
def test_a_newcomer_comes_after_who_waits_and_may_have_the_seat_now(db: Session, dan: Person, by_officer: bool) -> None:
    run, waits = a_seat_held_back(db)
    (newcomer,) = people(db, 1)
    came = actions.enrol(db, dan.id if by_officer else newcomer.id, run.id, newcomer.id)
    assert (waits.status, came.status) == (Status.ENROLLED, Status.WAITLISTED)
    assert (run.taken, position(db, came)) == (1, 1)


def test_without_the_guard_a_newcomer_has_the_seat_of_who_waits(db: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    run, waits = a_seat_held_back(db)
    monkeypatch.setattr(seats, "_anybody_waits", lambda *_: False)
    (newcomer,) = people(db, 1)
    assert enrol(db, run, newcomer).status is Status.ENROLLED
    assert waits.status is Status.WAITLISTED


def test_a_newcomer_may_have_what_those_who_wait_leave_over(db: Session, dan: Person) -> None:
    run, waits = a_seat_held_back(db)
    run.capacity = 2
    db.commit()
    (newcomer,) = people(db, 1)
    assert enrol(db, run, newcomer).status is Status.ENROLLED
    assert waits.status is Status.ENROLLED
    assert run.taken == 2


def test_who_waits_with_something_in_the_way_holds_nobody_up(db: Session) -> None:
    run, elsewhere = factories.a_run(db, seats=1), factories.a_run(db)
    first, busy, newcomer = people(db, 3)
    place, waits = enrol(db, run, first), enrol(db, run, busy)
    enrol(db, elsewhere, busy)
    actions.withdraw(db, first.id, place.id)
    assert enrol(db, run, newcomer).status is Status.ENROLLED
    assert waits.status is Status.WAITLISTED


def test_a_run_that_never_had_a_queue_is_not_searched_for_one(db: Session) -> None:
    run = factories.a_run(db, seats=3)
    full = factories.a_run(db, seats=1, starts_in=20)
    first, second, third, other = people(db, 4)
    with statements(db) as asked:
        enrol(db, run, first)
        enrol(db, full, second)
        enrol(db, full, third)
        enrol(db, full, first)
    assert run.taken == 1
    assert full.queue_last == 2
    assert str(seats._WAITING.compile(db.connection())) not in asked
    run.queue_last = 1
    db.commit()
    with statements(db) as asked:
        enrol(db, run, other)
    assert str(seats._WAITING.compile(db.connection())) in asked
