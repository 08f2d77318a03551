"""Whatever the day and hour: a class is on, and nothing is there that could not have come about."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from courses import clock
from courses.attendance import teaching
from courses.catalogue.models import Course
from courses.enrolment import agenda, eligibility, seats
from courses.enrolment.models import Enrolment, Status
from courses.enrolment.states import SEATED
from courses.events.models import Event
from courses.scheduling.models import ClassSession, Mode, Run, RunInstructor, RunState
from tests.demo.conftest import NOON, City

SATURDAY_NIGHT = clock.at(date(2026, 11, 28), time(23, 55))
HOLIDAY = clock.at(date(2026, 12, 25), time(10, 20))
AFTER_MIDNIGHT = clock.at(date(2027, 1, 1), time(0, 5))


def test_at_noon_a_class_is_on_and_nothing_is_impossible(told: City) -> None:
    with told.database.look() as db:
        _a_class_is_on_and_nothing_is_impossible(db, told, NOON)


@pytest.mark.once
@pytest.mark.parametrize("now", [SATURDAY_NIGHT, HOLIDAY, AFTER_MIDNIGHT])
def test_whatever_the_hour_a_class_is_on_and_nothing_is_impossible(city: City, city_db: Session, now: datetime) -> None:
    city.tell(city_db, now)
    _a_class_is_on_and_nothing_is_impossible(city_db, city, now)


def _a_class_is_on_and_nothing_is_impossible(db: Session, city: City, now: datetime) -> None:
    with clock.frozen(now):
        on = agenda.meetings(db, city.people["employee"], 1)[0]
        assert on.on
        assert on.day == clock.local(on.ends_at - timedelta(seconds=1)).date()
        assert teaching.current(db, city.people["instructor"]) == on.id
        _seats_are_counted(db)
        _nobody_waits_for_a_free_seat(db)
        _nobody_is_in_two_places(db)
        _no_room_or_instructor_twice(db)
        assert not db.scalar(select(func.count()).where(Event.at > now))


def _seats_are_counted(db: Session) -> None:
    counted = dict(
        db.execute(
            select(Enrolment.run_id, func.count()).where(Enrolment.status.in_(SEATED)).group_by(Enrolment.run_id)
        ).all()
    )
    assert {run.id: run.taken for run in db.scalars(select(Run)) if run.taken} == counted


def _nobody_waits_for_a_free_seat(db: Session) -> None:
    waiting = (
        select(Enrolment.person_id, Run)
        .join(Run, Run.id == Enrolment.run_id)
        .where(Enrolment.status == Status.WAITLISTED, Run.state == RunState.PUBLISHED)
    )
    for person_id, run in db.execute(waiting):
        assert not seats.has_free(run) or eligibility.obstacle(db, run, person_id)


def _nobody_is_in_two_places(db: Session) -> None:
    people = db.scalars(
        select(Enrolment.person_id)
        .join(Run, Run.id == Enrolment.run_id)
        .where(Run.imported.is_(False), Enrolment.status == Status.ENROLLED)
        .group_by(Enrolment.person_id)
        .having(func.count() > 1)
    ).all()
    sessions = select(Enrolment.person_id, ClassSession).join(ClassSession, ClassSession.run_id == Enrolment.run_id)
    rows = sessions.where(Enrolment.person_id.in_(people), Enrolment.status == Status.ENROLLED)
    _do_not_overlap([(person, session) for person, session in db.execute(rows)])


def _no_room_or_instructor_twice(db: Session) -> None:
    held = select(ClassSession).join(Run).where(Run.state != RunState.CANCELLED)
    _do_not_overlap([(session.room_id, session) for session in db.scalars(held)])
    taught = select(RunInstructor.person_id, ClassSession).join(
        ClassSession, ClassSession.run_id == RunInstructor.run_id
    )
    _do_not_overlap([(person, session) for person, session in db.execute(taught)])


def _do_not_overlap(sessions: list[tuple[Any, ClassSession]]) -> None:
    by_key: dict[Any, list[ClassSession]] = {}
    for key, session in sessions:
        by_key.setdefault(key, []).append(session)
    for held in by_key.values():
        held.sort(key=lambda session: session.starts_at)
        for one, following in pairwise(held):
            assert one.ends_at <= following.starts_at, (one.run_id, following.run_id)


@pytest.mark.once
def test_the_same_seed_tells_the_same(told: City, city: City, city_db: Session) -> None:
    city.tell(city_db, NOON)
    with told.database.look() as db:
        assert _places(db) == _places(city_db)


def _places(db: Session) -> list[Any]:
    statement = (
        select(Course.code, Run.starts_on, Enrolment.person_id, Enrolment.status, Enrolment.outcome)
        .join(Run, Run.id == Enrolment.run_id)
        .join(Course, Course.id == Run.course_id)
        .where(Run.imported.is_(False), Run.mode != Mode.DRAW)  # nobody can choose what is drawn
        .order_by(Course.code, Run.starts_on, Enrolment.person_id)
    )
    return [tuple(row) for row in db.execute(statement)]
