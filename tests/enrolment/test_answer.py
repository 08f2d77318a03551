"""What one hears before applying is what then happens."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from courses import clock
from courses.catalogue.models import Course, Prerequisite
from courses.enrolment import actions, allotment, draws, selection
from courses.enrolment.answer import SeatAnswer, Then, answer, grounds, last_cut_off
from courses.enrolment.models import Enrolment, Status
from courses.errors import Refused
from courses.people.models import OrgUnit, Person
from courses.scheduling.models import Mode, Run
from tests import factories
from tests.enrolment.scenes import bureaus, position, staff_of

NAMES = ("가국", "나국", "다국")
QUOTA = st.none() | st.tuples(st.integers(0, 2), st.none() | st.integers(1, 3))
QUOTAS = st.lists(QUOTA, min_size=len(NAMES), max_size=len(NAMES))
PEOPLE = st.lists(st.integers(0, len(NAMES) - 1), min_size=1, max_size=9)
"""By the bureau each serves in."""
SOME = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


@contextmanager
def apart(connection: Connection) -> Iterator[Session]:
    """A session whose commits are taken back with the example."""
    savepoint = connection.begin_nested()
    with Session(connection, join_transaction_mode="create_savepoint", expire_on_commit=False) as db:
        yield db
    savepoint.rollback()


def with_quotas(db: Session, run: Run, quotas: Sequence[tuple[int, int | None] | None]) -> list[OrgUnit]:
    """The bureaux, with the quotas as far as they can be."""
    units = bureaus(db, *NAMES)
    wanted = {unit.id: quota for unit, quota in zip(units, quotas, strict=True) if quota and sound(*quota)}
    while run.capacity is not None and sum(floor for floor, _ in wanted.values()) > run.capacity:
        wanted.popitem()
    if wanted:
        allotment.set_quotas(db, None, run, wanted)
        db.commit()
    return units


def sound(floor: int, cap: int | None) -> bool:
    return cap is None or floor <= cap


def came(db: Session, run: Run, person: Person, said: SeatAnswer) -> Enrolment | str:
    """What pressing the button comes to, or the code of the refusal."""
    try:
        return actions.enrol(db, person.id, run.id, person.id, motive="다시" if said.retake else "")
    except Refused as refused:
        return refused.code


def require_same(db: Session, said: SeatAnswer, done: Enrolment | str) -> None:
    if isinstance(done, str):
        assert (said.then, said.refused.code if said.refused else "") == (Then.REFUSED, done)
        return
    expected = {Status.ENROLLED: Then.SEAT, Status.WAITLISTED: Then.QUEUE, Status.APPLIED: Then.APPLICATION}
    assert said.then is expected[done.status]
    assert said.place == (position(db, done) if done.status is Status.WAITLISTED else None)


OBSTACLES: dict[str, Callable[[Session, Run, Person], Any]] = {
    "completed": lambda db, run, person: factories.an_enrolment(
        db,
        factories.a_run(db, db.get_one(Course, run.course_id), starts_in=-9, state="closed"),
        person,
        outcome="completed",
    ),
    "clash": lambda db, run, person: factories.an_enrolment(db, factories.a_run(db, starts_in=30), person),
    "waits": lambda db, run, person: factories.an_enrolment(db, run, person, status="waitlisted"),
    "withdrew": lambda db, run, person: factories.an_enrolment(db, run, person, status="withdrawn"),
    "left": lambda db, run, person: setattr(person, "left_on", clock.today()),
}


@SOME
@given(
    mode=st.sampled_from(Mode),
    capacity=st.integers(1, 5),
    quotas=QUOTAS,
    people=PEOPLE,
    hindered=st.dictionaries(st.integers(0, 8), st.sampled_from(sorted(OBSTACLES)), max_size=3),
    shut=st.sampled_from([None, None, None, "apply_from", "apply_until"]),
)
@example(mode=Mode.FIRST_COME, capacity=1, quotas=[None] * 3, people=[0, 0], hindered={0: "waits"}, shut=None)
@example(
    mode=Mode.FIRST_COME, capacity=2, quotas=[(1, 1)] + [None] * 2, people=[1, 1, 0], hindered={0: "waits"}, shut=None
)
def test_what_it_says_is_what_pressing_the_button_does(
    connection: Connection, mode: Mode, capacity: int, quotas: Any, people: list[int], hindered: Any, shut: str | None
) -> None:
    with apart(connection) as db:
        seats = None if mode is Mode.OPEN else capacity
        window: dict[str, Any] = {"apply_until": clock.now() + timedelta(days=5)}
        if shut:
            window[shut] = clock.now() + timedelta(days=1 if shut == "apply_from" else -1)
        run = factories.a_run(db, mode=mode, seats=seats, starts_in=30, **window)
        units = with_quotas(db, run, quotas)
        for number, bureau in enumerate(people):
            (person,) = staff_of(db, units[bureau], 1)
            if number in hindered:
                OBSTACLES[hindered[number]](db, run, person)
                db.commit()
            said = answer(db, run, person.id)
            require_same(db, said, came(db, run, person, said))
            db.commit()


def applications(
    db: Session, run: Run, units: list[OrgUnit], people: Sequence[tuple[int, int | None]], status: str = "nominated"
) -> None:
    """Approved a minute apart, each of a bureau and with a rank or none."""
    for number, (bureau, rank) in enumerate(people, 1):
        (person,) = staff_of(db, units[bureau], 1)
        known = {"approved_at": clock.now() - timedelta(hours=number), "rank": rank}
        factories.an_enrolment(db, run, person, status=status if rank else "approved", **known)


@SOME
@given(
    capacity=st.integers(1, 5),
    quotas=QUOTAS,
    people=st.lists(st.tuples(st.integers(0, 2), st.none() | st.integers(1, 2)), max_size=8),
    bureau=st.integers(0, 2),
    mandatory=st.booleans(),
    again=st.booleans(),
)
def test_what_it_says_of_the_present_list_is_what_the_list_then_gives(
    connection: Connection, capacity: int, quotas: Any, people: Any, bureau: int, mandatory: bool, again: bool
) -> None:
    with apart(connection) as db:
        course = factories.a_course(db, mandatory=mandatory)
        run = factories.a_run(db, course, mode=Mode.SELECTION, seats=capacity, starts_in=30)
        units = with_quotas(db, run, quotas)
        applications(db, run, units, people)
        (me,) = staff_of(db, units[bureau], 1)
        if again:
            before = factories.a_run(db, course, starts_in=-20, state="closed")
            factories.an_enrolment(db, before, me, outcome="completed")
        said = grounds(db, run, me.id)
        mine = actions.enrol(db, me.id, run.id, me.id, motive="담당 업무")
        assert grounds(db, run, me.id).present == said.present, "applied, it is still the same"
        mine.status, mine.approved_at = Status.APPROVED, clock.now()
        db.commit()
        then = selection.proposal(db, run)
        assert said.present
        assert said.basis == (mandatory, again, False)
        assert {one.candidate.id: one.place for one in then.people}[mine.id] == said.present.place
        assert then.allocation.shares[mine.id] is said.present.share
        assert len(then.people) == said.present.people
        assert grounds(db, run, me.id).present == said.present


@SOME
@given(capacity=st.integers(1, 5), quotas=QUOTAS, people=PEOPLE, bureau=st.integers(0, 2))
def test_who_is_told_that_every_lot_has_a_seat_gets_one(
    connection: Connection, capacity: int, quotas: Any, people: list[int], bureau: int
) -> None:
    with apart(connection) as db:
        run = factories.a_run(db, mode=Mode.DRAW, seats=capacity, starts_in=30)
        draws.announce(db, None, run)
        units = with_quotas(db, run, quotas)
        for one in people:
            (person,) = staff_of(db, units[one], 1)
            actions.enrol(db, person.id, run.id, person.id)
        (me,) = staff_of(db, units[bureau], 1)
        said = grounds(db, run, me.id).entrants
        mine = actions.enrol(db, me.id, run.id, me.id)
        assert said
        assert said.people == len(people) + 1
        run.apply_until = clock.now() + timedelta(seconds=1)
        db.commit()
        with clock.frozen(clock.now() + timedelta(minutes=1)):
            draws.hold(db, None, run.id)
        assert mine.status is Status.ENROLLED or not said.sure


def test_a_seat_that_nobody_else_wants_is_sure(db: Session, ana: Person, eve: Person) -> None:
    run = factories.a_run(db, mode=Mode.DRAW, seats=1, starts_in=30)
    assert grounds(db, run, ana.id).entrants == (1, True)
    actions.enrol(db, eve.id, run.id, eve.id)
    assert grounds(db, run, ana.id).entrants == (2, False)


def test_the_own_share_is_named(db: Session) -> None:
    one, other = bureaus(db, "가국", "나국")
    run = factories.a_run(db, seats=3, mode=Mode.FIRST_COME, starts_in=30)
    allotment.set_quotas(db, None, run, {one.id: (2, None)})
    (here,), (there,) = staff_of(db, one, 1), staff_of(db, other, 1)
    assert answer(db, run, here.id).seats == (3, 3, "가국")
    assert answer(db, run, there.id).seats == (3, 1, "")


def test_the_head_who_decides_is_named_by_the_unit(db: Session, ana: Person, ben: Person, dan: Person) -> None:
    run = factories.a_run(db, mode=Mode.SELECTION, starts_in=30)
    assert grounds(db, run, ana.id).approver == "총무과"
    assert grounds(db, run, dan.id).approver in {"", "총무과"}


def test_the_last_run_of_the_course_tells_its_cut_off(db: Session, ana: Person, eve: Person, ben: Person) -> None:
    course = factories.a_course(db)
    run = factories.a_run(db, course, mode=Mode.SELECTION, starts_in=30)
    assert last_cut_off(db, run) is None
    before = factories.a_run(db, course, mode=Mode.SELECTION, starts_in=-30, state="closed")
    factories.an_enrolment(db, before, ana, rank=1)
    factories.an_enrolment(db, before, eve, rank=3)
    factories.an_enrolment(db, before, ben, rank=4, status="not_selected")
    other = factories.a_run(db, course, mode=Mode.DRAW, starts_in=-20, state="closed")
    factories.an_enrolment(db, other, ana, lot=7)
    assert last_cut_off(db, run) == (3, 2, 3, None)
    run.mode = Mode.DRAW
    assert last_cut_off(db, run) == (1, 1, None, 7)


@pytest.mark.parametrize("code", ["prerequisite", "target_grade", "assigned"])
def test_a_no_comes_with_its_reason_and_a_way_out(db: Session, ana: Person, code: str) -> None:
    required = factories.a_course(db, "먼저")
    course = factories.a_course(db, for_grades=["1급"] if code == "target_grade" else [])
    run = factories.a_run(db, course, starts_in=30, mode=Mode.ASSIGNED if code == "assigned" else Mode.FIRST_COME)
    if code == "prerequisite":
        db.add(Prerequisite(course_id=course.id, required_id=required.id))
        db.commit()
    said = answer(db, run, ana.id)
    assert said.then is Then.REFUSED
    assert said.refused
    assert said.refused.code == code
    assert said.refused.way_out
