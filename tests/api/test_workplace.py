"""Workplace training for programs: filed, returned, confirmed; skills signed; plan and matrix as lists."""

from __future__ import annotations

import base64

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.enrolment.models import Enrolment, Outcome
from courses.people.models import Person
from courses.workplace.skills import set_checklist
from tests import factories
from tests.api.conftest import Programs
from tests.workplace.scenes import Department, a_department, filed

EVIDENCE = {"name": "서명부.pdf", "content": base64.b64encode(b"%PDF-1.4 evidence").decode()}


@pytest.fixture
def here(db: Session) -> Department:
    return a_department(db)


def sent(here: Department, **changes: object) -> dict[str, object]:
    return {
        "unit_id": here.unit.id,
        "course_id": here.course.id,
        "day": here.yesterday.isoformat(),
        "begins": "14:00",
        "trainer": here.trainer.employee_no,
        "people": [one.employee_no for one in here.staff],
    } | changes


def test_a_program_files_what_an_officer_then_confirms(
    api: Programs, db: Session, dan: Person, here: Department
) -> None:
    clerk, officer = api(here.clerk), api(dan)
    away = here.staff[2]
    made = clerk.post("/workplace/filings", sent(here, absent=[away.employee_no], evidence=EVIDENCE))
    assert (made["state"], made["people"], made["trainer"], made["evidence"]) == ("filed", 3, "강사인", "서명부.pdf")
    assert {one["name"]: one["mark"] for one in made["roster"]} == {
        "가나다": "present", "라마바": "present", "사아자": "absent"
    }  # fmt: skip
    path = f"/workplace/filings/{made['run_id']}"
    assert officer.post(f"{path}/return", {"reason": "인원이 다릅니다"}, 200)["state"] == "returned"
    assert clerk.get(path)["reason"] == "인원이 다릅니다"
    officer.post(f"{path}/confirmation", {"seen": "another"}, 409)
    seen = officer.get(path)["fingerprint"]
    assert officer.post(f"{path}/confirmation", {"seen": seen}, 200)["state"] == "confirmed"
    outcomes = db.scalars(select(Enrolment.outcome).where(Enrolment.run_id == made["run_id"]))
    assert sorted(map(str, outcomes)) == [Outcome.COMPLETED, Outcome.COMPLETED, Outcome.NOT_REGISTERED]
    clerk.post(f"{path}/withdrawal", status=409)


def test_what_is_filed_by_mistake_is_withdrawn(api: Programs, here: Department, db: Session) -> None:
    run_id = filed(db, here).run_id
    clerk = api(here.clerk)
    assert clerk.post(f"/workplace/filings/{run_id}/withdrawal", status=200)["state"] == "withdrawn"
    clerk.post(f"/workplace/filings/{run_id}/withdrawal", status=409)


def test_errors_name_the_field(api: Programs, eve: Person, here: Department) -> None:
    clerk = api(here.clerk)
    for changes, name in (
        ({"people": ["no-such"]}, "people"),
        ({"trainer": eve.employee_no}, "trainer"),  # of another department: out of the clerk's reach
        ({"course_id": 10**9}, "course_id"),
        ({"day": "1999-01-01"}, "day"),
        ({"day": "0001-01-01"}, "day"),
        ({"begins": "25:00"}, "begins"),
        ({"evidence": EVIDENCE | {"content": base64.b64encode(b"just words").decode()}}, "evidence"),
        ({"evidence": EVIDENCE | {"content": "***"}}, "evidence.content"),
    ):
        assert name in clerk.post("/workplace/filings", sent(here, **changes), 422)["errors"], changes
    assert clerk.get("/workplace/filings")["items"] == []


def test_others_see_and_file_nothing(api: Programs, db: Session, here: Department) -> None:
    run_id = filed(db, here).run_id
    stranger = api(factories.a_person(db, "남의서무", unit=factories.a_unit(db, "재무과", "재무국"), roles=["clerk"]))
    assert stranger.get("/workplace/filings")["items"] == []
    stranger.get(f"/workplace/filings/{run_id}", 404)
    stranger.post("/workplace/filings", sent(here), 404)
    for what in ("workplace-plan", "skills"):
        stranger.get(f"/units/{here.unit.id}/{what}", 404)
    own = api(here.clerk)
    assert [one["run_id"] for one in own.get("/workplace/filings")["items"]] == [run_id]
    assert own.get(f"/workplace/filings?unit_id={here.unit.id + 1000}")["items"] == []


def test_a_skill_is_signed_confirmed_and_taken_back(api: Programs, db: Session, dan: Person, here: Department) -> None:
    skills = set_checklist(db, dan.id, here.course, ["표를 만든다", "인쇄한다"])
    run_id = filed(db, here).run_id
    trainee = here.staff[0]
    place = db.scalars(select(Enrolment.id).where(Enrolment.run_id == run_id, Enrolment.person_id == trainee.id)).one()
    path = f"/enrolments/{place}/skills/{skills[0].id}"
    trainer, own = api(here.trainer), api(trainee)
    own.post(f"{path}/confirmation", status=409)  # nobody has signed it
    own.post(f"{path}/signature", status=404)
    assert trainer.post(f"{path}/signature", status=200)["skills"][0]["coach"] == "강사인"
    assert own.post(f"{path}/confirmation", status=200)["done"] == 1
    assert [one["done"] for one in own.get("/people/me/skills")["own"]] == [1]
    assert len(trainer.get("/people/me/skills")["coached"]) == 3
    assert sorted(one["done"] for one in trainer.get(f"/runs/{run_id}/skills")["items"]) == [0, 0, 1]
    assert trainer.post(f"{path}/removal", {"reason": "아직 혼자 못 합니다"}, 200)["done"] == 0


def test_plan_and_matrix_are_lists(api: Programs, db: Session, dan: Person, here: Department) -> None:
    filing = filed(db, here)
    api(dan).post(f"/workplace/filings/{filing.run_id}/confirmation", status=200)
    clerk, half = api(here.clerk), f"year={here.yesterday.year}&half={1 if here.yesterday.month < 7 else 2}"
    (subject,) = clerk.get(f"/units/{here.unit.id}/workplace-plan?{half}")["items"]
    assert (subject["month"], subject["runs"], subject["attendances"], subject["completed"]) == (None, 1, 3, 3)
    matrix = clerk.get(f"/units/{here.unit.id}/skills")
    assert [one["has"] for one in matrix["columns"]] == [3]
    assert {one["name"]: one["cells"] for one in matrix["items"]}["가나다"] == ["has"]
    assert clerk.get(f"/units/{here.unit.id}/skills?course_id={here.course.id}")["columns"] == []
