"""Which days the office works."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.events.models import Event
from courses.people.models import Person
from courses.scheduling import holidays
from courses.scheduling.defaults import window
from courses.scheduling.holidays import PUBLIC, Calendar, OnDaysOff
from courses.scheduling.layout import lay_out, session
from courses.scheduling.plan import RunPlan
from lms.demo.days import working_day


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 1, 1), "신정연휴"),
        (date(2026, 2, 16), "설날 전날"),  # by the moon
        (date(2026, 3, 2), "삼일절 대체 휴일"),  # a substitute
        (date(2026, 9, 25), "추석"),
        (date(2026, 10, 9), "한글날"),
    ],
)
def test_public_holidays_are_known_by_name(day: date, name: str) -> None:
    off = PUBLIC.day_off(day)
    assert off
    assert off.name == name
    assert off.name_en.isascii()
    assert not PUBLIC.is_working(day)


def test_a_weekend_is_no_working_day_and_has_no_name() -> None:
    saturday = date(2026, 11, 28)
    assert PUBLIC.day_off(saturday) is None
    assert not PUBLIC.is_working(saturday)
    assert PUBLIC.next_working_day(saturday) == date(2026, 11, 30)
    assert PUBLIC.on_or_before(saturday) == date(2026, 11, 27)


def test_sessions_pass_over_a_long_holiday() -> None:
    """Seollal 2026: from Monday 16 to Wednesday 18 February."""
    assert [one.day.day for one in lay_out(14 * 60, date(2026, 2, 13))] == [13, 19]


def test_a_closed_day_of_our_own_is_passed_over(db: Session, dan: Person) -> None:
    founding = date(2026, 11, 24)
    holidays.close_day(db, dan.id, founding, "개청기념일")
    office = holidays.calendar(db)
    assert [one.day.day for one in lay_out(14 * 60, date(2026, 11, 23), office=office)] == [23, 25]
    off = office.day_off(founding)
    assert off
    assert (off.name, off.name_en) == ("개청기념일", "개청기념일")
    holidays.open_day(db, dan.id, founding)
    assert holidays.calendar(db).is_working(founding)
    holidays.open_day(db, dan.id, founding)
    events = [event.kind for event in db.scalars(select(Event))]
    assert len(events) == 2


@given(st.dates(date(2020, 1, 1), date(2040, 12, 31)), st.integers(2, 90), st.integers(1, 5))
def test_applications_close_on_working_days(first: date, before: int, days: int) -> None:
    starts_on = PUBLIC.on_or_after(first)
    begins_at = clock.at(starts_on, time(9))
    now = begins_at - timedelta(days=before)
    opens, closes, withdraw = window(starts_on, starts_on + timedelta(days=days), now, begins_at=begins_at)
    assert opens < closes <= begins_at
    for moment in (closes, withdraw):
        if moment != begins_at:
            assert PUBLIC.is_working(clock.local(moment).date())


def test_applications_do_not_close_on_the_evening_of_a_holiday() -> None:
    """A week before Monday 9 March 2026 is the substitute of 1 March."""
    first = date(2026, 3, 9)
    now: datetime = clock.at(date(2026, 1, 5), time(9))
    closes = window(first, first, now, begins_at=clock.at(first, time(9)))[1]
    assert closes == clock.at(date(2026, 2, 27), time(18))


def a_plan(*days: date) -> RunPlan:
    return RunPlan(days[0], days[-1], 10, sessions=tuple(session(day, 3) for day in days))


def test_a_session_on_a_holiday_is_refused_by_name_unless_it_was_there(db: Session) -> None:
    christmas, eve = date(2026, 12, 25), date(2026, 12, 24)
    with pytest.raises(OnDaysOff) as refused:
        holidays.require_working_days(db, a_plan(eve, christmas), a_plan(eve))
    assert [(number, off.name) for number, off in refused.value.days] == [(2, "기독탄신일")]
    holidays.require_working_days(db, a_plan(eve, christmas), a_plan(christmas))


def test_of_a_year_too_far_away_only_weekends_are_known() -> None:
    assert not holidays.knows(2101)
    assert PUBLIC.is_working(date(2101, 3, 1))
    assert not PUBLIC.is_working(date(2101, 1, 1))  # a Saturday
    assert [said.params["year"] for said in holidays.unknown_years(date(2100, 12, 1), date(2101, 2, 1))] == ["2101"]
    assert holidays.unknown_years(date(2026, 1, 1), date(2027, 1, 1)) == []


def test_the_demo_goes_by_the_same_days() -> None:
    assert working_day(date(2026, 2, 13), 1) == date(2026, 2, 19)
    assert working_day(date(2026, 2, 19), -1) == date(2026, 2, 13)


def test_an_own_name_goes_before_a_public_one() -> None:
    office = Calendar({date(2026, 5, 5): "개청기념일"})
    off = office.day_off(date(2026, 5, 5))
    assert off
    assert off.name == "개청기념일"
