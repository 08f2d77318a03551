"""Nobody, sixty people, and names as long as they come, on the narrowest phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.attendance.scenes import NAMES, a_room, opened, press, saved
from tests.live import Browse, Live, overflows

pytestmark = pytest.mark.browser

LONG = tuple(f"황보제갈남궁선우독고사공{n:02} 알렉산드라" for n in range(20))


@pytest.mark.drawn
@pytest.mark.parametrize("language", ["ko", "en"])
def test_sixty_people_with_long_names_fit_a_narrow_phone(browse: Browse, live: Live, language: str) -> None:
    room = a_room(live, NAMES + LONG)
    page = opened(browse, room, language=language, width=320)
    page.locator("[data-rest]").tap()
    for number, mark in ((0, 2), (1, 4), (2, 6), (59, 4)):
        page.locator("tbody tr").nth(number).locator(f"label[for$='-{mark}']").tap()
    expect(page.locator("[data-n=present]")).to_have_text("56")
    assert not overflows(page)
    expect(page.locator(".status")).to_have_attribute("data-k", "ok")
    assert len(room.stored()) == 60
    assert "" not in room.stored()


def test_sixty_people_are_named_by_two_digits(browse: Browse, live: Live) -> None:
    room = a_room(live, NAMES + LONG)
    page = opened(browse, room)
    assert press(page, "6", "0", "5", "9", "0", "1") == 6
    saved(page)
    assert [n for n, mark in enumerate(room.stored(), 1) if mark == "absent"] == [1, 59, 60]


def test_nobody_is_no_sheet_and_no_script_fails(browse: Browse, live: Live) -> None:
    page = opened(browse, a_room(live, ()))
    expect(page.get_by_text("Nobody is enrolled")).to_be_visible()
    expect(page.locator("form[data-sheet]")).to_have_count(0)
