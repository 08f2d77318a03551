"""What a worker does of it: reminders that people get, and many people added."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from courses import clock
from courses.enrolment.assignments import remind
from courses.enrolment.models import Assignment, Enrolment, Status
from courses.errors import Refused
from courses.notices.models import NoticeKind
from courses.people.models import Person
from lms.jobs.models import Job, JobState
from lms.jobs.queue import later
from lms.jobs.tasks.adding import ADDING
from tests import factories
from tests.assignment.scenes import an_assignment
from tests.notices.office import Office, words


@pytest.fixture
def dan(office: Office) -> Person:
    return factories.a_person(office.db, "최단", unit=factories.a_unit(office.db, "교육과"), roles=["officer"])


@pytest.fixture
def amy(office: Office) -> Person:
    return factories.a_person(office.db, "김에이미", unit=factories.a_unit(office.db, "총무과"))


@pytest.fixture
def late(office: Office, dan: Person, amy: Person) -> Assignment:
    """Of the general affairs division."""
    course, unit = factories.a_course(office.db, "정보보호 기초"), factories.a_unit(office.db, "총무과")
    return an_assignment(office.db, course, clock.today() - timedelta(days=3), unit_id=unit.id)


def reminded(office: Office, dan: Person, late: Assignment) -> int:
    def act(db: Session) -> int:
        return remind(db, dan.id, db.get_one(Assignment, late.id))

    return int(office.after(act))


def test_who_is_late_is_told_once_a_day(office: Office, dan: Person, amy: Person, late: Assignment) -> None:
    assert reminded(office, dan, late) == 1
    (notice,) = office.notices(amy)
    assert (notice.kind, notice.facts["title"]) == (NoticeKind.OVERDUE, "정보보호 기초")
    (mail,) = office.mails(amy)
    assert late.due_on.isoformat() in words(mail) or f"{late.due_on.month}월 {late.due_on.day}일" in words(mail)
    with pytest.raises(Refused, match="reminded today already"):
        reminded(office, dan, late)
    bea = factories.a_person(office.db, "박베아", unit=factories.a_unit(office.db, "총무과"))
    assert reminded(office, dan, late) == 1  # who was not late this morning
    assert (len(office.notices(amy)), len(office.notices(bea))) == (1, 1)
    with clock.frozen(clock.now() + timedelta(days=1)):
        assert reminded(office, dan, late) == 2
    assert len(office.notices(amy)) == 2


def test_who_is_done_by_then_is_not_told(office: Office, dan: Person, amy: Person, late: Assignment) -> None:
    office.act(lambda db: remind(db, dan.id, db.get_one(Assignment, late.id)))
    run = factories.a_run(office.db, None, state="closed", starts_in=-1)
    run.course_id = late.course_id
    factories.an_enrolment(office.db, run, amy, outcome="completed")
    office.work()
    assert office.notices(amy) == []


def test_nobody_is_late(office: Office, dan: Person, amy: Person, late: Assignment) -> None:
    amy.left_on = clock.today()
    office.db.commit()
    with pytest.raises(Refused, match="Nobody is late"):
        reminded(office, dan, late)


def test_many_are_added_and_those_refused_are_counted(office: Office, dan: Person) -> None:
    run = factories.a_run(office.db, seats=100)
    people = [factories.a_person(office.db, f"직원{n}") for n in range(120)]
    busy = factories.a_run(office.db)
    for one in people[:3]:
        factories.an_enrolment(office.db, busy, one)  # at the same time

    def ask(db: Session) -> int | None:
        ids = [one.id for one in people]
        return later(db, ADDING, actor_id=dan.id, run_id=run.id, ids=ids, clerk=False, why="필수 교육")

    job_id = office.after(ask)
    counted = select(Enrolment.status, func.count()).where(Enrolment.run_id == run.id).group_by(Enrolment.status)
    assert {row[0]: row[1] for row in office.db.execute(counted)} == {Status.ENROLLED: 100, Status.WAITLISTED: 17}
    job = office.db.get_one(Job, job_id, populate_existing=True)
    assert (job.state, job.done, job.total) == (JobState.DONE, 120, 120)
    assert job.line is not None
    assert job.line["params"] == {"done": "117", "left": "3"}


def test_done_again_after_a_crash_it_adds_nobody_twice(office: Office, dan: Person, amy: Person) -> None:
    run = factories.a_run(office.db)
    factories.an_enrolment(office.db, run, amy)

    def ask(db: Session) -> int | None:
        return later(db, ADDING, actor_id=dan.id, run_id=run.id, ids=[amy.id], clerk=False, why="")

    job_id = office.after(ask)
    job = office.db.get_one(Job, job_id, populate_existing=True)
    assert job.line is not None
    assert (job.state, job.line["params"]) == (JobState.DONE, {"done": "1", "left": "0"})
    assert office.db.scalar(select(func.count()).select_from(Enrolment)) == 1
