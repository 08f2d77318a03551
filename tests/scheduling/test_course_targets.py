"""Whom a course is for and what comes before it: on its form, on a run's page, in its copies."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.catalogue import actions
from courses.catalogue.actions import CoursePlan
from courses.catalogue.models import Course, Kind, Level
from courses.catalogue.targets import known_posts, required_ids
from courses.errors import Refused
from courses.people.models import Person
from courses.people.units import shown_as
from tests.client import Browser
from tests.factories import a_course, a_person, a_run, a_unit
from tests.scheduling.test_course_pages import FIELDS, the


def planned(code: str, **fields: object) -> CoursePlan:
    return CoursePlan(code, code, Kind.CLASSROOM, Level.GENERAL, 7, **fields)  # type: ignore[arg-type]  # of many types


def test_a_course_is_for_whom_its_form_says(client: Browser, db: Session, dan: Person, ana: Person) -> None:
    unit, before = a_unit(db, "세무과", "재정국"), a_course(db, "엑셀 기초")
    a_person(db, "나칠급", unit=unit, grade="8급")
    client.sign_in(dan)
    empty = client.get("/operations/courses/new").text
    assert 'value="8급"' in empty
    assert shown_as(unit) in empty
    target = {"grades": ["7급", "8급"], "services": ["일반직"], "units-0": shown_as(unit), "required-0": "엑셀 기초"}
    address = client.post("/operations/courses/new", data=FIELDS | target).location
    course = the(db, "B100")
    assert (course.for_grades, course.for_services, course.for_units) == (["7급", "8급"], ["일반직"], [unit.id])
    assert required_ids(db, course.id) == [before.id]
    page = client.get(address).text
    assert f'value="엑셀 기초 ({before.code})"' in page
    assert 'name="required-1"' in page
    run = a_run(db, course)
    shown = client.sign_in(ana).get(f"/runs/{run.id}").text
    assert "7급, 8급 · 일반직 · 세무과" in shown
    assert "엑셀 기초" in shown
    client.sign_in(dan).post(address, data=FIELDS)
    course = the(db, "B100")
    assert (course.for_grades, course.for_services, course.for_units, required_ids(db, course.id)) == ([], [], [], [])


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ({"units-0": "없는 과"}, "There is no open unit"),
        ({"required-0": "없는 과정"}, "There is no course with the code or title"),
        ({"required-0": "같은 이름"}, "Several courses are called"),
        ({"grades": "20급"}, "Grades"),
    ],
)
def test_what_is_not_there_is_said(
    client: Browser, db: Session, dan: Person, target: dict[str, str], said: str
) -> None:
    a_course(db, "같은 이름")
    a_course(db, "같은 이름")
    page = client.sign_in(dan).post("/operations/courses/new", 422, data=FIELDS | target).text
    assert said in page
    assert db.scalar(select(Course).where(Course.code == FIELDS["code"])) is None


def test_no_course_comes_before_itself_by_any_way_round(db: Session, dan: Person) -> None:
    one = actions.add(db, dan.id, planned("A"))
    two = actions.add(db, dan.id, planned("B", required_ids=(one.id,)))
    three = actions.add(db, dan.id, planned("C", required_ids=(two.id,)))
    for required in (one, two, three):
        with pytest.raises(Refused, match="itself needs this course first") as refused:
            actions.change(db, dan.id, one, planned("A", required_ids=(required.id,)), has_runs=False)
        assert refused.value.code == "circle"


def test_a_copy_is_for_the_same_people(db: Session, dan: Person) -> None:
    before = actions.add(db, dan.id, planned("A"))
    fields = {"grades": ("7급",), "services": ("일반직",), "unit_ids": (a_unit(db).id,), "required_ids": (before.id,)}
    course = actions.add(db, dan.id, planned("B", **fields))
    copy = actions.duplicate(db, dan.id, course, "사본")
    assert (copy.for_grades, copy.for_services, copy.for_units) == (["7급"], ["일반직"], [a_unit(db).id])
    assert required_ids(db, copy.id) == [before.id]


def test_a_grade_that_nobody_has_any_more_can_still_be_kept(db: Session, dan: Person) -> None:
    actions.add(db, dan.id, planned("A", grades=("기능10급",)))
    grades, services = known_posts(db)
    assert "기능10급" in grades
    assert "" not in {*grades, *services}
