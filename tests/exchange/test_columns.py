"""Cells: what each converter takes, what it makes of it, and what it says to the rest."""

import datetime

import pytest

from courses.exchange.columns import (
    Column,
    Unreadable,
    choice,
    code,
    day,
    heading_key,
    hundredths,
    integer,
    mail,
    words,
    yes_no,
)


@pytest.mark.parametrize(
    "written",
    [
        "2003-10-13",
        "2003.10.13",
        "2003. 10. 13.",
        "2003/10/13",
        "20031013",
        "2003년 10월 13일",
        "2003-10-13 0:00",
        "2003-10-13 00:00:00",
    ],
)
def test_a_day_is_read_in_every_usual_form(written: str) -> None:
    assert day(written) == datetime.date(2003, 10, 13)


@pytest.mark.parametrize("written", ["2003-02-30", "13.10.2003", "37907", "2003-10", "20031301", "1899-12-31", "내일"])
def test_what_is_no_day_is_refused(written: str) -> None:
    with pytest.raises(Unreadable):
        day(written)


@pytest.mark.parametrize(
    ("written", "value"), [("77.61", 7761), ("60", 6000), ("59.9", 5990), ("0", 0), ("77.610", 7761)]
)
def test_hundredths_are_exact(written: str, value: int) -> None:
    assert hundredths()(written) == value


@pytest.mark.parametrize("written", ["77.615", "100.01", "-1", "1e2", "7,5", "３０", ".5", "nan"])
def test_hundredths_refuse_what_is_not_exact_or_out_of_range(written: str) -> None:
    with pytest.raises(Unreadable):
        hundredths()(written)


def test_the_largest_score_is_named_in_the_remedy() -> None:
    with pytest.raises(Unreadable) as caught:
        hundredths(5_050)("60")
    assert str(caught.value.remedy) == "Write a number from 0 to 50.5."


@pytest.mark.parametrize(("written", "value"), [("30", 30), ("1,260", 1260), ("007", 7)])
def test_integers(written: str, value: int) -> None:
    assert integer()(written) == value


@pytest.mark.parametrize("written", ["-1", "30.5", "12,60", "9" * 5000, "²", "서른", "1000000001"])
def test_integers_refuse_the_rest(written: str) -> None:
    with pytest.raises(Unreadable):
        integer()(written)


def test_choices_take_both_languages_and_list_themselves() -> None:
    convert = choice({"출석": "classroom", "Class Room": "classroom", "사이버": "cyber"})
    assert [convert(word) for word in ("출석", "classroom", "CLASS ROOM", "사이버")] == ["classroom"] * 3 + ["cyber"]
    with pytest.raises(Unreadable) as caught:
        convert("야외")
    assert str(caught.value.remedy) == "Write one of: 출석, Class Room, 사이버."


def test_yes_and_no() -> None:
    assert [yes_no(word) for word in ("Y", "y", "예", "O", "N", "아니오", "X")] == [True] * 4 + [False] * 3
    with pytest.raises(Unreadable):
        yes_no("아마")


def test_mail_is_lower_case() -> None:
    assert mail("Hong@City.Example") == "hong@city.example"


@pytest.mark.parametrize(
    "written", ["hong", "a@b", "a b@city.example", "a@city..example", "<a@city.example>", "a@b.c,d@e.f"]
)
def test_what_is_no_mail_address_is_refused(written: str) -> None:
    with pytest.raises(Unreadable):
        mail(written)


def test_a_code_spoilt_by_a_spreadsheet_is_recognised() -> None:
    assert code("199802426") == "199802426"
    with pytest.raises(Unreadable) as caught:
        code("1.99802E+08")
    assert "last digits are lost" in str(caught.value.reason)


@pytest.mark.parametrize("written", ["C 001", "C" * 41])
def test_codes_have_no_blanks_and_an_end(written: str) -> None:
    with pytest.raises(Unreadable):
        code(written)


def test_words_have_an_end() -> None:
    assert words()("가" * 200) == "가" * 200
    with pytest.raises(Unreadable):
        words()("가" * 201)


def test_headings_are_compared_without_case_blanks_and_decomposition() -> None:
    decomposed = "\u1109\u1161\u1107\u1165\u11ab"  # 사번 as some systems store it
    assert heading_key(decomposed) == heading_key(" 사 번\u200b") == "사번"
    assert heading_key("Employee No") == heading_key("employee_no")


def test_empty_cells() -> None:
    assert Column("post", "직위", required=False).value(" \u3000\u200b") is None
    assert Column("parent", "상위부서코드", blank=True).value("") is None
    with pytest.raises(Unreadable):
        Column("name", "성명").value("\u00a0")


def test_cells_are_clean_before_they_are_converted() -> None:
    assert Column("name", "성명").value("\ufeff 홍 \u3000 길동\u202e\x07 ") == "홍 길동"
