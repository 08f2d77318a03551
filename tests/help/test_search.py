"""What is typed is found, and marked where it stands."""

from __future__ import annotations

import pytest

from lms.web.help.search import find, marked
from lms.web.help.topics import Section, Topic, topics


def a_topic(name: str, title: str, words: str, *, keywords: tuple[str, ...] = (), heading: str = "") -> Topic:
    sections = (Section("part-0", "", words if not heading else ""), Section("part-1", heading, words))
    return Topic(name, title, ("employee",), 1, keywords, words, sections if heading else sections[:1])


@pytest.mark.parametrize(
    ("language", "query", "first"),
    [
        ("ko", "신청", "enrolling"),
        ("ko", "재발급", "register"),
        ("ko", "ㅊㄱㅇㄹ", "attendance"),
        ("ko", "백업", "backup"),
        ("en", "calendar subscribe", "calendar"),
        ("en", "waiting list", "queue"),
        ("en", "REISSUE", "register"),
        ("en", "postgresql", "postgresql"),
        ("en", "xyzzy", ""),
        ("en", "  ", ""),
    ],
)
def test_the_fitting_topic_comes_first(language: str, query: str, first: str) -> None:
    hits = find(topics(language), query)
    assert (hits[0].topic.name if hits else "") == first


def test_a_title_counts_more_than_words() -> None:
    words = a_topic("words", "Something else", "How to find a room")
    title = a_topic("title", "A room", "Nothing")
    assert [hit.topic.name for hit in find([words, title], "room")] == ["title", "words"]


def test_all_words_must_occur() -> None:
    topic = a_topic("one", "Enrol", "Press the button")
    assert find([topic], "enrol button")
    assert not find([topic], "enrol lever")


def test_the_place_is_shown_and_the_rest_left_out() -> None:
    topic = a_topic("one", "Title", "before " * 40 + "the needle " + "after " * 40, heading="Hay")
    (hit,) = find([topic], "needle")
    assert "<mark>needle</mark>" in hit.excerpt
    assert hit.excerpt.startswith("… ")
    assert hit.excerpt.endswith(" …")
    assert len(hit.excerpt) < 200
    assert (hit.anchor, hit.heading) == ("part-1", "Hay")


@pytest.mark.parametrize(
    ("value", "query", "seen"),
    [
        ("수강 신청하기", "수강신청", "<mark>수강 신청</mark>하기"),
        ("엑셀 기초", "ㅇㅅㄱ", "<mark>엑셀 기</mark>초"),
        ("Press Enrol", "press", "<mark>Press</mark> Enrol"),
        ("on each day", "one", "on each day"),
        ("aaa", "aa", "<mark>aa</mark>a"),
        ("Straße", "strasse", "<mark>Straße</mark>"),
        ("<b> & b", "b", "&lt;<mark>b</mark>&gt; &amp; <mark>b</mark>"),
    ],
)
def test_places_are_marked_and_the_rest_is_escaped(value: str, query: str, seen: str) -> None:
    assert marked(value, [query]) == seen


def test_overlapping_places_are_one() -> None:
    assert marked("enrolment", ["enrol", "rolment"]) == "<mark>enrolment</mark>"
