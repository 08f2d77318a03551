"""Whose turn it is: heads, deputies, heads on leave, no heads, heads who apply themselves, transfers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from courses import clock
from courses.enrolment import approvals
from courses.enrolment.approvals import approve, turns, waiting
from courses.enrolment.models import Enrolment, Status
from courses.people.actor import load_actor
from courses.people.models import OrgUnit, Person
from courses.permissions import Permission, visible
from courses.scheduling.models import Run
from tests import factories
from tests.approval import scenes


@pytest.fixture
def run(db: Session) -> Run:
    return scenes.a_selection(db)


@pytest.fixture
def chief(db: Session, ben: Person) -> Person:
    """Head of the bureau above Ben's department."""
    bureau = db.scalars(select(OrgUnit).where(OrgUnit.name == "행정국")).one()
    return factories.a_person(db, "오국장", unit=bureau, roles=["head"])


def shown(db: Session, person: Person) -> list[int]:
    actor = load_actor(db, person.id)
    assert actor
    return [row.id for row in waiting(db, actor)]


def refusals(db: Session, person: Person, *enrolments: Enrolment) -> list[str]:
    return [reason.code for _, reason in approve(db, person.id, [one.id for one in enrolments])]


def test_the_head_of_the_unit_decides_and_nobody_else(
    db: Session, run: Run, ana: Person, ben: Person, chief: Person, eve: Person
) -> None:
    one = scenes.an_application(db, run, ana)
    other_head = factories.a_person(db, "남부서장", unit=factories.a_unit(db, "재무과"), roles=["head"])
    assert shown(db, ben) == [one.id]
    for person in (chief, eve, other_head, ana):
        assert shown(db, person) == []
    assert refusals(db, chief, one) == refusals(db, eve, one) == refusals(db, other_head, one) == ["not_your_turn"]
    assert refusals(db, ana, one) == ["own"]
    assert refusals(db, ben, one) == []
    assert one.status is Status.APPROVED
    assert one.approved_at is not None


def test_a_deputy_decides_on_the_days_of_standing_in(
    db: Session, run: Run, ana: Person, ben: Person, eve: Person
) -> None:
    one = scenes.an_application(db, run, ana)
    today = clock.today()
    unit = factories.a_unit(db, "총무과")
    scenes.a_deputy(db, unit, eve, today - timedelta(days=2), today)
    assert shown(db, eve) == [one.id]
    with clock.frozen(clock.now() + timedelta(days=1)):
        assert shown(db, eve) == []
        assert refusals(db, eve, one) == ["not_your_turn"]
    assert refusals(db, eve, one) == []


def test_a_deputy_does_not_decide_on_the_own_application(
    db: Session, run: Run, ana: Person, ben: Person, chief: Person
) -> None:
    scenes.a_leave(db, ben)
    scenes.a_deputy(db, factories.a_unit(db, "총무과"), ana, clock.today(), clock.today())
    one = scenes.an_application(db, run, ana)
    assert shown(db, ana) == []
    assert refusals(db, ana, one) == ["own"]
    assert shown(db, chief) == [one.id]


def test_while_the_head_is_on_leave_it_is_the_next_one_above_at_once(
    db: Session, run: Run, ana: Person, ben: Person, chief: Person
) -> None:
    one = scenes.an_application(db, run, ana)
    scenes.a_leave(db, ben)
    assert shown(db, chief) == [one.id]
    assert refusals(db, ben, one) == ["not_your_turn"]


def test_while_the_head_is_on_leave_the_deputy_comes_before_the_next_one_above(
    db: Session, run: Run, ana: Person, ben: Person, chief: Person, cleo: Person
) -> None:
    one = scenes.an_application(db, run, ana)
    scenes.a_leave(db, ben)
    scenes.a_deputy(db, factories.a_unit(db, "총무과"), cleo, clock.today(), clock.today())
    assert shown(db, cleo) == [one.id]
    assert shown(db, chief) == []


def test_a_head_s_own_application_goes_to_the_next_head_above(
    db: Session, run: Run, ben: Person, chief: Person, cleo: Person
) -> None:
    scenes.a_deputy(db, factories.a_unit(db, "총무과"), cleo, clock.today(), clock.today())
    one = scenes.an_application(db, run, ben)
    assert shown(db, chief) == [one.id]
    assert shown(db, cleo) == []  # a deputy is under the head
    assert refusals(db, ben, one) == ["own"]
    assert refusals(db, cleo, one) == ["not_your_turn"]


