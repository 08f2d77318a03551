"""The longest, deepest and furthest that a file may say: what is accepted has room in the database."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import String, func, select
from sqlalchemy.orm import Session

from courses.db import Base
from courses.errors import Refused
from courses.exchange.formats import kinds
from courses.people.models import OrgUnit
from tests.exchange.files import HONG, complaints, file, look_at, organised, staff, take_in

GOOD: dict[str, dict[str, str]] = {
    "organisation": {"code": "99", "parent_code": "10", "name": "새 팀", "position": "9"},
    "staff": {"employee_no": "200000009", "name": "박새로", "unit_code": "12", "mail": "new@city.example"},
    "rooms": {"code": "R9", "name": "새 교육장", "seats": "30", "computers": "30"},
    "instructors": {"internal": "외부", "name": "오강사", "institution": "학원", "mail": "oh@academy.example"},
    "catalogue": {
        "code": "C9", "kind": "직장내", "area": "분야", "title": "과정", "level": "일반", "hours": "7", "scored": "N",
    },
}  # fmt: skip


@pytest.mark.parametrize("kind", GOOD)
@pytest.mark.parametrize("length", [40, 200, 201])
@pytest.mark.parametrize("letter", ["가", "ß"])
def test_a_text_of_any_length_is_refused_or_has_room(db: Session, kind: str, length: int, letter: str) -> None:
    organised(db)
    for column in kinds[kind].columns:
        cells = {**GOOD[kind], column.field: letter * length}
        data = file(kind, [[cells.get(one.field, "") for one in kinds[kind].columns]])
        if not look_at(db, kind, data).bad:
            take_in(db, kind, data)
            require_room(db)


def require_room(db: Session) -> None:
    """No text is longer than its column (SQLite does not look)."""
    for table in Base.metadata.sorted_tables:
        for place in table.columns:
            if type(place.type) is String and place.type.length:
                longest = db.scalar(select(func.max(func.length(place)))) or 0
                assert longest <= place.type.length, f"{place}: {longest}"


def test_a_chain_of_units_without_end_is_refused(db: Session) -> None:
    rows = [(str(n), str(n - 1) if n else "", "가" * 200, str(n)) for n in range(2000)]
    found = look_at(db, "organisation", file("organisation", rows))
    assert complaints(found)[0] == (23, "parent_code", "The unit is more than 20 levels down.")
    assert len(found.bad) == 2000 - 21
    take_in(db, "organisation", file("organisation", rows), only_good=True)
    assert db.scalar(select(func.max(OrgUnit.depth))) == 20


@pytest.mark.parametrize("day", [date.min, date(1989, 12, 31), date(2200, 1, 1), date.max])
def test_an_effective_day_beyond_any_calendar_is_refused(db: Session, day: date) -> None:
    with pytest.raises(Refused, match="between 1990 and 2199"):
        look_at(db, "staff", staff(HONG), effective=day)
