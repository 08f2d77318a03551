"""Mandatory courses by program: the same people and numbers as on the pages."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from courses import clock
from courses.people.models import Person
from tests import factories
from tests.api.conftest import Programs


def test_a_course_is_made_mandatory_and_who_is_late_is_listed(
    api: Programs, db: Session, dan: Person, ana: Person, ben: Person, eve: Person
) -> None:
    course, unit = factories.a_course(db, "정보보호 기초"), factories.a_unit(db, "총무과")
    due = clock.today() - timedelta(days=2)
    wanted = {"course_id": course.id, "due_on": due.isoformat(), "renewal": "after", "months": 12}
    made = api(dan).post("/assignments", wanted)
    assert (made["title"], made["unit"], made["people"], made["late"]) == ("정보보호 기초", "", 4, 4)
    api(dan).post("/assignments", wanted | {"unit_id": unit.id})
    assert api(dan).post("/assignments", wanted, 409)["code"] == "there_already"
    late = api(dan).get(f"/assignments/{made['id']}/overdue")["items"]
    assert {(one["days"], one["due_on"]) for one in late} == {(2, due.isoformat())}
    assert len(late) == 4
    assert api(dan).get(f"/assignments/{made['id']}/overdue?page=2")["items"] == []
    own = api(ben).get(f"/assignments/{made['id']}/overdue")["items"]
    assert {one["name"] for one in own} == {"김아나", "박벤"}
    assert [(one["people"], one["late"]) for one in api(ben).get("/assignments")["items"]] == [(2, 2), (2, 2)]
    api(eve).get("/assignments", 403)


def test_what_is_not_there(api: Programs, db: Session, dan: Person) -> None:
    course, day = factories.a_course(db), clock.today().isoformat()
    assert "course_id" in api(dan).post("/assignments", {"course_id": 99, "due_on": day}, 422)["errors"]
    wrong = {"course_id": course.id, "due_on": day, "unit_id": 99}
    assert "unit_id" in api(dan).post("/assignments", wrong, 422)["errors"]
    unclear = {"course_id": course.id, "due_on": day, "months": 3}
    assert api(dan).post("/assignments", unclear, 409)["code"] == "months"
    api(dan).get("/assignments/99/overdue", 404)
