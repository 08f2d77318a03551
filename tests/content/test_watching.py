"""Watched time by laws: each part once, never more than time has passed, nothing beyond what was reached."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.content.watching import FULL, KEPT, NEAR, Account, credit, furthest, merged, seconds, share
from tests.factories import some_day

LENGTH = 120
spans = st.lists(st.tuples(st.integers(0, 200), st.integers(0, 200)), max_size=8)
ENDLESS = 10**6


def covered(parts: object) -> set[int]:
    return {second for start, end in parts for second in range(start, end)}  # type: ignore[attr-defined]  # any parts


@given(spans)
def test_merging_keeps_every_second_once(parts: list[tuple[int, int]]) -> None:
    result = merged(parts)
    assert covered(result) == covered(parts)
    assert seconds(result) == len(covered(parts))
    assert all(a[1] < b[0] for a, b in itertools.pairwise(result))


@given(spans, spans)
def test_where_one_may_skip_each_second_reported_counts_once(
    before: list[tuple[int, int]], now: list[tuple[int, int]]
) -> None:
    watched = credit([], before, length=LENGTH, seekable=True, most=ENDLESS)
    again = credit(watched, now, length=LENGTH, seekable=True, most=ENDLESS)
    inside = {second for second in covered([*before, *now]) if second < LENGTH}
    assert covered(again) == inside
    assert credit(again, now, length=LENGTH, seekable=True, most=ENDLESS) == again


@given(spans, st.integers(0, 60), st.booleans())
def test_no_more_counts_than_time_has_passed(parts: list[tuple[int, int]], most: int, seekable: bool) -> None:
    watched = credit([[0, 10]], parts, length=LENGTH, seekable=seekable, most=most)
    assert seconds(watched) - 10 <= most
    assert covered([[0, 10]]) <= covered(watched)


@given(spans)
def test_without_skipping_gaps_are_never_longer_than_a_breath(parts: list[tuple[int, int]]) -> None:
    watched = credit([], parts, length=LENGTH, seekable=False, most=ENDLESS)
    edges = [[0, 0], *watched]
    assert all(b[0] - a[1] <= NEAR for a, b in itertools.pairwise(edges))


@given(st.lists(st.tuples(st.floats(0, 30), st.integers(0, 60)), max_size=30), st.sampled_from([100, 150, 200]))
def test_all_reports_together_are_bound_by_the_clock(reports: list[tuple[float, int]], percent: int) -> None:
    opened = now = since = some_day()
    watched: list[list[int]] = []
    for wait, length in reports:
        now += timedelta(seconds=wait)
        account, before = Account(since, percent), seconds(watched)
        part = [furthest(watched), furthest(watched) + length]
        watched = credit(watched, [part], length=10_000, seekable=False, most=account.seconds(now))
        since = account.after(now, seconds(watched) - before)
    assert seconds(watched) * 100 <= (now - opened).total_seconds() * percent + 0.001


def test_a_skip_ahead_counts_nothing() -> None:
    assert credit([[0, 10]], [[60, 70]], length=LENGTH, seekable=False, most=ENDLESS) == [[0, 10]]
    assert credit([[0, 10]], [[60, 70]], length=LENGTH, seekable=True, most=ENDLESS) == [[0, 10], [60, 70]]


def test_what_time_did_not_cover_counts_when_it_is_said_again() -> None:
    first = credit([], [[0, 5]], length=LENGTH, seekable=False, most=4)
    assert first == [[0, 4]]
    assert credit(first, [[0, 10]], length=LENGTH, seekable=False, most=6) == [[0, 10]]


def test_a_report_costs_no_more_than_its_parts() -> None:
    every_other = [[second, second + 1] for second in range(0, 4000, 2)]
    merges = 0

    class Counting(list[list[int]]):
        def __iter__(self) -> Iterator[list[int]]:
            nonlocal merges
            merges += 1
            return super().__iter__()

    watched = Counting(every_other)
    assert credit(watched, [[0, 4000]] * 200, length=4000, seekable=True, most=0) is watched
    assert merges == 0
    assert credit(watched, [[0, 4000]] * 200, length=4000, seekable=True, most=3) == [[0, 7], *every_other[4:]]
    assert credit(watched, [[0, 4000]] * 200, length=4000, seekable=True, most=ENDLESS) == [[0, 4000]]
    assert merges <= 4


def test_a_pause_is_not_saved_up() -> None:
    opened = some_day()
    account = Account(opened)
    later = opened + timedelta(hours=1)
    assert account.after(later, 0) == later - KEPT


@pytest.mark.parametrize(
    ("watched", "length", "expected"),
    [([], 120, 0), ([[0, 60]], 120, 5000), ([[0, 117]], 120, 9750), ([[0, 118]], 120, FULL), ([[0, 1]], 2, 5000)],
)
def test_the_share(watched: list[list[int]], length: int, expected: int) -> None:
    assert share(watched, length) == expected
