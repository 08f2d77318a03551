"""The grades and services of those who serve: each once, none of the past alone, none empty."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.people.models import Posting
from courses.people.served import grades_and_services
from tests import factories


def _serves(db: Session, name: str, grade: str, service: str) -> Posting:
    person = factories.a_person(db, name)
    posting = db.scalars(select(Posting).where(Posting.person_id == person.id)).one()
    posting.grade, posting.service = grade, service
    db.flush()
    return posting


def test_each_that_anybody_serves_in_stands_once(db: Session) -> None:
    for number, (grade, service) in enumerate((("9급", "일반직"), ("7급", "기능직"), ("9급", ""), ("", "일반직"))):
        _serves(db, f"사람{number}", grade, service)
    assert grades_and_services(db) == (["7급", "9급"], ["기능직", "일반직"])


def test_what_nobody_serves_in_any_more_is_left_out(db: Session) -> None:
    gone = _serves(db, "가", "8급", "별정직")
    _serves(db, "나", "7급", "일반직")
    gone.until_on = gone.from_on + timedelta(days=1)
    db.flush()
    assert grades_and_services(db) == (["7급"], ["일반직"])


def test_nobody_serves(db: Session) -> None:
    assert grades_and_services(db) == ([], [])
