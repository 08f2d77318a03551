"""Marks in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.attendance.marks import UNMARKED, MarkInput
from courses.attendance.minutes import LATENESS
from courses.attendance.models import AttendanceMark, Ground

marks = st.one_of(
    st.just(UNMARKED),
    st.builds(MarkInput, st.sampled_from([AttendanceMark.PRESENT, AttendanceMark.ABSENT])),
    st.builds(MarkInput, st.sampled_from(sorted(LATENESS)), minutes=st.none() | st.integers(0, 999)),
    st.builds(MarkInput, st.just(AttendanceMark.EXCUSED), ground=st.none() | st.sampled_from(Ground)),
)


@given(marks)
def test_what_is_written_is_read(mark: MarkInput) -> None:
    assert MarkInput.parse(str(mark)) == mark


@given(st.text())
def test_anything_else_is_a_value_error(words: str) -> None:
    try:
        mark = MarkInput.parse(words)
    except ValueError:
        return
    assert str(mark).split() == words.lstrip("0").split() or mark.minutes is not None


@pytest.mark.parametrize(
    "words", ["gone", "present 5", "late -5", "late 5.5", "late ٣", "excused sick", "absent x", "late 99999"]
)
def test_words_that_are_no_mark(words: str) -> None:
    with pytest.raises(ValueError):
        MarkInput.parse(words)


@pytest.mark.parametrize(
    ("words", "current", "result"),
    [
        ("late", "", "late 10"),
        ("late", "late 25", "late 25"),
        ("left_early", "late 25", "left_early 10"),
        ("late 400", "", "late 350"),
        ("late 0", "", "late 0"),
        ("excused", "", "excused official_leave"),
        ("excused", "excused duty", "excused duty"),
        ("excused leave", "excused duty", "excused leave"),
        ("present", "late 25", "present"),
        ("", "late 25", ""),
    ],
)
def test_what_is_left_out_is_filled_in(words: str, current: str, result: str) -> None:
    wanted = MarkInput.parse(words).completed(MarkInput.parse(current), usual=10, scheduled=350)
    assert str(wanted) == result
