"""Recognised hours and learning elsewhere for programs."""

from __future__ import annotations

import base64

from sqlalchemy.orm import Session

from courses import clock
from courses.people.models import Person, Posting
from courses.people.queries import serves_in
from tests.api.conftest import Programs
from tests.hours.test_outside import reported

EVIDENCE = {"name": "이수증.pdf", "content": base64.b64encode(b"%PDF-1.4 evidence").decode()}


def a_report(**changes: object) -> dict[str, object]:
    day = clock.today().isoformat()
    return {
        "type": "seminar", "title": "학술대회", "provider": "학회", "from_on": day, "until_on": day, "minutes": 360,
        "evidence": EVIDENCE,
    } | changes  # fmt: skip


def test_what_is_reported_counts_once_it_is_recognised(
    api: Programs, ana: Person, ben: Person, dan: Person, eve: Person
) -> None:
    own, head = api(ana), api(ben)
    made = own.post("/people/me/outside-learning", a_report())
    assert (made["state"], made["evidence"], made["recognised_minutes"]) == ("waiting", "이수증.pdf", None)
    path = f"/outside-learning/{made['id']}"
    assert [(one["id"], one["most"]) for one in head.get("/outside-learning")["items"]] == [(made["id"], 360)]
    api(eve).get(path, 404)
    api(eve).post(f"{path}/withdrawal", status=404)
    own.post(f"{path}/recognition", status=403)
    head.post(f"{path}/recognition", {"minutes": 361}, 409)
    assert head.post(f"{path}/recognition", {"minutes": 300}, 200)["recognised_minutes"] == 300
    hours = own.get("/people/me/hours")
    assert (hours["recognised"], [one["why"] for one in hours["items"]]) == (300, ["counts"])
    assert head.get(f"/people/{ana.id}/hours") == hours
    corrected = api(dan).post(f"{path}/correction", {"minutes": 240, "reason": "이수증에는 4시간입니다"}, 200)
    assert (corrected["recognised_minutes"], corrected["reason"]) == (240, "이수증에는 4시간입니다")
    own.post(f"{path}/withdrawal", status=409)


def test_without_its_evidence_nothing_is_reported(api: Programs, ana: Person) -> None:
    own = api(ana)
    without = {name: value for name, value in a_report().items() if name != "evidence"}
    assert "evidence" in own.post("/people/me/outside-learning", without, 422)["errors"]
    for content in ("", base64.b64encode(b"just words").decode()):
        bad = a_report(evidence=EVIDENCE | {"content": content})
        assert own.post("/people/me/outside-learning", bad, 422)["errors"]
    own.post("/people/me/outside-learning", a_report(type="nothing"), 409)
    assert own.get("/people/me/outside-learning")["items"] == []


def test_what_is_returned_is_read_by_its_person(api: Programs, db: Session, ana: Person, ben: Person) -> None:
    one = reported(db, ana)
    api(ben).post(f"/outside-learning/{one.id}/return", {"reason": "시간이 없습니다"}, 200)
    (mine,) = api(ana).get("/people/me/outside-learning")["items"]
    assert (mine["state"], mine["reason"]) == ("returned", "시간이 없습니다")
    assert api(ana).post(f"/outside-learning/{one.id}/withdrawal", status=200)["state"] == "withdrawn"


def test_what_was_looked_at_is_what_is_decided(api: Programs, db: Session, ana: Person, ben: Person) -> None:
    """A report that its person changed meanwhile is looked at once more."""
    one, head = reported(db, ana), api(ben)
    (waits,) = head.get("/outside-learning")["items"]
    path, late = f"/outside-learning/{one.id}", {"seen": "2001-01-01T00:00:00Z"}
    assert head.post(f"{path}/recognition", late, 409)["code"] == "changed"
    assert head.post(f"{path}/return", late | {"reason": "시간이 없습니다"}, 409)["code"] == "changed"
    assert head.post(f"{path}/recognition", {"seen": waits["since"]}, 200)["state"] == "recognised"
    again = api(ana).post("/people/me/outside-learning", a_report(), 409)
    assert (again["code"], again["way_out"]["href"]) == ("twice", path)


def test_a_head_sees_how_the_unit_stands(api: Programs, db: Session, ana: Person, ben: Person, eve: Person) -> None:
    unit_id = _unit(db, ana)
    assert serves_in(db, ana.id, unit_id)
    found = api(ben).get(f"/units/{unit_id}/hours")
    assert ana.name in {one["name"] for one in found["items"]}
    assert sum(one["people"] for one in found["units"]) == len(found["items"])
    assert found["year"] == clock.today().year
    assert api(ben).get(f"/units/{unit_id}/hours?year=1990")["items"] == []
    api(eve).get(f"/units/{unit_id}/hours", 403)
    api(ben).get(f"/units/{_unit(db, eve)}/hours", 404)


def _unit(db: Session, person: Person) -> int:
    return next(
        unit_id for unit_id, person_id in db.query(Posting.unit_id, Posting.person_id) if person_id == person.id
    )
