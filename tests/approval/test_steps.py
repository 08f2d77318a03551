"""Approve, return, send again, recall, escalate: what changes, what is written down, what is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.enrolment import approvals
from courses.enrolment.approvers import overdue_before
from courses.enrolment.models import Enrolment, Status
from courses.errors import Refused
from courses.events.models import Event
from courses.people.actor import load_actor
from courses.people.models import OrgUnit, Person
from courses.scheduling.holidays import close_day
from courses.scheduling.models import Run
from tests import factories
from tests.approval import scenes

MONDAY = factories.some_day()


@pytest.fixture
def run(db: Session) -> Run:
    return scenes.a_selection(db)


def code_of(call: Callable[..., object], *args: object) -> str:
    with pytest.raises(Refused) as no:
        call(*args)
    return no.value.code


def events(db: Session, one: Enrolment, kind: str) -> list[Event]:
    found = select(Event).where(Event.kind == kind, Event.person_id == one.person_id).order_by(Event.id)
    return list(db.scalars(found))


def test_approving_many_is_one_event_each(db: Session, run: Run, ben: Person) -> None:
    rows = scenes.applicants(db, run, factories.a_unit(db, "총무과"), 20)
    assert approvals.approve(db, ben.id, [row.id for row in rows]) == []
    assert {row.status for row in rows} == {Status.APPROVED}
    moved = [events(db, row, "moved") for row in rows]
    assert all(len(one) == 1 and one[0].actor_id == ben.id for one in moved)


def test_those_that_cannot_be_approved_do_not_hold_up_the_others(
    db: Session, run: Run, ana: Person, ben: Person, eve: Person
) -> None:
    good, other = scenes.an_application(db, run, ana), scenes.an_application(db, run, eve)
    done = scenes.an_application(db, run, factories.a_person(db, "나동료"), status="withdrawn")
    refused = approvals.approve(db, ben.id, [good.id, other.id, done.id])
    assert {id_: reason.code for id_, reason in refused} == {other.id: "not_your_turn", done.id: "decided"}
    assert good.status is Status.APPROVED


def test_a_second_decision_is_refused_with_what_it_is_now(db: Session, run: Run, ana: Person, ben: Person) -> None:
    one = scenes.an_application(db, run, ana)
    approvals.return_to(db, ben.id, [one.id], "사유가 짧습니다")
    ((_, reason),) = approvals.approve(db, ben.id, [one.id])
    assert reason.code == "decided"
    assert "김아나" in str(reason.message)
    assert "returned" in str(reason.message)


def test_returning_carries_the_reason(db: Session, run: Run, ana: Person, ben: Person) -> None:
    one = scenes.an_application(db, run, ana)
    assert approvals.return_to(db, ben.id, [one.id], "  사유가 짧습니다 ") == []
    (event,) = events(db, one, "moved")
    assert (event.data["after"], event.data["reason"]) == ("returned", "사유가 짧습니다")
    assert code_of(approvals.return_to, db, ben.id, [one.id], " ") == "reason_needed"


def test_sent_again_with_another_motive_also_after_applications_closed(
    db: Session, run: Run, ana: Person, ben: Person
) -> None:
    one = scenes.an_application(db, run, ana, status="returned", days_ago=9)
    with clock.frozen(clock.now() + timedelta(days=6)):  # applications closed yesterday
        approvals.reapply(db, ana.id, one.id, " 업무 개선 ")
        actor = load_actor(db, ben.id)
        assert actor
        (row,) = approvals.waiting(db, actor)
        assert (row.motive, row.overdue) == ("업무 개선", False)  # it waits anew
    assert one.status is Status.APPLIED
    (changed,) = events(db, one, "changed")
    assert changed.data["after"] == {"motive": "업무 개선"}


def test_only_returned_applications_are_sent_again_by_who_made_them(
    db: Session, run: Run, ana: Person, eve: Person
) -> None:
    waiting = scenes.an_application(db, run, ana)
    assert code_of(approvals.reapply, db, ana.id, waiting.id, "") == "decided"
    returned = scenes.an_application(db, scenes.a_selection(db), ana, status="returned")
    assert code_of(approvals.reapply, db, eve.id, returned.id, "") == "not_own"
    with clock.frozen(clock.now() + timedelta(days=30)):
        assert code_of(approvals.reapply, db, ana.id, returned.id, "") == "begun"


def test_sending_again_asks_whether_the_days_are_still_free(db: Session, run: Run, ana: Person) -> None:
    returned = scenes.an_application(db, run, ana, status="returned")
    factories.an_enrolment(db, factories.a_run(db, starts_in=30), ana)
    assert code_of(approvals.reapply, db, ana.id, returned.id, "") == "clash"
    assert returned.status is Status.RETURNED


@pytest.mark.parametrize("status", ["applied", "returned"])
def test_recalled_before_a_decision_it_is_withdrawn(
    db: Session, run: Run, ana: Person, eve: Person, status: str
) -> None:
    one = scenes.an_application(db, run, ana, status=status)
    assert code_of(approvals.recall, db, eve.id, one.id) == "not_own"
    approvals.recall(db, ana.id, one.id)
    assert one.status is Status.WITHDRAWN


@pytest.mark.parametrize("status", ["approved", "nominated", "enrolled", "not_selected", "withdrawn"])
def test_recalled_after_a_decision_it_is_refused(db: Session, run: Run, ana: Person, status: str) -> None:
    one = scenes.an_application(db, run, ana, status=status)
    assert code_of(approvals.recall, db, ana.id, one.id) == "decided"


class TestEscalation:
    """After three working days without an answer the next head above may decide, too."""

    @pytest.fixture
    def one(self, db: Session, ana: Person, ben: Person) -> Enrolment:
        """Sent on a Monday."""
        with clock.frozen(MONDAY):
            return scenes.an_application(db, scenes.a_selection(db), ana)

    @pytest.fixture
    def chief(self, db: Session, ben: Person) -> Person:
        """Head of the bureau above."""
        bureau = db.get_one(OrgUnit, factories.a_unit(db, "총무과").bureau_id)
        return factories.a_person(db, "오국장", unit=bureau, roles=["head"])

    def test_on_the_fourth_day_both_may(self, db: Session, one: Enrolment, ben: Person, chief: Person) -> None:
        with clock.frozen(MONDAY + timedelta(days=3)):  # Thursday
            assert _codes(db, chief, one) == ["not_your_turn"]
        with clock.frozen(MONDAY + timedelta(days=4)):
            for person in (ben, chief):
                actor = load_actor(db, person.id)
                assert actor
                assert [(row.id, row.overdue) for row in approvals.waiting(db, actor)] == [(one.id, True)]
            assert _codes(db, chief, one) == []

    def test_days_off_do_not_count(self, db: Session, one: Enrolment, dan: Person) -> None:
        close_day(db, dan.id, (MONDAY + timedelta(days=2)).date(), "창립기념일")
        with clock.frozen(MONDAY + timedelta(days=4)):
            assert overdue_before(db) <= one.moved_at
        with clock.frozen(MONDAY + timedelta(days=5)):  # Saturday, after three working days
            assert overdue_before(db) > one.moved_at

    def test_it_is_written_down_once(self, db: Session, one: Enrolment, ben: Person, chief: Person) -> None:
        with clock.frozen(MONDAY + timedelta(days=3)):
            assert approvals.escalate(db) == 0
        with clock.frozen(MONDAY + timedelta(days=4)):
            assert approvals.escalate(db) == 1
            assert approvals.escalate(db) == 0
        (event,) = events(db, one, "escalated")
        assert event.data["unit_id"] == factories.a_unit(db, "총무과").id

    def test_sent_again_it_may_escalate_again(self, db: Session, one: Enrolment, ana: Person, ben: Person) -> None:
        with clock.frozen(MONDAY + timedelta(days=4)):
            approvals.escalate(db)
            approvals.return_to(db, ben.id, [one.id], "사유")
            approvals.reapply(db, ana.id, one.id, "새 사유")
            assert approvals.escalate(db) == 0
        with clock.frozen(MONDAY + timedelta(days=10)):
            assert approvals.escalate(db) == 1

    def test_where_nobody_heads_there_is_nothing_to_escalate(self, db: Session, eve: Person) -> None:
        scenes.an_application(db, scenes.a_selection(db), eve, days_ago=20)
        assert approvals.escalate(db) == 0


def _codes(db: Session, person: Person, one: Enrolment) -> list[str]:
    return [reason.code for _, reason in approvals.approve(db, person.id, [one.id])]
