"""Courses as the officer keeps them: drafts, subjects, parts, copies, retired ones; the list and its files."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from courses import clock
from courses.catalogue import actions
from courses.catalogue.actions import CoursePlan, Incomplete, SubjectPlan
from courses.catalogue.models import Course, Kind, Level
from courses.errors import Refused
from courses.events.models import Event
from courses.people.models import Person
from courses.scheduling import actions as scheduling
from courses.scheduling.models import Run
from courses.scheduling.pinned import is_scored
from courses.scheduling.plan import RunPlan
from tests.client import Browser
from tests.exchange.files import look_at
from tests.factories import a_course, a_run

FIELDS = {
    "code": "B100",
    "title": "디지털 행정",
    "kind": "classroom",
    "level": "general",
    "hours": "20",
    "policy": "plain",
}
PARTS = {
    "kind": "blended",
    "subjects-0-title": "실습",
    "subjects-0-kind": "classroom",
    "subjects-0-hours": "14",
    "subjects-1-title": "이론",
    "subjects-1-kind": "cyber",
    "subjects-1-hours": "6",
}


def the(db: Session, code: str) -> Course:
    statement = select(Course).options(selectinload(Course.subjects)).where(Course.code == code)
    return db.scalars(statement, execution_options={"populate_existing": True}).one()


def subjects(course: Course) -> list[tuple[str, str, int]]:
    return [(one.title, one.kind.value, one.minutes) for one in course.subjects]


def test_a_blended_course_has_both_parts(client: Browser, db: Session, dan: Person) -> None:
    client.sign_in(dan)
    address = client.post("/operations/courses/new", data=FIELDS | PARTS).location
    course = the(db, "B100")
    assert subjects(course) == [("실습", "classroom", 840), ("이론", "cyber", 360)]
    page = client.get(address).text
    assert "Offered" in page
    assert 'value="실습"' in page


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"subjects-1-hours": "5"}, "come to 19 hours and the course has 20"),
        ({"subjects-1-kind": "classroom"}, "both kinds"),
        ({"subjects-0-title": "", "subjects-0-hours": "", "subjects-1-hours": "20"}, "both kinds"),
    ],
)
def test_a_course_that_lacks_a_part_is_only_a_draft(
    client: Browser, db: Session, dan: Person, changes: dict[str, str], said: str
) -> None:
    client.sign_in(dan)
    assert said in client.post("/operations/courses/new", 409, data=FIELDS | PARTS | changes).text
    assert db.scalars(select(Course)).all() == []
    address = client.post("/operations/courses/new", data=FIELDS | PARTS | changes | {"draft": "1"}).location
    page = client.get(address).text
    assert said in page
    assert f"{address}/publication" not in page
    assert said in client.post(f"{address}/publication", 409).text
    client.get(f"/operations/runs/new?course={the(db, 'B100').id}", 404)
    client.post(address, data=FIELDS | PARTS)
    assert the(db, "B100").draft  # saving it does not publish it
    client.post(f"{address}/publication")
    assert not the(db, "B100").draft
    client.get(f"/operations/runs/new?course={the(db, 'B100').id}")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"subjects-0-hours": ""}, "Subject 1, Subject: Enter the hours of the subject"),
        ({"subjects-1-title": " "}, "Subject 2, Subject: Enter what the subject is called"),
        ({"subjects-0-hours": "x"}, "Enter a whole number"),
        ({"recognised": "2001"}, "from 0 to 2000"),
        ({"policy": "kind"}, "Rules for completing"),
    ],
)
def test_a_line_that_cannot_be_is_named(
    client: Browser, db: Session, dan: Person, changes: dict[str, str], said: str
) -> None:
    page = client.sign_in(dan).post("/operations/courses/new", 422, data=FIELDS | PARTS | changes).text
    assert said in page
    assert db.scalars(select(Course)).all() == []


def test_lines_are_added_moved_and_removed_without_scripts(client: Browser, db: Session, dan: Person) -> None:
    client.sign_in(dan)

    def sent(**button: str) -> str:
        pressed = {name.replace("_", "-"): value for name, value in button.items()}
        return client.post("/operations/courses/new", 200, data=FIELDS | PARTS | pressed).text

    assert 'name="subjects-2-title"' in sent(add_row="1")
    moved = sent(up_row="1")
    assert moved.index('value="이론"') < moved.index('value="실습"')
    removed = sent(remove_row="0")
    assert 'value="실습"' not in removed
    assert 'name="subjects-0-title"' in removed
    assert 'name="subjects-1-title"' not in removed
    for odd in ("99", "-1", "x", "²", ""):
        assert 'value="실습"' in sent(remove_row=odd)
    assert db.scalars(select(Course)).all() == []


def test_a_copy_is_a_draft_with_a_code_of_its_own(client: Browser, db: Session, dan: Person) -> None:
    client.sign_in(dan)
    address = client.post(
        "/operations/courses/new", data=FIELDS | PARTS | {"audience": "신규자", "mandatory": "y"}
    ).location
    client.get(client.post(f"{address}/copies").location)
    client.post(f"{address}/copies")
    copy = the(db, "B100-2")
    assert the(db, "B100-3").draft
    assert (copy.title, copy.draft, copy.audience, copy.mandatory) == ("디지털 행정 (copy)", True, "신규자", True)
    assert subjects(copy) == subjects(the(db, "B100"))


def test_a_retired_course_is_taken_back(client: Browser, db: Session, dan: Person) -> None:
    course = a_course(db, "엑셀 기초")
    address = f"/operations/courses/{course.id}"
    client.sign_in(dan)
    client.post(f"{address}/retirement")
    assert the(db, course.code).retired_on == clock.today()
    assert "is no longer offered" in client.get(address).text
    assert "엑셀 기초" not in client.get("/operations/courses").text
    assert "엑셀 기초" in client.get("/operations/courses?offer=retired").text
    client.get(f"/operations/runs/new?course={course.id}", 404)
    with pytest.raises(Refused, match="no longer offered"):
        scheduling.plan(db, dan.id, the(db, course.code), RunPlan(clock.today(), clock.today(), 10))
    client.post(f"{address}/offer")
    assert the(db, course.code).retired_on is None


def test_what_changed_is_kept_as_an_event(db: Session, dan: Person) -> None:
    wanted = CoursePlan("X1", "엑셀", Kind.CLASSROOM, Level.GENERAL, 7)
    course = actions.add(db, dan.id, wanted)
    again = CoursePlan(
        "X1", "엑셀", Kind.CLASSROOM, Level.GENERAL, 7, recognised_hours=5, subjects=(SubjectPlan("표", 7),)
    )
    actions.change(db, dan.id, course, again, has_runs=False)
    actions.change(db, dan.id, course, again, has_runs=False)
    last: Any = db.scalars(select(Event).order_by(Event.id.desc())).first()
    assert last.data["after"] == {"recognised_minutes": 300, "subjects": [["표", "classroom", 420]]}
    assert len(db.scalars(select(Event)).all()) == 2


def test_a_published_course_cannot_become_incomplete(db: Session, dan: Person) -> None:
    course = actions.add(db, dan.id, CoursePlan("X1", "엑셀", Kind.CLASSROOM, Level.GENERAL, 7))
    with pytest.raises(Incomplete):
        actions.change(db, dan.id, course, CoursePlan("X1", "엑셀", Kind.BLENDED, Level.GENERAL, 7), has_runs=False)


def test_a_published_run_stays_scored_as_it_was(db: Session, dan: Person) -> None:
    course = a_course(db, scored=True)
    run = a_run(db, course, state="draft", room=None, days=1)
    assert is_scored(run, course)
    run.scored = True
    course.scored = False
    assert is_scored(run, course)
    other = a_run(db, course)
    assert not is_scored(other, course)


def test_the_list_is_searched_filtered_and_paged(client: Browser, db: Session, dan: Person) -> None:
    client.sign_in(dan)
    assert "There are no courses yet" in client.get("/operations/courses").text
    a_course(db, "엑셀 기초")
    a_course(db, "정보보호", kind="cyber")
    area = a_course(db, "전자결재", kind="workplace").area_id
    for query, there, gone in (
        ("q=ㅇㅅ", "엑셀 기초", "정보보호"),
        ("q=사무자동화", "전자결재", "엑셀 기초"),
        ("kind=cyber&kind=nonsense", "정보보호", "엑셀 기초"),
        (f"area={area}&area=x", "전자결재", "정보보호"),
        ("level=general&offer=offered", "엑셀 기초", "없는 과정"),
    ):
        page = client.get(f"/operations/courses?{query}").text
        assert there in page
        assert gone not in page
    assert "No course fits" in client.get("/operations/courses?level=specialist").text
    fragment = client.get("/operations/courses?q=엑셀", headers={"HX-Request": "true"}).text
    assert fragment.lstrip().startswith('<div id="results">')
    more: dict[str, Any] = {"kind": Kind.CYBER, "level": Level.GENERAL, "minutes": 60, "scored": False}
    db.add_all(Course(code=f"M{n}", title=f"과정 {n}", **more) for n in range(60))
    db.commit()
    assert "<b>63</b> courses" in client.get("/operations/courses").text
    client.get("/operations/courses?page=2")
    client.get("/operations/courses?page=3", 404)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_file_of_the_list_comes_back_in(client: Browser, db: Session, dan: Person, language: str) -> None:
    a_course(db, "엑셀 기초", recognised_minutes=300, mandatory=True)
    a_course(db, "전자결재", kind="workplace")
    client.sign_in(dan, language)
    content = client.get("/operations/courses.csv").data
    assert "엑셀 기초" in content.decode("utf-8-sig")
    assert client.get("/operations/courses.xlsx").data.startswith(b"PK")
    client.get("/operations/courses.exe", 404)
    found = look_at(db, "catalogue", content)
    assert (len(found.plan.added), len(found.plan.changed), found.plan.same, found.plan.bad) == (0, 0, 2, [])


def test_an_employee_sees_what_a_run_is_about(client: Browser, db: Session, dan: Person, ana: Person) -> None:
    client.sign_in(dan)
    words = {"description": "첫째 줄\n둘째 <b>줄</b>", "audience": "신규 임용자", "recognised": "10"}
    client.post("/operations/courses/new", data=FIELDS | PARTS | words)
    run = a_run(db, the(db, "B100"), days=2)
    page = client.sign_in(ana).get(f"/runs/{run.id}").text
    for said in ("첫째 줄", "&lt;b&gt;", "신규 임용자", "Classroom 14 hours + Cyber 6 hours", "10 hours", "실습"):
        assert said in page, said
    assert "+ Cyber" in client.get("/runs").text


@pytest.mark.parametrize("tail", ["publication", "copies", "retirement", "offer", ""])
def test_courses_are_the_officers(client: Browser, db: Session, cleo: Person, eve: Person, tail: str) -> None:
    course = a_course(db)
    address = f"/operations/courses/{course.id}/{tail}".rstrip("/")
    for person in (cleo, eve):
        client.sign_in(person).post(address, 403)
    client.get("/operations/courses.csv", 403)
    assert len(db.scalars(select(Course)).all()) == 1
    assert db.scalars(select(Run)).all() == []
