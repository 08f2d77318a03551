"""From the whole database it cannot be told who gave which answer."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from courses import clock
from courses.models import Base
from courses.surveys import answering, ending
from courses.surveys.models import SurveyAnswer, SurveyTaken
from lms.db import Database
from tests import conftest
from tests.factories import some_day
from tests.surveys.scenes import Over, a_run_that_is_over

_POINTS = (1, 2, 3)
_KEYS = ("survey_answer", "key")


def _everything(db: Session) -> dict[str, Counter[Any]]:
    """All rows of all tables, the random keys of answers left out."""
    tables = {}
    for table in Base.metadata.sorted_tables:
        columns = [one for one in table.columns if (table.name, one.name) != _KEYS]
        tables[table.name] = Counter(str(tuple(row)) for row in db.execute(select(*columns)))
    return tables


def _answered(db: Session, here: Over, points: Sequence[int]) -> dict[str, Counter[Any]]:
    """What the database holds after these people gave these points in this order; then it is taken back."""
    with db.begin_nested() as once:
        for n, (place, value) in enumerate(zip(here.places, points, strict=True)):
            with clock.frozen(some_day(12) + timedelta(minutes=7 * n)):
                answering.answer(db, place, here.says(value, f"{value} points"))
        found = _everything(db)
        once.rollback()
    return found


def test_the_database_is_the_same_whoever_gave_which_answer(db: Session) -> None:
    with clock.frozen(some_day()):
        here = a_run_that_is_over(db, people=3)
    first, *others = (_answered(db, here, points) for points in permutations(_POINTS))
    assert first["survey_answer"].total() == first["survey_taken"].total() == 3
    for other in others:
        assert other == first
    assert not first["event"]


def test_answers_and_who_gave_them_share_nothing_but_the_run() -> None:
    answers = {one.name for one in SurveyAnswer.__table__.columns}
    assert answers == {"key", "run_id", "course", "facilities", "operation", "instructors", "comment"}
    assert {one.name for one in SurveyTaken.__table__.columns} == {"enrolment_id", "answered_on"}


def test_keys_are_new_with_every_answer(db: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever saw the table before and after can tell neither old rows nor new ones by their keys."""
    made: list[int] = []
    real = secrets.token_hex

    def token_hex(size: int) -> str:
        made.append(size)
        return real(size)

    monkeypatch.setattr(secrets, "token_hex", token_hex)
    here = a_run_that_is_over(db)
    seen: set[str] = set()
    for place in here.places:
        answering.answer(db, place, here.says())
        keys = set(db.scalars(select(SurveyAnswer.key)))
        assert not keys & seen
        seen |= keys
    assert made == [16] * (1 + 2 + 3 + 4 + 5 + 6)


def test_the_database_numbers_no_rows_of_its_own(database: Database) -> None:
    """SQLite's row numbers, PostgreSQL's transaction numbers: each would say who came first."""
    with database.begin() as db:
        here = a_run_that_is_over(db)
        places = [one.id for one in here.places]
    for place in here.places:
        with database.begin() as db:
            answering.answer(db, place, here.says())
    with database.begin() as db:
        if conftest.SERVER is None:
            for table in ("survey_answer", "survey_taken"):
                with pytest.raises(DBAPIError, match="rowid"):
                    db.execute(text(f"SELECT rowid FROM {table}"))  # two names of ours
        else:
            turns = [
                set(db.scalars(text(f"SELECT xmin::text FROM {table}")))  # the same
                for table in ("survey_answer", "survey_taken")
            ]
            assert turns[0] == turns[1]
            assert len(turns[0]) == 1
        assert set(db.scalars(select(SurveyTaken.enrolment_id))) == set(places)
        ending.settle(db, here.run.id)
        assert not db.scalars(select(SurveyTaken.enrolment_id)).all()


def test_no_table_points_at_an_answer(db: Session) -> None:
    found = inspect(db.connection())
    pointing = {
        table for table in found.get_table_names() for one in found.get_foreign_keys(table)
        if one["referred_table"] in {"survey_answer", "survey_taken"}
    }  # fmt: skip
    assert not pointing
    to = {one["referred_table"] for one in found.get_foreign_keys("survey_answer")}
    assert to == {"run"}
