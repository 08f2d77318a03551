"""A run as it stood at a moment: always as somebody saw it then, whatever happened since."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import Phase
from hypothesis.stateful import invariant
from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from courses import clock
from courses.enrolment import actions, allotment, audit, quotas
from courses.enrolment.models import Enrolment, Status
from courses.enrolment.replay import neighbours, replay
from courses.enrolment.states import SEATED
from courses.people.models import Person
from courses.scheduling.models import Mode, Run
from tests.enrolment.test_machine import Enrolling, World, play
from tests.factories import a_run, some_day

Seen = tuple[int | None, set[int], list[tuple[int, int | None]], dict[int, Status], dict[int, tuple[int, int | None]]]


def seen(db: Session, run_id: int) -> Seen:
    """What the tables say now."""
    found = select(Enrolment).where(Enrolment.run_id == run_id).order_by(Enrolment.queue_no)
    rows = db.scalars(found, execution_options={"populate_existing": True}).all()
    held = {one.unit_id: (one.floor, one.cap) for one in quotas.standing(db, run_id)}
    return (
        db.scalars(select(Run.capacity).where(Run.id == run_id)).one(),
        {one.id for one in rows if one.status in SEATED},
        [(one.id, one.queue_no) for one in rows if one.status is Status.WAITLISTED],
        {one.id: one.status for one in rows},
        held,
    )


def replayed(db: Session, run_id: int, at: datetime) -> Seen:
    """What the events say of a moment."""
    picture = replay(db, run_id, at)
    return (
        picture.capacity,
        {one.enrolment_id for one in picture.seated},
        [(one.enrolment_id, one.queue_no) for one in picture.queue],
        {one.enrolment_id: one.status for one in picture.places.values()},
        picture.quotas,
    )


class Remembering(Enrolling):
    """A random history in which everything is written down after every step, to be compared with the replay."""

    def __init__(self, connection: Connection, world: World) -> None:
        super().__init__(connection, world)
        self.album: list[tuple[int, datetime, Seen]] = []

    @invariant()
    def remember(self) -> None:
        """Now the replay is what the tables say; the next step comes a moment later."""
        for run_id in self.world.runs:
            picture = seen(self.db, run_id)
            assert replayed(self.db, run_id, clock.now()) == picture
            self.album.append((run_id, clock.now(), picture))
        if not self.unseen:  # else somebody may wait, until the night or the next comer, for a seat that they may have
            assert {one.code for one in audit.findings(self.db)} <= {"offer_over"}  # until the night
        self.now += timedelta(seconds=1)
        self.clock.close()
        self.clock.enter_context(clock.frozen(self.now))

    def teardown(self) -> None:
        try:
            for run_id, at, picture in self.album:
                assert replayed(self.db, run_id, at) == picture
        finally:
            super().teardown()


def test_any_moment_is_told_as_it_was(connection: Connection) -> None:
    play(connection, Remembering, max_examples=12, stateful_step_count=12, phases=[Phase.generate])


@pytest.fixture
def run(db: Session) -> Run:
    with clock.frozen(some_day(8)):
        return a_run(db, seats=1, mode=Mode.FIRST_COME, starts_in=20, offer_hours=None)


def test_a_place_in_the_queue_as_of_then(db: Session, run: Run, ana: Person, ben: Person, eve: Person) -> None:
    with clock.frozen(some_day(9)):
        seat, first, second = (actions.enrol(db, one.id, run.id, one.id) for one in (ana, ben, eve))
    with clock.frozen(some_day(11)):
        actions.withdraw(db, ana.id, seat.id)
    early, late = replay(db, run.id, some_day(10)), replay(db, run.id, some_day(11))
    assert (early.position(first.id), early.position(second.id), early.position(seat.id)) == (1, 2, None)
    assert [one.enrolment_id for one in early.seated] == [seat.id]
    assert (late.position(first.id), late.position(second.id)) == (None, 1)
    assert [one.enrolment_id for one in late.seated] == [first.id]
    assert not replay(db, run.id, some_day(8)).places
    assert neighbours(db, run.id, some_day(10)) == (some_day(9), some_day(11))
    assert neighbours(db, run.id, some_day(8)) == (None, some_day(9))


def test_seats_and_quotas_as_of_then(db: Session, run: Run, ana: Person, ben: Person, dan: Person) -> None:
    unit_id = quotas.unit_for(db, run, ana.id) or 0
    with clock.frozen(some_day(9)):
        for one in (ana, ben):
            actions.enrol(db, one.id, run.id, one.id)
    with clock.frozen(some_day(10)):
        allotment.change_capacity(db, dan.id, run, 5)
    with clock.frozen(some_day(11)):
        allotment.set_quotas(db, dan.id, run, {unit_id: (1, 3)})
    pictures = [replay(db, run.id, some_day(hour)) for hour in (9, 10, 11)]
    assert [one.capacity for one in pictures] == [1, 5, 5]
    assert [one.quotas for one in pictures] == [{}, {}, {unit_id: (1, 3)}]
    assert [len(one.queue) for one in pictures] == [1, 0, 0]


def test_a_run_whose_seats_never_changed_has_what_it_has(db: Session, run: Run) -> None:
    assert replay(db, run.id, clock.now()).capacity == 1
