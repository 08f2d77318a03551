"""Pasted numbers and names: whom they mean."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from courses.enrolment.naming import MOST_LINES, OUT_OF_REACH, Line, find
from courses.errors import Refused
from courses.people.models import Person, Posting
from tests import factories


@pytest.fixture
def people(db: Session) -> dict[str, Person]:
    general, finance = factories.a_unit(db, "총무과"), factories.a_unit(db, "재무과", "재무국")
    made = [
        ("김하나", general, "20030001"), ("홍길동", general, "20030002"), ("홍길동", finance, "20030003"),
        ("이두리", finance, "20030004"), ("박세나", general, "A1002"),
    ]  # fmt: skip
    found = [factories.a_person(db, name, unit=unit, employee_no=number) for name, unit, number in made]
    return {one.employee_no or "": one for one in found}


def meant(lines: list[Line]) -> list[object]:
    """Of each mention: the number of the one who is meant, or how many there are to choose from, or 'x'."""
    return [
        line.person.employee_no if line.person else len(line.people) if line.namesakes else f"x{len(line.people)}"
        for line in lines
    ]


@pytest.mark.parametrize(
    ("pasted", "expected"),
    [
        ("20030001\n20030004", ["20030001", "20030004"]),
        ("20030001, 20030004；20030002", ["20030001", "20030004", "20030002"]),
        ("２００３０００１，２００３０００４", ["20030001", "20030004"]),
        ("김하나 이두리", ["20030001", "20030004"]),
        ("김하나、이두리\r\n\r\n박세나", ["20030001", "20030004", "A1002"]),
        ("홍길동", [2]),
        ("홍길동 재무과", ["20030003"]),
        ("홍길동 (재무국 재무과)", ["20030003"]),
        ("홍길동, 20030002", ["20030002"]),
        ("사번\t성명\t부서\n20030001\t김하나\t총무과\n\t홍길동\t재무과", ["20030001", "20030003"]),
        ("1\t20030001\t김하나\t총무과\n2\t20030004\t이두리\t재무과\t7급", ["20030001", "20030004"]),
        ("20030001,김하나,총무과", ["20030001"]),
        ("A1002", ["A1002"]),
        ("  \n\t\n,,;", []),
        ("20030001\n김하나", ["20030001", "x0"]),  # twice
        ("20030001 이두리", ["x2"]),  # the number is another's
        ("이두리 총무과", ["x1"]),  # serves elsewhere
        ("29999999", ["x0"]),
        ("20030009", ["x3"]),  # one digit off
        ("김하니", ["x1"]),  # one letter off
        ("없는사람", ["x0"]),
    ],
)
def test_whom_it_means(db: Session, people: dict[str, Person], pasted: str, expected: list[object]) -> None:
    assert meant(find(db, pasted)) == expected


def test_namesakes_come_with_their_units(db: Session, people: dict[str, Person]) -> None:
    (line,) = find(db, "홍길동")
    assert [(one.unit, one.employee_no) for one in line.people] == [
        ("행정국 총무과", "20030002"), ("재무국 재무과", "20030003")
    ]  # fmt: skip


def test_problems_are_said(db: Session, people: dict[str, Person]) -> None:
    said = {line.said: str(line.problem) for line in find(db, "29999999\n없는사람\n20030001 이두리\n김하나\n20030001")}
    assert said == {
        "29999999": "Nobody has the number 29999999",
        "없는사람": "Nobody of this name",
        "20030001 이두리": "The number is that of 김하나, not of 이두리",
        "김하나": "None",
        "20030001": "Stands already in line 4",
    }


def test_only_those_within_reach_are_found(db: Session, people: dict[str, Person]) -> None:
    near = Posting.unit_id == factories.a_unit(db, "총무과").id
    lines = find(db, "홍길동\n이두리\n20030004\n20030014", near)
    assert meant(lines) == ["20030002", "x0", "x0", "x0"]
    assert [line.problem for line in lines[1:3]] == [OUT_OF_REACH] * 2


def test_whose_number_it_is_is_said_within_reach_alone(db: Session, people: dict[str, Person]) -> None:
    near = Posting.unit_id == factories.a_unit(db, "총무과").id
    other, own = people["20030004"], people["20030001"]
    (line,) = find(db, f"{other.employee_no} {own.name}", near)
    assert str(line.problem) == f"The number is not that of {own.name}"
    assert [one.name for one in line.people] == [own.name]


def test_who_has_left_is_nobody(db: Session, people: dict[str, Person]) -> None:
    people["20030001"].left_on = people["20030001"].appointed_on
    db.commit()
    assert meant(find(db, "20030001")) == ["x3"]  # its neighbours


def test_two_thousand_lines(db: Session, people: dict[str, Person]) -> None:
    lines = find(db, "\n".join(f"{n}\t3000{n:04}" for n in range(2000)) + "\n20030001")
    assert len(lines) == 2001
    assert meant(lines)[-1] == "20030001"


def test_more_than_anybody_pastes(db: Session) -> None:
    with pytest.raises(Refused, match="At most 5000 lines"):
        find(db, "1\n" * (MOST_LINES + 1))


@pytest.mark.parametrize("pasted", ["%", "_____", "홍\\동", "' OR 1=1 --", "\x00", "\ud800", "7" * 500, "가 " * 3000])
def test_nasty_text_is_nobody(db: Session, people: dict[str, Person], pasted: str) -> None:
    assert all(line.person is None for line in find(db, pasted))
