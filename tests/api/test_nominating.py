"""Approving, returning, recalling and ranking by program: the same rules as on the pages."""

from __future__ import annotations

from sqlalchemy.orm import Session

from courses.people.models import Person
from tests import factories
from tests.api.conftest import Programs
from tests.approval.scenes import a_selection, an_application
from tests.nomination.scenes import a_clerk, approved


def test_the_head_approves_what_waits(api: Programs, db: Session, ana: Person, ben: Person, eve: Person) -> None:
    run = a_selection(db)
    one, other = an_application(db, run, ana), an_application(db, run, eve)
    program = api(ben)
    (item,) = program.get("/approvals")["items"]
    assert (item["id"], item["name"], item["overdue"], item["at"]) == (one.id, "김아나", False, "총무과")
    assert program.post(f"/enrolments/{one.id}/approval", status=200)["status"] == "approved"
    assert "Decided already" in program.post(f"/enrolments/{one.id}/approval", status=409)["detail"]
    program.post(f"/enrolments/{other.id}/approval", status=404)
    assert program.get("/approvals")["items"] == []


def test_returned_with_a_reason(api: Programs, db: Session, ana: Person, ben: Person) -> None:
    one = an_application(db, a_selection(db), ana)
    for body in ({}, {"reason": "가" * 401}):
        api(ben).post(f"/enrolments/{one.id}/return", body, 422)
    api(ben).post(f"/enrolments/{one.id}/return", {"reason": "   "}, 409)
    assert api(ben).post(f"/enrolments/{one.id}/return", {"reason": "사유"}, 200)["status"] == "returned"
    api(ben).post(f"/enrolments/{one.id}/application", {"motive": "남의 것"}, 404)
    assert api(ana).post(f"/enrolments/{one.id}/application", {"motive": "고친 사유"}, 200)["status"] == "applied"
    assert api(ben).get("/approvals")["items"][0]["motive"] == "고친 사유"


def test_the_applicant_recalls(api: Programs, db: Session, ana: Person, ben: Person) -> None:
    one = an_application(db, a_selection(db), ana)
    api(ben).post(f"/enrolments/{one.id}/recall", status=404)
    assert api(ana).post(f"/enrolments/{one.id}/recall", status=200)["status"] == "withdrawn"
    api(ana).post(f"/enrolments/{one.id}/recall", status=409)


def test_the_clerk_ranks(api: Programs, db: Session, ana: Person) -> None:
    unit, run = factories.a_unit(db, "총무과"), a_selection(db)
    rows = approved(db, run, unit, "가", "나")
    program, address = api(a_clerk(db, unit)), f"/runs/{run.id}/nominations?unit={unit.id}"
    assert [one["rank"] for one in program.get(address)["items"]] == [None, None]
    answer = program.put(address, {"enrolments": [rows[1].id, rows[0].id]})
    assert [(one["name"], one["rank"], one["status"]) for one in answer["items"]] == [
        ("나", 1, "nominated"),
        ("가", 2, "nominated"),
    ]
    program.put(address, {"enrolments": [rows[0].id]}, 409)
    api(ana).put(address, {"enrolments": []}, 403)
    other = api(a_clerk(db, factories.a_unit(db, "재무과", "재무국")))
    other.get(address, 404)
    other.put(address, {"enrolments": []}, 404)


def test_an_order_is_changed_only_as_it_was_seen(api: Programs, db: Session) -> None:
    unit, run = factories.a_unit(db, "총무과"), a_selection(db)
    (row,) = approved(db, run, unit, "가")
    program, address = api(a_clerk(db, unit)), f"/runs/{run.id}/nominations?unit={unit.id}"
    seen = program.ask("GET", address).headers["ETag"]
    program.put(address, {"enrolments": [row.id]}, headers={"If-Match": seen})
    program.put(address, {"enrolments": [row.id]}, 412, headers={"If-Match": seen})
