"""Weighty steps and second persons, for programs."""

from __future__ import annotations

from sqlalchemy.orm import Session

from courses.people.models import Person
from courses.scheduling.models import Run
from tests import factories
from tests.api.conftest import Programs
from tests.world import a_confirmation


def test_another_officer_confirms_what_one_asked_for(api: Programs, db: Session, dan: Person) -> None:
    run = factories.a_run(db)
    number = a_confirmation(db, dan, run)
    asker, second = api(dan), api(factories.a_person(db, "다른담당", roles=["officer"]))
    (waits,) = second.get("/confirmations")["items"]
    assert (waits["id"], waits["run_id"], waits["asked_by"], waits["state"]) == (number, run.id, "최단", "asked")
    asker.post(f"/confirmations/{number}/confirmation", status=409)
    assert second.post(f"/confirmations/{number}/confirmation", status=200)["decided_by"] == "다른담당"
    assert db.get_one(Run, run.id).policy == "kr-local-2008 1"
    assert second.get("/confirmations")["items"] == []
    assert asker.get(f"/confirmations/{number}")["state"] == "confirmed"


def test_declining_needs_a_reason_but_for_whoever_asked(api: Programs, db: Session, dan: Person) -> None:
    first, other = (a_confirmation(db, dan, factories.a_run(db)) for _ in range(2))
    second = api(factories.a_person(db, "다른담당", roles=["officer"]))
    second.post(f"/confirmations/{first}/refusal", {"answer": ""}, 409)
    assert second.post(f"/confirmations/{first}/refusal", {"answer": "아직 이릅니다"}, 200)["answer"] == "아직 이릅니다"
    assert api(dan).post(f"/confirmations/{other}/refusal", {}, 200)["state"] == "declined"


def test_what_was_looked_at_is_what_is_confirmed(api: Programs, db: Session, dan: Person) -> None:
    """Whoever would flip must be those that were seen."""
    run = factories.a_run(db)
    number = a_confirmation(db, dan, run)
    second = api(factories.a_person(db, "다른담당", roles=["officer"]))
    seen = second.get(f"/confirmations/{number}")["fingerprint"]
    assert second.post(f"/confirmations/{number}/confirmation", {"seen": "0" * 16}, 409)["code"] == "pinning"
    assert second.post(f"/confirmations/{number}/confirmation", {"seen": seen}, 200)["state"] == "confirmed"
    assert second.get(f"/confirmations/{number}")["fingerprint"] == ""
