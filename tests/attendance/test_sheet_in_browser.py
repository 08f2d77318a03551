"""The sheet as an instructor uses it: by tap and key, on a phone, without scripts, on paper."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from sqlalchemy import func, select

from courses.attendance.models import Attendance
from courses.scheduling.models import RunState
from tests.attendance.scenes import Room, a_room, opened, press, rows, saved
from tests.live import Browse, Live, follow, overflows

pytestmark = pytest.mark.browser

PEOPLE = 30


@pytest.fixture
def room(live: Live) -> Room:
    return a_room(live, tuple(f"가나{n:02}" for n in range(PEOPLE)))


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
    press(page, "Semicolon")
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


def test_minutes_and_ground_appear_where_they_belong(browse: Browse, room: Room) -> None:
    page = opened(browse, room)
    first, second = page.locator("tbody tr").nth(0), page.locator("tbody tr").nth(1)
    expect(first.locator(".minutes input")).to_be_hidden()
    first.get_by_text("Late", exact=True).click()
    expect(first.locator(".minutes input")).to_have_value("10")
    first.locator(".minutes input").fill("25")
    first.locator(".minutes input").press("Enter")
    second.get_by_text("Excused", exact=True).click()
    second.get_by_role("combobox").select_option("On duty")
    saved(page)
    assert room.stored()[:2] == ["late 25", "excused duty"]


@pytest.mark.parametrize("address", ["secure", "plain"])
def test_signing_out_forgets_what_was_kept(browse: Browse, room: Room, address: str) -> None:
    """By the header where browsers heed it, which is on secure addresses only, and by the script before that."""
    page = opened(browse, room)
    if address == "plain":
        page.route("**/sign-out", lambda route: route.fulfill(status=204))
    page.route("**/attendance", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    press(page, "Semicolon")
    expect(page.locator(".status")).to_contain_text("kept on this device")
    page.get_by_role("button", name="my menu").click()
    with page.expect_response("**/sign-out"):
        page.get_by_role("button", name="Sign out").click()
    if address == "secure":
        page.wait_for_url("**/sign-in")
    assert page.evaluate("localStorage.length") == 0


def test_a_run_closed_meanwhile_says_so_and_shows_what_is_stored(browse: Browse, room: Room) -> None:
    page = opened(browse, room)
    db = room.live.db
    db.merge(room.course.run).state = RunState.CLOSED
    db.commit()
    press(page, "Semicolon")
    expect(page.locator(".toast")).to_contain_text("can no longer be changed")
    assert rows(page)[0] == ""
    assert room.live.db.scalar(select(func.count()).select_from(Attendance)) == 0


def test_a_session_that_ended_keeps_the_marks_until_the_next_sign_in(browse: Browse, room: Room) -> None:
    page = opened(browse, room)
    page.context.clear_cookies()
    press(page, "Semicolon")
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
    first.locator(".minutes input").fill("15")
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
