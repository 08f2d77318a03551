"""Minutes by the clock and credited minutes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.attendance.minutes import LATENESS, credited, present_minutes
from courses.attendance.models import AttendanceMark

SESSION = 350  # seven periods of 50 minutes


@pytest.mark.parametrize(
    ("mark", "missed", "credit"),
    [
        ("present", 0, 420),
        ("late", 10, 408),
        ("left_early", 50, 360),
        ("stepped_out", 1, 418),  # 349 × 60 / 50 = 418.8
        ("late", 0, 420),
        ("late", 350, 0),
        ("absent", 0, 0),
        ("excused", 0, 0),
    ],
)
def test_a_session_credits_what_was_attended(mark: str, missed: int, credit: int) -> None:
    assert credited(present_minutes(AttendanceMark(mark), missed, SESSION)) == credit


def test_unmarked_credits_nothing() -> None:
    assert present_minutes(None, 0, SESSION) == 0


@given(st.sampled_from(sorted(LATENESS)), st.integers(0, 1000), st.integers(0, 1000))
def test_whoever_misses_more_is_never_credited_more(mark: AttendanceMark, missed: int, more: int) -> None:
    less = present_minutes(mark, missed + more, SESSION)
    assert 0 <= credited(less) <= credited(present_minutes(mark, missed, SESSION)) <= credited(SESSION)
