"""Each step of an application is told to whose it is, and runs under their minimum to the officers; nothing twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from courses import clock
from courses.enrolment.models import Enrolment, Status
from courses.enrolment.states import move_to
from courses.events.actions import record
from courses.events.facts import Offered, Replaced
from courses.notices.models import NoticeKind
from courses.people.models import Person
from courses.scheduling.models import Mode, Run
from lms.jobs.queue import later
from tests import factories
from tests.notices.office import Office, words


@pytest.fixture
def amy(office: Office) -> Person:
    return factories.a_person(office.db, "김에이미", language="ko")


@pytest.fixture
def run(office: Office) -> Run:
    return office.run(mode=Mode.SELECTION)


def moved(office: Office, seat: Enrolment, status: Status, reason: str = "", actor: int | None = None) -> None:
    def move(db: Session) -> None:
        move_to(db, actor, db.get_one(Enrolment, seat.id), status, reason=reason)

    office.after(move)


def test_steps_on_the_way_are_quiet_and_their_end_is_not(office: Office, amy: Person, run: Run) -> None:
    seat = factories.an_enrolment(office.db, run, amy, status="applied")
    for status in (Status.APPROVED, Status.NOMINATED):
        moved(office, seat, status)
    moved(office, seat, Status.NOT_SELECTED, "정원 초과")
    told = office.notices(amy)
    assert [one.kind for one in told] == [NoticeKind.APPROVED, NoticeKind.NOMINATED, NoticeKind.NOT_SELECTED]
    assert [one.read_at is None for one in told] == [False, False, True]
    (mail,) = office.mails(amy)
    assert mail["Subject"] == "선정되지 않았습니다: 엑셀 기초"
    assert "사유: 정원 초과" in words(mail)


def test_an_offer_says_until_when(office: Office, amy: Person, run: Run) -> None:
    until = factories.some_day(9) + timedelta(days=1)
    seat = factories.an_enrolment(office.db, run, amy, status="waitlisted")

    def offer(db: Session) -> None:
        move_to(db, None, db.get_one(Enrolment, seat.id), Status.OFFERED)
        record(db, None, Offered(seat.id, run.id, amy.id, until.isoformat()))

    office.after(offer)
    (mail,) = office.mails(amy)
    assert "까지 수락해 주십시오: 엑셀 기초" in mail["Subject"]
    assert office.notices(amy)[0].facts["until"] == until.isoformat()


def test_an_offer_that_passed_is_no_lowered_capacity(office: Office, amy: Person, run: Run) -> None:
    seat = factories.an_enrolment(office.db, run, amy, status="offered")
    moved(office, seat, Status.WAITLISTED)
    assert "back" not in office.notices(amy)[0].facts


def test_who_comes_in_for_somebody_else_is_told_once(office: Office, amy: Person, run: Run) -> None:
    other = factories.a_person(office.db, "이전임")
    seat = factories.an_enrolment(office.db, run, amy, status="applied")

    def replace(db: Session) -> None:
        move_to(db, None, db.get_one(Enrolment, seat.id), Status.ENROLLED)
        record(db, None, Replaced(seat.id, run.id, amy.id, other.id, "출장"))

    office.after(replace)
    (notice,) = office.notices(amy)
    assert notice.kind is NoticeKind.ENROLLED
    (mail,) = office.mails(amy)
    assert "참석하지 못하는 분을 대신하여" in words(mail)
    assert "출장" not in words(mail)


def test_officers_are_asked_once_about_a_run_under_its_minimum(office: Office, amy: Person) -> None:
    officer = factories.a_person(office.db, "최담당", roles=["officer"])
    small = office.run(starts_in=7, minimum=10)
    office.run(starts_in=8, minimum=10)
    office.run(starts_in=7, minimum=1, taken=1)
    office.run(starts_in=7)
    for hour in range(3):
        with clock.frozen(clock.start_of(clock.today()) + timedelta(hours=hour)):
            office.after(lambda db: later(db, "ask_minimum"))
    told = office.notices(officer)
    assert [(one.kind, one.run_id) for one in told] == [(NoticeKind.UNDER_MINIMUM, small.id)]
    assert (told[0].facts["taken"], told[0].facts["minimum"]) == (0, 10)
    assert office.notices(amy) == []
