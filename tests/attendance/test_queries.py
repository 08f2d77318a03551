"""Rosters, and what completion reads."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from courses import clock
from courses.attendance import actions, queries, teaching
from courses.attendance.marks import MarkInput
from courses.people.models import Person, Posting
from courses.scheduling.models import Period, RunState
from tests import factories
from tests.attendance.conftest import Class, a_class


def mark_all(db: Session, by: Person, course: Class, words: str) -> None:
    marks = {person.id: MarkInput.parse(words) for person in course.people}
    actions.mark(db, by.id, course.today.id, marks)


def test_the_roster_is_in_korean_order_with_the_unit_of_the_day(db: Session, cleo: Person) -> None:
    course = a_class(db, cleo, ("황보영", "가은", "나리"))
    moved = course.people[2].person_id
    unit = factories.a_unit(db, "세무과", "재무국")
    db.add(Posting(person_id=moved, unit_id=unit.id, from_on=date(2026, 11, 23), grade="7급"))
    db.flush()
    rows = queries.roster(db, course.today)
    assert [(row.number, row.name) for row in rows] == [(1, "가은"), (2, "나리"), (3, "황보영")]
    assert rows[1].unit == "재무국 세무과"
    assert queries.roster(db, course.yesterday)[1].unit == "행정국 총무과"


def test_a_trainee_from_elsewhere_is_shown_with_the_institution(db: Session, cleo: Person, course: Class) -> None:
    guest = factories.a_person(db, "하늘", external=True, institution="한빛시설공단")
    factories.an_enrolment(db, course.run, guest)
    assert queries.roster(db, course.today)[-1].unit == "한빛시설공단"


def test_completion_reads_credited_minutes_of_every_session(db: Session, cleo: Person, course: Class) -> None:
    first, second, third = (person.id for person in course.people)
    words = {first: "late 10", second: "excused leave"}
    actions.mark(db, cleo.id, course.today.id, {key: MarkInput.parse(word) for key, word in words.items()})
    yesterday, today, tomorrow = queries.sessions_with_marks(db, course.run.id)
    assert [session.number for session in (yesterday, today, tomorrow)] == [1, 2, 3]
    assert (today.minutes, today.scheduled) == (350, 420)
    assert [today.attended(person) for person in (first, second, third)] == [408, 0, 0]
    assert {key: str(mark) for key, mark in today.marks.items()} == words
    assert yesterday.marks == {}


def test_a_session_without_periods_counts_from_start_to_end(db: Session, cleo: Person, course: Class) -> None:
    db.execute(delete(Period).where(Period.session_id == course.today.id))
    assert queries.sessions_with_marks(db, course.run.id)[1].minutes == 470
    assert queries.scheduled_minutes(db, course.today.id) == 470


def test_the_tally_counts_the_unmarked_too(db: Session, cleo: Person, course: Class) -> None:
    actions.mark(db, cleo.id, course.today.id, {course.people[0].id: MarkInput.parse("late")})
    tally = queries.tally([row.mark for row in queries.roster(db, course.today)])
    assert list(tally) == ["present", "late", "left_early", "stepped_out", "absent", "excused", ""]
    assert (tally["late"], tally[""]) == (1, 2)


def test_the_agenda_has_today_what_comes_and_what_lacks_marks(db: Session, cleo: Person, course: Class) -> None:
    agenda = teaching.agenda(db, None)
    assert [[entry.id for entry in part] for part in (agenda.today, agenda.ahead, agenda.behind)] == [
        [course.today.id],
        [course.tomorrow.id],
        [course.yesterday.id],
    ]
    assert (agenda.behind[0].enrolled, agenda.behind[0].unmarked) == (3, 3)


def test_a_fully_marked_session_is_no_longer_behind(db: Session, cleo: Person, course: Class) -> None:
    mark_all(db, cleo, course, "present")
    with clock.frozen(clock.now() + timedelta(days=1)):
        behind = teaching.agenda(db, None).behind
    assert [entry.id for entry in behind] == [course.yesterday.id]


def test_closed_runs_lack_nothing(db: Session, course: Class) -> None:
    course.run.state = RunState.CLOSED
    db.flush()
    agenda = teaching.agenda(db, None)
    assert (agenda.ahead, agenda.behind) == ([], [])


def test_the_current_session_is_the_one_from_half_an_hour_before(db: Session, cleo: Person, course: Class) -> None:
    starts, ends = course.today.starts_at, course.today.ends_at
    at = {
        starts - timedelta(minutes=31): None,
        starts - timedelta(minutes=30): course.today.id,
        ends - timedelta(minutes=1): course.today.id,
        ends: None,
    }
    for moment, expected in at.items():
        with clock.frozen(moment):
            assert teaching.current(db, cleo.id) == expected


def test_nothing_is_current_for_others_or_when_two_are_on(
    db: Session, cleo: Person, eve: Person, course: Class
) -> None:
    assert teaching.current(db, eve.id) is None
    a_class(db, cleo)
    assert teaching.current(db, cleo.id) is None
