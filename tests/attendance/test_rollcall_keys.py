"""Roll call by keyboard, with every key counted; a chord such as Shift+J counts as two."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.attendance.scenes import NAMES, Room, a_room, opened, press, rows, saved
from tests.live import Browse, Live

pytestmark = [pytest.mark.browser, pytest.mark.drawn]

INITIALS = "ㄱㄱㄴㄷㄷㄹㅁㅂㅂㅅㅅㅇㅈㅈㅊㅋㅌㅍㅎ"
KEYS = dict(zip("ㅂㅈㄷㄱㅅㅁㄴㅇㄹㅎㅋㅌㅊㅍ", "QWERTASDFGZXCV", strict=True))


@pytest.fixture
def forty(live: Live) -> Room:
    return a_room(live, NAMES)


def letters(text: str) -> list[str]:
    """The keys of these consonants on a Korean keyboard."""
    return [f"Key{KEYS[letter]}" for letter in text]


def initials(name: str) -> str:
    return "".join(INITIALS[(ord(letter) - 0xAC00) // 588] for letter in name)


@pytest.mark.parametrize("absent", [(7, 12, 31), (11, 24, 38), (10, 20, 40), (1, 2, 40)])
def test_six_keys_call_forty_people_of_whom_three_are_missing(
    browse: Browse, forty: Room, absent: tuple[int, ...]
) -> None:
    page = opened(browse, forty)
    typed = "".join(str(number) if 4 < number < 10 else f"{number:02}" for number in absent)
    assert press(page, *typed) <= 6
    saved(page)
    assert forty.stored() == ["absent" if number in absent else "present" for number in range(1, 41)]


@pytest.mark.parametrize("key", ["m", "Shift+A"])
def test_one_key_marks_the_rest_and_three_exceptions_follow(browse: Browse, forty: Room, key: str) -> None:
    page = opened(browse, forty)
    press(page, key, "0", "7", "j", "1", "2", "3", "1", "'")
    saved(page)
    marks = {7: "late 10", 12: "absent", 31: "excused official_leave"}
    assert forty.stored() == [marks.get(number, "present") for number in range(1, 41)]


def test_thirty_people_take_thirty_keys_whatever_their_marks(browse: Browse, live: Live) -> None:
    room = a_room(live, NAMES[:30])
    page = opened(browse, room)
    assert press(page, *"hhhhjhhhhkhhhhlhhhh;hhhh'hhhhh") == 30
    saved(page)
    marks = {5: "late 10", 10: "left_early 10", 15: "stepped_out 10", 20: "absent", 25: "excused official_leave"}
    assert room.stored() == [marks.get(number, "present") for number in range(1, 31)]


def test_consonants_find_a_person_and_a_mark_follows(browse: Browse, forty: Room) -> None:
    page = opened(browse, forty)
    press(page, "m", *letters("ㅎ"), "Enter", *letters("ㄱㅁ"), "j", *letters("ㅇㅅㅇ"), "Escape")
    saved(page)
    assert forty.stored()[39] == "absent"
    assert forty.stored()[NAMES.index("김민수")] == "late 10"
    assert forty.stored().count("present") == 38


def test_consonants_work_while_a_korean_keyboard_composes(browse: Browse, forty: Room) -> None:
    page = opened(browse, forty)
    page.keyboard.press("m")
    page.evaluate(
        """() => { for (const [code, key] of [["KeyG", "ㅎ"], ["Enter", "Enter"]]) document.activeElement.dispatchEvent(
            new KeyboardEvent("keydown", { code, key, keyCode: 229, bubbles: true, cancelable: true })) }"""
    )
    saved(page)
    assert forty.stored()[39] == "absent"


def test_among_namesakes_the_arrows_choose(browse: Browse, forty: Room) -> None:
    page = opened(browse, forty)
    alike = [number for number, name in enumerate(NAMES) if initials(name).startswith("ㄱㄴ")]
    press(page, "m", *letters("ㄱㄴ"))
    expect(page.locator("[data-typed]")).to_have_text(f"ㄱㄴ {len(alike)}")
    expect(page.locator("tr.found")).to_have_count(len(alike))
    press(page, "ArrowDown", "Enter")
    saved(page)
    assert [n for n, mark in enumerate(forty.stored()) if mark == "absent"] == [alike[1]]


def test_what_is_typed_waits_can_be_taken_back_and_says_when_nobody_is_meant(browse: Browse, forty: Room) -> None:
    page = opened(browse, forty)
    typed = page.locator("[data-typed]")
    press(page, "1")
    expect(typed).to_have_text("1")
    press(page, "Escape", "4", "9")
    expect(typed).to_have_text("49 ✕")
    press(page, *letters("ㄱㄴ"), "Backspace")
    expect(typed).to_contain_text("ㄱ ")
    press(page, *letters("ㅋ"))
    expect(typed).to_have_text("ㄱㅋ ✕")
    assert rows(page) == [""] * 40


def test_a_number_alone_is_complete_with_enter_or_a_mark(browse: Browse, forty: Room) -> None:
    page = opened(browse, forty)
    press(page, "m", "1", "Enter", "4", "k", "5")
    saved(page)
    assert [forty.stored()[n] for n in (0, 3, 4)] == ["absent", "left_early 10", "absent"]


def test_the_first_exception_marks_the_rest_only_on_a_sheet_without_marks(browse: Browse, forty: Room) -> None:
    page = opened(browse, forty)
    press(page, "h", "1", "2")
    saved(page)
    assert [n for n, mark in enumerate(forty.stored(), 1) if mark] == [1, 12]


def test_the_first_exception_and_the_rest_are_taken_back_together(browse: Browse, forty: Room) -> None:
    page = opened(browse, forty)
    press(page, "1", "2")
    toast = page.locator(".toast", has_text="39 others marked present")
    toast.get_by_role("button", name="Undo").click()
    assert rows(page) == [""] * 40
    saved(page)
    assert forty.stored() == [""] * 40


def of_row(page: Page, number: int) -> str:
    return page.locator("tbody tr").nth(number - 1).locator(".minutes input").input_value()


def test_times_become_minutes(browse: Browse, forty: Room) -> None:
    """Class is from 09:00 to 12:00 and from 13:00 to 17:00 or so: what a period's break costs nobody misses."""
    page = opened(browse, forty)
    press(page, "m", "0", "1", "Shift+j")
    page.keyboard.type("0920")
    press(page, "Enter", "0", "2", "Shift+K")
    page.keyboard.type("9:30")
    press(page, "Enter", "0", "3", "Shift+L")
    page.keyboard.type("10:10 ~ 1040")
    press(page, "Enter", "0", "4", "Shift+j")
    page.keyboard.type("25")
    press(page, "Enter")
    saved(page)
    first, second, third, fourth = forty.stored()[:4]
    assert (first, fourth) == ("late 20", "late 25")
    assert second == "left_early 320"
    assert third == "stepped_out 30"
    assert [of_row(page, number) for number in (1, 2, 3)] == ["20", "320", "30"]


def test_what_is_no_time_says_so_and_changes_nothing(browse: Browse, forty: Room) -> None:
    page = opened(browse, forty)
    press(page, "m", "0", "1", "Shift+J")
    saved(page)
    field = page.locator("tbody tr").first.locator(".minutes input")
    for wrong in ("soon", "25:00", "10:40-10:10"):
        field.fill(wrong)
        field.blur()
        expect(field).to_have_attribute("aria-invalid", "true")
    assert forty.stored()[0] == "late 10"


def test_arrows_and_n_move_and_delete_clears(browse: Browse, forty: Room) -> None:
    page = opened(browse, forty)
    press(page, "h", "h", "ArrowUp", "ArrowUp", "n", ";", "ArrowUp", "Delete")
    assert rows(page)[:4] == ["present", "present", "", ""]
