"""Each no has its own reason and its own way out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.catalogue.models import Course
from courses.enrolment import actions
from courses.enrolment.models import Enrolment, Outcome, Status
from courses.errors import Refused
from courses.people.models import Person
from courses.scheduling.models import ClassSession, Run, RunState
from tests import factories


def refusal(db: Session, run: Run, person: Person, actor: Person | None = None) -> tuple[str, str, Any, Any]:
    """Code, message, and where the way out leads."""
    with pytest.raises(Refused) as refused:
        actions.enrol(db, (actor or person).id, run.id, person.id)
    way = refused.value.way_out
    assert way, f"{refused.value.code} has no way out"
    return refused.value.code, str(refused.value.message), way.kind, way.id


def test_before_the_window(db: Session, ana: Person) -> None:
    run = factories.a_run(db, apply_from=clock.now() + timedelta(hours=1))
    code, message, *way = refusal(db, run, ana)
    assert code == "too_early"
    assert message.startswith("Applications open on ")
    assert way == ["catalogue", None]


def test_after_the_window_the_next_run_of_the_course_is_the_way_out(db: Session, ana: Person) -> None:
    run = factories.a_run(db, apply_until=clock.now() - timedelta(seconds=1))
    assert refusal(db, run, ana)[0] == "too_late"
    later = factories.a_run(db, course_of(db, run), starts_in=30)
    assert refusal(db, run, ana)[2:] == ("run", later.id)


def test_the_window_is_half_open(db: Session, ana: Person) -> None:
    moment = clock.now()
    run = factories.a_run(db, apply_from=moment, apply_until=moment + timedelta(hours=1))
    with clock.frozen(moment + timedelta(hours=1)):
        assert refusal(db, run, ana)[0] == "too_late"
    with clock.frozen(moment):
        assert actions.enrol(db, ana.id, run.id, ana.id).status is Status.ENROLLED


def test_a_class_that_has_begun(db: Session, ana: Person) -> None:
    assert refusal(db, factories.a_run(db, starts_in=0), ana)[0] == "begun"


def test_a_cyber_run_may_be_entered_until_it_ends(db: Session, ana: Person) -> None:
    course = factories.a_course(db, kind="cyber")
    run = factories.a_run(db, course, starts_in=-3, days=10)
    run.days = 0
    db.commit()
    assert actions.enrol(db, ana.id, run.id, ana.id).status is Status.ENROLLED


@pytest.mark.parametrize(
    ("state", "code"), [("draft", "not_published"), ("closed", "not_published"), ("cancelled", "cancelled")]
)
def test_a_run_that_is_not_published(db: Session, ana: Person, dan: Person, state: str, code: str) -> None:
    run = factories.a_run(db, state=state)
    assert refusal(db, run, ana)[0] == code
    assert refusal(db, run, ana, dan)[0] == code


def test_twice(db: Session, ana: Person, eve: Person) -> None:
    run = factories.a_run(db, seats=1)
    for person in (ana, eve):
        actions.enrol(db, person.id, run.id, person.id)
    assert refusal(db, run, ana) == ("enrolled", "Already enrolled in this run", "my_learning", None)
    assert refusal(db, run, eve) == ("waiting", "Already waiting for this run", "my_learning", None)


def test_completed_before(db: Session, ana: Person) -> None:
    old = factories.a_run(db, starts_in=-400, state="closed")
    factories.an_enrolment(db, old, ana, outcome=Outcome.COMPLETED)
    new = factories.a_run(db, course_of(db, old))
    code, message, *way = refusal(db, new, ana)
    assert code == "completed"
    assert str(old.ends_on) in message
    assert way == ["run", new.id]
    again = actions.enrol(db, ana.id, new.id, ana.id, motive="법이 바뀌었습니다")
    assert (again.status, again.motive) == (Status.ENROLLED, "법이 바뀌었습니다")


def test_not_completed_before_may_try_again(db: Session, ana: Person) -> None:
    old = factories.a_run(db, starts_in=-400, state="closed")
    factories.an_enrolment(db, old, ana, outcome=Outcome.NOT_COMPLETED)
    assert actions.enrol(db, ana.id, factories.a_run(db, course_of(db, old)).id, ana.id)


def test_a_clash_names_the_other_run_and_leads_there(db: Session, ana: Person) -> None:
    other = factories.a_run(db, factories.a_course(db, "파이썬 기초"), days=2)
    actions.enrol(db, ana.id, other.id, ana.id)
    code, message, *way = refusal(db, factories.a_run(db, starts_in=11), ana)
    assert code == "clash"
    assert "파이썬 기초" in message
    assert way == ["run", other.id]


def test_waiting_elsewhere_is_no_clash(db: Session, ana: Person) -> None:
    factories.an_enrolment(db, factories.a_run(db, seats=1), ana, status="waitlisted")
    assert actions.enrol(db, ana.id, factories.a_run(db).id, ana.id).status is Status.ENROLLED


def test_times_that_touch_do_not_overlap(db: Session, ana: Person) -> None:
    first, second = factories.a_run(db, days=1), factories.a_run(db, factories.a_course(db, "저녁반"), state="draft")
    evening = only_session(db, second)
    evening.starts_at, evening.ends_at = evening.ends_at, evening.ends_at + timedelta(hours=2)
    second.state = RunState.PUBLISHED
    db.commit()
    actions.enrol(db, ana.id, first.id, ana.id)
    assert actions.enrol(db, ana.id, second.id, ana.id).status is Status.ENROLLED


def test_who_teaches_the_run(db: Session, cleo: Person) -> None:
    assert refusal(db, factories.a_run(db, instructors=[cleo]), cleo)[0] == "teaches"


def test_people_of_other_bodies_are_enrolled_by_an_officer(db: Session, dan: Person) -> None:
    run, guest = factories.a_run(db), factories.a_person(db, external=True, institution="한빛대학교")
    assert refusal(db, run, guest)[0] == "not_staff"
    assert actions.enrol(db, dan.id, run.id, guest.id).status is Status.ENROLLED


@pytest.mark.parametrize("field", ["left_on", "expires_on"])
def test_who_no_longer_takes_part(db: Session, dan: Person, field: str) -> None:
    gone = factories.a_person(db, **{field: clock.today() - timedelta(days=1)})
    assert refusal(db, factories.a_run(db), gone, dan)[0] == "gone"


def test_an_officer_may_pass_the_window(db: Session, ana: Person, dan: Person) -> None:
    run = factories.a_run(db, apply_until=clock.now() - timedelta(days=1))
    assert actions.enrol(db, dan.id, run.id, ana.id).status is Status.ENROLLED


def test_an_officer_may_not_pass_a_clash(db: Session, ana: Person, dan: Person) -> None:
    factories.an_enrolment(db, factories.a_run(db), ana)
    assert refusal(db, factories.a_run(db), ana, dan)[0] == "clash"


class TestWithdrawal:
    def test_after_the_deadline_only_an_officer_with_a_reason(self, db: Session, ana: Person, dan: Person) -> None:
        run = factories.a_run(db, cancel_until=clock.now() - timedelta(minutes=1))
        enrolment = factories.an_enrolment(db, run, ana)
        assert self.refused(db, ana, enrolment) == "deadline_passed"
        assert self.refused(db, dan, enrolment, " ") == "reason_needed"
        assert actions.withdraw(db, dan.id, enrolment.id, reason="출장").status is Status.WITHDRAWN

    def test_without_a_deadline_until_the_first_day(self, db: Session, ana: Person) -> None:
        run = factories.a_run(db, starts_in=0, cancel_until=None)
        assert self.refused(db, ana, factories.an_enrolment(db, run, ana)) == "deadline_passed"

    def test_one_may_leave_the_queue_at_any_time(self, db: Session, ana: Person) -> None:
        run = factories.a_run(db, cancel_until=clock.now() - timedelta(minutes=1))
        waiting = factories.an_enrolment(db, run, ana, status="waitlisted")
        assert actions.withdraw(db, ana.id, waiting.id).status is Status.WITHDRAWN

    def test_never_once_it_has_an_outcome(self, db: Session, ana: Person, dan: Person) -> None:
        enrolment = factories.an_enrolment(db, factories.a_run(db), ana, outcome=Outcome.COMPLETED)
        assert self.refused(db, ana, enrolment) == "has_outcome"
        assert self.refused(db, dan, enrolment, "mistake") == "has_outcome"

    def test_never_twice(self, db: Session, ana: Person) -> None:
        enrolment = factories.an_enrolment(db, factories.a_run(db), ana)
        actions.withdraw(db, ana.id, enrolment.id)
        assert self.refused(db, ana, enrolment) == "illegal_transition"

    def test_never_from_a_closed_run(self, db: Session, ana: Person, dan: Person) -> None:
        enrolment = factories.an_enrolment(db, factories.a_run(db, state="closed"), ana)
        assert self.refused(db, dan, enrolment, "late") == "closed"

    @staticmethod
    def refused(db: Session, actor: Person, enrolment: Enrolment, reason: str = "") -> str:
        with pytest.raises(Refused) as refused:
            actions.withdraw(db, actor.id, enrolment.id, reason=reason)
        assert refused.value.way_out
        return refused.value.code


def course_of(db: Session, run: Run) -> Course:
    return db.get_one(Course, run.course_id)


def only_session(db: Session, run: Run) -> ClassSession:
    return db.scalars(select(ClassSession).where(ClassSession.run_id == run.id)).one()
