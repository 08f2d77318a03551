"""Selecting, quotas and draws by program: the same rules as on the pages."""

from __future__ import annotations

from sqlalchemy.orm import Session

from courses.enrolment import lots
from courses.people.models import Person
from tests import factories
from tests.api.conftest import Programs
from tests.draw.scenes import a_draw_run, close, entrants
from tests.enrolment.scenes import bureaus
from tests.selection.scenes import a_closed_selection, nominees


def test_the_list_and_what_became_of_it(api: Programs, db: Session, dan: Person, eve: Person) -> None:
    run = a_closed_selection(db, seats=1)
    rows = nominees(db, run, factories.a_unit(db), [1, 2, 3])
    program, address = api(dan), f"/runs/{run.id}/selection"
    found = program.get(address)
    assert [(one["id"], one["share"], one["criterion"]) for one in found["items"]] == [
        (rows[0].id, "seat", "rank"),
        (rows[1].id, "full", "rank"),
        (rows[2].id, "full", "last"),
    ]
    assert found["items"][0]["because"] == "Department’s rank 1"
    assert found["closed"] is None
    answer = program.post(address, {"select": [rows[0].id, rows[1].id], "wait": [rows[2].id]}, 200)
    assert [(one["id"], one["code"]) for one in answer["refused"]] == [(rows[1].id, "full")]
    assert [one["id"] for one in answer["items"]] == [rows[1].id]
    declined = program.post(f"/runs/{run.id}/non-selection", {"enrolments": [rows[1].id], "reason": "정원 초과"}, 200)
    assert declined["items"] == []
    program.post(f"/runs/{run.id}/non-selection", {"enrolments": [rows[1].id], "reason": " "}, 409)
    api(eve).post(address, {"select": [rows[1].id]}, 403)


def test_why_nobody_can_be_selected(api: Programs, db: Session, dan: Person) -> None:
    run = a_closed_selection(db, closed=False)
    rows = nominees(db, run, factories.a_unit(db), [1])
    assert "People may still apply until" in api(dan).get(f"/runs/{run.id}/selection")["closed"]
    assert api(dan).post(f"/runs/{run.id}/selection", {"select": [rows[0].id]}, 409)["code"] == "too_early"


def test_quotas_are_set_whole(api: Programs, db: Session, dan: Person) -> None:
    run = a_closed_selection(db, seats=5)
    one, two = bureaus(db, "가국", "나국")
    program, address = api(dan), f"/runs/{run.id}/quotas"
    both = {"quotas": [{"unit_id": one.id, "floor": 2}, {"unit_id": two.id, "cap": 1}]}
    assert [(row["unit"], row["floor"], row["cap"]) for row in program.put(address, both)["items"]] == [
        ("가국", 2, None),
        ("나국", 0, 1),
    ]
    assert program.put(address, {"quotas": [{"unit_id": one.id, "floor": 6}]}, 409)["code"] == "quota_sum"
    program.put(address, {"quotas": [{"unit_id": one.id, "floor": -1}]}, 422)
    assert len(program.get(address)["items"]) == 2


def test_a_draw_hides_its_secret_until_it_is_held(api: Programs, db: Session, dan: Person, eve: Person) -> None:
    run = a_draw_run(db)
    entrants(db, run, [eve])
    assert api(eve).get(f"/runs/{run.id}/draw")["secret"] is None
    assert api(dan).post(f"/runs/{run.id}/draw", status=409)["code"] == "too_early"
    close(db, run)
    api(eve).post(f"/runs/{run.id}/draw", status=403)
    held = api(dan).post(f"/runs/{run.id}/draw", status=200)
    assert lots.verify(held["document"].encode()) == []
    assert api(eve).get(f"/runs/{run.id}/draw") == held
    api(eve).get(f"/runs/{factories.a_run(db).id}/draw", 404)
