"""Who is told: the head once a run and day, the next one above after three working days, the applicant of a return."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.enrolment import actions, approvals
from courses.enrolment.models import Enrolment
from courses.notices.models import NoticeKind
from courses.people.models import OrgUnit, Person
from courses.scheduling.models import Run
from lms.jobs.queue import later
from tests import factories
from tests.approval import scenes
from tests.notices.office import Office

MONDAY = factories.some_day()


@pytest.fixture
def run(office: Office) -> Run:
    return scenes.a_selection(office.db)


@pytest.fixture
def head(office: Office) -> Person:
    return factories.a_person(office.db, "박부장", unit=factories.a_unit(office.db, "총무과"), roles=["head"])


@pytest.fixture
def chief(office: Office, head: Person) -> Person:
    bureau = office.db.get_one(OrgUnit, factories.a_unit(office.db, "총무과").bureau_id)
    return factories.a_person(office.db, "오국장", unit=bureau, roles=["head"])


def asked(office: Office, person: Person) -> int:
    return [notice.kind for notice in office.notices(person)].count(NoticeKind.APPROVAL)


def apply(office: Office, run: Run, *people: Person) -> None:
    def work(db: Session) -> None:
        for person in people:
            actions.enrol(db, person.id, run.id, person.id, motive="업무에 필요합니다")

    office.after(work)


def test_twenty_applications_of_a_run_and_day_are_one_notice(
    office: Office, run: Run, head: Person, chief: Person
) -> None:
    unit = factories.a_unit(office.db, "총무과")
    people = [factories.a_person(office.db, f"직원{n}", unit=unit) for n in range(20)]
    apply(office, run, *people[:10])
    for person in people[10:]:
        apply(office, run, person)
    assert (asked(office, head), asked(office, chief)) == (1, 0)
    assert len(office.mails(head)) == 1


def test_where_nobody_heads_training_officers_are_asked(office: Office, run: Run) -> None:
    officer = factories.a_person(office.db, "최담당", roles=["officer"])
    person = factories.a_person(office.db, "직원")
    apply(office, run, person, officer)
    assert (asked(office, officer), asked(office, person)) == (1, 0)


def test_the_applicant_reads_why_it_was_returned(office: Office, run: Run, head: Person) -> None:
    person = factories.a_person(office.db, "직원")
    apply(office, run, person)
    (one,) = office.db.scalars(select(Enrolment))
    office.after(lambda db: approvals.return_to(db, head.id, [one.id], "사유를 더 적어 주세요"))
    notice = office.notices(person)[-1]
    assert (notice.kind, notice.facts["reason"]) == (NoticeKind.RETURNED, "사유를 더 적어 주세요")


def test_what_waits_too_long_goes_to_the_next_one_above_once(office: Office, head: Person, chief: Person) -> None:
    with clock.frozen(MONDAY):
        run, person = scenes.a_selection(office.db), factories.a_person(office.db, "직원")
        apply(office, run, person)
    for days, told in ((3, 0), (4, 1), (5, 1)):
        with clock.frozen(MONDAY + timedelta(days=days)):
            office.after(lambda db: later(db, "escalate"))
            assert (asked(office, head), asked(office, chief)) == (1, told)
