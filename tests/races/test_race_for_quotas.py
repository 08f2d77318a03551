"""Sixteen at the same moment, against quotas, and against each other's withdrawals, capacity and promotion."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from courses import clock
from courses.enrolment import actions, allotment, offering, quotas, seats
from courses.enrolment.models import Enrolment, Status
from courses.scheduling.models import Run
from lms.db import Database
from tests import factories
from tests.enrolment.scenes import bureaus, require_sound, staff_of
from tests.races.together import at_once

pytestmark = pytest.mark.race

Step = Callable[[Session], object]
TRIES = 200


def all_at_once(database: Database, steps: Sequence[Step]) -> list[str]:
    """Every step in a transaction of its own; again, as a door does it, when the database asks for it."""

    def one(db: Session, n: int) -> None:
        for _ in range(TRIES):
            try:
                steps[n](db)
                db.flush()
            except OperationalError:
                db.rollback()
                time.sleep(random.uniform(0.001, 0.02))
            else:
                return
        raise AssertionError("the database never let it through")

    return at_once(database, len(steps), one)


def a_run_for_three_bureaus(database: Database) -> tuple[int, list[int]]:
    """Ten seats: two to three for the first bureau, four at least for the second; and sixteen who want them."""
    with database.begin(reacts=False) as db:
        one, two, three = bureaus(db, "가국", "나국", "다국")
        run = factories.a_run(db, seats=10)
        allotment.set_quotas(db, None, run, {one.id: (2, 3), two.id: (4, None)})
        people = [person.id for unit, n in ((one, 5), (two, 5), (three, 6)) for person in staff_of(db, unit, n)]
        return run.id, people


def enrol(run_id: int, person_id: int) -> Step:
    return lambda db: actions.enrol(db, person_id, run_id, person_id)


def test_sixteen_for_ten_seats_of_three_bureaus(database: Database) -> None:
    run_id, people = a_run_for_three_bureaus(database)
    assert all_at_once(database, [enrol(run_id, person) for person in people]) == ["done"] * 16
    with database.look() as db:
        require_sound(db, run_id)
        assert db.get_one(Run, run_id).taken == 10
        one, two = quotas.standing(db, run_id)
        assert 2 <= one.taken <= 3
        assert two.taken >= 4
        assert db.scalar(select(func.count(Enrolment.id))) == 16


def test_without_the_guard_what_is_held_is_given_away(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control."""
    run_id, people = a_run_for_three_bureaus(database)
    with database.begin(reacts=False) as db:
        two = quotas.standing(db, run_id)[1]
        allotment.set_quotas(db, None, db.get_one(Run, run_id), {two.unit_id: (4, None)})
    monkeypatch.setattr(quotas, "left", lambda held, unit_id, capacity, taken: None)
    all_at_once(
        database, [enrol(run_id, person) for person in people if person not in people[5:10]]
    )  # none of the second
    with database.look() as db, pytest.raises(AssertionError):
        require_sound(db, run_id)


def a_full_run(database: Database) -> tuple[int, list[tuple[int, int]]]:
    """Four seats, eight people; the seats that come free are offered. The run, and (enrolment, person) in order."""
    with database.begin(reacts=False) as db:
        one, two = bureaus(db, "가국", "나국")
        run = factories.a_run(db, seats=4, offer_hours=24)
        allotment.set_quotas(db, None, run, {one.id: (1, 2), two.id: (1, None)})
        people = [person for pair in zip(staff_of(db, one, 4), staff_of(db, two, 4), strict=True) for person in pair]
        places = [actions.enrol(db, person.id, run.id, person.id) for person in people]
        return run.id, [(place.id, place.person_id) for place in places]


def withdraw(place: tuple[int, int]) -> Step:
    return lambda db: actions.withdraw(db, place[1], place[0])


def change_capacity(run_id: int, capacity: int) -> Step:
    return lambda db: allotment.change_capacity(db, None, db.get_one(Run, run_id), capacity)


@pytest.mark.parametrize("round_", range(3))
def test_withdrawals_capacity_quotas_and_promotion(database: Database, round_: int) -> None:
    run_id, places = a_full_run(database)
    units = {row.unit_id: row for row in standings(database, run_id)}
    one, two = units
    late = clock.now() + timedelta(hours=30)

    def night(db: Session) -> None:
        with clock.frozen(late):
            offering.expire(db, None, run_id)

    def share_anew(db: Session) -> None:
        allotment.set_quotas(db, None, db.get_one(Run, run_id), {one: (0, 3), two: (1, None)})

    leaving = places[:2] + places[5:6]
    steps = [withdraw(place) for place in leaving]
    steps += [change_capacity(run_id, capacity) for capacity in (3 + round_, 6)]
    answers = all_at_once(database, [*steps, night, share_anew])
    assert answers[:3] == ["done"] * 3
    assert set(answers) <= {"done", "quota_sum", "quota_room", "quota_taken"}
    with database.look() as db:
        require_sound(db, run_id)
        gone = select(Enrolment.status).where(Enrolment.id.in_([id_ for id_, _person in leaving]))
        assert set(db.scalars(gone)) == {Status.WITHDRAWN}
        assert db.get_one(Run, run_id).capacity in (3 + round_, 6)


def test_counts_written_from_what_was_read_before_are_lost(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: two withdrawals that each write down one seat less than there was make one of both."""
    run_id, places = a_full_run(database)
    with database.look() as db:
        taken = db.get_one(Run, run_id).taken

    def careless(db: Session, run: Run, **_values: object) -> None:
        db.execute(update(Run).where(Run.id == run.id).values(taken=taken - 1))
        db.expire(run, ["taken"])

    monkeypatch.setattr(seats, "_change", careless)
    monkeypatch.setattr(seats, "has_free", lambda run: False)
    all_at_once(database, [withdraw(place) for place in places[:2]])
    with database.look() as db, pytest.raises(AssertionError):
        require_sound(db, run_id)


def standings(database: Database, run_id: int) -> list[quotas.Standing]:
    with database.look() as db:
        return quotas.standing(db, run_id)
