"""Leave that meets a run is asked about, and whose turn it has become is told: once each, every morning."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from courses import clock
from courses.enrolment import actions
from courses.notices.models import NoticeKind
from courses.people.models import Leave, LeaveKind, Person, Posting
from courses.scheduling.models import Mode, Run
from lms.jobs.queue import later
from tests import factories
from tests.notices.office import Office, words


@pytest.fixture
def officer(office: Office) -> Person:
    return factories.a_person(office.db, "최담당", roles=["officer"])


@pytest.fixture
def amy(office: Office) -> Person:
    return factories.a_person(office.db, "김에이미", language="ko")


@pytest.fixture
def run(office: Office) -> Run:
    return office.run(mode=Mode.SELECTION, starts_in=20, days=2)


def morning(office: Office, days: int = 0) -> None:
    """The work of a morning, so many days from now."""
    with clock.frozen(clock.now() + timedelta(days=days)):
        office.after(lambda db: later(db, "tell_movements"))


def leave(office: Office, person: Person, run: Run, days: int | None) -> Leave:
    until = run.ends_on + timedelta(days=days) if days is not None else None
    one = Leave(person_id=person.id, kind=LeaveKind.PARENTAL, from_on=run.starts_on - timedelta(days=1), until_on=until)
    office.db.add(one)
    office.db.commit()
    return one


def test_a_leave_is_asked_about_once(office: Office, officer: Person, amy: Person, run: Run) -> None:
    seat = factories.an_enrolment(office.db, run, amy)
    away = leave(office, amy, run, 30)
    for days in (0, 1):
        morning(office, days)
    (mail,) = office.mails(amy)
    assert mail["Subject"] == "교육 기간에 휴직 중입니다. 참석 여부를 확인해 주십시오: 엑셀 기초"
    assert "휴직 기간: " in words(mail)
    assert "저절로 취소되지는 않습니다." in words(mail)
    (asked,) = office.mails(officer)
    assert asked["Subject"] == "교육 기간에 휴직하는 사람이 있습니다: 엑셀 기초"
    assert "대상자: 김에이미" in words(asked)
    assert f"/runs/{run.id}/enrolments" in words(asked)
    assert seat.status == "enrolled"
    office.db.delete(away)
    leave(office, amy, run, None).from_on = run.starts_on
    morning(office, 2)
    again = office.notices(amy)
    assert [one.kind for one in again] == [NoticeKind.ON_LEAVE] * 2
    assert again[1].facts["away_until"] is None
    assert f"휴직 기간: {run.starts_on.month}월" in words(office.mails(amy)[1])


def test_a_transfer_leads_the_application_to_another_head(office: Office, officer: Person, amy: Person) -> None:
    new = factories.a_unit(office.db, "예산과", "재정국")
    old_head = factories.a_person(office.db, "총무과장", unit=factories.a_unit(office.db), roles=["head"])
    new_head = factories.a_person(office.db, "예산과장", unit=new, roles=["head"])
    run = office.run(mode=Mode.SELECTION, starts_in=20)
    office.after(lambda db: actions.enrol(db, amy.id, run.id, amy.id))
    morning(office)
    assert [one.kind for one in office.notices(old_head)] == [NoticeKind.APPROVAL]
    assert office.notices(new_head) == []

    def transfer(db: Session) -> None:
        db.execute(update(Posting).where(Posting.person_id == amy.id).values(unit_id=new.id))

    office.act(transfer)
    for days in (1, 2):
        morning(office, days)
    (told,) = office.notices(new_head)
    assert (told.kind, told.facts["applicant"]) == (NoticeKind.APPROVAL, "김에이미")
    assert len(office.notices(old_head)) == 1
    assert office.notices(officer) == []


def test_a_second_applicant_of_the_day_is_no_news_of_the_next_morning(office: Office, amy: Person, run: Run) -> None:
    unit = factories.a_unit(office.db)
    head = factories.a_person(office.db, "총무과장", unit=unit, roles=["head"])
    bea = factories.a_person(office.db, "이비")
    office.after(lambda db: actions.enrol(db, amy.id, run.id, amy.id))
    office.after(lambda db: actions.enrol(db, bea.id, run.id, bea.id))
    for days in (1, 2):
        morning(office, days)
    assert len(office.notices(head)) == 1
