"""Somebody comes in for somebody else on a list that is frozen."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.enrolment import actions, allotment
from courses.enrolment.models import Status
from courses.enrolment.replacing import may_replace, replace
from courses.errors import Refused
from courses.events.models import Event
from courses.people.models import Person
from courses.scheduling.models import Mode, Run
from tests import factories
from tests.enrolment.scenes import bureaus, require_sound, staff_of, statuses


def a_run(db: Session, mode: str = "selection", starts_in: int = 10, **fields: Any) -> Run:
    closed = {"seats": 1, "apply_until": clock.now() - timedelta(hours=1)}
    return factories.a_run(db, mode=Mode(mode), starts_in=starts_in, **{**closed, **fields})


def refused(db: Session, *how: Any) -> str:
    with pytest.raises(Refused) as refusal, db.begin_nested():
        replace(db, *how)
    assert refusal.value.way_out
    return refusal.value.code


def test_a_colleague_has_the_seat_at_once(db: Session, ana: Person, eve: Person, dan: Person) -> None:
    """Who waits is not overtaken by chance, but with a reason that is kept."""
    run = a_run(db)
    leaving = factories.an_enrolment(db, run, ana)
    waits = factories.an_enrolment(db, run, eve, status="waitlisted")
    colleague = factories.a_person(db, "동료")
    coming = replace(db, dan.id, leaving.id, colleague.id, " 출장 ")
    assert (leaving.status, coming.status, waits.status) == (Status.WITHDRAWN, Status.ENROLLED, Status.WAITLISTED)
    fact = db.scalars(select(Event).where(Event.kind == "replaced")).one()
    assert (fact.person_id, fact.data["instead_of"], fact.data["reason"]) == (colleague.id, ana.id, "출장")
    moves = [event.data["reason"] for event in db.scalars(select(Event).where(Event.kind == "moved"))]
    assert moves == ["출장", "출장"]
    require_sound(db, run.id)


def test_a_nominee_hands_on_the_rank(db: Session, ana: Person, eve: Person, dan: Person) -> None:
    run, unit = a_run(db), factories.a_unit(db)
    leaving = factories.an_enrolment(db, run, ana, status="nominated", rank=2, ranked_unit_id=unit.id)
    coming = replace(db, dan.id, leaving.id, eve.id, "전보")
    assert (coming.status, coming.rank, coming.ranked_unit_id) == (Status.NOMINATED, 2, unit.id)
    assert coming.approved_at
    assert run.taken == 0
    moves = db.scalars(select(Event).where(Event.kind == "moved", Event.person_id == eve.id).order_by(Event.id))
    assert [event.data["after"] for event in moves] == ["applied", "approved", "nominated"]


@pytest.mark.parametrize("status", ["applied", "returned", "approved", "withdrawn", "waitlisted"])
def test_who_has_applied_may_come_in(db: Session, ana: Person, eve: Person, dan: Person, status: str) -> None:
    run = a_run(db)
    leaving = factories.an_enrolment(db, run, ana)
    factories.an_enrolment(db, run, eve, status=status)
    if status == "returned":
        assert refused(db, dan.id, leaving.id, eve.id, "출장") == "illegal_transition"
    else:
        assert replace(db, dan.id, leaving.id, eve.id, "출장").status is Status.ENROLLED
    require_sound(db, run.id)


@pytest.mark.parametrize(
    ("mode", "starts_in", "may"),
    [
        ("selection", 11, False),
        ("selection", 10, True),
        ("assigned", 30, True),
        ("first_come", 5, False),
        ("draw", 5, False),
    ],
)
def test_only_where_nobody_is_overtaken(
    db: Session, ana: Person, eve: Person, dan: Person, mode: str, starts_in: int, may: bool
) -> None:
    run = a_run(db, mode, starts_in)
    leaving = factories.an_enrolment(db, run, ana)
    assert may_replace(db, run) is may
    if may:
        assert replace(db, dan.id, leaving.id, eve.id, "출장").status is Status.ENROLLED
    else:
        assert refused(db, dan.id, leaving.id, eve.id, "출장") == "not_frozen"


def test_who_cannot(db: Session, ana: Person, eve: Person, dan: Person) -> None:
    run = a_run(db, seats=3)
    leaving, there = factories.an_enrolment(db, run, ana), factories.an_enrolment(db, run, eve)
    gone = factories.a_person(db, "나간이", left_on=run.starts_on.replace(year=2020))
    busy = factories.a_person(db, "바쁜이")
    factories.an_enrolment(db, factories.a_run(db), busy)
    fresh = factories.a_person(db, "동료")
    applied = factories.an_enrolment(db, run, factories.a_person(db, "신청자"), status="applied")
    assert refused(db, dan.id, leaving.id, fresh.id, "  ") == "reason_needed"
    assert refused(db, dan.id, leaving.id, gone.id, "출장") == "gone"
    assert refused(db, dan.id, leaving.id, busy.id, "출장") == "clash"
    assert refused(db, dan.id, leaving.id, eve.id, "출장") == "enrolled"
    assert refused(db, dan.id, leaving.id, ana.id, "출장") == "enrolled"
    assert refused(db, dan.id, applied.id, fresh.id, "출장") == "not_listed"
    assert (leaving.status, there.status) == (Status.ENROLLED, Status.ENROLLED)


def test_the_quota_is_the_colleagues_own(db: Session, dan: Person) -> None:
    one, other = bureaus(db, "가국", "나국")
    run = a_run(db, "assigned", seats=2)
    allotment.set_quotas(db, dan.id, run, {one.id: (0, 1), other.id: (0, 1)})
    (a, colleague), (b,) = staff_of(db, one, 2), staff_of(db, other, 1)
    first, second = (actions.enrol(db, dan.id, run.id, person.id) for person in (a, b))
    assert refused(db, dan.id, second.id, colleague.id, "출장") == "quota"
    assert statuses([first, second]) == "ee"
    assert replace(db, dan.id, first.id, colleague.id, "출장").quota_unit_id == one.id
    require_sound(db, run.id)
