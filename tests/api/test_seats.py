"""Seats by program: the answer before applying, capacity, replacements, a past moment, many people, deputies, audit."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.enrolment import audit
from courses.enrolment.findings import Finding
from courses.enrolment.models import Enrolment
from courses.people.models import OrgUnit, Person, Posting
from courses.scheduling.models import Mode
from courses.text import text
from tests import factories
from tests.api.conftest import Programs
from tests.selection.scenes import a_closed_selection, nominees


def test_the_answer_is_what_applying_then_comes_to(api: Programs, db: Session, ana: Person, eve: Person) -> None:
    run = factories.a_run(db, seats=1)
    program = api(ana)
    first = program.get(f"/runs/{run.id}/answer")
    assert (first["then"], first["left"], first["refused"]) == ("seat", 1, None)
    assert first["hours"]["after"] - first["hours"]["before"] == 7 * 60
    assert program.post(f"/runs/{run.id}/enrolments")["status"] == "enrolled"
    assert program.get(f"/runs/{run.id}/answer")["refused"]["code"] == "enrolled"
    second = api(eve).get(f"/runs/{run.id}/answer")
    assert (second["then"], second["position"], second["left"]) == ("queue", 1, 0)
    assert api(eve).post(f"/runs/{run.id}/enrolments")["position"] == 1


def test_the_answer_of_a_selection_says_on_what_it_depends(api: Programs, db: Session, ana: Person) -> None:
    run = a_closed_selection(db, closed=False, seats=1)
    nominees(db, run, factories.a_unit(db, "재무과", "재무국"), [1])
    found = api(ana).get(f"/runs/{run.id}/answer")
    assert (found["mode"], found["then"]) == ("selection", "application")
    assert found["basis"] == {"mandatory": False, "taken": False, "waited": False}
    assert (found["present"]["place"], found["present"]["people"], found["present"]["share"]) == (2, 2, "full")
    draw = factories.a_run(db, mode=Mode.DRAW, starts_in=20)
    assert api(ana).get(f"/runs/{draw.id}/answer")["entrants"] == {"people": 1, "sure": True}


def test_fewer_seats_are_seen_before_they_are_set(api: Programs, db: Session, dan: Person) -> None:
    run = factories.a_run(db, seats=3)
    people = [factories.a_person(db, f"직원{n}") for n in range(3)]
    for person in people:
        api(person).post(f"/runs/{run.id}/enrolments")
    program, address = api(dan), f"/runs/{run.id}/capacity"
    last = program.get(f"{address}?capacity=2")["losing"]
    assert [(one["name"], one["status"]) for one in last] == [("직원2", "enrolled")]
    assert program.put(address, {"capacity": 2}, 409)["code"] == "would_unseat"
    assert program.get(address)["capacity"] == 3
    seen = [one["enrolment_id"] for one in last]
    assert program.put(address, {"capacity": 2, "losing": seen}) == {"capacity": 2, "taken": 2, "losing": []}
    assert program.get(f"/enrolments/{seen[0]}")["status"] == "waitlisted"
    program.put(address, {"capacity": 3})
    assert program.get(f"/enrolments/{seen[0]}")["status"] == "enrolled"
    stale = {"If-Match": '"another"'}
    program.put(address, {"capacity": 4}, 412, headers=stale)
    program.put(address, {"capacity": 0}, 422)


def test_somebody_comes_for_another_on_a_frozen_list(api: Programs, db: Session, dan: Person) -> None:
    run = a_closed_selection(db, starts_in=5, seats=1)
    row = nominees(db, run, factories.a_unit(db), [1])[0]
    colleague = factories.a_person(db, "한나라", unit=factories.a_unit(db))
    program, address = api(dan), f"/enrolments/{row.id}/replacement"
    body = {"employee_no": colleague.employee_no, "reason": "출장"}
    assert "employee_no" in program.post(address, body | {"employee_no": "nobody"}, 422)["errors"]
    program.post(address, body | {"reason": " "}, 409)
    coming = program.post(address, body)
    assert (coming["name"], coming["status"]) == ("한나라", "nominated")
    assert program.get(f"/enrolments/{row.id}")["status"] == "withdrawn"


def test_a_queue_as_of_then(api: Programs, db: Session, dan: Person, ana: Person, eve: Person) -> None:
    run = factories.a_run(db, seats=1)
    with clock.frozen(clock.now() - timedelta(hours=2)):
        own = api(ana).post(f"/runs/{run.id}/enrolments")
        api(eve).post(f"/runs/{run.id}/enrolments")
    api(ana).delete(f"/enrolments/{own['id']}")
    then = (clock.now() - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    program, address = api(dan), f"/runs/{run.id}/queue"
    past, now = program.get(f"{address}?at={then}"), program.get(address)
    assert [[one["person_id"] for one in past[name]] for name in ("seated", "queue")] == [[ana.id], [eve.id]]
    assert [[one["person_id"] for one in now[name]] for name in ("seated", "queue")] == [[eve.id], []]
    assert "at" in program.get(f"{address}?at=2026-02-31T09:00:00Z", 422)["errors"]
    assert program.get(f"{address}?at=0001-01-01T00:00:00%2B09:00")["seated"] == []


def test_many_are_looked_at_and_added(api: Programs, db: Session, dan: Person, ana: Person, eve: Person) -> None:
    run = factories.a_run(db, seats=9)
    namesakes = [factories.a_person(db, "김민수", unit=factories.a_unit(db, name)) for name in ("총무과", "회계과")]
    api(eve).post(f"/runs/{run.id}/enrolments")
    program, address = api(dan), f"/runs/{run.id}/additions"
    pasted = f"{ana.employee_no}\n{eve.employee_no}\n김민수\n아무도아님"
    look = program.post(address, {"pasted": pasted, "step": "look"}, 200)
    assert [(one["person_id"], one["status"]) for one in look["added"]] == [(ana.id, None)]
    assert [(one["person_id"], one["code"]) for one in look["refused"]] == [(eve.id, "enrolled")]
    assert [(one["said"], len(one["people"]), bool(one["detail"])) for one in look["unclear"]] == [
        ("김민수", 2, False),
        ("아무도아님", 0, True),
    ]
    assert len(program.get(f"/runs/{run.id}/enrolments")["items"]) == 1
    done = program.post(address, {"pasted": str(ana.employee_no), "people": [namesakes[0].id], "step": "add"}, 200)
    assert {(one["person_id"], one["status"]) for one in done["added"]} == {
        (ana.id, "enrolled"),
        (namesakes[0].id, "enrolled"),
    }


def test_a_clerk_adds_only_the_own_people(api: Programs, db: Session, ana: Person, eve: Person) -> None:
    run = factories.a_run(db)
    unit = db.scalars(select(OrgUnit).join(Posting).where(Posting.person_id == ana.id)).one()
    clerk = factories.a_person(db, "서무", unit=unit, roles=["clerk"])
    said = {"pasted": f"{ana.employee_no}\n{eve.employee_no}", "people": [eve.id], "step": "add"}
    found = api(clerk).post(f"/runs/{run.id}/additions", said, 200)
    assert [one["person_id"] for one in found["added"]] == [ana.id]
    assert [one["said"] for one in found["unclear"]] == [eve.employee_no]
    assert db.scalar(select(Enrolment.id).where(Enrolment.person_id == eve.id)) is None


def test_quotas_are_tried_without_setting_them(api: Programs, db: Session, dan: Person) -> None:
    run = a_closed_selection(db, seats=1)
    one, two = (factories.a_unit(db, f"{name}과", f"{name}국") for name in "가나")
    rows = nominees(db, run, one, [1]) + nominees(db, run, two, [2])
    program = api(dan)
    wanted = {"quotas": [{"unit_id": two.parent_id, "floor": 1}]}
    tried = program.post(f"/runs/{run.id}/quotas/trial", wanted, 200)["items"]
    assert [(item["id"], item["share"]) for item in tried] == [(rows[0].id, "floors"), (rows[1].id, "seat")]
    assert [item["share"] for item in program.get(f"/runs/{run.id}/selection")["items"]] == ["seat", "full"]
    assert program.get(f"/runs/{run.id}/quotas")["items"] == []
    too_many = {"quotas": [{"unit_id": two.parent_id, "floor": 2}]}
    assert program.post(f"/runs/{run.id}/quotas/trial", too_many, 409)["code"] == "quota_sum"


def test_a_head_names_who_stands_in_and_sees_who_is_away(
    api: Programs, db: Session, ana: Person, ben: Person, eve: Person
) -> None:
    unit_id = db.scalar(select(Posting.unit_id).where(Posting.person_id == ben.id))
    program, address, today = api(ben), f"/units/{unit_id}/deputies", clock.today()
    body = {"employee_no": ana.employee_no, "from_on": today.isoformat(), "until_on": today.isoformat()}
    assert "employee_no" in program.post(address, body | {"employee_no": "nobody"}, 422)["errors"]
    [named] = program.post(address, body)["items"]
    assert (named["name"], named["until_on"]) == ("김아나", today.isoformat())
    assert program.post(address, body, 409)["code"]
    assert api(ana).get("/approvals") == {"items": []}  # a head for today
    api(eve).post(f"{address}/{named['id']}/end", status=403)
    assert program.post(f"{address}/{named['id']}/end", status=200)["items"] == []
    run = factories.a_run(db, starts_in=3)
    factories.an_enrolment(db, run, ana)
    days = program.get(f"/units/{unit_id}/absences?days=7")["items"]
    assert [(one["day"], one["in_class"]) for one in days if one["in_class"]] == [(run.starts_on.isoformat(), 1)]
    assert len(days) == 7
    program.get(f"/units/{unit_id}/absences?from=9999-12-31&days=9", 409)


def test_a_mandatory_course_is_changed_reminded_of_and_ended(
    api: Programs, db: Session, dan: Person, ben: Person
) -> None:
    course, day = factories.a_course(db), clock.today() - timedelta(days=2)
    wanted = {"course_id": course.id, "due_on": day.isoformat()}
    program = api(dan)
    made = program.post("/assignments", wanted)
    address = f"/assignments/{made['id']}"
    assert api(ben).post(f"{address}/reminders", status=200) == {"people": 1}
    assert program.post(f"{address}/reminders", status=200) == {"people": made["late"] - 1}
    assert program.post(f"{address}/reminders", status=409)["code"] == "reminded"
    later = (clock.today() + timedelta(days=9)).isoformat()
    changed = program.put(address, wanted | {"due_on": later})
    assert (changed["due_on"], changed["late"]) == (later, 0)
    assert program.put(address, wanted | {"course_id": factories.a_course(db).id}, 409)["code"] == "another_course"
    assert program.post(f"{address}/end", status=200)["ended_on"] == clock.today().isoformat()
    assert program.post(f"{address}/end", status=409)["code"] == "ended"
    program.post("/assignments/99/end", status=404)


def test_what_the_audit_found(api: Programs, db: Session) -> None:
    program = api(factories.a_person(db, "관리자", roles=["administrator"]))
    assert program.get("/audits/enrolments") == {"at": None, "number": 0, "findings": []}
    found = Finding("seats", 1, None, text("Seats are not rows"), text("Correct it"))
    audit.keep(db, [found], 1, audit.size(db))
    db.commit()
    kept = program.get("/audits/enrolments")
    assert kept["at"].endswith("Z")
    assert [(one["code"], one["message"]) for one in kept["findings"]] == [("seats", "Seats are not rows")]
