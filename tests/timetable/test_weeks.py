"""What takes place in a week, and how it is laid out: lunch gaps, lanes, free hours."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from courses import clock
from courses.people.models import Person
from courses.reporting.timetable import concerning
from courses.reporting.timetable import rooms as rooms_with_sessions
from courses.scheduling import timetable
from courses.scheduling.holidays import PUBLIC
from courses.scheduling.models import ClassSession, Period, RunState
from courses.scheduling.timetable import Block, in_room, of_course, taught_by
from lms.web.scheduling import grid
from tests import factories

MONDAY = date(2026, 11, 23)


def in_office(day: date) -> int:
    return (day - clock.today()).days


def at(day: int, hour: time) -> datetime:
    return clock.local(clock.at(date(2026, 11, day), hour))


def a_block(day: int, first: time, last: time, title: str = "엑셀") -> Block:
    return Block(1, 1, title, 1, at(day, first), at(day, last), "", "", RunState.PUBLISHED, True)


def drawn(blocks: list[Block]) -> grid.Week:
    return grid.week(sorted(blocks, key=lambda one: one.starts_at), MONDAY, PUBLIC, link=lambda block: None)


def test_a_day_of_periods_has_a_lunch_gap(db: Session) -> None:
    room = factories.a_room(db)
    factories.a_run(db, starts_in=in_office(MONDAY), room=room)
    blocks = timetable.week(db, MONDAY, in_room(room.id))
    assert [(f"{b.starts_at:%H:%M}", f"{b.ends_at:%H:%M}") for b in blocks] == [("09:00", "11:50"), ("13:00", "16:50")]


def test_a_session_without_periods_is_one_block(db: Session) -> None:
    room = factories.a_room(db)
    run = factories.a_run(db, factories.a_course(db, kind="cyber"))
    times = [clock.at(MONDAY, time(hour)) for hour in (9, 18)]
    db.add(ClassSession(run_id=run.id, number=1, starts_at=times[0], ends_at=times[1], room_id=room.id))
    db.commit()
    (block,) = timetable.week(db, MONDAY, in_room(room.id))
    assert (block.starts_at, block.ends_at) == tuple(times)


def test_a_week_ends_on_sunday_and_holds_no_other_room_and_nothing_cancelled(db: Session) -> None:
    room, other = factories.a_room(db, "1"), factories.a_room(db, "2")
    sunday = factories.a_run(db, starts_in=in_office(MONDAY) + 6, room=room)
    for days in (-1, 7):
        factories.a_run(db, starts_in=in_office(MONDAY) + days, room=room)
    factories.a_run(db, starts_in=in_office(MONDAY), room=other)
    factories.a_run(db, starts_in=in_office(MONDAY), room=room, state="cancelled")
    assert {block.run_id for block in timetable.week(db, MONDAY, in_room(room.id))} == {sunday.id}
    assert [(r.name, r.sessions) for r in rooms_with_sessions(db, date(2020, 1, 6))] == [("1", 0), ("2", 0)]


def test_an_instructor_has_the_own_periods_and_those_of_nobody_else(db: Session, cleo: Person, dan: Person) -> None:
    run = factories.a_run(db, starts_in=in_office(MONDAY), days=3, instructors=[cleo, dan])
    first, second, _shared = db.query(ClassSession).where(ClassSession.run_id == run.id).order_by(ClassSession.number)
    for session, teacher in ((first, cleo), (second, dan)):
        db.query(Period).where(Period.session_id == session.id).update({Period.instructor_id: teacher.id})
    db.commit()
    days = {
        person.id: sorted({block.starts_at.day for block in timetable.week(db, MONDAY, taught_by(person.id))})
        for person in (cleo, dan)
    }
    assert days == {cleo.id: [23, 25], dan.id: [24, 25]}
    rows = timetable.meetings(db, timetable.INSTRUCTOR, MONDAY, MONDAY + timedelta(days=6))
    assert sorted((row.of, row.starts_at.day) for row in rows) == sorted(
        [(cleo.id, 23), (dan.id, 24), (cleo.id, 25), (dan.id, 25)]
    )


def test_a_person_has_to_go_where_they_have_a_seat_or_teach(db: Session, ana: Person, cleo: Person) -> None:
    seat, teaching = factories.a_run(db, starts_in=1), factories.a_run(db, starts_in=2, instructors=[ana])
    waiting, draft = factories.a_run(db, starts_in=3), factories.a_run(db, starts_in=4, state="draft")
    factories.an_enrolment(db, seat, ana)
    factories.an_enrolment(db, waiting, ana, status="waitlisted")
    factories.an_enrolment(db, draft, ana)
    first = clock.today()
    rows = timetable.meetings(db, timetable.COURSE, first, first + timedelta(days=6), concerning(ana.id))
    assert [row.run_id for row in rows] == [seat.id, teaching.id]
    assert timetable.next_day(db, first, concerning(cleo.id)) is None
    assert timetable.next_day(db, first, of_course(teaching.course_id)) == teaching.starts_on


def test_a_week_begins_on_monday() -> None:
    assert timetable.monday(date(2026, 11, 29)) == timetable.monday(MONDAY) == MONDAY


def test_an_empty_week_has_its_working_days_and_hours(app_context: None) -> None:
    empty = drawn([])
    assert (len(empty.days), empty.hours[0], empty.hours[-1], empty.is_empty) == (5, "09:00", "17:00", True)


def test_early_late_and_saturday_make_the_grid_wider(app_context: None) -> None:
    wide = drawn([a_block(28, time(8), time(9, 30)), a_block(23, time(18, 30), time(20))])
    assert (len(wide.days), wide.hours[0], wide.hours[-1]) == (6, "08:00", "19:00")
    assert wide.days[5].events[0].place == "h0 m0 t1 u3 x1 y12"
    assert wide.days[0].events[0].place == "h10 m3 t1 u3 x1 y12"


def test_a_night_class_ends_with_its_day(app_context: None) -> None:
    block = Block(1, 1, "", 1, at(23, time(23)), at(24, time(1)), "", "", RunState.PUBLISHED, True)
    assert drawn([block]).days[0].events[0].place == "h14 m0 t1 u0 x1 y12"


def test_a_course_keeps_its_colour(app_context: None) -> None:
    blocks = [a_block(day, time(9), time(10), title) for day, title in ((23, "가"), (24, "나"), (25, "가"))]
    tones = [day.events[0].tone for day in drawn(blocks).days[:3]]
    assert tones[0] == tones[2] != tones[1]


def test_what_is_at_once_stands_side_by_side(app_context: None) -> None:
    blocks = [a_block(23, time(9), time(12)), a_block(23, time(9), time(10)), a_block(23, time(10), time(11))]
    blocks.append(a_block(23, time(13), time(14)))
    places = [event.place.split()[-2:] for event in drawn(blocks).days[0].events]
    assert places == [["x1", "y6"], ["x7", "y6"], ["x7", "y6"], ["x1", "y12"]]


def test_more_at_once_than_fit_beside_each_other_become_a_list(app_context: None) -> None:
    assert not drawn([a_block(23, time(9), time(12))] * grid.MOST).crowded
    assert drawn([a_block(23, time(9), time(12))] * (grid.MOST + 1)).crowded


def test_a_holiday_is_named(app_context: None) -> None:
    week = grid.week([], date(2026, 12, 21), PUBLIC, link=lambda block: None)
    assert [day.off for day in week.days] == [*[""] * 4, "기독탄신일"]


def test_free_hours_leave_lunch_and_minutes_out() -> None:
    blocks = [a_block(23, time(9), time(9, 50)), a_block(23, time(10, 10), time(11, 50))]
    blocks.append(a_block(23, time(14), time(16)))
    free = timetable.free_times(blocks, [MONDAY])
    assert [(f"{a:%H:%M}", f"{b:%H:%M}") for a, b in free] == [("13:00", "14:00"), ("16:00", "18:00")]


spans = st.tuples(st.integers(0, 20), st.integers(1, 6)).map(lambda s: (s[0], s[0] + s[1]))


@given(st.lists(spans, max_size=12))
def test_no_lane_holds_two_things_at_once(hours: list[tuple[int, int]]) -> None:
    start = at(23, time(0))
    blocks = [
        Block(n, n, "", 1, start + timedelta(hours=a), start + timedelta(hours=b), "", "", RunState.PUBLISHED, True)
        for n, (a, b) in enumerate(sorted(hours))
    ]
    lanes = timetable.lanes(blocks)
    assert len(lanes) == len(blocks)
    for n, (one, (lane, of)) in enumerate(zip(blocks, lanes, strict=True)):
        assert 0 <= lane < of
        for other, (another, of_other) in zip(blocks[:n], lanes[:n], strict=True):
            if one.starts_at < other.ends_at and other.starts_at < one.ends_at:
                assert lane != another
                assert of == of_other


@pytest.fixture
def app_context(whole_app: Flask) -> object:
    with whole_app.test_request_context():
        yield
