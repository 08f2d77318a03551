"""What became of an enrolment, in sentences with who, when, why and where one served."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.enrolment import actions, approvals, nominations, offering, replacing, waitlist
from courses.enrolment.allotment import set_quotas
from courses.enrolment.history import changes
from courses.enrolment.models import Outcome
from courses.enrolment.states import settle
from courses.events.actions import record
from courses.events.facts import CertificateIssued, Escalated
from courses.people.models import Leave, LeaveKind, Person, Posting
from courses.scheduling import locks
from courses.scheduling.models import Mode
from tests.enrolment.scenes import bureaus, staff_of
from tests.factories import a_person, a_run, a_unit, some_day


def told(db: Session, enrolment_id: int) -> list[str]:
    return [str(one.what) for one in changes(db, enrolment_id)]


def test_every_step_of_a_selection(db: Session, ana: Person, ben: Person, dan: Person) -> None:
    run = a_run(db, mode=Mode.SELECTION, starts_in=30)
    place = actions.enrol(db, ana.id, run.id, ana.id, motive="업무")
    approvals.return_to(db, ben.id, [place.id], "사유 보완")
    approvals.reapply(db, ana.id, place.id, "민원 통계")
    approvals.approve(db, ben.id, [place.id])
    unit_id = db.scalars(select(Posting.unit_id).where(Posting.person_id == ana.id)).one()
    nominations.rank(db, dan.id, run.id, unit_id, [place.id])
    actions.enrol(db, dan.id, run.id, ana.id)
    settle(db, dan.id, place, Outcome.COMPLETED)
    record(db, dan.id, CertificateIssued(1, run.id, ana.id, "제2026-000001호"))
    found = changes(db, place.id)
    assert [(str(one.what), one.by, str(one.reason)) for one in found] == [
        ("Put in an application", ana.name, ""),
        ("Returned for correction", ben.name, "사유 보완"),
        ("Wrote another motive", ana.name, "민원 통계"),
        ("Sent the application again", ana.name, ""),
        ("Got the head's approval", ben.name, ""),
        ("Was nominated", dan.name, ""),
        ("총무과 gave it rank 1", dan.name, ""),
        ("Got a seat", dan.name, ""),
        ("Outcome: Completed", dan.name, ""),
        ("The certificate 제2026-000001호 was issued", dan.name, ""),
    ]
    assert {(one.unit, one.grade) for one in found} == {("행정국 총무과", "7급")}


def test_others_of_the_run_are_told_elsewhere(db: Session, ana: Person, ben: Person, eve: Person, dan: Person) -> None:
    run = a_run(db, mode=Mode.SELECTION, starts_in=30)
    mine, hers = (actions.enrol(db, one.id, run.id, one.id) for one in (ana, eve))
    approvals.approve(db, dan.id, [mine.id, hers.id])
    unit_id = db.scalars(select(Posting.unit_id).where(Posting.person_id == ana.id)).one()
    nominations.rank(db, dan.id, run.id, unit_id, [mine.id])
    assert told(db, hers.id) == ["Put in an application", "Got the head's approval"]


def test_the_queue_and_what_came_of_an_offer(db: Session, ana: Person, eve: Person, dan: Person) -> None:
    with clock.frozen(some_day()):
        run = a_run(db, seats=1, mode=Mode.FIRST_COME, offer_hours=24)
        first, second = (actions.enrol(db, one.id, run.id, one.id) for one in (ana, eve))
        actions.withdraw(db, ana.id, first.id)
    with clock.frozen(some_day() + timedelta(hours=25)):
        offering.expire(db, None, run.id)
    assert told(db, first.id) == ["Got a seat", "Withdrew"]
    until = some_day() + timedelta(hours=24)
    assert told(db, second.id) == [
        "Waits as number 1 drawn from the queue",
        f"A seat was offered, to be accepted until {until}",
        "The offer ended without an answer: waits again, as number 2",
        f"A seat was offered, to be accepted until {until + timedelta(hours=25)}",
    ]
    assert [one.by for one in changes(db, second.id)] == [eve.name, ana.name, None, None]


def test_who_was_passed_over_reads_why(db: Session, dan: Person) -> None:
    full, other = bureaus(db, "복지국", "재무국")
    (here, waits), (behind,) = staff_of(db, full, 2), staff_of(db, other, 1)
    run = a_run(db, seats=2, mode=Mode.FIRST_COME)
    set_quotas(db, dan.id, run, {full.id: (1, 1), other.id: (0, 1)})
    actions.enrol(db, here.id, run.id, here.id)
    place = actions.enrol(db, waits.id, run.id, waits.id)
    seat = actions.enrol(db, behind.id, run.id, behind.id)
    third = actions.enrol(db, dan.id, run.id, a_person(db, "다음", unit=a_unit(db, "재무국 1과", "재무국")).id)
    actions.withdraw(db, behind.id, seat.id)
    assert told(db, third.id)[-1] == "Got the seat that came free, as the next one in the queue"
    passed = changes(db, place.id)[-1]
    assert str(passed.what) == "A seat came free and went to the next one in the queue"
    assert str(passed.reason) == "the unit has all the seats it may have"


def test_a_replacement_names_whom_it_replaces(db: Session, ana: Person, eve: Person, dan: Person) -> None:
    run = a_run(db, mode=Mode.ASSIGNED)
    leaving = actions.enrol(db, dan.id, run.id, ana.id)
    coming = replacing.replace(db, dan.id, leaving.id, eve.id, "출장")
    assert told(db, coming.id) == ["Got a seat", f"Came in for {ana.name}"]
    assert [(str(one.what), str(one.reason)) for one in changes(db, leaving.id)][-1] == ("Was withdrawn", "출장")


def test_an_escalation_names_the_unit_that_was_silent(db: Session, ana: Person) -> None:
    run = a_run(db, mode=Mode.SELECTION)
    place = actions.enrol(db, ana.id, run.id, ana.id)
    record(db, None, Escalated(place.id, run.id, ana.id, a_unit(db).id))
    last = changes(db, place.id)[-1]
    assert str(last.what) == "No answer from 총무과 in time: the next head above may decide too"
    assert last.by is None


def test_it_keeps_the_unit_and_grade_of_then(db: Session, ana: Person, ben: Person) -> None:
    new = a_unit(db, "예산과", "재정국")
    with clock.frozen(some_day()):
        run = a_run(db, mode=Mode.SELECTION, starts_in=40)
        place = actions.enrol(db, ana.id, run.id, ana.id)
    moved_on = some_day().date() + timedelta(days=3)
    old = db.scalars(select(Posting).where(Posting.person_id == ana.id)).one()
    old.until_on = moved_on - timedelta(days=1)
    db.add(Posting(person_id=ana.id, unit_id=new.id, from_on=moved_on, grade="6급"))
    leave = {"from_on": moved_on + timedelta(days=2), "until_on": moved_on + timedelta(days=4)}
    db.add(Leave(person_id=ana.id, kind=LeaveKind.LEAVE, **leave))
    head = a_person(db, "예산과장", unit=new, roles=["head"])
    with clock.frozen(some_day() + timedelta(days=14)):
        approvals.approve(db, head.id, [place.id])
        found = changes(db, place.id)
    assert [(str(one.what), one.unit, one.grade, one.movement) for one in found] == [
        ("Put in an application", "행정국 총무과", "7급", False),
        ("Was transferred to 재정국 예산과", "재정국 예산과", "6급", True),
        ("Has another grade: 6급", "재정국 예산과", "6급", True),
        (f"Is on leave until {leave['until_on']}", "", "", True),
        ("Came back from leave", "", "", True),
        ("Got the head's approval", "재정국 예산과", "6급", False),
    ]


def test_what_came_of_the_person_before_and_after_is_not_part_of_it(db: Session, ana: Person) -> None:
    with clock.frozen(some_day()):
        run = a_run(db, mode=Mode.FIRST_COME, starts_in=5)
        place = actions.enrol(db, ana.id, run.id, ana.id)
        for days in (-20, 40):
            day = some_day().date() + timedelta(days=days)
            db.add(Leave(person_id=ana.id, kind=LeaveKind.PARENTAL, from_on=day, until_on=day))
        db.commit()
    with clock.frozen(some_day() + timedelta(days=90)):
        assert told(db, place.id) == ["Got a seat"]


def test_a_promotion_in_the_queue(db: Session, ana: Person, eve: Person, dan: Person) -> None:
    run = a_run(db, seats=1, mode=Mode.FIRST_COME)
    actions.enrol(db, ana.id, run.id, ana.id)
    place = actions.enrol(db, eve.id, run.id, eve.id)
    held = locks.lock_run(db, run.id)
    held.capacity = 2
    db.flush()
    waitlist.promote(db, dan.id, held)
    assert told(db, place.id)[-1] == "Got the seat that came free, as the next one in the queue"


def test_no_enrolment_has_no_history(db: Session) -> None:
    with pytest.raises(KeyError):
        changes(db, 4711)
