"""Checking in by a program."""

from __future__ import annotations

from flask import Flask
from sqlalchemy.orm import Session

from courses.people.models import Person
from tests.api.conftest import Api, a_token
from tests.checkin.conftest import Class, later, shown


def address(course: Class) -> str:
    return f"/sessions/{course.today.id}/check-ins"


def program(app: Flask, db: Session, person: Person) -> Api:
    return Api(app, db, a_token(db, person))


def test_a_program_checks_its_own_person_in_once(app: Flask, db: Session, cleo: Person, opened: Class) -> None:
    mine = program(app, db, db.get_one(Person, opened.people[0].person_id))
    with later(minutes=3):
        code = {"code": shown(db, opened.today)}
        first = mine.post(address(opened), code, 200)
        again = mine.post(address(opened), code, 200)
    assert (first["at"], first["late"], first["again"]) == ("2026-11-23T00:03:00Z", 3, False)
    assert again == first | {"again": True}
    listed = program(app, db, cleo).get(address(opened))
    assert listed["open_until"] == "2026-11-23T00:30:00Z"
    assert [(one["name"], one["state"], one["late"]) for one in listed["people"]] == [
        ("가은", "new", 3),
        ("나리", None, 0),
        ("다솜", None, 0),
    ]


def test_a_program_is_told_why_not_and_does_not_guess_for_long(app: Flask, db: Session, opened: Class) -> None:
    mine = program(app, db, db.get_one(Person, opened.people[0].person_id))
    code = shown(db, opened.today)
    with later(minutes=1):
        assert "old" in mine.post(address(opened), {"code": code}, 409)["detail"]
    for _ in range(9):
        mine.post(address(opened), {"code": "none"}, 409)
    mine.post(address(opened), {"code": code}, 429)
    mine.post(address(opened), {}, 422)
