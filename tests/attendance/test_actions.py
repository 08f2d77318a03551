"""Marking a session."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from courses import clock
from courses.attendance import actions, queries
from courses.attendance.actions import Saved
from courses.attendance.marks import MarkInput
from courses.attendance.models import Attendance
from courses.enrolment.models import Status
from courses.errors import Refused
from courses.events.models import Event
from courses.people.models import Person
from courses.scheduling.models import RunState
from courses.settings.models import Setting
from tests import factories
from tests.attendance.conftest import Class


def mark(db: Session, by: Person, course: Class, *words: str, seen: dict[int, str] | None = None) -> Saved:
    """Mark today's session: the words in roster order."""
    marks = {person.id: MarkInput.parse(mark) for person, mark in zip(course.people, words, strict=False)}
    return actions.mark(db, by.id, course.today.id, marks, seen)


def sheet(db: Session, course: Class) -> list[str]:
    return [str(row.mark) for row in queries.roster(db, course.today)]


def events(db: Session) -> list[dict[str, Any]]:
    return [event.data for event in db.scalars(select(Event).where(Event.kind == "marked").order_by(Event.id))]


def test_every_mark_is_kept_with_what_belongs_to_it(db: Session, cleo: Person, course: Class) -> None:
    saved = mark(db, cleo, course, "late", "excused duty", "present")
    assert sheet(db, course) == ["late 10", "excused duty", "present"]
    assert [str(saved.marks[person.id]) for person in course.people] == ["late 10", "excused duty", "present"]
    row = db.get_one(Attendance, (course.today.id, course.people[0].id))
    assert (row.minutes_missed, row.marked_by, row.marked_at) == (10, cleo.id, clock.now())


def test_one_event_tells_before_and_after_of_what_changed(db: Session, cleo: Person, course: Class) -> None:
    mark(db, cleo, course, "late 20", "present")
    mark(db, cleo, course, "present", "present", "absent")
    ids = [str(person.id) for person in course.people]
    assert [event["marks"] for event in events(db)] == [
        {ids[0]: ["", "late 20"], ids[1]: ["", "present"]},
        {ids[0]: ["late 20", "present"], ids[2]: ["", "absent"]},
    ]


def test_unchanged_marks_write_nothing(db: Session, cleo: Person, dan: Person, course: Class) -> None:
    mark(db, cleo, course, "present", "late 20", "excused")
    assert mark(db, dan, course, "present", "late", "excused").written == 0
    assert len(events(db)) == 1
    assert db.scalar(select(func.count()).where(Attendance.marked_by == dan.id)) == 0


def test_a_mark_can_be_cleared_and_clearing_nothing_writes_nothing(db: Session, cleo: Person, course: Class) -> None:
    mark(db, cleo, course, "present")
    assert mark(db, cleo, course, "", "").written == 1
    assert sheet(db, course) == ["", "", ""]


def test_the_usual_minutes_are_a_setting(db: Session, cleo: Person, course: Class) -> None:
    db.add(Setting(name=queries.USUAL_MINUTES, value=15))
    mark(db, cleo, course, "stepped_out")
    assert sheet(db, course)[0] == "stepped_out 15"


def test_nobody_misses_more_than_the_session(db: Session, cleo: Person, course: Class) -> None:
    mark(db, cleo, course, "late 999")
    assert sheet(db, course)[0] == "late 350"


@pytest.mark.parametrize("status", [status for status in Status if status != Status.ENROLLED])
def test_only_enrolled_people_are_marked_and_the_rest_is_told(
    db: Session, cleo: Person, course: Class, status: Status
) -> None:
    course.people[1].status = status
    saved = mark(db, cleo, course, "present", "present", "present")
    assert saved.gone == [course.people[1].id]
    assert saved.written == 2
    assert db.get(Attendance, (course.today.id, course.people[1].id)) is None


def test_people_of_another_run_are_not_marked(db: Session, cleo: Person, course: Class) -> None:
    stranger = factories.an_enrolment(db, factories.a_run(db, starts_in=-1), factories.a_person(db))
    saved = actions.mark(db, cleo.id, course.today.id, {stranger.id: MarkInput.parse("present")})
    assert saved.gone == [stranger.id]
    assert events(db) == []


@pytest.mark.parametrize(
    ("state", "code"), [("closed", "closed"), ("cancelled", "not_published"), ("draft", "not_published")]
)
def test_only_a_published_run_is_marked(db: Session, cleo: Person, course: Class, state: str, code: str) -> None:
    course.run.state = RunState(state)
    with pytest.raises(Refused) as refused:
        mark(db, cleo, course, "present")
    assert refused.value.code == code
    assert sheet(db, course) == ["", "", ""]


def test_a_session_opens_half_an_hour_before_it_starts(db: Session, cleo: Person, course: Class) -> None:
    opens = course.today.starts_at - timedelta(minutes=30)
    with clock.frozen(opens - timedelta(seconds=1)), pytest.raises(Refused) as refused:
        mark(db, cleo, course, "present")
    assert refused.value.message.params["opens_at"] == opens
    with clock.frozen(opens):
        assert mark(db, cleo, course, "present").written == 1


def test_two_devices_are_merged_and_told_what_the_other_did(
    db: Session, cleo: Person, dan: Person, course: Class
) -> None:
    first, second, third = (person.id for person in course.people)
    mark(db, dan, course, "late 20", "absent")
    saved = mark(db, cleo, course, "present", seen={first: "", second: "", third: ""})
    assert sheet(db, course) == ["present", "absent", ""]
    told = {change.enrolment_id: (str(change.mark), change.by, change.at) for change in saved.foreign}
    assert told == {first: ("late 20", "최단", clock.now()), second: ("absent", "최단", clock.now())}


def test_a_mark_that_another_device_cleared_is_told_too(db: Session, cleo: Person, dan: Person, course: Class) -> None:
    mark(db, cleo, course, "present", "present")
    seen = {course.people[0].id: "present", course.people[1].id: "present"}
    mark(db, dan, course, "")
    (change,) = mark(db, cleo, course, seen=seen).foreign
    assert (change.enrolment_id, str(change.mark), change.by) == (course.people[0].id, "", "최단")


def test_sending_again_after_a_lost_answer_is_no_news(db: Session, cleo: Person, course: Class) -> None:
    mark(db, cleo, course, "present")
    again = mark(db, cleo, course, "present", seen={})
    assert (again.foreign, again.written) == ([], 0)
