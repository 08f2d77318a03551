"""The form of official letters, by the rules on administrative documents."""

from __future__ import annotations

from datetime import date

import pytest

from courses import clock
from courses.letters import text as form
from courses.letters.text import Item
from tests.factories import some_day


def test_items_are_numbered_and_set_in_by_two_columns_a_level() -> None:
    deep = Item("여덟")
    for words in ("일곱", "여섯", "다섯", "넷", "셋", "둘", "하나"):
        deep = Item(words, (deep, Item("또")))
    lines = form.body([deep, Item("끝으로")], []).split("\n")
    assert lines[:8] == [
        "1. 하나",
        "  가. 둘",
        "    1) 셋",
        "      가) 넷",
        "        (1) 다섯",
        "          (가) 여섯",
        "            ① 일곱",
        "              ㉮ 여덟",
    ]
    assert lines[-1] == "2. 끝으로  끝."


def test_a_single_item_has_no_sign() -> None:
    assert form.body([Item("교육생을 모집합니다.")], []) == "교육생을 모집합니다.  끝."


@pytest.mark.parametrize(
    ("number", "sign"), [(1, "가."), (14, "하."), (15, "거."), (28, "허."), (29, "고."), (43, "구.")]
)
def test_letters_go_on_after_the_last_one(number: int, sign: str) -> None:
    assert form.mark(1, number) == sign


def test_enclosures_stand_under_each_other_and_the_end_after_the_last() -> None:
    two = form.body([Item("가"), Item("나")], ["신청서 1부.", "명단 1부."])
    assert two == "1. 가\n2. 나\n\n붙임  1. 신청서 1부.\n      2. 명단 1부.  끝."
    assert form.body([Item("가")], ["명단 1부."]) == "가\n\n붙임  명단 1부.  끝."


def test_days_and_times_are_digits_with_dots_and_colons() -> None:
    assert form.day(date(2026, 11, 23)) == "2026. 11. 23.(월)"
    assert form.days(date(2026, 12, 7), date(2026, 12, 8)) == "2026. 12. 7.(월) ~ 12. 8.(화)"
    assert form.days(date(2026, 12, 31), date(2027, 1, 1)) == "2026. 12. 31.(목) ~ 2027. 1. 1.(금)"
    assert form.moment(some_day(9)) == "2026. 11. 23.(월) 09:00"
    assert form.deadline(some_day(9)) == form.moment(some_day(9))
    assert form.deadline(clock.start_of(date(2026, 11, 29))) == "2026. 11. 28.(토) 24:00"
    assert form.short_day(date(2026, 11, 23)) == "2026. 11. 23."
    assert form.hours("09:00", "18:00") == "09:00~18:00"
    assert clock.local(some_day(9)).hour == 9


def test_heads_of_units_by_their_titles() -> None:
    assert [form.head_of(unit) for unit in ("총무과", "행정국", "감사담당관")] == ["총무과장", "행정국장", "감사담당관"]


def test_whom_it_goes_to() -> None:
    assert form.head([], "추천") == ["수신  내부결재", "제목  추천"]
    assert form.head(["총무과장"], "선정")[0] == "수신  총무과장"
    assert form.head(["총무과장", "재무과장"], "선정")[0] == "수신  수신자 참조"
    assert form.foot(["총무과장", "재무과장"], "", None) == ["수신자  총무과장, 재무과장"]
    assert form.foot(["총무과장"], "교육과-7", date(2026, 11, 23)) == ["시행  교육과-7 (2026. 11. 23.)"]


@pytest.mark.parametrize(
    ("line", "before"),
    [("1. 가나다", "1. "), ("  가. 나다", "  가. "), ("    1) 다", "    1) "), ("붙임  1. 명단", "붙임  "),
     ("      2. 명단 1부.", "      2. "), ("교육생을 모집합니다.", "")],
)  # fmt: skip
def test_folded_lines_begin_under_the_words_of_their_item(line: str, before: str) -> None:
    assert form.indented(line) == before


def test_english_letters_have_their_own_signs() -> None:
    body = form.body([Item("One", (Item("a"), Item("b"))), Item("Two")], ["List, 1 copy."], "en")
    assert body == "1. One\n  a. a\n  b. b\n2. Two\n\nEncl.  List, 1 copy.  End."
