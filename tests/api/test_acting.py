"""Enrolling, withdrawing, marking and scoring by program: the same rules as on the pages."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from courses.enrolment.models import Enrolment
from courses.people.models import Person
from courses.scheduling.models import Mode
from tests import factories
from tests.api.conftest import Programs
from tests.client import Browser
from tests.world import World


def test_one_enrols_oneself_and_withdraws(api: Programs, db: Session, ana: Person) -> None:
    run, program = factories.a_run(db, seats=1), api(ana)
    answer = program.ask("POST", f"/runs/{run.id}/enrolments", 201)
    assert answer.json
    assert (answer.json["status"], answer.json["person_id"]) == ("enrolled", ana.id)
    here = answer.headers["Location"].removeprefix("/api/v1")
    assert program.get(here) == answer.json
    assert program.ask("GET", here).headers["ETag"] == answer.headers["ETag"]
    assert program.delete(here)["status"] == "withdrawn"
    assert program.get(f"/runs/{run.id}")["taken"] == 0


def test_a_full_run_gives_a_place_in_the_queue_and_the_seat_when_it_comes_free(
    api: Programs, db: Session, ana: Person, ben: Person
) -> None:
    run = factories.a_run(db, seats=1)
    seat = api(ana).post(f"/runs/{run.id}/enrolments")
    waiting = api(ben).post(f"/runs/{run.id}/enrolments", {})
    assert (waiting["status"], waiting["position"]) == ("waitlisted", 1)
    api(ana).delete(f"/enrolments/{seat['id']}")
    assert api(ben).get(f"/enrolments/{waiting['id']}")["status"] == "enrolled"


def test_twice_is_refused_with_the_way_out(api: Programs, db: Session, ana: Person) -> None:
    run = factories.a_run(db)
    api(ana).post(f"/runs/{run.id}/enrolments")
    told = api(ana).post(f"/runs/{run.id}/enrolments", status=409)
    assert told["code"]
    assert told["way_out"]["href"].startswith("/")


def test_an_offered_seat_is_accepted(api: Programs, db: Session, ana: Person, ben: Person) -> None:
    run = factories.a_run(db, seats=1, offer_hours=24)
    seat = api(ana).post(f"/runs/{run.id}/enrolments")
    waiting = api(ben).post(f"/runs/{run.id}/enrolments", {"motive": "담당 업무"})
    assert (waiting["status"], waiting["motive"], waiting["offered_until"]) == ("waitlisted", "담당 업무", None)
    api(ana).delete(f"/enrolments/{seat['id']}")
    offered = api(ben).get(f"/enrolments/{waiting['id']}")
    assert (offered["status"], offered["position"], bool(offered["offered_until"])) == ("offered", None, True)
    assert api(ben).post(f"/enrolments/{waiting['id']}/acceptance", status=200)["status"] == "enrolled"
    assert api(ben).post(f"/enrolments/{waiting['id']}/acceptance", status=409)["code"] == "no_offer"


def test_a_selection_takes_an_application(api: Programs, db: Session, ana: Person) -> None:
    made = api(ana).post(f"/runs/{factories.a_run(db, mode=Mode.SELECTION).id}/enrolments")
    assert (made["status"], made["position"], made["rank"]) == ("applied", None, None)


def test_an_officer_enrols_another_and_withdraws_with_a_reason(
    api: Programs, db: Session, ana: Person, dan: Person
) -> None:
    run, officer = factories.a_run(db), api(dan)
    made = officer.post(f"/runs/{run.id}/enrolments", {"employee_no": ana.employee_no})
    assert made["person_id"] == ana.id
    assert officer.delete(f"/enrolments/{made['id']}", 409)["code"] == "reason_needed"
    assert officer.delete(f"/enrolments/{made['id']}?reason=moved")["status"] == "withdrawn"
    told = officer.post(f"/runs/{run.id}/enrolments", {"employee_no": "nobody"}, 422)
    assert told["errors"] == {"employee_no": ["Nobody has this employee number or e-mail"]}


@pytest.mark.parametrize("number", ["known", "unknown"])
def test_nobody_else_enrols_others_nor_learns_who_there_is(
    api: Programs, db: Session, ana: Person, eve: Person, number: str
) -> None:
    run = factories.a_run(db)
    named = ana.employee_no if number == "known" else "nobody"
    told = api(eve).post(f"/runs/{run.id}/enrolments", {"employee_no": named}, 403)
    assert told["held_by"] == ["Training officer"]
    api(eve).post(f"/runs/{run.id}/enrolments", {"employee_no": eve.employee_no})


def test_who_has_seen_another_state_withdraws_nothing(api: Programs, db: Session, ana: Person) -> None:
    run, program = factories.a_run(db), api(ana)
    here = f"/enrolments/{program.post(f'/runs/{run.id}/enrolments')['id']}"
    program.delete(here, 412, headers={"If-Match": '"another"'})
    tag = program.ask("GET", here).headers["ETag"]
    assert program.delete(here, headers={"If-Match": tag})["status"] == "withdrawn"


def seats(db: Session, world: World) -> list[int]:
    here = Enrolment.run_id == world.runs["on"].id
    return [one.id for one in db.query(Enrolment).where(here).order_by(Enrolment.id)]


def test_a_sheet_is_marked_and_others_changes_are_told(api: Programs, db: Session, world: World) -> None:
    cleo, dan = api(world.people["cleo"]), api(world.people["dan"])
    here, (first, second) = f"/sessions/{world.ids['session_id']}/attendance", seats(db, world)
    dan.put(f"{here}/{first}", {"mark": "late", "minutes": 20})
    sent = {
        "marks": [{"enrolment_id": second, "mark": "present"}, {"enrolment_id": 999_999, "mark": "present"}],
        "seen": [{"enrolment_id": first, "mark": None}, {"enrolment_id": second, "mark": None}],
    }
    saved = cleo.put(here, sent)
    assert saved["written"] == 1
    assert [(one["enrolment_id"], one["mark"], one["by"]) for one in saved["changed_by_others"]] == [
        (first, "late", "최단")
    ]
    assert saved["no_longer_enrolled"] == [999_999]
    marks = {one["enrolment_id"]: (one["mark"], one["minutes"]) for one in cleo.get(here)["marks"]}
    assert marks == {first: ("late", 20), second: ("present", None)}


def test_a_mark_is_excused_and_cleared(api: Programs, db: Session, world: World) -> None:
    cleo, (first, _) = api(world.people["cleo"]), seats(db, world)
    here = f"/sessions/{world.ids['session_id']}/attendance/{first}"
    assert cleo.put(here, {"mark": "excused"})["ground"] == "official_leave"
    assert cleo.put(here, {"mark": None})["mark"] is None
    assert cleo.get(here)["mark"] is None
    cleo.put(here.replace(f"/{first}", "/999999"), {"mark": "present"}, 404)


@pytest.mark.parametrize("part", ["", "/{seat}"])
def test_a_sheet_that_has_changed_is_not_overwritten(api: Programs, db: Session, world: World, part: str) -> None:
    cleo, dan, seat = api(world.people["cleo"]), api(world.people["dan"]), seats(db, world)[0]
    one = f"/sessions/{world.ids['session_id']}/attendance/{seat}"
    here = f"/sessions/{world.ids['session_id']}/attendance" + part.format(seat=seat)
    body = {"mark": "absent"} if part else {"marks": [{"enrolment_id": seat, "mark": "absent"}]}
    tag = cleo.ask("GET", here).headers["ETag"]
    dan.put(one, {"mark": "present"})
    cleo.put(here, body, 412, headers={"If-Match": tag})
    assert cleo.get(one)["mark"] == "present"
    cleo.put(here, body, headers={"If-Match": cleo.ask("GET", here).headers["ETag"]})
    assert cleo.get(one)["mark"] == "absent"


def test_attendance_ahead_and_of_closed_runs_is_refused(api: Programs, db: Session, world: World) -> None:
    dan = api(world.people["dan"])
    for name, code in (("open", "too_early"), ("closed", "closed")):
        (session,) = dan.get(f"/runs/{world.runs[name].id}/sessions")["items"]
        here = f"/sessions/{session['id']}/attendance"
        assert dan.get(here)["closed"]
        assert dan.put(here, {"marks": []}, 409)["code"] == code


def test_scores_are_entered_cleared_and_never_rounded(api: Programs, db: Session, world: World) -> None:
    cleo, (first, second) = api(world.people["cleo"]), seats(db, world)
    here = f"/runs/{world.runs['on'].id}/scores"
    assert cleo.get(here)["parts"] == []
    sent = [{"enrolment_id": first, "points": "85.55"}, {"enrolment_id": second, "points": "100"}]
    listed = cleo.put(here, {"scores": sent})
    assert [one["points"] for one in listed["scores"]] == [["85.55"], ["100"]]
    assert [part["weight"] for part in listed["parts"]] == [100]
    cleared = cleo.put(here, {"scores": [{"enrolment_id": first, "points": None}]})
    assert [one["points"] for one in cleared["scores"]] == [[None], ["100"]]


@pytest.mark.parametrize(
    ("score", "field"),
    [
        ({"points": "100.5"}, "scores.0.points"),
        ({"points": 85}, "scores.0.points"),
        ({"points": "5\n"}, "scores.0.points"),
        ({"points": "5", "part": 7}, "scores.0.part"),
    ],
)
def test_a_wrong_score_writes_nothing(
    api: Programs, db: Session, world: World, score: dict[str, object], field: str
) -> None:
    cleo, (first, second) = api(world.people["cleo"]), seats(db, world)
    here = f"/runs/{world.runs['on'].id}/scores"
    sent = [{"enrolment_id": first, **score}, {"enrolment_id": second, "points": "50"}]
    assert list(cleo.put(here, {"scores": sent}, 422)["errors"]) == [field]
    assert cleo.get(here)["parts"] == []


def test_scores_of_an_unscored_course_are_refused(api: Programs, world: World) -> None:
    told = api(world.people["dan"]).put(f"/runs/{world.runs['over'].id}/scores", {"scores": []}, 409)
    assert told["code"] == "unscored"


def test_the_completion_card_says_every_rule(api: Programs, world: World) -> None:
    card = api(world.people["ana"]).get(f"/enrolments/{world.ids['enrolment_id']}/completion")
    assert (card["outcome"], card["final"]) == ("completed", True)
    assert [rule["passed"] for rule in card["rules"]] == [True] * len(card["rules"])
    assert card["rules"]


def test_a_certificate_is_fetched_and_verified(api: Programs, world: World) -> None:
    ana, code = api(world.people["ana"]), str(world.ids["code"])
    (item,) = ana.get("/certificates")["items"]
    pdf = ana.ask("GET", item["pdf"].removeprefix("/api/v1"), headers={"Accept": "application/pdf"})
    assert pdf.data.startswith(b"%PDF")
    assert ana.get(f"/certificates/{code}") == item
    spoken = "-".join(code[n : n + 4] for n in range(0, 16, 4)).lower()
    told = api(None).get(f"/verification/{spoken}")
    assert (told["valid"], told["number"]) == (True, item["number"])
    assert "*" in told["name"]
    api(None).get(f"/verification/{spoken}?number=1-2", 404)
    api(None).get("/verification/AAAA-AAAA", 404)


def test_wrong_codes_are_counted_together_with_the_page(api: Programs, client: Browser, world: World) -> None:
    for _ in range(15):
        api(None).get("/verification/AAAA", 404)
        client.http.get("/verify/AAAA")
    answer = api(None).ask("GET", f"/verification/{world.ids['code']}", 429)
    assert answer.headers["Retry-After"] == "600"
    assert client.http.get(f"/verify/{world.ids['code']}").status_code == 429
