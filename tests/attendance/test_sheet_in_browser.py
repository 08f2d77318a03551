"""The sheet as an instructor uses it: by keyboard, on a phone, without a network, without scripts."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from courses.attendance import queries
from courses.attendance.models import Attendance
from courses.events.models import Event
from courses.people.models import Person
from courses.scheduling.models import ClassSession, RunState
from tests import factories
from tests.attendance.conftest import Class, a_class
from tests.live import Browse, Live, follow, overflows

pytestmark = pytest.mark.browser

PEOPLE = 30


@pytest.fixture(autouse=True)
def monday_morning() -> None:
    """The server's threads have the real clock, and so do these tests."""


@dataclass
class Room:
    """Yesterday's session of thirty people, its instructor, and what is stored of it."""

    live: Live
    course: Class
    cleo: Person

    @property
    def address(self) -> str:
        return f"/sessions/{self.course.yesterday.id}/attendance"

    def stored(self) -> list[str]:
        db = self.live.db
        return [str(row.mark) for row in queries.roster(db, db.get_one(ClassSession, self.course.yesterday.id))]

    def saves(self) -> int:
        return self.live.db.scalar(select(func.count()).where(Event.kind == "marked")) or 0


@pytest.fixture
def room(live: Live) -> Room:
    db = live.db
    cleo = factories.a_person(db, "이클레오", roles=["instructor"])
    return Room(live, a_class(db, cleo, tuple(f"가나{n:02}" for n in range(PEOPLE))), cleo)


def opened(browse: Browse, room: Room, person: Person | None = None, **how: object) -> Page:
    page = browse(person or room.cleo, language="en", **how)  # type: ignore[arg-type]  # the fixture's own options
    page.goto(room.address)
    return page


def rows(page: Page) -> list[str]:
    """The marks as they are shown, in words."""
    shown: list[str] = page.evaluate(
        """() => [...document.querySelectorAll("tbody tr")].map(
            (row) => row.querySelector("[type=radio]:checked")?.value ?? "")"""
    )
    return shown


def saved(page: Page) -> None:
    """Wait until nothing is left to be saved: only then the sheet says so."""
    expect(page.locator(".status")).to_contain_text("Saved")


def test_thirty_people_take_thirty_keys(browse: Browse, room: Room) -> None:
    page = opened(browse, room)
    for number in range(PEOPLE):
        page.keyboard.press("2" if number == 4 else "1")
    saved(page)
    assert room.stored() == ["present"] * 4 + ["late 10"] + ["present"] * 25


def test_the_rest_is_present_with_one_key_and_exceptions_with_one_each(browse: Browse, room: Room) -> None:
    page = opened(browse, room)
    for key in ("5", "ArrowDown", "6", "Shift+A"):
        page.keyboard.press(key)
    saved(page)
    assert room.stored() == ["absent", "present", "excused official_leave"] + ["present"] * 27
    expect(page.locator("[data-n=present]")).to_have_text("28")
    expect(page.locator("[data-n='']")).to_have_text("0")


def test_on_a_phone_it_is_one_tap_and_one_for_each_exception(browse: Browse, room: Room) -> None:
    page = opened(browse, room, width=390)
    page.get_by_role("button", name="Rest present").tap()
    page.locator("tbody tr").nth(7).get_by_text("Late", exact=True).tap()
    expect(page.locator("[data-n=late]")).to_have_text("1")
    saved(page)
    assert room.stored() == ["present"] * 7 + ["late 10"] + ["present"] * 22


def test_the_rest_is_nobody_when_all_are_marked(browse: Browse, room: Room) -> None:
    page = opened(browse, room)
    page.keyboard.press("Shift+A")
    saved(page)
    page.locator("tbody tr").first.get_by_text("Absent", exact=True).click()
    page.keyboard.press("Shift+A")
    page.get_by_role("button", name="Rest present").click()
    assert rows(page) == ["absent"] + ["present"] * 29


def test_undo_takes_back_step_by_step(browse: Browse, room: Room) -> None:
    page = opened(browse, room)
    undo = page.get_by_role("button", name="Undo")
    expect(undo).to_be_hidden()
    page.keyboard.press("Shift+A")
    page.keyboard.press("5")
    assert rows(page)[0] == "absent"
    page.keyboard.press("Control+Z")
    assert rows(page) == ["present"] * PEOPLE
    undo.click()
    assert rows(page) == [""] * PEOPLE
    expect(undo).to_be_hidden()
    saved(page)
    assert room.stored() == [""] * PEOPLE


def test_keys_do_nothing_outside_the_list(browse: Browse, room: Room) -> None:
    page = opened(browse, room)
    page.get_by_role("button", name="Rest present").focus()
    for key in ("1", "Shift+A", "n"):
        page.keyboard.press(key)
    assert rows(page) == [""] * PEOPLE


def test_arrows_and_n_move_and_zero_clears(browse: Browse, room: Room) -> None:
    page = opened(browse, room)
    for key in ("1", "1", "ArrowUp", "ArrowUp", "n", "5", "ArrowUp", "0"):
        page.keyboard.press(key)
    assert rows(page)[:4] == ["present", "present", "", ""]


