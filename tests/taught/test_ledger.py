"""Periods are counted for whoever taught them, once they are over."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.people.models import Person
from courses.scheduling.models import ClassSession, Period, Run, RunState
from courses.scheduling.taught import ledger
from tests import factories

DAY = date(2026, 11, 2)
HOURS = 7  # of the sessions of the factories


@pytest.fixture
def run(db: Session, cleo: Person) -> Run:
    """Two days of seven periods."""
    ahead = (DAY - clock.today()).days
    return factories.a_run(db, starts_in=ahead, days=2, instructors=[cleo])


def periods(db: Session, run: Run) -> list[Period]:
    of_run = (
        select(Period).join(ClassSession, ClassSession.id == Period.session_id).where(ClassSession.run_id == run.id)
    )
    return list(db.scalars(of_run.order_by(Period.starts_at)))


def counted(db: Session, first: date = DAY, last: date = DAY + timedelta(days=30)) -> dict[str, int]:
    return {one.name: one.periods for one in ledger(db, first, last)}


def test_what_is_over_counts(db: Session, run: Run, cleo: Person) -> None:
    with clock.frozen(clock.at(DAY, time(11, 0))):
        assert counted(db) == {cleo.name: 2}
    with clock.frozen(clock.at(DAY, time(20, 0))):
        assert counted(db) == {cleo.name: HOURS}
    with clock.frozen(clock.at(DAY + timedelta(days=9), time())):
        (teacher,) = ledger(db, DAY, DAY + timedelta(days=1))
    assert (teacher.periods, teacher.days) == (2 * HOURS, 2)
    assert [(one.day, one.minutes) for one in teacher.taught] == [
        (DAY, HOURS * 50), (DAY + timedelta(days=1), HOURS * 50)
    ]  # fmt: skip


def test_only_the_days_asked_for(db: Session, run: Run, cleo: Person) -> None:
    with clock.frozen(clock.at(DAY + timedelta(days=9), time())):
        assert counted(db, DAY, DAY) == {cleo.name: HOURS}
        assert counted(db, DAY + timedelta(days=2)) == {}


@pytest.mark.parametrize("state", [RunState.DRAFT, RunState.CANCELLED])
def test_what_did_not_take_place_counts_for_nobody(db: Session, run: Run, state: RunState) -> None:
    run.state = state
    db.commit()
    with clock.frozen(clock.at(DAY + timedelta(days=9), time())):
        assert counted(db) == {}


def test_a_substitutes_periods_are_the_substitutes(db: Session, run: Run, cleo: Person, eve: Person) -> None:
    for period in periods(db, run)[:3]:
        period.instructor_id = eve.id
    db.commit()
    with clock.frozen(clock.at(DAY + timedelta(days=9), time())):
        assert counted(db) == {cleo.name: 2 * HOURS - 3, eve.name: 3}
        (own,) = ledger(db, DAY, DAY + timedelta(days=30), eve.id)
        assert own.periods == 3


def test_a_period_that_two_teach_together_is_each_ones(db: Session, cleo: Person, eve: Person) -> None:
    factories.a_run(db, starts_in=(DAY - clock.today()).days, instructors=[cleo, eve])
    with clock.frozen(clock.at(DAY + timedelta(days=9), time())):
        assert counted(db) == {cleo.name: HOURS, eve.name: HOURS}
