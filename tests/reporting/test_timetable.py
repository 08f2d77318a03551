"""A week of a room, with its lunch gaps."""

from __future__ import annotations

from datetime import date, time

from sqlalchemy.orm import Session

from courses import clock
from courses.reporting import timetable
from courses.scheduling.models import ClassSession
from lms.web.reporting.grid import grid
from tests import factories

MONDAY = date(2026, 11, 23)


def in_office(day: date) -> int:
    return (day - clock.today()).days


def test_a_day_of_periods_has_a_lunch_gap(db: Session) -> None:
    room = factories.a_room(db)
    factories.a_run(db, starts_in=in_office(MONDAY), room=room)
    blocks = timetable.week(db, room.id, MONDAY)
    assert [(f"{b.starts_at:%H:%M}", f"{b.ends_at:%H:%M}") for b in blocks] == [("09:00", "11:50"), ("13:00", "16:50")]


def test_a_session_without_periods_is_one_block(db: Session) -> None:
    room = factories.a_room(db)
    run = factories.a_run(db, factories.a_course(db, kind="cyber"))
    at = [clock.at(MONDAY, time(hour)) for hour in (9, 18)]
    db.add(ClassSession(run_id=run.id, number=1, starts_at=at[0], ends_at=at[1], room_id=room.id))
    db.commit()
    (block,) = timetable.week(db, room.id, MONDAY)
    assert (block.starts_at, block.ends_at) == tuple(at)


def test_a_week_ends_on_sunday_and_holds_no_other_room_and_nothing_cancelled(db: Session) -> None:
    room, other = factories.a_room(db, "1"), factories.a_room(db, "2")
    sunday = factories.a_run(db, starts_in=in_office(MONDAY) + 6, room=room)
    for days in (-1, 7):
        factories.a_run(db, starts_in=in_office(MONDAY) + days, room=room)
    factories.a_run(db, starts_in=in_office(MONDAY), room=other)
    factories.a_run(db, starts_in=in_office(MONDAY), room=room, state="cancelled")
    assert {block.run_id for block in timetable.week(db, room.id, MONDAY)} == {sunday.id}
    assert [(r.name, r.sessions) for r in timetable.rooms(db, date(2020, 1, 6))] == [("1", 0), ("2", 0)]


def test_a_week_begins_on_monday() -> None:
    assert timetable.monday(date(2026, 11, 29)) == timetable.monday(MONDAY) == MONDAY


def a_block(day: int, first: time, last: time, title: str = "엑셀") -> timetable.Block:
    at = [clock.local(clock.at(date(2026, 11, day), hour)) for hour in (first, last)]
    return timetable.Block(1, 1, title, 1, *at)


def test_an_empty_week_has_its_working_days_and_hours(app_context: None) -> None:
    empty = grid([], MONDAY)
    assert (len(empty.days), empty.first_hour, empty.last_hour, empty.events) == (5, 9, 18, [])


def test_early_late_and_saturday_make_the_grid_wider(app_context: None) -> None:
    wide = grid([a_block(28, time(8), time(9, 30)), a_block(23, time(18, 30), time(20))], MONDAY)
    assert (len(wide.days), wide.first_hour, wide.last_hour) == (6, 8, 20)
    assert [event[:3] for event in wide.events] == [(6, 0, 3), (1, 21, 3)]


def test_a_course_keeps_its_colour(app_context: None) -> None:
    blocks = [a_block(day, time(9), time(10), title) for day, title in ((23, "가"), (24, "나"), (25, "가"))]
    tones = [event[6] for event in grid(blocks, MONDAY).events]
    assert tones[0] == tones[2] != tones[1]
