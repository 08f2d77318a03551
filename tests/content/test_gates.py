"""Gates: open from a progress, never shut again, and never for ever."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.content.gates import Gate, Season, course_progress, opened, season, way_to
from courses.content.watching import FULL

gates = st.lists(
    st.builds(Gate, st.integers(1, 60), st.sampled_from([0, 5000, 8000, FULL]), st.none() | st.integers(0, FULL)),
    min_size=1,
    max_size=8,
)


def test_a_mid_term_opens_at_half() -> None:
    way = [Gate(10, 0, 9900), Gate(10, 5000, None)]
    assert opened(way) == [True, False]
    assert opened([Gate(10, 0, FULL), way[1]]) == [True, True]


def test_minutes_weigh() -> None:
    assert course_progress([Gate(30, 0, FULL), Gate(10, 0, None)]) == 7500
    assert course_progress([]) == 0


def test_nobody_stands_before_a_gate_for_ever() -> None:
    way = [Gate(10, 0, FULL), Gate(45, 5000, None), Gate(45, 8000, None)]
    assert opened(way) == [True, True, False]


@given(gates)
def test_there_is_always_something_to_do_until_all_is_done(way: list[Gate]) -> None:
    left = [gate for gate in way if (gate.progress or 0) < FULL]
    going = [gate for gate, is_open in zip(way, opened(way), strict=True) if is_open and (gate.progress or 0) < FULL]
    assert bool(left) == bool(going)


@given(gates, st.integers(0, FULL))
def test_the_way_named_is_enough(way: list[Gate], wanted: int) -> None:
    done = list(way)
    for index in way_to(way, wanted):
        assert opened(done)[index]
        done[index] = Gate(way[index].minutes, way[index].opens_at, FULL)
    assert course_progress(done) >= wanted


@pytest.mark.parametrize(
    ("today", "settled", "expected"),
    [
        (1, False, Season.BEFORE),
        (2, False, Season.ON),
        (5, False, Season.ON),
        (6, False, Season.OVER),
        (3, True, Season.OVER),
        (1, True, Season.OVER),
    ],
)
def test_when_one_may_learn(today: int, settled: bool, expected: Season) -> None:
    days = date(2026, 11, 2), date(2026, 11, 5), date(2026, 11, today)
    assert season(*days, settled=settled) is expected
