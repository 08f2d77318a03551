"""Whatever files come, in whatever order of days: what must always hold of postings and leaves."""

from __future__ import annotations

import random
from datetime import date, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.people.models import Leave, Posting
from tests.exchange.files import HONG, KIM, look_at, organised, staff, take_in


def some_row(chance: random.Random, row: dict[str, str]) -> dict[str, str]:
    return row | {
        "부서코드": chance.choice(["11", "12", "13"]),
        "직급": chance.choice(["6급", "7급"]),
        "직위": chance.choice(["", "팀장"]),
        "담당업무": chance.choice(["", "서무"]),
        "임용일": chance.choice(["", "2000-03-02", "2026-03-01"]),
        "재직상태": chance.choice(["재직", "재직", "휴직", "파견"]),
    }


@pytest.mark.parametrize("seed", range(8))
def test_postings_and_leaves_never_overlap_and_a_file_is_known_at_once(db: Session, seed: int) -> None:
    organised(db)
    chance = random.Random(seed)
    for _ in range(25):
        people = [some_row(chance, row) for row in (HONG, KIM) if chance.random() < 0.9]
        if not people:
            continue
        effective = date(2026, 1, 1) + timedelta(days=chance.randrange(300))
        data = staff(*people)
        take_in(db, "staff", data, effective=effective, only_good=True, retire=chance.random() < 0.3)
        check(db)
        again = look_at(db, "staff", data, effective=effective)
        assert (again.plan.added, again.plan.changed) == ([], [])


def check(db: Session) -> None:
    for model in (Posting, Leave):
        spans = db.execute(
            select(model.person_id, model.from_on, model.until_on).order_by(model.person_id, model.from_on)
        ).all()
        assert all(span.until_on is None or span.from_on <= span.until_on for span in spans)
        for one, next_one in pairwise(spans):
            if one.person_id == next_one.person_id:
                assert one.until_on is not None
                assert one.until_on < next_one.from_on
