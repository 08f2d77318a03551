"""Runs like one that is there."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.people.models import Person
from courses.scheduling import series
from courses.scheduling.actions import plan
from courses.scheduling.clashes import Taken
from courses.scheduling.holidays import PUBLIC
from courses.scheduling.layout import lay_out, session
from courses.scheduling.models import Run
from courses.scheduling.plan import RunPlan
from courses.scheduling.queries import plan_of
from courses.scheduling.series import Unit, first_days, shifted
from tests import factories

NOW = clock.at(date(2026, 11, 23), time(9))
TUESDAY = date(2027, 1, 5)


def a_plan(*days: date, room_id: int | None = None, teachers: tuple[int, ...] = ()) -> RunPlan:
    sessions = tuple(session(day, 3, room_id=room_id) for day in days)
    return RunPlan(days[0], days[-1], 10, sessions=sessions, instructor_ids=teachers)


def days_of(plan: RunPlan) -> list[date]:
    return [one.day for one in plan.sessions]


def test_every_second_tuesday() -> None:
    days = first_days(TUESDAY, 4, 2, Unit.WEEK)
    assert days == [TUESDAY + timedelta(weeks=2 * n) for n in range(4)]


def test_a_month_apart_ends_with_the_month() -> None:
    days = first_days(date(2026, 11, 30), 5, 1, Unit.MONTH)
    assert [f"{day:%m-%d}" for day in days] == ["11-30", "12-30", "01-30", "02-28", "03-30"]
    assert first_days(date(2026, 12, 1), 2, 12, Unit.MONTH)[1] == date(2027, 12, 1)


@given(
    st.lists(
        st.dates(date(2026, 1, 1), date(2026, 6, 30)).filter(PUBLIC.is_working), min_size=1, max_size=8, unique=True
    ),
    st.dates(date(2026, 12, 15), date(2028, 12, 31)),
)
def test_every_session_comes_on_a_working_day_in_order(days: list[date], first: date) -> None:
    original = a_plan(*sorted(days))
    moved = shifted(original, first, NOW)
    assert days_of(moved)[0] == PUBLIC.on_or_after(first)
    assert days_of(moved) == sorted(set(days_of(moved)))
    assert all(PUBLIC.is_working(day) for day in days_of(moved))
    assert [len(one.periods) for one in moved.sessions] == [3] * len(days)
    assert all(one.id is None for one in moved.sessions)
    assert moved.apply_from
    assert moved.apply_until
    assert moved.apply_from < moved.apply_until <= moved.sessions[0].starts_at


def test_days_in_a_row_stay_in_a_row_around_a_weekend() -> None:
    week = a_plan(*(date(2026, 11, 23) + timedelta(days=n) for n in range(5)))
    assert [day.day for day in days_of(shifted(week, date(2027, 1, 7), NOW))] == [7, 8, 11, 12, 13]


def test_across_a_weekend_is_still_a_row() -> None:
    around = a_plan(date(2026, 11, 26), date(2026, 11, 27), date(2026, 11, 30))
    assert [day.day for day in days_of(shifted(around, date(2027, 1, 4), NOW))] == [4, 5, 6]


def test_once_a_week_stays_on_its_weekday() -> None:
    """24 September 2026 is before Chuseok, so that Thursday's class comes on the next working day."""
    weekly = a_plan(*(date(2026, 6, 4) + timedelta(weeks=n) for n in range(3)))
    assert days_of(shifted(weekly, date(2026, 9, 17), NOW)) == [date(2026, 9, 17), date(2026, 9, 28), date(2026, 10, 6)]


def test_two_sessions_of_a_day_stay_together() -> None:
    day = date(2026, 11, 24)
    both = (session(day, 2), session(day, 2, begins=time(14)))
    moved = shifted(RunPlan(day, day, 10, sessions=both), TUESDAY, NOW)
    assert days_of(moved) == [TUESDAY, TUESDAY]


def test_a_cyber_run_keeps_its_length() -> None:
    moved = shifted(RunPlan(date(2026, 11, 1), date(2026, 11, 30), None), date(2027, 2, 1), NOW)
    assert (moved.starts_on, moved.ends_on) == (date(2027, 2, 1), date(2027, 3, 2))
    assert moved.apply_until == clock.at(date(2027, 2, 23), time(18))


def test_the_cyber_part_of_a_blended_run_moves_along() -> None:
    around = replace(a_plan(date(2026, 11, 24)), starts_on=date(2026, 11, 10), ends_on=date(2026, 12, 4), spans=True)
    moved = shifted(around, TUESDAY, NOW)
    assert (moved.starts_on, moved.ends_on) == (TUESDAY - timedelta(days=14), TUESDAY + timedelta(days=10))
    assert days_of(moved) == [TUESDAY]


def test_a_preview_names_what_is_in_the_way(db: Session, dan: Person, cleo: Person) -> None:
    course, room = factories.a_course(db), factories.a_room(db)
    plan(db, dan.id, course, a_plan(TUESDAY + timedelta(weeks=2), room_id=room.id))
    shown = series.preview(db, a_plan(TUESDAY, room_id=room.id), first_days(TUESDAY, 3, 1, Unit.WEEK), PUBLIC)
    assert [one.is_free for one in shown] == [True, True, False]
    assert shown[2].clashes[0].booking.name == room.name


def test_runs_of_a_series_are_not_in_each_others_way(db: Session, cleo: Person) -> None:
    long = a_plan(TUESDAY, TUESDAY + timedelta(weeks=1), teachers=(cleo.id,))
    shown = series.preview(db, long, first_days(TUESDAY, 3, 1, Unit.WEEK), PUBLIC)
    assert [one.meets for one in shown] == [None, 1, 2]


def test_a_holiday_on_the_first_day_is_said(db: Session) -> None:
    (shown,) = series.preview(db, a_plan(TUESDAY), [date(2027, 3, 1)], PUBLIC)
    assert shown.off
    assert shown.off.name == "삼일절"
    assert shown.plan.starts_on == date(2027, 3, 2)


def test_a_series_is_made_as_drafts(db: Session, dan: Person, cleo: Person) -> None:
    course, room = factories.a_course(db), factories.a_room(db)
    original = a_plan(TUESDAY, room_id=room.id, teachers=(cleo.id,))
    made = series.make(db, dan.id, course, original, first_days(TUESDAY, 3, 2, Unit.WEEK), PUBLIC)
    assert [(run.number, run.starts_on.day) for run in made] == [(1, 5), (2, 19), (3, 2)]
    assert plan_of(db, made[1]).instructor_ids == (cleo.id,)


def test_a_series_that_meets_itself_is_refused(db: Session, dan: Person) -> None:
    course, room = factories.a_course(db), factories.a_room(db)
    long = a_plan(TUESDAY, TUESDAY + timedelta(weeks=1), room_id=room.id)
    with pytest.raises(Taken):
        series.make(db, dan.id, course, long, first_days(TUESDAY, 2, 1, Unit.WEEK), PUBLIC)


def test_the_first_free_day_is_proposed(db: Session, dan: Person) -> None:
    course, room = factories.a_course(db), factories.a_room(db)
    wanted = RunPlan(TUESDAY, TUESDAY, 10, sessions=tuple(lay_out(14 * 60, TUESDAY, room_id=room.id))).settled()
    assert series.first_free(db, wanted, PUBLIC).starts_on == TUESDAY
    plan(db, dan.id, course, a_plan(TUESDAY + timedelta(days=1), room_id=room.id))
    assert series.first_free(db, wanted, PUBLIC).starts_on == TUESDAY + timedelta(days=2)
    assert len(db.scalars(select(Run)).all()) == 1
