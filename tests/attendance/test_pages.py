"""The instructor's pages, as a form and as JSON."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from courses.attendance import queries
from courses.attendance.models import Attendance
from courses.events.models import Event
from courses.people.models import Person
from courses.scheduling.models import RunState
from tests import factories
from tests.attendance.conftest import Class, a_class
from tests.client import Browser


def address(course: Class) -> str:
    return f"/sessions/{course.today.id}/attendance"


def sheet(db: Session, course: Class) -> list[str]:
    return [str(row.mark) for row in queries.roster(db, course.today)]


def fields(page: str) -> dict[str, str]:
    """What a browser without scripts would send of the page's sheet."""
    values = {}
    for tag in re.findall(r"<input[^>]+>", page):
        attributes = dict(re.findall(r'([a-z]+)="([^"]*)"', tag))
        name, kind = attributes.get("name", ""), attributes.get("type")
        if re.match(r"(was|mark|minutes)\d", name) and (kind != "radio" or " checked" in tag):
            values[name] = attributes.get("value", "")
    for name, options in re.findall(r'<select name="(ground\d+)".*?>(.*?)</select>', page):
        chosen = re.search(r'value="(\w+)" selected', options) or re.search(r'value="(\w+)"', options)
        assert chosen
        values[name] = chosen[1]
    return values


# Who may


def test_the_instructor_and_the_officer_see_the_sheet(
    client: Browser, cleo: Person, dan: Person, course: Class
) -> None:
    for person in (cleo, dan):
        page = client.sign_in(person).get(address(course)).text
        assert page.index("가은") < page.index("나리") < page.index("다솜")


def test_an_employee_is_told_who_can(client: Browser, ana: Person, course: Class) -> None:
    assert "Instructor" in client.sign_in(ana).get(address(course), 403).text
    client.get("/teaching", 403)
    client.post(address(course), 403, json={"marks": {}})


def test_another_instructor_finds_nothing(client: Browser, db: Session, course: Class) -> None:
    other = factories.a_person(db, "남강사", roles=["instructor"])
    client.sign_in(other).get(address(course), 404)
    client.post(address(course), 404, json={"marks": {str(course.people[0].id): "present"}})
    assert sheet(db, course) == ["", "", ""]


def test_nobody_signed_in_is_asked_to(client: Browser, course: Class) -> None:
    client.get(address(course), 303)


# The list


def test_teaching_opens_the_session_that_is_on(client: Browser, cleo: Person, course: Class) -> None:
    assert client.sign_in(cleo).get("/teaching", 303).location == address(course)
    page = client.get("/teaching?list=1").text
    assert "Not fully marked" in page


def test_officers_see_the_sessions_of_all_runs(client: Browser, db: Session, cleo: Person, dan: Person) -> None:
    other = factories.a_person(db, "남강사", roles=["instructor"])
    runs = [a_class(db, cleo), a_class(db, other)]
    page = client.sign_in(dan).get("/teaching").text
    assert all(address(run) in page for run in runs)
    mine = client.sign_in(other).get("/teaching?list=1").text
    assert [address(run) in mine for run in runs] == [False, True]


def test_an_instructor_without_runs_is_told_so(client: Browser, cleo: Person) -> None:
    assert "No sessions" in client.sign_in(cleo).get("/teaching").text


# JSON


def test_json_saves_and_answers_with_time_tally_and_marks(
    client: Browser, db: Session, cleo: Person, course: Class
) -> None:
    first, second, _ = (str(person.id) for person in course.people)
    answer: Any = client.sign_in(cleo).post(address(course), 200, json={"marks": {first: "late", second: "present"}})
    assert answer.json["marks"] == {first: "late 10", second: "present"}
    assert answer.json["tally"] | {"late": 1, "present": 1, "": 1} == answer.json["tally"]
    assert answer.json["at"].startswith("2026-11-23T00:05")
    assert sheet(db, course) == ["late 10", "present", ""]


def test_json_tells_what_others_changed(client: Browser, cleo: Person, dan: Person, course: Class) -> None:
    first, second, _ = (str(person.id) for person in course.people)
    client.sign_in(dan).post(address(course), 200, json={"marks": {first: "absent"}})
    answer: Any = client.sign_in(cleo).post(address(course), 200, json={"marks": {second: "present"}, "seen": {}})
    assert answer.json["foreign"] == {first: "absent"}
    assert answer.json["told"] == ["가은: 최단 set “Absent” at 09:05"]


def test_json_tells_who_has_left(client: Browser, cleo: Person, course: Class) -> None:
    left = course.people[0]
    left.status = type(left.status)("withdrawn")
    client.db.commit()
    answer: Any = client.sign_in(cleo).post(address(course), 200, json={"marks": {str(left.id): "present"}})
    assert answer.json["gone"] == [left.id]
    assert "가은" in answer.json["told"][0]


def test_json_refused_tells_why(client: Browser, db: Session, cleo: Person, course: Class) -> None:
    course.run.state = RunState.CLOSED
    db.commit()
    answer: Any = client.sign_in(cleo).post(address(course), 409, json={"marks": {str(course.people[0].id): "late"}})
    assert "closed" in answer.json["refused"]