def test_a_head_who_serves_further_down_is_not_approved_by_who_is_under_them(
    db: Session, run: Run, ana: Person, ben: Person, chief: Person
) -> None:
    scenes.transfer(db, chief, factories.a_unit(db, "총무과"))
    one = scenes.an_application(db, run, chief)
    assert shown(db, ben) == []
    assert refusals(db, ben, one) == ["not_your_turn"]


def test_without_a_head_it_is_the_next_one_above_and_without_any_an_officer(
    db: Session, run: Run, ana: Person, dan: Person
) -> None:
    team = factories.a_team(db, "총무팀", "총무과")
    person = factories.a_person(db, "팀원", unit=team)
    one = scenes.an_application(db, run, person)
    (turn,) = turns(db, [one.id])
    assert (turn.unit_id, turn.people) == (None, {dan.id})
    ben = factories.a_person(db, "박벤", unit=factories.a_unit(db, "총무과"), roles=["head"])
    assert shown(db, ben) == [one.id]
    assert turns(db, [one.id])[0].people == {ben.id}


def test_one_question_reaches_what_a_head_approves_and_nominates(
    db: Session, run: Run, ana: Person, ben: Person, eve: Person
) -> None:
    one = scenes.an_application(db, run, ana)
    scenes.an_application(db, run, eve)
    actor = load_actor(db, ben.id)
    assert actor
    reach = (visible(actor, Enrolment, as_what) for as_what in (Permission.APPROVE, Permission.NOMINATE))
    assert db.scalars(select(Enrolment.id).where(or_(*reach))).all() == [one.id]


def test_a_training_officer_sees_all_and_may_always_but_not_the_own(
    db: Session, run: Run, ana: Person, ben: Person, dan: Person
) -> None:
    one, own = scenes.an_application(db, run, ana), scenes.an_application(db, run, dan)
    actor = load_actor(db, dan.id)
    assert actor
    assert [row.id for row in waiting(db, actor, everything=True)] == [one.id]
    assert [row.at for row in waiting(db, actor, everything=True)] == ["총무과"]
    assert shown(db, dan) == []
    assert refusals(db, dan, one, own) == ["own"]
    assert one.status is Status.APPROVED


def test_after_a_transfer_it_is_the_head_of_the_new_unit(db: Session, run: Run, ana: Person, ben: Person) -> None:
    one = scenes.an_application(db, run, ana)
    finance = factories.a_unit(db, "재무과")
    other = factories.a_person(db, "남부서장", unit=finance, roles=["head"])
    scenes.transfer(db, ana, finance)
    assert shown(db, ben) == []
    assert shown(db, other) == [one.id]
    assert refusals(db, ben, one) == ["not_your_turn"]
    assert refusals(db, other, one) == []


def test_who_left_decides_nothing(db: Session, run: Run, ana: Person, ben: Person, chief: Person) -> None:
    one = scenes.an_application(db, run, ana)
    ben.left_on = clock.today()
    db.commit()
    assert shown(db, chief) == [one.id]
    assert refusals(db, ben, one) == ["not_your_turn"]


@pytest.mark.parametrize("changes", [{"mode": "first_come"}, {"state": "closed"}, {"starts_in": 0}])
def test_only_selections_ahead_wait(db: Session, ana: Person, ben: Person, changes: dict[str, Any]) -> None:
    fields = {"mode": "selection", "starts_in": 30, **changes}
    one = scenes.an_application(db, factories.a_run(db, **fields), ana)
    assert shown(db, ben) == []
    assert refusals(db, ben, one) != []


def test_the_list_is_by_run_and_then_in_official_order(db: Session, run: Run, ben: Person, chief: Person) -> None:
    first, second = factories.a_unit(db, "총무과"), factories.a_unit(db, "자치행정과")
    later = scenes.a_selection(db, starts_in=40)
    people = [factories.a_person(db, name, unit=unit) for name, unit in (("하", first), ("가", first), ("나", second))]
    scenes.an_application(db, later, people[0])
    for person in people:
        scenes.an_application(db, run, person, days_ago=10)
    actor = load_actor(db, chief.id)
    assert actor
    rows = approvals.waiting(db, actor)
    assert [(row.run_id, row.name) for row in rows] == [(run.id, "가"), (run.id, "하"), (run.id, "나")]
    assert len(approvals.waiting(db, actor, most=2)) == 2
