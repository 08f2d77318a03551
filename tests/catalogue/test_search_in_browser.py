"""A run is found with three letters, without Enter; the address then leads back to what was found."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests import factories
from tests.live import Browse, Live

pytestmark = [pytest.mark.browser, pytest.mark.drawn]


@pytest.mark.parametrize("typed", ["파이썬", "ㅍㅇㅆ"])
@pytest.mark.parametrize("width", [1280, 390])
def test_three_letters_find_a_run(live: Live, browse: Browse, typed: str, width: int) -> None:
    titles = ("엑셀 함수", "파이썬 기초", "엑셀 기초")
    for title in titles:
        factories.a_run(live.db, factories.a_course(live.db, title))
    page = browse(factories.a_person(live.db, "김아나"), language="ko", width=width)
    page.goto("/runs")
    runs = page.locator(".run h2, .run h3")
    expect(runs).to_have_count(len(titles))
    field = page.get_by_role("searchbox")
    field.press_sequentially(typed)
    expect(runs).to_have_text(["파이썬 기초"])
    expect(field).to_be_focused()  # one can go on typing
    page.reload()
    expect(runs).to_have_text(["파이썬 기초"])


def test_without_script_enter_searches(live: Live, browse: Browse) -> None:
    for title in ("엑셀 함수", "파이썬 기초"):
        factories.a_run(live.db, factories.a_course(live.db, title))
    page = browse(factories.a_person(live.db, "김아나"), language="ko", javascript=False)
    page.goto("/runs")
    page.get_by_role("searchbox").fill("ㅍㅇㅆ")
    page.get_by_role("searchbox").press("Enter")
    expect(page.locator(".run h2, .run h3")).to_have_text(["파이썬 기초"])
