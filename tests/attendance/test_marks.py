"""Marks in words."""

from __future__ import annotations

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.attendance.marks import UNMARKED, MarkInput
from courses.attendance.minutes import LATENESS, missed_minutes
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
    assert str(mark).split() == words.lstrip("0").split() or mark.minutes is not None or mark.times


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


HOURS = [(time(hour), time(hour, 50)) for hour in (9, 10, 11, 13, 14, 15, 16)]


@pytest.mark.parametrize(
    ("words", "minutes"),
    [
        ("late 09:20", 20),
        ("late 0920", 20),
        ("late 9:20", 20),
        ("late 08:40", 0),
        ("late 09:50", 50),
        ("late 09:55", 50),  # in the break
        ("late 10:01", 51),
        ("late 13:10", 160),
        ("late 23:59", 350),
        ("left_early 16:30", 20),
        ("left_early 12:30", 200),
        ("left_early 17:00", 0),
        ("stepped_out 10:10-10:40", 30),
        ("stepped_out 1010 ~ 1040", 30),
        ("stepped_out 10101040", 30),
        ("stepped_out 09:40-10:10", 20),
        ("stepped_out 12:00-13:00", 0),
        ("stepped_out 10:10-10:10", 0),
    ],
)
def test_times_are_minutes_of_class_missed(words: str, minutes: int) -> None:
    assert MarkInput.parse(words).timed(HOURS).minutes == minutes


@given(st.times(), st.times())
def test_nobody_misses_more_by_staying_longer(first: time, second: time) -> None:
    """Late, away and gone early together are the whole session, wherever it is cut."""
    came, left = sorted(clock.replace(second=0, microsecond=0) for clock in (first, second))
    late = missed_minutes(AttendanceMark.LATE, [came], HOURS)
    out = missed_minutes(AttendanceMark.STEPPED_OUT, [came, left], HOURS)
    early = missed_minutes(AttendanceMark.LEFT_EARLY, [left], HOURS)
    assert late + out + early == 350


@pytest.mark.parametrize(
    "words",
    ["late 24:00", "late 09:60", "late 09:20-10:00", "left_early soon", "stepped_out 10:10", "stepped_out 10:40-10:10"],
)
def test_words_that_are_no_times(words: str) -> None:
    with pytest.raises(ValueError):
        MarkInput.parse(words)
