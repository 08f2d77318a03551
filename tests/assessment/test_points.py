"""Points as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.assessment.points import parse_points
from lms.web.formats import points


@given(st.integers(0, 10_000))
def test_what_is_shown_is_read(hundredths: int) -> None:
    assert parse_points(points(hundredths)) == hundredths


@pytest.mark.parametrize(
    ("written", "hundredths"),
    [
        ("85", 8500),
        (" 85.5 ", 8550),
        ("7.05", 705),
        ("０８５", None),
        ("８５", 8500),
        ("100.00", 10_000),
        ("90점", 9000),
    ],
)
def test_ways_to_write_points(written: str, hundredths: int | None) -> None:
    if hundredths is None:
        with pytest.raises(ValueError):
            parse_points(written)
    else:
        assert parse_points(written) == hundredths


@pytest.mark.parametrize("written", ["", "  ", "\u200b"])
def test_nothing_is_no_score(written: str) -> None:
    assert parse_points(written) is None


@pytest.mark.parametrize(
    "written", ["101", "100.01", "-1", "85.555", "1e2", "85,5", "A", "85.", ".5", "nan", "٨٥", "=1"]
)
def test_what_is_no_score(written: str) -> None:
    with pytest.raises(ValueError):
        parse_points(written)