@pytest.mark.parametrize(
    "body",
    [
        [],
        {},
        {"marks": []},
        {"marks": {"1": 5}},
        {"marks": {"x": "present"}},
        {"marks": {"9" * 30: "present"}},
        {"marks": {"1": "sick"}},
        {"marks": {"1": "late -1"}},
        {"marks": {}, "seen": ["present"]},
    ],
)
def test_json_that_is_no_sheet_changes_nothing(
    client: Browser, db: Session, cleo: Person, course: Class, body: object
) -> None:
    client.sign_in(cleo).post(address(course), 422, json=body)
    assert db.scalar(select(func.count()).select_from(Event).where(Event.kind == "marked")) == 0


# The plain form


def test_the_form_saves_what_was_chosen(client: Browser, db: Session, cleo: Person, course: Class) -> None:
    first, second, third = (person.id for person in course.people)
    form = fields(client.sign_in(cleo).get(address(course)).text)
    form |= {f"mark{first}": "late", f"minutes{first}": "25", f"mark{second}": "excused", f"ground{second}": "duty"}
    form |= {f"mark{third}": "left_early", f"minutes{third}": ""}
    assert client.post(address(course), data=form).location == address(course)
    assert sheet(db, course) == ["late 25", "excused duty", "left_early 10"]
    assert "Saved at 09:05" in client.get(address(course)).text


def test_the_form_changes_minutes_and_grounds_alone(client: Browser, db: Session, cleo: Person, course: Class) -> None:
    first, second, _ = (person.id for person in course.people)
    client.sign_in(cleo).post(
        address(course), 200, json={"marks": {str(first): "late 20", str(second): "excused duty"}}
    )
    form = fields(client.get(address(course)).text)
    client.post(address(course), data=form | {f"minutes{first}": "35", f"ground{second}": "leave"})
    assert sheet(db, course) == ["late 35", "excused leave", ""]


def test_a_form_opened_earlier_leaves_alone_what_it_does_not_change(
    client: Browser, db: Session, cleo: Person, dan: Person, course: Class
) -> None:
    first, second, third = (person.id for person in course.people)
    client.sign_in(cleo).post(address(course), 200, json={"marks": {str(first): "present", str(second): "late 20"}})
    form = fields(client.get(address(course)).text)
    client.sign_in(dan).post(address(course), 200, json={"marks": {str(first): "absent", str(second): "late 40"}})
    client.sign_in(cleo).post(address(course), data=form | {f"mark{third}": "present"})
    assert sheet(db, course) == ["absent", "late 40", "present"]
    assert "최단 set “Absent”" in client.get(address(course)).text


def test_a_form_that_is_no_sheet_changes_nothing(client: Browser, db: Session, cleo: Person, course: Class) -> None:
    first = course.people[0].id
    client.sign_in(cleo).post(address(course), 400, data={f"was{first}": "", f"mark{first}": "sick"})
    client.post(address(course), 400, data={f"was{first}": "", f"mark{first}": "late", f"minutes{first}": "soon"})
    assert sheet(db, course) == ["", "", ""]


def test_the_form_refused_shows_why(client: Browser, db: Session, cleo: Person, course: Class) -> None:
    first = course.people[0].id
    course.run.state = RunState.CLOSED
    db.commit()
    page = client.sign_in(cleo).post(address(course), 409, data={f"was{first}": "", f"mark{first}": "late"}).text
    assert "closed" in page


# What the sheet looks like in its states


def test_a_closed_run_is_shown_read_only_with_the_reason(
    client: Browser, db: Session, cleo: Person, course: Class
) -> None:
    client.sign_in(cleo).post(address(course), 200, json={"marks": {str(course.people[0].id): "late 20"}})
    course.run.state = RunState.CLOSED
    db.commit()
    page = client.get(address(course)).text
    assert "can no longer be changed" in page
    assert "Late 20 min" in page
    assert 'type="radio"' not in page


def test_a_session_ahead_is_a_roster_that_says_when_it_opens(client: Browser, cleo: Person, course: Class) -> None:
    page = client.sign_in(cleo).get(f"/sessions/{course.tomorrow.id}/attendance").text
    assert "Attendance can be taken from Tue 24 Nov 08:30 on" in page
    assert 'type="radio"' not in page


def test_nobody_enrolled_is_said(client: Browser, db: Session, cleo: Person) -> None:
    empty = a_class(db, cleo, ())
    assert "Nobody is enrolled" in client.sign_in(cleo).get(address(empty)).text
    assert "Nobody enrolled" in client.get("/teaching?list=1").text


def test_a_hundred_and_twenty_people_fit(client: Browser, db: Session, cleo: Person) -> None:
    course = a_class(db, cleo, tuple(f"제갈공명희{n:03}" for n in range(120)))
    page = client.sign_in(cleo, "ko").get(address(course)).text
    marks = {f"mark{person.id}": "present" for person in course.people}
    client.post(address(course), data=fields(page) | marks)
    assert db.scalar(select(func.count()).select_from(Attendance)) == 120


def test_sessions_lead_to_the_ones_beside_them(client: Browser, cleo: Person, course: Class) -> None:
    page = client.sign_in(cleo).get(address(course)).text
    for beside in (course.yesterday, course.tomorrow):
        assert f'href="/sessions/{beside.id}/attendance"' in page
    assert "session 2 of 3" in page
