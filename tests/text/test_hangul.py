"""Cleaning, initial consonants and particles."""

from __future__ import annotations

import unicodedata

import pytest

from courses.text import Text, asks_for_initials, clean, initials, josa, like, text


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("  김\u200b하\ufeff늘 ", "김하늘"),
        (unicodedata.normalize("NFD", "김하늘"), "김하늘"),
        ("김\u3164하늘", "김하늘"),
        ("엑셀\u00a0 \u3000기초", "엑셀 기초"),
        ("a\u202eb", "ab"),
    ],
)
def test_what_nobody_sees_is_taken_out(raw: str, cleaned: str) -> None:
    assert clean(raw) == cleaned


def test_initial_consonants() -> None:
    assert initials("엑셀 기초 ABC") == "ㅇㅅㄱㅊabc"
    assert asks_for_initials("ㅇㅅ ㄱ")
    assert not asks_for_initials("엑ㅅ")
    assert not asks_for_initials("")


@pytest.mark.parametrize(
    ("word", "pair", "joined"),
    [
        ("과정", "을/를", "과정을"),
        ("차수", "을/를", "차수를"),
        ("서울", "으로/로", "서울로"),
        ("부산", "으로/로", "부산으로"),
        ("‘파이썬’", "이/가", "‘파이썬’이"),
        ("3", "을/를", "3을"),
        ("5", "을/를", "5를"),
        ("…", "을/를", "…을(를)"),
    ],
)
def test_particles(word: str, pair: str, joined: str) -> None:
    assert josa(word, pair) == joined


def test_a_like_pattern_means_its_characters() -> None:
    assert like("50%_\\") == "50\\%\\_\\\\"


def test_a_message_survives_storing() -> None:
    message = text("%(seats)s seats in %(run)s", seats=3, run=text("run %(n)s", n=1))
    assert Text.from_json(message.to_json()) == message
    assert str(message) == "3 seats in run 1"
