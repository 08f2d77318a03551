"""Scores pasted from a spreadsheet."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.assessment.pasting import read
from courses.assessment.queries import ScoreRow

ROSTER = [
    ScoreRow(1, 11, "가은", "20030001", "총무과", {}),
    ScoreRow(2, 12, "나리", "20030002", "세무과", {}),
    ScoreRow(3, 13, "다솜", "20030003", "총무과", {}),
    ScoreRow(4, 14, "다솜", "20030004", "세무과", {}),
]


def result(pasted: str) -> list[tuple[int | None, int | None]]:
    """(roster number, hundredths) by line; what does not fit has no points."""
    return [(line.row.number if line.row else None, line.points) for line in read(pasted, ROSTER)]


@pytest.mark.parametrize(
    ("pasted", "expected"),
    [
        ("80\n90.5\n", [(1, 8000), (2, 9050)]),
        ("점수\r\n80\r\n\r\n70\r\n", [(1, 8000), (3, 7000)]),
        ("나리\t80\n가은\t90", [(2, 8000), (1, 9000)]),
        ("나리 80", [(2, 8000)]),
        ("20030004\t80\n2\t70", [(4, 8000), (2, 7000)]),
        ("번호\t이름\t점수\n4\t다솜\t80", [(4, 8000)]),
        ("9\t가은\t총무과\t80", [(1, 8000)]),
        ("20030003\t다솜\t80", [(3, 8000)]),
        ("가은\t\n나리\t60", [(2, 6000)]),
        ("1 가은 총무과 80", [(1, 8000)]),
        ("20030003 다솜 총무과 80", [(3, 8000)]),
        ("나 리 80\n가 은\t90", [(2, 8000), (1, 9000)]),
        ("번호,이름,점수\n2,나리,70.5", [(2, 7050)]),
        ("", []),
    ],
)
def test_lines_find_their_people(pasted: str, expected: list[tuple[int | None, int | None]]) -> None:
    assert result(pasted) == expected


@pytest.mark.parametrize(
    ("pasted", "words"),
    [
        ("80\n80\n80\n80\n80", "There are more lines than people"),
        ("다솜\t80", "Several people fit: add the employee number"),
        ("하늘\t80", "Nobody on the roster fits"),
        ("20030001\t나리\t80", "Nobody on the roster fits"),
        ("1\t하늘\t80", "Nobody on the roster fits"),
        ("가은\t180", "A score is a number from 0 to 100, with at most two decimals"),
        ("가은\t80\n가은\t90", "This person already stands further up"),
    ],
)
def test_what_does_not_fit_is_told_and_carries_no_points(pasted: str, words: str) -> None:
    line = read(pasted, ROSTER)[-1]
    assert str(line.problem) == words
    assert line.points is None


@given(st.text())
def test_whatever_is_pasted_nobody_is_scored_twice(pasted: str) -> None:
    good = [line.row.enrolment_id for line in read(pasted, ROSTER) if line.row and not line.problem]
    assert len(good) == len(set(good))
