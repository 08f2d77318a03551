"""Asking to be excused and deciding, as people click it; and who must not."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.attendance import excusing
from courses.attendance.models import AbsenceRequest, Ground, RequestState
from courses.attendance.queries import sessions_with_marks
from courses.people.models import Person
from courses.scheduling.models import RunState
from tests import factories
from tests.absences.conftest import Away
from tests.client import Browser

GOOD = {"ground": "duty", "number": "총무과-1234"}


def requests(db: Session) -> list[AbsenceRequest]:
    db.expire_all()
    return list(db.scalars(select(AbsenceRequest).order_by(AbsenceRequest.id)))


def ask(db: Session, away: Away, *days: int) -> AbsenceRequest:
    ids = [away.sessions[day].id for day in days or (2,)]
    made = excusing.ask(db, away.ana.person_id, away.ana.id, ids, Ground.DUTY, "총무과-1234")
    db.commit()
    return made


def test_asked_and_approved_in_two_clicks(
    client: Browser, db: Session, ana: Person, dan: Person, cleo: Person, away: Away
) -> None:
    address = f"/enrolments/{away.ana.id}/absences"
    page = client.sign_in(ana).get(address).text
    assert page.count('name="session"') == 3
    assert "textarea" not in page
    assert "reason" not in page.split("<main")[1].lower()
    chosen = [str(away.sessions[day].id) for day in (1, 2)]
    client.post(address, data={**GOOD, "session": chosen})
    assert "Waits for a decision" in client.get(address).text
    queue = client.sign_in(dan).get("/operations").text
    assert "/operations/absences" in queue
    page = client.get("/operations/absences").text
    assert page.count("checked") == 1
    client.post("/operations/absences/approval", data={"request": str(requests(db)[0].id)})
    assert "/operations/absences" not in client.get("/operations").text
    marks = [str(one.marks.get(away.ana.id, "")) for one in sessions_with_marks(db, away.run.id)]
    assert marks == ["", "excused duty", "excused duty"]
    sheet = client.sign_in(cleo).get(f"/sessions/{away.sessions[2].id}/attendance").text
    assert "Excused (On duty)" in sheet
    assert "Excused" in client.sign_in(ana).get(address).text
    assert "Was excused as asked" in client.get(f"/enrolments/{away.ana.id}").text


def test_a_whole_day(client: Browser, db: Session, ana: Person, away: Away) -> None:
    second = factories.a_session(away.run, away.sessions[2].starts_at.date(), 4)
    second.starts_at, second.ends_at = (away.sessions[2].ends_at, away.sessions[2].ends_at.replace(minute=59))
    second.periods = []
    db.add(second)
    db.commit()
    address = f"/enrolments/{away.ana.id}/absences"
    assert 'name="day"' in client.sign_in(ana).get(address).text
    client.post(address, data={**GOOD, "day": clock.local(second.starts_at).date().isoformat()})
    page = client.get(address).text
    assert page.count("Asked for already") == 2


@pytest.mark.parametrize(
    ("changed", "status", "words"),
    [
        ({"session": []}, 422, "Choose at least one session"),
        ({"ground": ""}, 422, "Choose a ground"),
        ({"ground": "illness"}, 422, "Choose a ground"),
        ({"number": "감기"}, 409, "Enter the number of the document"),
        ({"session": ["999999"]}, 409, "Choose at least one session of this run"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_kept(
    client: Browser, db: Session, ana: Person, away: Away, changed: dict[str, object], status: int, words: str
) -> None:
    sent = {**GOOD, "session": [str(away.sessions[2].id)], **changed}
    page = client.sign_in(ana).post(f"/enrolments/{away.ana.id}/absences", status, data=sent).text
    assert words in page
    assert requests(db) == []


def test_withdrawn(client: Browser, db: Session, ana: Person, away: Away) -> None:
    request = ask(db, away)
    client.sign_in(ana).post(f"/absences/{request.id}/withdrawal")
    assert [one.state for one in requests(db)] == [RequestState.WITHDRAWN]
    client.post(f"/absences/{request.id}/withdrawal", 409)


def test_several_at_once_what_fails_stays(client: Browser, db: Session, dan: Person, away: Away) -> None:
    one, two = ask(db, away, 1), ask(db, away, 2)
    client.sign_in(dan).post("/operations/absences/return", 422, data={"request": str(one.id), "reason": "flu"})
    client.post("/operations/absences/approval", 422, data={})
    client.post("/operations/absences/return", data={"request": str(one.id), "reason": "number"})
    page = client.post("/operations/absences/approval", 409, data={"request": [str(one.id), str(two.id)]}).text
    assert "One request approved" in page
    assert "decided already" in page
    assert [one.state for one in requests(db)] == [RequestState.RETURNED, RequestState.APPROVED]


def test_returned_says_why(client: Browser, db: Session, ana: Person, dan: Person, away: Away) -> None:
    request = ask(db, away)
    client.sign_in(dan).post("/operations/absences/return", data={"request": str(request.id), "reason": "sessions"})
    assert "The document is about other days" in client.sign_in(ana).get(f"/enrolments/{away.ana.id}/absences").text


def test_what_is_anothers(
    client: Browser, db: Session, ana: Person, ben: Person, cleo: Person, dan: Person, eve: Person, away: Away
) -> None:
    request = ask(db, away)
    address = f"/enrolments/{away.ana.id}/absences"
    for person in (ben, cleo, dan, eve):
        client.sign_in(person).get(address, 404)
        client.post(address, 404, data={**GOOD, "session": [str(away.sessions[1].id)]})
        client.post(f"/absences/{request.id}/withdrawal", 404)
    for person in (ana, ben, cleo, eve):
        client.sign_in(person).get("/operations/absences", 403)
        client.post("/operations/absences/approval", 403, data={"request": str(request.id)})
        client.post("/operations/absences/return", 403, data={"request": str(request.id), "reason": "number"})
    assert [one.state for one in requests(db)] == [RequestState.OPEN]


def test_a_closed_run_is_refused(client: Browser, db: Session, ana: Person, away: Away) -> None:
    away.run.state = RunState.CLOSED
    db.commit()
    address = f"/enrolments/{away.ana.id}/absences"
    assert "This run is over" in client.sign_in(ana).get(address).text
    sent = {**GOOD, "session": [str(away.sessions[2].id)]}
    assert "closed" in client.post(address, 409, data=sent).text
    assert requests(db) == []


def test_a_course_without_sessions(client: Browser, db: Session, ana: Person) -> None:
    run = factories.a_run(db, factories.a_course(db, kind="cyber"), starts_in=0)
    enrolment = factories.an_enrolment(db, run, ana)
    assert "no sessions to attend" in client.sign_in(ana).get(f"/enrolments/{enrolment.id}/absences").text
