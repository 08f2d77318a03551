"""The list of scores by keyboard, by pasting, and without scripts."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, Page, expect

from courses.assessment import actions, queries
from courses.assessment.parts import Part
from courses.people.models import Person
from courses.scheduling.models import Run
from tests import factories
from tests.assessment.conftest import Scored, a_scored_run
from tests.live import Browse, Live, follow

pytestmark = [pytest.mark.browser, pytest.mark.drawn]

PASTE = """(text) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", text);
  document.activeElement.dispatchEvent(new ClipboardEvent("paste", {clipboardData, bubbles: true, cancelable: true}));
}"""


@dataclass
class Desk:
    """A scored run of three people, its instructor, and what is stored of it."""

    live: Live
    scored: Scored
    cleo: Person

    @property
    def address(self) -> str:
        return f"/runs/{self.scored.run.id}/scores"

    def stored(self) -> list[int | None]:
        db = self.live.db
        rows = queries.roster(db, db.get_one(Run, self.scored.run.id))
        return [next(iter(row.points.values()), None) for row in rows]


@pytest.fixture
def desk(live: Live) -> Desk:
    cleo = factories.a_person(live.db, "이클레오", roles=["instructor"])
    return Desk(live, a_scored_run(live.db, cleo), cleo)


def opened(browse: Browse, desk: Desk, **how: bool) -> Page:
    page = browse(desk.cleo, language="en", **how)
    page.goto(desk.address)
    return page


def cells(page: Page) -> Locator:
    return page.locator("[data-cell]")


def saved(page: Page) -> None:
    """Wait until nothing is left to be saved: only then the list says so."""
    expect(page.locator(".status")).to_contain_text("Saved")


def test_enter_goes_down_and_everything_saves_itself(browse: Browse, desk: Desk) -> None:
    page = opened(browse, desk)
    cells(page).first.focus()
    for points in ("85.5", "100", "7"):
        page.keyboard.type(points)
        page.keyboard.press("Enter")
    saved(page)
    assert desk.stored() == [8550, 10_000, 700]


def test_what_is_no_score_is_told_at_once_and_not_sent(browse: Browse, desk: Desk) -> None:
    page = opened(browse, desk)
    cells(page).first.focus()
    page.keyboard.type("101")
    page.keyboard.press("Enter")
    expect(cells(page).first).to_be_focused()
    expect(cells(page).first).to_have_attribute("aria-invalid", "true")
    page.keyboard.press("Control+A")
    page.keyboard.type("99")
    page.keyboard.press("Enter")
    saved(page)
    assert desk.stored() == [9900, None, None]


def test_a_pasted_column_fills_down_and_can_be_taken_back(browse: Browse, desk: Desk) -> None:
    page = opened(browse, desk)
    cells(page).nth(1).focus()
    page.evaluate(PASTE, "80\r\n66.5\r\n12\r\n")
    expect(cells(page).nth(2)).to_have_value("66.5")
    saved(page)
    assert desk.stored() == [None, 8000, 6650]
    page.get_by_role("button", name="Undo").click()
    expect(cells(page).nth(1)).to_have_value("")
    saved(page)
    assert desk.stored() == [None, None, None]


def test_a_pasted_table_is_compared_first(browse: Browse, desk: Desk) -> None:
    page = opened(browse, desk)
    cells(page).first.focus()
    page.evaluate(PASTE, "나리\t80\n하늘\t70")
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_role("row", name="하늘")).to_contain_text("Nobody on the roster fits")
    assert desk.stored() == [None, None, None]
    page.get_by_role("button", name="Save 1 score").click()
    expect(page.locator(".toast")).to_contain_text("1 score saved")
    assert desk.stored() == [None, 8000, None]


def test_scores_typed_offline_are_saved_when_the_network_returns(browse: Browse, desk: Desk) -> None:
    page = opened(browse, desk)
    page.context.set_offline(True)
    cells(page).first.fill("91")
    cells(page).first.press("Enter")
    expect(page.locator(".status")).to_contain_text("1 kept on this device")
    page.context.set_offline(False)
    saved(page)
    assert desk.stored()[0] == 9100


def test_without_scripts_it_is_a_plain_form(browse: Browse, desk: Desk) -> None:
    page = opened(browse, desk, javascript=False)
    cells(page).nth(2).fill("70.25")
    follow(page.get_by_role("button", name="Save", exact=True))
    assert desk.stored() == [None, None, 7025]


def test_totals_averages_and_who_is_near_follow_what_is_typed(browse: Browse, desk: Desk) -> None:
    parts = [Part("필기", 40, 4000), Part("실기", 60)]
    db = desk.live.db
    actions.divide(db, desk.cleo.id, desk.scored.run.id, parts)
    db.commit()
    page = opened(browse, desk)
    totals = page.locator("[data-total]")
    cells(page).nth(0).focus()
    page.keyboard.type("59")
    page.keyboard.press("ArrowRight")
    expect(cells(page).nth(1)).to_be_focused()
    page.keyboard.type("61")
    page.keyboard.press("Enter")
    expect(totals.first).to_have_text("60.2")
    expect(totals.first).to_have_class(re.compile("near"))
    expect(page.locator("[data-near]")).to_have_text("1")
    page.keyboard.press("ArrowLeft")
    expect(cells(page).nth(2)).to_be_focused()
    page.keyboard.type("40.5")
    page.keyboard.press("Enter")
    expect(cells(page).nth(2).locator("xpath=..")).to_have_class(re.compile("near"))
    expect(page.locator("[data-average]").first).to_have_text("49.75")
    expect(page.locator("[data-average=total]")).to_have_text("60.2")
    saved(page)
