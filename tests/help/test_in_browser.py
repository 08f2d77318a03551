"""Help in a browser: from the page one is on, by keyboard, without JavaScript, and accessible."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from courses.people.actions import add_staff, grant_role
from courses.people.models import Role
from tests.factories import a_person
from tests.live import Browse, Live, follow, overflows
from tests.web.test_pages import faults

pytestmark = pytest.mark.browser


def test_the_question_mark_leads_to_what_helps_here(live: Live, browse: Browse) -> None:
    page = browse(a_person(live.db), language="en")
    page.goto("/my-learning")
    follow(page.get_by_role("link", name="Help", exact=True).first)
    expect(page).to_have_url(f"{live.url}/help/my-learning")
    page.get_by_label("Search the help").fill("calendar")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.get_by_role("link", name="Timetable and your own calendar").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Timetable and your own calendar")


def test_on_a_phone_without_javascript_it_is_in_the_menu(live: Live, browse: Browse) -> None:
    page = browse(a_person(live.db), language="en", width=390, javascript=False)
    page.goto("/runs")
    page.get_by_role("button", name="my menu").click()
    follow(page.get_by_role("link", name="Help", exact=True))
    expect(page).to_have_url(f"{live.url}/help/enrolling")
    assert not overflows(page)


@pytest.mark.drawn
@pytest.mark.parametrize(("width", "dark"), [(1280, False), (320, True)])
@pytest.mark.parametrize("language", ["ko", "en"])
def test_what_is_found_and_read_is_accessible(
    live: Live, browse: Browse, language: str, width: int, dark: bool
) -> None:
    page = browse(a_person(live.db, roles=["officer"]), language=language, width=width, dark=dark)
    for address in ("/help?q=PDF", "/help?q=xyzzy", "/help/backup", "/help/attendance"):
        page.goto(address)
        assert not faults(page), address
        assert not overflows(page), address


@pytest.mark.parametrize("width", [1280, 320])
def test_the_first_steps_are_accessible_and_lead_on(live: Live, browse: Browse, width: int) -> None:
    db = live.db
    person = add_staff(db, None, "199700001", "홍길동")
    for role in (Role.OFFICER, Role.ADMINISTRATOR):
        grant_role(db, None, person, role)
    db.commit()
    page = browse(person, language="en", width=width)
    page.goto("/")
    assert not faults(page)
    assert not overflows(page)
    expect(page.get_by_role("heading", name="First steps")).to_be_visible()
    page.get_by_role("link", name="Plan a run").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Plan a run")
