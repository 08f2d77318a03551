"""What counts: exact minutes, never above a cap, whatever the order."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.hours.ledger import Entry, due, ledger

TYPES = st.sampled_from(["classroom", "cyber", "reading", "seminar"])
CAPS = st.dictionaries(TYPES, st.integers(0, 3000))
DRAWN = st.lists(st.tuples(TYPES, st.integers(0, 364), st.integers(0, 2000)), max_size=12)
BOOKS = DRAWN.flatmap(lambda rows: st.permutations(_entries(rows)).map(lambda some: (_entries(rows), some)))


def _entries(rows: list[tuple[str, int, int]]) -> list[Entry]:
    return [
        Entry(f"place:{number}", type_, date(2026, 1, 1) + timedelta(days), minutes)
        for number, (type_, days, minutes) in enumerate(rows)
    ]


@given(DRAWN, CAPS)
def test_never_above_a_cap_and_never_less_than_it_where_there_is_enough(
    rows: list[tuple[str, int, int]], caps: dict[str, int]
) -> None:
    entries = _entries(rows)
    book = ledger(entries, caps)
    for total in book.totals:
        there = sum(entry.minutes for entry in entries if entry.type == total.type)
        assert (total.minutes, total.cap) == (there, caps.get(total.type))
        assert total.counted == min(there, caps.get(total.type, there))
    assert book.minutes == sum(book.counted.values())
    assert all(0 <= book.counted[entry.key] <= entry.minutes for entry in entries)


@given(BOOKS, CAPS)
def test_the_order_does_not_matter(books: tuple[list[Entry], list[Entry]], caps: dict[str, int]) -> None:
    first, second = books
    assert ledger(first, caps) == ledger(second, caps)


@given(DRAWN, CAPS, st.integers(0, 500))
def test_more_learning_never_makes_less_count(
    rows: list[tuple[str, int, int]], caps: dict[str, int], minutes: int
) -> None:
    more = [*_entries(rows), Entry("place:new", "reading", date(2026, 6, 1), minutes)]
    assert ledger(more, caps).minutes >= ledger(_entries(rows), caps).minutes


@given(st.integers(0, 2000), st.sampled_from([365, 366]), st.integers(0, 366), st.integers(0, 366))
def test_less_is_due_the_longer_somebody_is_on_leave(hours: int, days: int, one: int, other: int) -> None:
    shorter, longer = sorted((min(one, days), min(other, days)))
    assert 0 <= due(hours, days, longer) <= due(hours, days, shorter) <= hours * 60
    assert due(hours, days, days) == 0
    assert due(hours, days, 0) == hours * 60


def test_a_cap_is_used_up_by_what_ended_first() -> None:
    entries = [
        Entry("b", "reading", date(2026, 5, 1), 400),
        Entry("a", "reading", date(2026, 3, 1), 400),
        Entry("c", "reading", date(2026, 6, 1), 400),
    ]
    assert ledger(entries, {"reading": 600}).counted == {"a": 400, "b": 200, "c": 0}


def test_an_entry_counts_once() -> None:
    twice = [Entry("a", "cyber", date(2026, 3, 1), 60)] * 2
    with pytest.raises(ValueError, match="two entries"):
        ledger(twice, {})
