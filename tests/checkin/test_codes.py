"""The codes on the screen: pure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.attendance import codes
from tests.checkin.conftest import NINE

SECRET, OTHER = "ab" * 32, "cd" * 32
Make = Callable[[str, int, int], str]
MAKE = [codes.digits, codes.link]


@pytest.mark.parametrize("make", MAKE)
@pytest.mark.parametrize(
    ("seconds", "valid"), [(0, True), (29, True), (30, True), (59, True), (60, False), (61, False), (600, False)]
)
def test_a_code_holds_for_at_most_a_minute(make: Make, seconds: int, valid: bool) -> None:
    code = make(SECRET, 7, codes.step(NINE))
    assert (codes.age(code, SECRET, 7, NINE + timedelta(seconds=seconds)) in codes.VALID) is valid


@given(st.integers(0, 10**9), st.integers(0, 10_000))
def test_no_code_is_valid_longer_than_a_minute_after_it_was_first_shown(since: int, later: int) -> None:
    first = NINE + timedelta(seconds=since)
    shown_from = first - timedelta(seconds=codes.SECONDS - codes.seconds_left(first))
    after = first + timedelta(seconds=later)
    age = codes.age(codes.link(SECRET, 7, codes.step(first)), SECRET, 7, after)
    assert (age in codes.VALID) is (int((after - shown_from).total_seconds()) < 60)


@pytest.mark.parametrize("make", MAKE)
def test_a_code_is_of_one_session_and_one_opening(make: Make) -> None:
    code = make(SECRET, 7, codes.step(NINE))
    assert codes.age(code, SECRET, 8, NINE) is None
    assert codes.age(code, OTHER, 7, NINE) is None


def test_digits_are_six_and_the_longer_code_is_another_one() -> None:
    numbers = range(1000)
    digits = [codes.digits(SECRET, 7, number) for number in numbers]
    assert {len(code) for code in digits} == {6}
    assert any(code.startswith("0") for code in digits)
    assert len(set(digits)) > 990
    assert {len(codes.link(SECRET, 7, number)) for number in numbers} == {16}


def test_a_code_of_a_server_whose_clock_is_ahead_is_told_from_a_wrong_one() -> None:
    ahead = codes.digits(SECRET, 7, codes.step(NINE) + 2)
    assert codes.age(ahead, SECRET, 7, NINE) == -2
    assert codes.age("000000" if ahead != "000000" else "000001", SECRET, 7, NINE) is None


@pytest.mark.parametrize(
    ("typed", "code"), [("123 456", "123456"), (" 123-456 ", "123456"), ("１２３４５６", "123456"), ("ABCD", "abcd")]
)
def test_a_code_may_be_typed_in_many_ways(typed: str, code: str) -> None:
    assert codes.plain(typed) == code


@pytest.mark.parametrize("code", ["", "1", "1234567", "가나다라마바", "²³", "a" * 500])
def test_anything_else_is_wrong_and_breaks_nothing(code: str) -> None:
    assert codes.age(codes.plain(code), SECRET, 7, NINE) is None
