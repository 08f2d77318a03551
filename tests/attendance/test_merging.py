"""Which of two marks stands, when neither device knew of the other one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from courses import clock
from courses.attendance import actions, queries
from courses.attendance.actions import Saved
from courses.attendance.marks import MarkInput
from courses.people.models import Person
from tests.attendance.conftest import Class
from tests.client import Browser

LATER = timedelta(minutes=10)


def send(db: Session, by: Person, course: Class, words: str, *, age: float, seen: str = "") -> Saved:
    """Mark the first one in today's session, so many seconds after that was done on the device."""
    first = course.people[0].id
    return actions.mark(db, by.id, course.today.id, {first: MarkInput.parse(words)}, {first: seen}, {first: age})


def first_of(db: Session, course: Class) -> str:
    return str(queries.roster(db, course.today)[0].mark)


@pytest.mark.parametrize(("age", "stands"), [(599, "present"), (601, "absent")])
def test_the_later_of_two_marks_stands_and_the_other_one_is_told(
    db: Session, cleo: Person, dan: Person, course: Class, age: float, stands: str
) -> None:
    """His was made ten minutes ago."""
    send(db, dan, course, "absent", age=0)
    at = clock.now()
    with clock.frozen(at + LATER):
        saved = send(db, cleo, course, "present", age=age)
    assert first_of(db, course) == stands
    (told,) = saved.foreign
    assert (str(told.mark), told.by, told.at, told.stands) == ("absent", "최단", at, stands == "absent")
    assert saved.written == (stands == "present")


def test_a_mark_that_was_seen_is_replaced_however_old_the_new_one_is(
    db: Session, cleo: Person, dan: Person, course: Class
) -> None:
    send(db, dan, course, "absent", age=0)
    send(db, cleo, course, "present", age=3600, seen="absent")
    assert first_of(db, course) == "present"


def test_a_mark_that_was_taken_away_later_stays_away(db: Session, cleo: Person, dan: Person, course: Class) -> None:
    send(db, cleo, course, "late 20", age=0)
    with clock.frozen(clock.now() + LATER):
        send(db, dan, course, "", age=0, seen="late 20")
        saved = send(db, cleo, course, "late 30", age=60, seen="late 20")
    assert first_of(db, course) == ""
    assert [(str(told.mark), told.by) for told in saved.foreign] == [("", "최단")]


def test_an_answer_that_got_lost_is_no_news_however_late_it_is_sent_again(
    db: Session, cleo: Person, course: Class
) -> None:
    send(db, cleo, course, "late 09:20", age=1)
    with clock.frozen(clock.now() + LATER):
        again = send(db, cleo, course, "late 09:20", age=601)
    assert (again.written, again.foreign) == (0, [])


def test_a_mark_that_waits_for_others_grows_no_younger(
    client: Browser, db: Session, cleo: Person, dan: Person, course: Class, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was made two seconds before it came in, the other one a second before; writing waits ten seconds."""
    first = str(course.people[0].id)
    address = f"/sessions/{course.today.id}/attendance"
    client.sign_in(cleo)
    came = clock.now()
    with clock.frozen(came - timedelta(seconds=1)):
        actions.mark(db, dan.id, course.today.id, {course.people[0].id: MarkInput.parse("absent")})
        db.commit()
    moments = iter([came])
    monkeypatch.setattr("lms.web.attendance.views.now", lambda: next(moments))
    with clock.frozen(came + timedelta(seconds=10)):
        client.post(address, 200, json={"marks": {first: "present"}, "seen": {}, "ages": {first: 2}})
    assert first_of(db, course) == "absent"


def test_json_carries_ages_times_and_notes(
    client: Browser, db: Session, cleo: Person, dan: Person, course: Class
) -> None:
    first, second, third = (str(one.id) for one in course.people)
    address = f"/sessions/{course.today.id}/attendance"
    client.sign_in(dan).post(address, 200, json={"marks": {first: "absent"}})
    sent = {"marks": {first: "present", second: "stepped_out 10:30-11:20"}, "seen": {}, "ages": {first: 60, second: 60}}
    answer: Any = client.sign_in(cleo).post(address, 200, json=sent)
    assert answer.json["marks"] == {second: "stepped_out 40"}
    assert (answer.json["foreign"], answer.json["overruled"]) == ({first: "absent"}, {})
    assert answer.json["notes"] == {first: "최단 09:05 Absent"}
    marks: Any = client.get(f"{address}/marks")
    assert marks.json["marks"] == {first: "absent", second: "stepped_out 40", third: ""}
    assert marks.json["notes"] == {first: "최단 09:05 Absent"}


@pytest.mark.parametrize("ages", [[], {"1": -1}, {"1": "4"}, {"1": True}, {"x": 1}, {"1": None}])
def test_json_with_ages_that_are_none_changes_nothing(
    client: Browser, db: Session, cleo: Person, course: Class, ages: object
) -> None:
    marks = {str(course.people[0].id): "present"}
    address = f"/sessions/{course.today.id}/attendance"
    client.sign_in(cleo).post(address, 422, json={"marks": marks, "ages": ages})
    assert first_of(db, course) == ""


def test_the_marks_of_another_instructors_session_are_not_told(client: Browser, eve: Person, course: Class) -> None:
    client.sign_in(eve).get(f"/sessions/{course.today.id}/attendance/marks", 403)
