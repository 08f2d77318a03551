"""Two devices on one sheet at once: mark by mark, with who and when, and nothing lost."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from courses.people.models import Person
from tests import factories
from tests.attendance.scenes import Room, a_room, opened, press, rows, saved
from tests.jobs.process import until
from tests.live import Browse, Live

pytestmark = pytest.mark.browser

PEOPLE = 8


@pytest.fixture
def room(live: Live) -> Room:
    return a_room(live, tuple(f"가나{n:02}" for n in range(1, PEOPLE + 1)))


@pytest.fixture
def dan(live: Live) -> Person:
    return factories.a_person(live.db, "최단", roles=["officer"])


def reconnect(page: Page) -> None:
    page.context.set_offline(False)
    saved(page)


def test_both_mark_at_once_and_both_sheets_show_all_of_it(browse: Browse, room: Room, dan: Person) -> None:
    mine, his = opened(browse, room), opened(browse, room, dan)
    for n in range(PEOPLE // 2):
        press(mine, "h")
        his.locator("tbody tr").nth(PEOPLE - 1 - n).get_by_text("Absent", exact=True).click()
    saved(mine)
    saved(his)
    both = ["present"] * (PEOPLE // 2) + ["absent"] * (PEOPLE // 2)
    assert room.stored() == both
    for page in (mine, his):
        page.evaluate("dispatchEvent(new Event('focus'))")
        expect(page.locator("[data-n='']")).to_have_text("0")
        assert rows(page) == both
    written = [key for change in room.changes() for key in change]
    assert len(written) == len(set(written)) == PEOPLE


def test_who_and_when_stands_beside_the_row(browse: Browse, room: Room, dan: Person) -> None:
    mine, his = opened(browse, room), opened(browse, room, dan)
    press(his, ";")
    saved(his)
    mine.evaluate("dispatchEvent(new Event('focus'))")
    expect(mine.locator("tbody tr").first.locator(".by")).to_contain_text("최단")
    expect(mine.locator("tbody tr").first.locator(".by")).to_contain_text("Absent")
    expect(mine.locator(".toast")).to_contain_text("가나01: 최단")
    assert rows(mine)[0] == "absent"


def test_of_two_marks_the_later_one_stands_also_when_it_was_made_without_a_network(
    browse: Browse, room: Room, dan: Person
) -> None:
    mine, his = opened(browse, room), opened(browse, room, dan)
    press(his, ";")
    saved(his)
    mine.context.set_offline(True)
    press(mine, "h", "h")
    reconnect(mine)
    assert room.stored()[:2] == ["present", "present"]
    expect(mine.locator(".toast").first).to_contain_text("가나01: 최단 had set “Absent”")
    theirs = mine.locator(".toast", has_text="took the place of 1")
    theirs.get_by_role("button", name="Take theirs").click()
    expect(mine.locator("[data-n=absent]")).to_have_text("1")
    saved(mine)
    expect(mine.locator(".status")).to_contain_text("Saved")
    assert rows(mine)[0] == "absent"


def test_an_earlier_mark_that_comes_late_does_not_replace_a_later_one(browse: Browse, room: Room, dan: Person) -> None:
    mine, his = opened(browse, room), opened(browse, room, dan)
    mine.context.set_offline(True)
    press(mine, "h", "h")
    expect(mine.locator(".status")).to_contain_text("2 kept on this device")
    press(his, ";")
    saved(his)
    reconnect(mine)
    until(lambda: room.stored()[:2] == ["absent", "present"])
    expect(mine.locator(".toast")).to_contain_text("가나01: 최단 set “Absent”")
    assert rows(mine)[:2] == ["absent", "present"]


def test_what_was_looked_up_beside_a_save_does_not_take_it_off_the_sheet(browse: Browse, room: Room) -> None:
    """The sheet asks what others did while its own mark is on its way; that answer comes last, and is older."""
    page, posts, looks = opened(browse, room), [], []
    page.route("**/attendance", lambda route: posts.append(route))
    page.route("**/attendance/marks", lambda route: looks.append((route, route.fetch())))
    press(page, "h")
    until(lambda: page.evaluate("1") == len(posts))
    with page.expect_event("console"):
        page.evaluate("dispatchEvent(new Event('focus')); fetch('/service-worker.js').then(() => console.log('asked'))")
    posts.pop().continue_()
    saved(page)
    for route, answer in looks:
        route.fulfill(response=answer)
    expect(page.locator("[data-n=present]")).to_have_text("1")
    assert (rows(page)[0], room.stored()[0]) == ("present", "present")


def test_the_rest_is_only_who_has_no_mark_anywhere(browse: Browse, room: Room, dan: Person) -> None:
    mine, his = opened(browse, room), opened(browse, room, dan)
    press(his, "ArrowDown", "j")
    saved(his)
    mine.context.set_offline(True)
    press(mine, "m")
    reconnect(mine)
    assert room.stored() == ["present", "late 10", *["present"] * (PEOPLE - 2)]
    assert rows(mine)[1] == "late"


def test_the_same_person_on_two_devices_is_merged_too(browse: Browse, room: Room) -> None:
    phone, desk = opened(browse, room, width=390), opened(browse, room)
    phone.locator("tbody tr").nth(3).get_by_text("Late", exact=True).tap()
    press(desk, "h", "h")
    saved(phone)
    saved(desk)
    assert room.stored()[:4] == ["present", "present", "", "late 10"]


def test_somebody_who_came_into_the_run_meanwhile_is_offered(browse: Browse, room: Room) -> None:
    page = opened(browse, room)
    factories.an_enrolment(
        room.live.db, room.live.db.merge(room.course.run), factories.a_person(room.live.db, "가나99")
    )
    page.evaluate("dispatchEvent(new Event('focus'))")
    with page.expect_navigation():
        page.locator(".toast").get_by_role("button", name="Load again").click()
    expect(page.locator("tbody tr")).to_have_count(PEOPLE + 1)
