from __future__ import annotations

from datetime import date, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses import clock
from courses.scheduling.holidays import PUBLIC
from courses.scheduling.layout import lay_out

NOON, ONE = time(12), time(13)


@given(
    hours=st.integers(1, 120),
    first=st.dates(date(2020, 1, 1), date(2035, 12, 31)),
    begins=st.times(time(6), time(20)).map(lambda at: at.replace(second=0, microsecond=0)),
    a_day=st.integers(1, 9),
)
def test_every_hour_is_laid_out_on_working_days_around_lunch(hours: int, first: date, begins: time, a_day: int) -> None:
    sessions = lay_out(hours * 60, first, begins=begins, a_day=a_day)
    periods = [period for session in sessions for period in session.periods]
    assert len(periods) == hours
    assert all(len(session.periods) <= a_day for session in sessions)
    days = [session.day for session in sessions]
    assert days == sorted(set(days))
    assert min(days) >= first
    assert all(day.weekday() < 5 for day in days)
    for before, after in pairwise(periods):
        assert before.ends_at <= after.starts_at
    for period in periods:
        starts, ends = clock.local(period.starts_at), clock.local(period.ends_at)
        assert period.ends_at - period.starts_at == timedelta(minutes=50)
        assert starts.date() == ends.date()
        assert begins <= starts.time()
        assert ends.time() <= NOON or starts.time() >= ONE


def test_hours_are_spread_evenly() -> None:
    assert [len(session.periods) for session in lay_out(15 * 60, date(2026, 11, 23))] == [5, 5, 5]
    assert [len(session.periods) for session in lay_out(16 * 60, date(2026, 11, 23))] == [6, 5, 5]


def test_a_usual_day_has_seven_periods_from_nine_to_ten_to_five() -> None:
    (session,) = lay_out(420, date(2026, 11, 23), room_id=4)
    clocks = [f"{clock.local(period.starts_at):%H:%M}" for period in session.periods]
    assert clocks == ["09:00", "10:00", "11:00", "13:00", "14:00", "15:00", "16:00"]
    assert f"{clock.local(session.ends_at):%H:%M}" == "16:50"
    assert session.room_id == 4


def test_a_weekend_is_passed_over() -> None:
    friday = date(2026, 11, 27)
    assert [session.day for session in lay_out(14 * 60, friday)] == [friday, date(2026, 11, 30)]
    assert PUBLIC.next_working_day(friday) == date(2026, 11, 30)


def test_a_day_that_begins_too_late_has_no_room_for_a_period() -> None:
    with pytest.raises(ValueError, match="no period fits"):
        lay_out(60, date(2026, 11, 23), begins=time(21, 30))
