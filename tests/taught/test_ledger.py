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


def test_over_midnight_each_period_counts_once_on_its_own_day(db: Session, cleo: Person, eve: Person) -> None:
    """Whoever asks month by month, or day by day, gets the same in all."""
    last = date(2026, 10, 31)
    run = factories.a_run(db, starts_in=(last - clock.today()).days, instructors=[cleo])
    (session,) = db.scalars(select(ClassSession).where(ClassSession.run_id == run.id))
    night = clock.at(last, time(22))
    session.starts_at, session.ends_at = night, night + timedelta(hours=HOURS)
    for number, period in enumerate(periods(db, run)):
        period.starts_at = night + timedelta(hours=number)
        period.ends_at = period.starts_at + timedelta(minutes=50)
    periods(db, run)[-1].instructor_id = eve.id
    db.commit()
    with clock.frozen(clock.at(DAY, time(9))):
        october, november = ledger(db, date(2026, 10, 1), last), ledger(db, date(2026, 11, 1), date(2026, 11, 30))
        assert [(one.name, one.periods, one.taught[0].day) for one in october] == [(cleo.name, 2, last)]
        assert {one.name: one.periods for one in november} == {cleo.name: HOURS - 3, eve.name: 1}
        assert {line.day for one in november for line in one.taught} == {date(2026, 11, 1)}
        both = {one.name: (one.periods, one.days) for one in ledger(db, last, DAY)}
    assert both == {cleo.name: (HOURS - 1, 2), eve.name: (1, 1)}
