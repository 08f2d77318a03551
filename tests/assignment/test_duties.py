"""For whom a mandatory course holds, by which day, and who is late with it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from courses import clock
from courses.catalogue.models import Course
from courses.enrolment.assignments import Duty, Standing, of_person, overdue, standings
from courses.enrolment.models import Assignment, Renewal
from courses.people.models import Person
from tests import factories
from tests.assignment.scenes import an_assignment, completed, moved, on_leave

TODAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    with clock.frozen(factories.some_day()):
        yield


@pytest.fixture
def course(db: Session) -> Course:
    return factories.a_course(db, "정보보호 기초", kind="cyber")


def the_duty(db: Session, person: Person) -> Duty:
    (duty,) = of_person(db, person.id)
    return duty


def late(db: Session, assignment: Assignment) -> dict[str, int]:
    return {one.name: one.days for one in overdue(db, assignment)}


def test_a_day_that_is_over_and_one_that_is_not(db: Session, course: Course, ana: Person) -> None:
    assignment = an_assignment(db, course, TODAY)
    assert the_duty(db, ana) == Duty(assignment.id, course.id, "정보보호 기초", TODAY, None, False, False, 0)
    assert standings(db) == {assignment.id: Standing(people=1, open=1)}
    assignment.due_on = TODAY - timedelta(days=3)
    db.commit()
    assert the_duty(db, ana).late == 3
    assert late(db, assignment) == {"김아나": 3}
    assert standings(db) == {assignment.id: Standing(people=1, late=1)}


def test_whoever_completed_it_is_done(db: Session, course: Course, ana: Person, eve: Person) -> None:
    assignment = an_assignment(db, course, TODAY - timedelta(days=3))
    completed(db, course, ana, date(2024, 5, 2))
    assert the_duty(db, ana).done_on == date(2024, 5, 2)
    assert late(db, assignment) == {"정이브": 3}
    assert standings(db)[assignment.id] == Standing(people=2, done=1, late=1)


def test_it_holds_for_a_unit_and_all_below_a_grade_a_service(db: Session, course: Course) -> None:
    division, other = factories.a_unit(db, "총무과"), factories.a_unit(db, "재무과")
    team = factories.a_team(db, "총무팀", "총무과")
    for name, unit, grade in (("가", division, "6급"), ("나", team, "7급"), ("다", other, "7급")):
        factories.a_person(db, name, unit=unit, grade=grade)
    day = TODAY - timedelta(days=1)
    everybody = an_assignment(db, course, day)
    of_unit, of_grade = an_assignment(db, course, day, unit_id=division.id), an_assignment(db, course, day, grade="7급")
    both = an_assignment(db, course, day, unit_id=division.id, grade="7급")
    of_bureau = an_assignment(db, course, day, unit_id=division.parent_id)
    nobody = an_assignment(db, course, day, service="별정직")
    found = [list(late(db, one)) for one in (everybody, of_unit, of_grade, both, of_bureau, nobody)]
    assert found == [["가", "다", "나"], ["가", "나"], ["다", "나"], ["나"], ["가", "다", "나"], []]  # official order
    assert nobody.id not in standings(db)
    assert {key: one.late for key, one in standings(db, [team.id]).items()} == {
        everybody.id: 1, of_unit.id: 1, of_grade.id: 1, both.id: 1, of_bureau.id: 1
    }  # fmt: skip


@pytest.mark.parametrize(
    ("done", "due", "days"),
    [
        (None, date(2026, 6, 30), 146),
        (date(2025, 12, 31), date(2026, 6, 30), 146),
        (date(2026, 1, 2), None, 0),
    ],
)
def test_a_yearly_one_begins_anew_with_the_year(
    db: Session, course: Course, ana: Person, done: date | None, due: date | None, days: int
) -> None:
    assignment = an_assignment(db, course, date(2024, 6, 30), made=date(2024, 1, 2), renewal=Renewal.YEARLY)
    if done:
        completed(db, course, ana, done)
    duty = the_duty(db, ana)
    assert (duty.due_on, duty.late) == (due, days)
    assert late(db, assignment) == ({"김아나": days} if days else {})


def test_a_yearly_one_on_the_29th_of_february(db: Session, course: Course, ana: Person) -> None:
    an_assignment(db, course, date(2024, 2, 29), made=date(2024, 1, 2), renewal=Renewal.YEARLY)
    assert the_duty(db, ana).due_on == date(2026, 2, 28)


@pytest.mark.parametrize(
    ("done", "due", "is_done"),
    [
        (date(2026, 5, 31), None, True),  # until 30 November
        (date(2026, 5, 23), None, True),  # until today
        (date(2026, 5, 22), date(2026, 11, 22), False),
        (date(2025, 8, 31), date(2026, 2, 28), False),
    ],
)
def test_so_many_months_after_the_last_time(
    db: Session, course: Course, ana: Person, done: date, due: date | None, is_done: bool
) -> None:
    an_assignment(db, course, date(2025, 3, 1), made=date(2025, 1, 2), renewal=Renewal.AFTER, months=6)
    completed(db, course, ana, date(2024, 1, 10))
    completed(db, course, ana, done)
    duty = the_duty(db, ana)
    assert (duty.due_on, duty.done_on is not None) == (due, is_done)


def test_leave_moves_the_day_on(db: Session, course: Course, ana: Person) -> None:
    assignment = an_assignment(db, course, date(2026, 11, 1), made=date(2026, 6, 1))
    on_leave(db, ana, date(2026, 5, 1), date(2026, 6, 10))  # ten days of it since it was made
    on_leave(db, ana, date(2026, 8, 1), date(2026, 8, 5))
    assert the_duty(db, ana).due_on == date(2026, 11, 16)
    assert late(db, assignment) == {"김아나": 7}


def test_the_day_stands_still_for_who_is_away(db: Session, course: Course, ana: Person) -> None:
    assignment = an_assignment(db, course, date(2026, 11, 1), made=date(2026, 6, 1))
    on_leave(db, ana, TODAY)
    duty = the_duty(db, ana)
    assert (duty.away, duty.due_on, duty.late) == (True, None, 0)
    assert late(db, assignment) == {}
    assert standings(db)[assignment.id] == Standing(people=1, away=1)


def test_leave_of_earlier_years_does_not_count_for_this_year(db: Session, course: Course, ana: Person) -> None:
    an_assignment(db, course, date(2024, 6, 30), made=date(2024, 1, 2), renewal=Renewal.YEARLY)
    on_leave(db, ana, date(2025, 1, 1), date(2026, 1, 10))
    assert the_duty(db, ana).due_on == date(2026, 7, 10)


def test_who_comes_later_has_thirty_days(db: Session, course: Course, ana: Person, eve: Person) -> None:
    unit = factories.a_unit(db, "총무과")
    assignment = an_assignment(db, course, date(2026, 9, 30), made=date(2026, 6, 1), unit_id=unit.id)
    moved(db, eve, unit.id, date(2026, 11, 10))
    assert the_duty(db, eve).due_on == date(2026, 12, 10)
    assert list(late(db, assignment)) == ["김아나"]


def test_a_promotion_gives_no_new_time(db: Session, course: Course, ana: Person) -> None:
    unit = factories.a_unit(db, "총무과")
    an_assignment(db, course, date(2026, 9, 30), made=date(2026, 6, 1), unit_id=unit.id)
    moved(db, ana, unit.id, date(2026, 11, 10), "6급")
    assert the_duty(db, ana).due_on == date(2026, 9, 30)


def test_who_came_later_and_is_promoted_keeps_the_thirty_days(db: Session, course: Course, eve: Person) -> None:
    unit = factories.a_unit(db, "총무과")
    an_assignment(db, course, date(2026, 9, 30), made=date(2026, 6, 1), unit_id=unit.id)
    moved(db, eve, unit.id, date(2026, 11, 10))
    moved(db, eve, unit.id, date(2026, 11, 20), "6급")
    assert the_duty(db, eve).due_on == date(2026, 12, 10)


def test_it_holds_for_nobody_else(db: Session, course: Course, ana: Person, eve: Person) -> None:
    """Who has left, who is no staff; a course that is no longer offered; an assignment that has ended."""
    factories.a_person(db, "강사", external=True)
    ana.left_on = TODAY
    assignment = an_assignment(db, course, date(2026, 9, 30))
    assert list(late(db, assignment)) == ["정이브"]
    assert of_person(db, ana.id) == []
    course.retired_on = TODAY
    db.commit()
    assert standings(db) == {}
    course.retired_on, assignment.ended_on = None, TODAY
    db.commit()
    assert overdue(db, assignment) == []
    assert of_person(db, eve.id) == []


def test_a_seat_is_said(db: Session, course: Course, ana: Person) -> None:
    an_assignment(db, course, date(2026, 9, 30))
    factories.an_enrolment(db, factories.a_run(db, course), ana)
    assert the_duty(db, ana).begun
