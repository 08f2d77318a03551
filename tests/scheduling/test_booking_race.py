"""Officers who book the same room and instructor at the same moment: one of them gets both."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from courses.catalogue.actions import CoursePlan
from courses.catalogue.models import Course, Kind, Level
from courses.scheduling import actions, clashes
from courses.scheduling.layout import lay_out
from courses.scheduling.models import Run
from courses.scheduling.plan import RunPlan
from courses.scheduling.retitling import change_course
from lms.db import Database
from tests.factories import a_course, a_person, a_room
from tests.races.together import at_once

pytestmark = pytest.mark.race

OFFICERS = 8
MONDAY = date(2026, 12, 7)


def book(database: Database, *, same_course: bool) -> list[str]:
    """Let every officer plan a run in the same room at the same moment; what each was told."""
    with database.begin() as db:
        room = a_room(db).id
        teacher = a_person(db, roles=["instructor"]).id
        courses = [a_course(db).id for _ in range(OFFICERS)]

    def work(db: Session, n: int) -> None:
        course = db.get_one(Course, courses[0 if same_course else n])
        # The instructor alone in half of the plans: what is taken there is taken everywhere.
        sessions = tuple(lay_out(420, MONDAY, room_id=room if n % 2 else None))
        actions.plan(db, None, course, RunPlan(MONDAY, MONDAY, 20, None, None, None, sessions, (teacher,)))

    return sorted(at_once(database, OFFICERS, work))


def test_nobody_is_booked_twice(database: Database) -> None:
    assert book(database, same_course=False) == ["done"] + ["taken"] * (OFFICERS - 1)
    with database.look() as db:
        assert db.scalar(select(func.count(Run.id))) == 1


def test_without_the_locks_and_the_check_everybody_is(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control. The same course, so that the numbers of its runs are seen to stay unique all the same."""
    monkeypatch.setattr(clashes, "require_free", lambda *_: None)
    assert book(database, same_course=True) == ["done"] * OFFICERS
    with database.look() as db:
        assert sorted(db.scalars(select(Run.number))) == list(range(1, OFFICERS + 1))


@pytest.mark.parametrize("changes_first", [True, False])
def test_no_class_is_planned_in_a_course_that_becomes_cyber(database: Database, changes_first: bool) -> None:
    with database.begin() as db:
        course_id = a_course(db).id

    def work(db: Session, n: int) -> None:
        course = db.scalars(select(Course).where(Course.id == course_id).options(selectinload(Course.subjects))).one()
        if (n == 0) is changes_first:
            change_course(db, None, course, CoursePlan(course.code, course.title, Kind.CYBER, Level.GENERAL, 7))
        else:
            actions.plan(db, None, course, RunPlan(MONDAY, MONDAY, 20, sessions=tuple(lay_out(420, MONDAY))))

    assert sorted(at_once(database, 2, work)) == ["done", "kind"]