def test_minutes_and_ground_appear_where_they_belong(browse: Browse, room: Room) -> None:
    page = opened(browse, room)
    first, second = page.locator("tbody tr").nth(0), page.locator("tbody tr").nth(1)
    expect(first.get_by_role("spinbutton")).to_be_hidden()
    first.get_by_text("Late", exact=True).click()
    expect(first.get_by_role("spinbutton")).to_have_value("10")
    first.get_by_role("spinbutton").fill("25")
    first.get_by_role("spinbutton").press("Enter")
    second.get_by_text("Excused", exact=True).click()
    second.get_by_role("combobox").select_option("On duty")
    saved(page)
    assert room.stored()[:2] == ["late 25", "excused duty"]


def test_marks_made_offline_are_kept_and_saved_once(browse: Browse, room: Room) -> None:
    page = opened(browse, room)
    page.context.set_offline(True)
    for key in ("Shift+A", "5", "2"):
        page.keyboard.press(key)
    expect(page.locator(".status")).to_contain_text("30 kept on this device")
    assert room.stored() == [""] * PEOPLE
    page.context.set_offline(False)
    saved(page)
    assert room.stored() == ["absent", "late 10"] + ["present"] * 28
    assert room.saves() == 1
    assert page.evaluate("localStorage.length") == 0


def test_marks_outlive_a_closed_page(browse: Browse, room: Room) -> None:
    page = opened(browse, room)
    page.context.set_offline(True)
    page.keyboard.press("5")
    expect(page.locator(".status")).to_contain_text("1 kept on this device")
    page.evaluate("window.stop()")
    again = page.context.new_page()
    page.close()
    again.context.set_offline(False)
    again.goto(room.address)
    saved(again)
    assert room.stored()[0] == "absent"


@pytest.mark.parametrize("address", ["secure", "plain"])
def test_signing_out_forgets_what_was_kept(browse: Browse, room: Room, address: str) -> None:
    """By the header where browsers heed it, which is on secure addresses only, and by the script before that."""
    page = opened(browse, room)
    if address == "plain":
        page.route("**/sign-out", lambda route: route.fulfill(status=204))
    page.route("**/attendance", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    page.keyboard.press("5")
    expect(page.locator(".status")).to_contain_text("kept on this device")
    page.get_by_role("button", name="my menu").click()
    with page.expect_response("**/sign-out"):
        page.get_by_role("button", name="Sign out").click()
    if address == "secure":
        page.wait_for_url("**/sign-in")
    assert page.evaluate("localStorage.length") == 0


def test_two_devices_are_merged_and_told(browse: Browse, room: Room) -> None:
    dan = factories.a_person(room.live.db, "최단", roles=["officer"])
    mine, his = opened(browse, room), opened(browse, room, dan)
    his.keyboard.press("5")
    saved(his)
    mine.keyboard.press("ArrowDown")
    mine.keyboard.press("1")
    saved(mine)
    expect(mine.locator(".toast")).to_contain_text("가나00: 최단 set “Absent”")
    assert rows(mine)[:3] == ["absent", "present", ""]
    assert room.stored()[:3] == ["absent", "present", ""]


def test_a_run_closed_meanwhile_says_so_and_shows_what_is_stored(browse: Browse, room: Room) -> None:
    page = opened(browse, room)
    db = room.live.db
    db.merge(room.course.run).state = RunState.CLOSED
    db.commit()
    page.keyboard.press("5")
    expect(page.locator(".toast")).to_contain_text("can no longer be changed")
    assert rows(page)[0] == ""
    assert room.live.db.scalar(select(func.count()).select_from(Attendance)) == 0


def test_a_session_that_ended_keeps_the_marks_until_the_next_sign_in(browse: Browse, room: Room) -> None:
    page = opened(browse, room)
    page.context.clear_cookies()
    page.keyboard.press("5")
    expect(page.locator(".status")).to_contain_text("You are signed out: 1 kept on this device")
    value = room.live.cookie(room.cleo, "en")
    page.context.add_cookies([{"name": "lms", "value": value, "url": room.live.url}])
    page.reload()
    saved(page)
    assert room.stored()[0] == "absent"


def test_without_scripts_it_is_a_plain_form(browse: Browse, room: Room) -> None:
    page = opened(browse, room, javascript=False)
    first = page.locator("tbody tr").first
    first.get_by_text("Late", exact=True).click()
    first.get_by_role("spinbutton").fill("15")
    follow(page.get_by_role("button", name="Save"))
    assert room.stored()[:2] == ["late 15", ""]
    assert "Saved at" in page.content()


@pytest.mark.drawn
@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("width", [320, 390])
def test_nothing_scrolls_sideways_on_a_phone(browse: Browse, room: Room, language: str, width: int) -> None:
    page = browse(room.cleo, language=language, width=width)
    page.goto(room.address)
    page.locator("[data-rest]").click()
    page.locator("tbody tr").first.locator("label[for$='-4']").click()
    expect(page.locator("[data-n=present]")).to_have_text(f"{PEOPLE - 1}")
    assert not overflows(page)


@pytest.mark.drawn
def test_thirty_people_and_their_signatures_fit_on_one_page(browse: Browse, room: Room) -> None:
    from pypdf import PdfReader

    page = opened(browse, room)
    page.keyboard.press("Shift+A")
    saved(page)
    path = room.live.app.extensions["config"].home / "roster.pdf"
    page.pdf(path=path, prefer_css_page_size=True)
    (only,) = PdfReader(path).pages
    assert "가나29" in only.extract_text()
    assert "Signature" in only.extract_text()
