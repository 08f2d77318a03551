"""A day of each role in a browser, from the first screen on, counted in clicks where `clicks` says so."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from courses import clock
from courses.people.models import RoleGrant
from courses.reporting.models import SavedReport
from tests import factories
from tests.assignment.scenes import an_assignment
from tests.completion.scenes import a_past_run, mark
from tests.live import Browse, Live, follow

pytestmark = [pytest.mark.browser, pytest.mark.drawn]


@dataclass
class Hand:
    """Presses links and buttons of the page and counts how often."""

    page: Page
    clicks: int = 0

    def press(self, role: str, name: str) -> None:
        """The first one of this name, which leads to another page."""
        self.clicks += 1
        follow(self.page.locator("main").get_by_role(role, name=name, exact=True).first)  # type: ignore[arg-type]  # a role


@pytest.mark.parametrize("width", [1280, 390])
def test_an_employee_enrols_learns_and_sets_the_own_screen(live: Live, browse: Browse, width: int) -> None:
    ana = factories.a_person(live.db, "김아나")
    run = factories.a_run(live.db, factories.a_course(live.db, "엑셀 기초"), starts_in=9)
    page = browse(ana, language="en", width=width)
    page.goto("/")
    page.locator(f".run form[action^='/runs/{run.id}/enrolments'] button").click()  # one click from the first screen
    expect(page.locator(".run .state").first).to_contain_text("Enrolled")
    page.goto("/my-learning")
    expect(page.locator("main")).to_contain_text("엑셀 기초")
    page.goto("/my-timetable")
    follow(page.get_by_role("link", name="The next session is on"))
    expect(page.locator("main")).to_contain_text("엑셀 기초")
    follow(page.locator("a[href='/notices']").first)
    expect(page.locator("main")).to_contain_text("Notices")
    page.goto("/my-settings")
    page.get_by_role("radio", name="Dark").check()
    page.get_by_role("radio", name="한국어").check()
    follow(page.get_by_role("button", name="Save"))
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.locator("html")).to_have_attribute("lang", "ko")


@pytest.mark.parametrize("javascript", [True, False])
def test_an_instructor_has_todays_sheet_at_once_and_the_roster_in_two_clicks(
    live: Live, browse: Browse, javascript: bool
) -> None:
    cleo = factories.a_person(live.db, "이클레오", roles=["instructor"])
    run = factories.a_run(live.db, starts_in=2, instructors=[cleo])
    factories.an_enrolment(live.db, run, factories.a_person(live.db, "김아나"))
    hand = Hand(browse(cleo, language="en", javascript=javascript))
    hand.page.goto(f"/runs/{run.id}")
    hand.press("link", "Roster to print")
    expect(hand.page.locator(".names tbody tr")).to_have_count(1)
    printing = hand.page.get_by_role("button", name="Print")
    if javascript:
        hand.page.evaluate("window.print = () => document.body.dataset.printed = 'yes'")
        printing.click()
        expect(hand.page.locator("body")).to_have_attribute("data-printed", "yes")
    assert hand.clicks + 1 == 2  # and the button, or the browser's own


def test_an_officer_has_the_department_report_in_one_click_and_goes_down_to_the_people(
    live: Live, browse: Browse
) -> None:
    db = live.db
    dan = factories.a_person(db, "최단", roles=["officer"])
    run = a_past_run(db)
    for name in ("김하늘", "이서준"):
        mark(db, factories.an_enrolment(db, run, factories.a_person(db, name)), dan)
    hand = Hand(browse(dan, language="en"))
    hand.page.goto(f"/runs/{run.id}/closing")
    follow(hand.page.locator("main form[method=post] button").last)
    hand.page.goto("/operations")
    hand.press("link", "Completion by department")
    assert hand.clicks == 1
    expect(hand.page.locator("table.grid tbody")).to_contain_text("행정국")
    hand.page.goto(f"/reports?by=department&year={run.ends_on.year}")
    hand.page.get_by_label("Name", exact=True).fill("부서별")
    hand.press("button", "Keep")
    kept = live.db.scalars(select(SavedReport)).one()
    assert kept.name == "부서별"
    hand.page.goto("/reports")
    follow(hand.page.get_by_role("link", name="부서별").first)
    figure = hand.page.locator("table.grid tbody tr").last.get_by_role("link", name="2", exact=True).first
    follow(figure)  # a number leads to the rows behind it
    expect(hand.page).to_have_url(re.compile("/reports/rows"))
    expect(hand.page.locator("tbody tr")).to_have_count(2)
    expect(hand.page.locator("tbody")).to_contain_text("김하늘")


def test_an_administrator_finds_who_did_what_and_gives_a_role(live: Live, browse: Browse) -> None:
    fay = factories.a_person(live.db, "한페이", roles=["administrator"])
    ana = factories.a_person(live.db, "김아나")
    page = browse(fay, language="en")
    page.goto("/settings")
    expect(page.locator("main")).to_contain_text("Background work")
    page.goto("/settings/organisation")
    page.get_by_label("Name of this site, English").fill("Harbour IT training")
    follow(page.get_by_role("button", name="Save"))
    expect(page.locator("#toasts")).to_contain_text("The settings are saved")
    page.goto(f"/people/{ana.id}")
    page.get_by_label("Role").select_option("officer")
    follow(page.get_by_role("button", name="Give role"))
    assert live.db.scalars(select(RoleGrant.role).where(RoleGrant.person_id == ana.id)).all() == ["officer"]
    page.goto("/settings/audit")
    page.get_by_label("Name or employee number").fill("김아나")
    follow(page.get_by_role("button", name="Search"))
    expect(page.locator("tbody tr")).to_have_count(1)
    page.goto("/settings/audit?kind=changed")
    was, now = page.locator("tbody del").first, page.locator("tbody tr").first
    expect(was).to_have_text("IT training")
    expect(now).to_contain_text("Harbour IT training")


def test_a_head_sees_who_is_late_and_reminds_them_in_two_clicks(live: Live, browse: Browse) -> None:
    db, unit = live.db, factories.a_unit(live.db, "총무과")
    ben = factories.a_person(db, "박벤", unit=unit, roles=["head"])
    factories.a_person(db, "김아나", unit=unit)
    factories.a_person(db, "정이브", unit=factories.a_unit(db, "세무과"))
    an_assignment(db, factories.a_course(db, "정보보호 기초"), clock.today() - timedelta(days=3))
    hand = Hand(browse(ben, language="en"))
    hand.page.goto("/our-department")
    hand.press("link", "See who is late with mandatory courses")
    hand.page.goto("/operations/assignments")
    hand.clicks = 0
    hand.press("link", "정보보호 기초")
    expect(hand.page.locator("main")).not_to_contain_text("정이브")
    hand.press("button", "Remind all 2 people")
    expect(hand.page.get_by_text("2 people are reminded")).to_be_visible()
    assert hand.clicks == 2
