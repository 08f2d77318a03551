"""How one comes to a place in each mode, and the rules that ask who somebody is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.catalogue.models import Prerequisite
from courses.enrolment import actions, adding
from courses.enrolment.eligibility import Route
from courses.enrolment.models import Enrolment, Outcome, Status
from courses.enrolment.states import move_to
from courses.errors import Refused
from courses.people.models import OrgUnit, Person
from courses.scheduling.models import Mode, Run
from courses.settings.models import Setting
from tests import factories


def refused(db: Session, run: Run, person: Person, actor: Person | None = None, **how: Any) -> Refused:
    with pytest.raises(Refused) as refusal:
        actions.enrol(db, (actor or person).id, run.id, person.id, **how)
    assert refusal.value.way_out
    return refusal.value


def a_run(db: Session, mode: str, **fields: Any) -> Run:
    return factories.a_run(db, mode=Mode(mode), **{"starts_in": 40, "seats": 1, **fields})


@pytest.mark.parametrize(
    ("mode", "own", "clerk", "officer"),
    [
        ("selection", ["applied", "applied"], ["applied", "applied"], ["enrolled", "waitlisted"]),
        ("draw", ["applied", "applied"], ["applied", "applied"], ["enrolled", "waitlisted"]),
        ("first_come", ["enrolled", "waitlisted"], ["enrolled", "waitlisted"], ["enrolled", "waitlisted"]),
        ("assigned", ["assigned", "assigned"], ["enrolled", "waitlisted"], ["enrolled", "waitlisted"]),
    ],
)
def test_the_way_in(
    db: Session, ana: Person, eve: Person, dan: Person, mode: str, own: list[str], clerk: list[str], officer: list[str]
) -> None:
    """What two people who come one after the other to the only seat become, or why not."""

    def outcomes(**how: Any) -> list[str]:
        run = a_run(db, mode, starts_in=next(days))
        found = []
        for person in (ana, eve):
            try:
                actor = dan.id if how else person.id
                found.append(actions.enrol(db, actor, run.id, person.id, **how).status.value)
            except Refused as refusal:
                found.append(refusal.code)
        return found

    days = iter((40, 41, 42))
    assert (outcomes(), outcomes(route=Route.CLERK), outcomes(route=Route.OFFICER)) == (own, clerk, officer)


@pytest.mark.parametrize(
    ("mode", "how", "expected"),
    [
        ("selection", {}, "applied"),
        ("draw", {}, "applied"),
        ("assigned", {}, "enrolled"),
        ("first_come", {"apply_until": clock.now() - timedelta(days=1)}, "too_late"),
    ],
)
def test_officers_do_not_pass_the_rules_for_themselves(
    db: Session, dan: Person, mode: str, how: dict[str, Any], expected: str
) -> None:
    """Also where they add many, and are among them."""
    run = a_run(db, mode, **how)
    added = adding.add(db, dan.id, run.id, [dan.id], Route.OFFICER)
    assert (added.statuses.get(dan.id) or added.refused[0][1].code) == expected


def test_an_application_takes_no_seat_and_no_number_and_keeps_the_motive(db: Session, ana: Person) -> None:
    run = a_run(db, "selection")
    applied = actions.enrol(db, ana.id, run.id, ana.id, motive=" 담당 업무 ")
    assert (applied.status, applied.queue_no, applied.motive) == (Status.APPLIED, None, "담당 업무")
    assert (run.taken, run.queue_last) == (0, 0)


@pytest.mark.parametrize("status", ["applied", "approved", "nominated", "returned"])
def test_nobody_applies_twice_but_an_officer_decides_at_once(
    db: Session, ana: Person, dan: Person, status: str
) -> None:
    run = a_run(db, "selection")
    factories.an_enrolment(db, run, ana, status=status)
    again = refused(db, run, ana)
    assert again.code == ("returned" if status == "returned" else "applied")
    assert again.way_out
    assert again.way_out.kind == "my_learning"
    if status == "returned":
        assert refused(db, run, ana, dan).code == "returned"
    else:
        assert actions.enrol(db, dan.id, run.id, ana.id).status is Status.ENROLLED


@pytest.mark.parametrize("status", ["applied", "returned", "approved", "nominated", "waitlisted"])
def test_what_is_no_seat_is_given_up_at_any_time(db: Session, ana: Person, status: str) -> None:
    run = a_run(db, "selection", cancel_until=clock.now() - timedelta(minutes=1))
    own = factories.an_enrolment(db, run, ana, status=status)
    assert actions.withdraw(db, ana.id, own.id).status is Status.WITHDRAWN
    assert run.taken == 0


def test_applying_again_forgets_what_became_of_the_first_application(db: Session, ana: Person) -> None:
    run = a_run(db, "selection")
    unit = factories.a_unit(db)
    first = factories.an_enrolment(
        db, run, ana, status="nominated", rank=1, ranked_unit_id=unit.id, approved_at=clock.now(), motive="처음"
    )
    actions.withdraw(db, ana.id, first.id)
    again = actions.enrol(db, ana.id, run.id, ana.id, motive="다시")
    assert again.id == first.id
    assert (again.status, again.rank, again.ranked_unit_id, again.approved_at) == (Status.APPLIED, None, None, None)
    assert again.motive == "다시"


CLOSED = timedelta(minutes=-1)


def test_once_the_list_is_frozen_an_officer_needs_a_reason(db: Session, ana: Person, dan: Person) -> None:
    run = a_run(db, "selection", starts_in=10, apply_until=clock.now() + CLOSED)
    assert refused(db, run, ana, dan).code == "frozen"
    assert refused(db, run, ana, dan, reason="  ").code == "frozen"
    assert actions.enrol(db, dan.id, run.id, ana.id, reason="결원 보충").status is Status.ENROLLED


@pytest.mark.parametrize(
    ("starts_in", "closes_in"),
    [pytest.param(11, CLOSED, id="the-day-before"), pytest.param(10, timedelta(hours=1), id="while-one-may-apply")],
)
def test_it_is_not_frozen(db: Session, ana: Person, dan: Person, starts_in: int, closes_in: timedelta) -> None:
    run = a_run(db, "selection", starts_in=starts_in, apply_until=clock.now() + closes_in)
    assert actions.enrol(db, dan.id, run.id, ana.id).status is Status.ENROLLED


class TestWhomACourseIsFor:
    @pytest.mark.parametrize(
        ("field", "mine", "others", "code"),
        [
            ("for_grades", ["7급"], ["5급", "6급"], "target_grade"),
            ("for_services", ["일반직"], ["연구직"], "target_service"),
        ],
    )
    def test_grades_and_services(
        self, db: Session, ana: Person, dan: Person, field: str, mine: list[str], others: list[str], code: str
    ) -> None:
        for wanted, refusal, starts_in in ((mine, None, 30), (others, code, 40)):
            run = factories.a_run(db, factories.a_course(db, **{field: wanted}), starts_in=starts_in)
            if refusal:
                no = refused(db, run, ana)
                assert (no.code, ", ".join(wanted) in str(no.message)) == (code, True)
                assert refused(db, run, ana, dan, route=Route.CLERK).code == code
            assert actions.enrol(db, dan.id if refusal else ana.id, run.id, ana.id).status is Status.ENROLLED

    def test_units_and_all_below(self, db: Session, ana: Person, eve: Person) -> None:
        bureau = db.scalars(select(OrgUnit).where(OrgUnit.name == "행정국")).one()
        other = factories.a_unit(db, "도시과", "도시국")
        run = factories.a_run(db, factories.a_course(db, for_units=[bureau.id]))
        elsewhere = factories.a_run(db, factories.a_course(db, for_units=[other.id]), starts_in=12)
        assert actions.enrol(db, ana.id, run.id, ana.id).status is Status.ENROLLED
        assert refused(db, elsewhere, ana).code == "target_unit"
        assert "도시과" in str(refused(db, elsewhere, eve).message)

    def test_who_is_transferred_afterwards_keeps_the_place_in_the_queue(
        self, db: Session, ana: Person, eve: Person
    ) -> None:
        course = factories.a_course(db)
        run = factories.a_run(db, course, seats=1)
        first, waits = (actions.enrol(db, person.id, run.id, person.id) for person in (eve, ana))
        course.for_grades = ["5급"]
        actions.withdraw(db, eve.id, first.id)
        assert waits.status is Status.ENROLLED


class TestPrerequisites:
    def test_the_way_out_is_a_run_of_the_course_to_complete_first(self, db: Session, ana: Person, dan: Person) -> None:
        basics, advanced = factories.a_course(db, "기초"), factories.a_course(db, "심화")
        db.add(Prerequisite(course_id=advanced.id, required_id=basics.id))
        run = factories.a_run(db, advanced)
        no = refused(db, run, ana)
        assert (no.code, no.way_out and no.way_out.kind, "기초" in str(no.message)) == (
            "prerequisite",
            "catalogue",
            True,
        )
        offered = factories.a_run(db, basics, starts_in=20)
        no = refused(db, run, ana)
        assert no.way_out
        assert (no.way_out.kind, no.way_out.id) == ("run", offered.id)
        old = factories.a_run(db, basics, starts_in=-200, state="closed")
        done = factories.an_enrolment(db, old, ana, outcome=Outcome.NOT_COMPLETED)
        assert refused(db, run, ana).code == "prerequisite"
        done.outcome = Outcome.COMPLETED
        assert actions.enrol(db, ana.id, run.id, ana.id).status is Status.ENROLLED

    def test_an_officer_may_pass_it(self, db: Session, ana: Person, dan: Person) -> None:
        basics, advanced = factories.a_course(db, "기초"), factories.a_course(db, "심화")
        db.add(Prerequisite(course_id=advanced.id, required_id=basics.id))
        assert actions.enrol(db, dan.id, factories.a_run(db, advanced).id, ana.id).status is Status.ENROLLED


class TestYearlyLimit:
    def run(self, db: Session, starts_in: int = 10, **course: Any) -> Run:
        return factories.a_run(db, factories.a_course(db, **course), starts_in=starts_in)

    def test_seats_and_applications_of_the_year_count(self, db: Session, ana: Person, dan: Person) -> None:
        db.add(Setting(name="yearly_limit", value=2))
        with clock.frozen(factories.some_day().replace(month=3)):
            factories.an_enrolment(db, self.run(db, 20), ana)
            given_up = factories.an_enrolment(db, self.run(db, 30), ana, status="applied")
            factories.an_enrolment(db, self.run(db, 40, mandatory=True), ana)
            factories.an_enrolment(db, self.run(db, 400), ana)
            wanted = self.run(db)
            no = refused(db, wanted, ana)
            assert (no.code, no.way_out and no.way_out.kind) == ("yearly_limit", "my_learning")
            assert actions.enrol(db, ana.id, self.run(db, 50, mandatory=True).id, ana.id)
            assert actions.enrol(db, ana.id, self.run(db, 390).id, ana.id).status is Status.ENROLLED
            move_to(db, ana.id, given_up, Status.WITHDRAWN)
            assert actions.enrol(db, ana.id, wanted.id, ana.id).status is Status.ENROLLED
            last = self.run(db, 60)
            assert refused(db, last, ana).code == "yearly_limit"
            assert actions.enrol(db, dan.id, last.id, ana.id).status is Status.ENROLLED


def test_a_retake_needs_a_reason_and_is_none_for_an_officer(db: Session, ana: Person, dan: Person) -> None:
    course = factories.a_course(db)
    factories.an_enrolment(db, factories.a_run(db, course, starts_in=-90), ana, outcome=Outcome.COMPLETED)
    run = factories.a_run(db, course)
    assert refused(db, run, ana, motive="  ").code == "completed"
    assert refused(db, run, ana, dan, route=Route.CLERK).code == "completed"
    assert actions.enrol(db, dan.id, run.id, ana.id).status is Status.ENROLLED


def test_a_clash_is_in_the_way_on_every_route(db: Session, ana: Person, dan: Person) -> None:
    factories.an_enrolment(db, factories.a_run(db), ana)
    for mode in Mode:
        run = factories.a_run(db, mode=mode, seats=None if mode is Mode.OPEN else 3)
        for route in (Route.OWN, Route.CLERK, Route.OFFICER):
            expected = "assigned" if (mode, route) == (Mode.ASSIGNED, Route.OWN) else "clash"
            assert refused(db, run, ana, dan, route=route, reason="결원").code == expected


def test_a_run_closed_meanwhile_takes_no_application(db: Session, ana: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    from courses.scheduling import locks

    run = a_run(db, "selection")
    share = locks.share_run

    def too_late(session: Session, run_id: int) -> Run:
        held = share(session, run_id)
        held.state = type(held.state).CANCELLED
        return held

    monkeypatch.setattr(locks, "share_run", too_late)
    assert refused(db, run, ana).code == "closed"
    assert db.scalars(select(Enrolment)).first() is None
