"""The bar at the top on a tablet, in the language whose words are longer."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator

from tests import factories
from tests.live import Browse, Live

pytestmark = [pytest.mark.browser, pytest.mark.drawn]


@pytest.mark.parametrize("width", [768, 1024])
def test_the_bar_keeps_clear_of_its_buttons(live: Live, browse: Browse, width: int) -> None:
    page = browse(factories.a_person(live.db, "최단", roles=["officer"]), language="en", width=width)
    page.goto("/operations")
    words, buttons = _edges(page.locator("header .nav")), _edges(page.locator("header .who"))
    assert words[1] <= buttons[0]
    assert buttons[1] <= width
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    nav = "document.querySelector('header .nav')"
    assert page.evaluate(f"{nav}.scrollHeight") == page.evaluate(f"{nav}.clientHeight")
    assert page.evaluate(f"getComputedStyle({nav}).overflowX") == "auto"


def _edges(part: Locator) -> tuple[float, float]:
    box = part.bounding_box()
    assert box
    return box["x"], box["x"] + box["width"]
