"""The timetable as people use it: clicks counted, on a phone, on paper, without JavaScript."""

from __future__ import annotations

import io
from datetime import time, timedelta

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader
from sqlalchemy import select

from courses import clock
from courses.scheduling.holidays import PUBLIC
from courses.scheduling.models import ClassSession, Room, Run
from tests import factories
from tests.live import Browse, Live, follow, overflows

pytestmark = pytest.mark.browser

DAY = PUBLIC.on_or_after(clock.today() + timedelta(days=14))


def a_run(live: Live, room: Room, **how: object) -> Run:
    return factories.a_run(live.db, starts_in=(DAY - clock.today()).days, room=room, **how)  # type: ignore[arg-type]  # as given


@pytest.mark.parametrize("javascript", [True, False], ids=["js", "no-js"])
def test_a_session_moves_over_a_free_slot_in_two_clicks(live: Live, browse: Browse, javascript: bool) -> None:
    room, other = factories.a_room(live.db, "교육장 가"), factories.a_room(live.db, "교육장 나")
    run = a_run(live, room)
    page = browse(factories.a_person(live.db, "최단", roles=["officer"]), javascript=javascript)
    page.goto(f"/timetable?on={DAY}")
    follow(page.get_by_role("link", name="엑셀 기초"))
    page.get_by_role("button", name="교육장 나").click()
    moved = select(ClassSession.room_id).where(ClassSession.run_id == run.id)
    expect(page.locator(".toast")).to_contain_text("옮겼습니다")
    assert live.db.scalars(moved).one() == other.id
    page.locator(".toast").get_by_role("button").click()
    expect(page.locator(".facts")).to_contain_text("교육장 가")
    assert live.db.scalars(moved).one() == room.id


def test_a_clashing_plan_is_saved_over_a_free_slot_in_one_click(live: Live, browse: Browse) -> None:
    room, other = factories.a_room(live.db, "교육장 가"), factories.a_room(live.db, "교육장 나")
    a_run(live, room)
    run = a_run(live, other, state="draft")
    page = browse(factories.a_person(live.db, "최단", roles=["officer"]))
    page.goto(f"/operations/runs/{run.id}")
    page.locator("details.session summary").click()
    page.locator("#sessions-0-room").select_option(str(room.id))
    page.get_by_role("button", name="저장", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("교육장 가")
    page.get_by_role("alert").get_by_role("button", name="교육장 가").first.click()
    expect(page.locator(".toast")).to_be_visible()
    begins = live.db.scalars(select(ClassSession.starts_at).where(ClassSession.run_id == run.id)).one()
    assert begins == clock.at(PUBLIC.next_working_day(DAY), time(9))


@pytest.mark.drawn
def test_rows_stand_where_their_hours_are(live: Live, browse: Browse) -> None:
    """An hour is as high as every other, and the afternoon begins an hour after the forenoon's end."""
    room = factories.a_room(live.db)
    a_run(live, room)
    page = browse(factories.a_person(live.db, "최단", roles=["officer"]))
    page.goto(f"/timetable?by=room&of={room.id}&on={DAY}")
    boxes = [page.locator("a.event").nth(n).bounding_box() for n in range(2)]
    hours = [page.locator(".hours li").nth(n).bounding_box() for n in range(5)]
    assert all(boxes)
    assert all(hours)
    hour = hours[1]["y"] - hours[0]["y"]  # type: ignore[index]  # asserted above
    assert abs(boxes[1]["y"] - boxes[0]["y"] - 4 * hour) < 2  # type: ignore[index]  # asserted above
    assert abs(boxes[0]["height"] - hour * 17 / 6) < 4  # type: ignore[index]  # asserted above


@pytest.mark.drawn
@pytest.mark.parametrize("width", [1280, 320])
def test_concurrent_sessions_do_not_hide_each_other(live: Live, browse: Browse, width: int) -> None:
    course = factories.a_course(live.db, "행정정보 공동이용을 위한 공간정보시스템 고급 활용과 데이터 시각화 실무")
    for n in range(3):
        room = factories.a_room(live.db, f"교육장 {n}")
        factories.a_run(live.db, course, starts_in=(DAY - clock.today()).days, room=room)
    page = browse(factories.a_person(live.db, "최단", roles=["officer"]), width=width)
    page.goto(f"/timetable?by=course&of={course.id}&on={DAY}")
    found = [box for n in range(6) if (box := page.locator("a.event").nth(n).bounding_box())]
    assert len(found) == 6
    for n, one in enumerate(found):
        for other in found[:n]:
            beside = one["x"] >= other["x"] + other["width"] - 1 or other["x"] >= one["x"] + one["width"] - 1
            below = one["y"] >= other["y"] + other["height"] - 1 or other["y"] >= one["y"] + one["height"] - 1
            assert beside or below
    assert not overflows(page)


def test_instructor_and_employee_find_theirs(live: Live, browse: Browse) -> None:
    teacher, learner = (
        factories.a_person(live.db, "이클레오", roles=["instructor"]),
        factories.a_person(live.db, "김아나"),
    )
    run = a_run(live, factories.a_room(live.db), instructors=[teacher])
    factories.an_enrolment(live.db, run, learner)
    page = browse(teacher)
    page.goto("/teaching")
    follow(page.get_by_role("link", name="시간표"))
    follow(page.get_by_role("link", name="다음 주"))
    follow(page.get_by_role("link", name="다음 주"))
    expect(page.locator("a.event").first).to_contain_text("엑셀 기초")
    phone = browse(learner, width=390)
    phone.goto("/my-learning")
    follow(phone.get_by_role("link", name="나의 시간표"))
    follow(phone.get_by_role("link", name="월", exact=True))
    assert not overflows(phone)
    phone.goto(f"/my-timetable?on={DAY}")
    expect(phone.locator("a.event").first).to_contain_text("엑셀 기초")
    assert not overflows(phone)


@pytest.mark.drawn
@pytest.mark.parametrize("query", ["by=room", "by=room&of=1", "view=month"])
def test_it_prints_on_one_sheet_across(live: Live, browse: Browse, query: str) -> None:
    rooms = [factories.a_room(live.db, f"교육장 {n}") for n in range(12)]
    for room in rooms:
        a_run(live, room)
    page = browse(factories.a_person(live.db, "최단", roles=["officer"]))
    page.goto(f"/timetable?{query.replace('of=1', f'of={rooms[0].id}')}&on={DAY}")
    sheets = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages
    assert len(sheets) == 1
    assert sheets[0].mediabox.width > sheets[0].mediabox.height
