"""The officer's pages, as HTML and forms, and who may not see them."""

from __future__ import annotations

from datetime import date, time, timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.attendance.models import Attendance, AttendanceMark
from courses.catalogue.models import Course
from courses.enrolment.models import Enrolment, Status
from courses.people.models import Person
from courses.scheduling.holidays import PUBLIC
from courses.scheduling.models import ClassSession, Run, RunState
from courses.scheduling.queries import plan_of
from tests.client import Browser
from tests.factories import a_course, a_person, a_room, a_run, an_enrolment

FIRST = PUBLIC.on_or_after(clock.today() + timedelta(days=60))


def plan_one(client: Browser, course: Course, status: int = 303, **fields: Any) -> Any:
    data = {"first": FIRST.isoformat(), "begins": "09:00", "a_day": "7", "capacity": "20", **fields}
    return client.post(f"/operations/runs/new?course={course.id}", status, data=data)


def form_of(page: str) -> dict[str, list[str]]:
    """What a browser would send back of the biggest form of a page, unchanged."""
    found = _Form()
    found.feed(page)
    return max(found.forms, key=len)


class _Form(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, list[str]]] = []
        self.select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name, value = given.get("name"), given.get("value") or ""
        if tag == "form":
            self.forms.append({})
        elif tag == "input" and name and self.forms and (given.get("type") != "checkbox" or "checked" in given):
            self.forms[-1].setdefault(name, []).append(value)
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select and "selected" in given:
            self.forms[-1][self.select] = [value]


def test_from_a_course_to_a_published_run(client: Browser, db: Session, dan: Person, cleo: Person, ana: Person) -> None:
    course, room = a_course(db, "엑셀 기초", hours=14), a_room(db)
    client.sign_in(dan)
    assert "엑셀 기초" in client.get("/operations/runs/new").text
    client.get(f"/operations/runs/new?course={course.id}")
    fields = {"room": str(room.id), "teachers-0": str(cleo.id), "teachers-1": ""}
    address = plan_one(client, course, **fields).location
    run = db.scalars(select(Run).where(Run.course_id == course.id)).one()
    assert (run.state, run.days, run.capacity) == (RunState.DRAFT, 2, 20)
    assert "Nothing is missing" in client.get(address).text
    client.post(f"/operations/runs/{run.id}/publication")
    assert (run.state, run.policy) == (RunState.PUBLISHED, "plain 1")
    client.sign_in(ana)
    assert "엑셀 기초" in client.get("/runs").text


def test_a_cyber_run_asks_only_for_its_days(client: Browser, db: Session, dan: Person) -> None:
    course = a_course(db, kind="cyber")
    client.sign_in(dan)
    page = client.get(f"/operations/runs/new?course={course.id}").text
    assert 'name="room"' not in page
    days = {"starts_on": FIRST.isoformat(), "ends_on": (FIRST + timedelta(days=30)).isoformat(), "capacity": ""}
    address = client.post(f"/operations/runs/new?course={course.id}", data=days).location
    client.post(f"{address}/publication")
    run = db.scalars(select(Run).where(Run.course_id == course.id)).one()
    assert (run.state, run.capacity) == (RunState.PUBLISHED, None)
    assert run.apply_until == clock.at(PUBLIC.on_or_before(FIRST + timedelta(days=23)), time(18))
    client.get(address)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("first", "soon", "Enter a day"),
        ("first", "0026-12-07", "Enter a day"),
        ("begins", "25:00", "Enter a time"),
        ("begins", "21:00", "between 06:00 and 20:59"),
        ("a_day", "0", "from 1 to 9"),
        ("capacity", "many", "Enter a whole number"),
        ("room", "999999", "Choose one from the list"),
        ("room", "'; --", "Choose one from the list"),
        ("apply_from", "never", "Enter a day and a time"),
    ],
)
def test_what_cannot_be_understood_is_said_and_kept(
    client: Browser, db: Session, dan: Person, field: str, value: str, said: str
) -> None:
    client.sign_in(dan)
    page = plan_one(client, a_course(db, "엑셀 기초"), 422, **{field: value}).text
    assert said in page
    assert 'role="alert"' in page
    assert db.scalars(select(Run)).all() == []
    if field != "room":
        assert value in page


def test_a_taken_room_is_explained_on_the_form(client: Browser, db: Session, dan: Person) -> None:
    course, room = a_course(db, "엑셀 기초"), a_room(db, "교육장 가")
    client.sign_in(dan)
    plan_one(client, course, room=str(room.id))
    page = plan_one(client, a_course(db, "파이썬"), 409, room=str(room.id), capacity="17").text
    assert "교육장 가 is taken by ‘엑셀 기초’" in page
    assert "Free instead:" in page
    assert 'value="17"' in page
    assert len(db.scalars(select(Run)).all()) == 1


def test_a_draft_says_what_is_missing_and_is_not_published(client: Browser, db: Session, dan: Person) -> None:
    client.sign_in(dan)
    address = plan_one(client, a_course(db)).location
    page = client.get(address).text
    assert "Choose a room for every session" in page
    assert "/publication" not in page
    assert "Choose an instructor" in client.post(f"{address}/publication", 409).text


def test_saving_the_page_as_it_is_changes_nothing(client: Browser, db: Session, dan: Person, cleo: Person) -> None:
    window = {name: clock.at(FIRST, time(9)) for name in ("apply_from", "apply_until", "cancel_until")}
    run = a_run(db, days=3, instructors=[cleo], room=a_room(db), **window)
    before = plan_of(db, run)
    client.sign_in(dan)
    address = f"/operations/runs/{run.id}"
    client.post(address, data=form_of(client.get(address).text))
    assert plan_of(db, run) == before


def test_a_session_is_moved_removed_and_added(client: Browser, db: Session, dan: Person, cleo: Person) -> None:
    run = a_run(db, days=2, state="draft", instructors=[cleo], room=a_room(db))
    client.sign_in(dan)
    address = f"/operations/runs/{run.id}"
    form = form_of(client.get(address).text)
    form |= {
        "sessions-0-day": [FIRST.isoformat()],
        "sessions-0-periods-0-subject": ["입력과 서식"],
        "sessions-0-periods-7-begins": ["17:00"],
        "sessions-0-periods-7-ends": ["17:50"],
        "sessions-0-periods-7-teacher": [str(cleo.id)],
        "sessions-1-remove": ["y"],
    }
    client.post(address, data=form)
    (session,) = plan_of(db, run).sessions
    assert (session.day, len(session.periods)) == (FIRST, 8)
    assert session.periods[0].subject == "입력과 서식"
    assert session.periods[7].instructor_id == cleo.id
    answer = client.post(address, data=form_of(client.get(address).text) | {"add": "1"})
    assert answer.location.endswith("#session-2")
    later = plan_of(db, run).sessions[1]
    assert later.day > FIRST
    assert len(later.periods) == 8


def test_an_error_in_a_period_is_named_with_its_place(client: Browser, db: Session, dan: Person) -> None:
    run = a_run(db, days=2)
    client.sign_in(dan)
    address = f"/operations/runs/{run.id}"
    form = form_of(client.get(address).text)
    form |= {"sessions-1-periods-2-ends": [""], "sessions-0-day": [""], "sessions-1-periods-0-subject": ["남는 값"]}
    page = client.post(address, 422, data=form).text
    assert "Session 2, Period 3, From: Enter both times, or neither" in page
    assert 'href="#sessions-1-periods-2-begins"' in page
    assert "Session 1, Day: Enter a day" in page
    assert "남는 값" in page


def test_a_marked_session_stays(client: Browser, db: Session, dan: Person, ana: Person) -> None:
    run = a_run(db, starts_in=0, days=2)
    session = db.scalars(select(ClassSession).where(ClassSession.run_id == run.id).order_by(ClassSession.id)).first()
    assert session is not None
    enrolment = an_enrolment(db, run, ana)
    db.add(
        Attendance(
            session_id=session.id,
            enrolment_id=enrolment.id,
            mark=AttendanceMark.PRESENT,
            marked_by=dan.id,
            marked_at=clock.now(),
        )
    )
    db.commit()
    client.sign_in(dan)
    address = f"/operations/runs/{run.id}"
    page = client.get(address).text
    assert 'name="sessions-0-remove"' not in page
    assert 'name="sessions-1-remove"' in page
    refused = client.post(address, 409, data=form_of(page) | {"sessions-0-remove": ["y"]}).text
    assert "Session 1 has attendance marks" in refused


def test_fewer_seats_move_people_to_the_queue(client: Browser, db: Session, dan: Person, ana: Person) -> None:
    run = a_run(db, seats=2)
    an_enrolment(db, run, a_person(db))
    last = an_enrolment(db, run, ana)
    client.sign_in(dan)
    address = f"/operations/runs/{run.id}"
    asked = client.post(address, 409, data=form_of(client.get(address).text) | {"capacity": ["1"]}).text
    assert f"{db.get_one(Person, last.person_id).name} would lose the seat" in asked
    assert db.get_one(Enrolment, last.id).status is Status.ENROLLED
    client.post(address, data=form_of(asked) | {"capacity": ["1"], "fewer": ["y"]})
    assert "1 person moved to the queue" in client.get(address).text
    assert (db.get_one(Enrolment, last.id).status, db.get_one(Run, run.id).capacity) == (Status.WAITLISTED, 1)


def test_a_closed_run_is_only_shown(client: Browser, db: Session, dan: Person) -> None:
    run = a_run(db, state="closed", starts_in=-5)
    client.sign_in(dan)
    assert 'name="capacity"' not in client.get(f"/operations/runs/{run.id}").text


def test_cancelling_shows_who_it_concerns_and_frees_them(
    client: Browser, db: Session, dan: Person, ana: Person
) -> None:
    run = a_run(db)
    enrolment = an_enrolment(db, run, ana)
    client.sign_in(dan)
    address = f"/operations/runs/{run.id}/cancellation"
    page = client.get(address).text
    assert "1 person is enrolled" in page
    assert "김아나" in page
    client.post(address, 422, data={"reason": ""})
    client.post(address, data={"reason": "신청자 부족"})
    assert db.get_one(Run, run.id).state is RunState.CANCELLED
    assert db.get_one(Enrolment, enrolment.id).status is Status.CANCELLED
    client.get(f"/operations/runs/{run.id}")
    client.get(address)
    client.post(address, 409, data={"reason": "한 번 더"})


def test_the_list_searches_filters_and_answers_htmx(client: Browser, db: Session, dan: Person) -> None:
    client.sign_in(dan)
    assert "No run is planned" in client.get("/operations/runs").text
    a_run(db, a_course(db, "엑셀 기초"))
    a_run(db, a_course(db, "파이썬 기초"), state="draft")
    assert "파이썬 기초" not in client.get("/operations/runs?q=엑셀").text
    assert "엑셀 기초" not in client.get("/operations/runs?stage=draft&stage=nonsense").text
    fragment = client.get("/operations/runs?q=없는", headers={"HX-Request": "true"}).text
    assert fragment.lstrip().startswith('<div id="results">')
    client.get("/operations/runs?page=9", 404)


def test_the_roster_is_for_its_instructor_and_officers(
    client: Browser, db: Session, dan: Person, cleo: Person, ana: Person, eve: Person
) -> None:
    run = a_run(db, instructors=[cleo])
    an_enrolment(db, run, ana)
    an_enrolment(db, run, eve, status="waitlisted")
    address = f"/runs/{run.id}/roster"
    page = client.sign_in(cleo).get(address).text
    assert "김아나" in page
    assert "정이브" not in page
    assert "Signature" in page
    assert f"/runs/{run.id}/enrolments" not in page
    assert f"/runs/{run.id}/enrolments" in client.sign_in(dan).get(address).text
    other = a_person(db, "남강사", roles=["instructor"])
    client.sign_in(other).get(address, 404)
    client.get(f"{address}.csv", 404)
    client.sign_in(ana).get(address, 403)


def test_the_roster_as_a_file_holds_no_formula(client: Browser, db: Session, cleo: Person) -> None:
    run = a_run(db, instructors=[cleo])
    an_enrolment(db, run, a_person(db, "=1+1"))
    client.sign_in(cleo)
    lines = client.get(f"/runs/{run.id}/roster.csv").data.decode("utf-8-sig").splitlines()
    assert lines[0] == "No.,Name,Employee number,Unit,Grade"
    assert lines[1].startswith("1,'=1+1,")
    assert client.get(f"/runs/{run.id}/roster.xlsx").data.startswith(b"PK")
    client.get(f"/runs/{run.id}/roster.exe", 404)


def test_a_course_is_added_and_changed(client: Browser, db: Session, dan: Person) -> None:
    client.sign_in(dan)
    fields = {
        "code": "W900",
        "title": "문서 꾸미기",
        "kind": "workplace",
        "level": "general",
        "hours": "4",
        "area": "사무",
    }
    client.post("/operations/courses/new", data=fields)
    course = db.scalars(select(Course).where(Course.code == "W900")).one()
    assert (course.minutes, course.scored) == (240, False)
    run = a_run(db, course)
    address = f"/operations/courses/{course.id}"
    assert "문서 꾸미기" in client.get("/operations/courses?q=사무").text
    assert 'value="사무"' in client.get(address).text
    client.post(address, data=fields | {"title": "문서 다듬기", "capacity": "25"})
    changed = db.get_one(Course, course.id)
    assert (changed.title, changed.capacity) == ("문서 다듬기", 25)
    assert "다듬기" in db.get_one(Run, run.id).search_text
    assert "kind stays" in client.post(address, 409, data=fields | {"kind": "cyber"}).text


@pytest.mark.parametrize(
    ("changes", "status", "said"),
    [
        ({"code": "K 1"}, 422, "A code has no blanks"),
        ({"hours": "0"}, 422, "from 1 to 2000"),
        ({"title": " "}, 422, "Enter a title"),
        ({"kind": "dance"}, 422, "Kind of training"),
        ({"code": "DOUBLE"}, 409, "has this code already"),
        ({"kind": "workplace"}, 409, "belongs to an area"),
    ],
)
def test_a_course_that_cannot_be(
    client: Browser, db: Session, dan: Person, changes: dict[str, str], status: int, said: str
) -> None:
    a_course(db, "먼저 있던 과정").code = "DOUBLE"
    db.commit()
    fields = {"code": "K900", "title": "새 과정", "kind": "classroom", "level": "general", "hours": "7"}
    page = client.sign_in(dan).post("/operations/courses/new", status, data=fields | changes).text
    assert said in page
    assert len(db.scalars(select(Course)).all()) == 1


@pytest.mark.parametrize(
    "address",
    [
        "/operations/runs",
        "/operations/runs/new",
        "/operations/runs/1",
        "/operations/runs/1/cancellation",
        "/operations/courses",
        "/operations/courses/new",
        "/operations/courses/1",
    ],
)
def test_planning_is_the_officers(client: Browser, ana: Person, cleo: Person, address: str) -> None:
    client.get(address, 303)
    for person in (ana, cleo):
        client.sign_in(person).get(address, 403)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_an_instructor_changes_nothing(client: Browser, db: Session, cleo: Person, language: str) -> None:
    run = a_run(db, instructors=[cleo])
    client.sign_in(cleo, language)
    for tail in ("", "/publication", "/cancellation"):
        client.post(f"/operations/runs/{run.id}{tail}", 403, data={"reason": "x"})
    client.post("/operations/courses/new", 403)
    assert db.get_one(Run, run.id).state is RunState.PUBLISHED


def test_a_day_of_the_calendar(client: Browser, db: Session, dan: Person) -> None:
    """A course of thirty-five hours over a weekend is five sessions on five working days."""
    course = a_course(db, hours=35)
    friday = date(2027, 1, 8)
    client.sign_in(dan)
    plan_one(client, course, first=friday.isoformat())
    run = db.scalars(select(Run).where(Run.course_id == course.id)).one()
    assert [session.day.day for session in plan_of(db, run).sessions] == [8, 11, 12, 13, 14]
    assert client.get(f"/operations/runs/{run.id}").text.count('class="card session"') == 5


@pytest.mark.parametrize("key", ["9" * 19, "9" * 5000, "²", "-1"])
def test_a_session_id_that_nothing_can_have_is_a_new_session(
    client: Browser, db: Session, dan: Person, key: str
) -> None:
    run = a_run(db, state="draft")
    client.sign_in(dan)
    form = form_of(client.get(f"/operations/runs/{run.id}").text)
    client.post(f"/operations/runs/{run.id}", data=form | {"sessions-0-key": [key]})
    assert [session.number for session in plan_rows(db, run)] == [1]


def plan_rows(db: Session, run: Run) -> list[ClassSession]:
    return list(db.scalars(select(ClassSession).where(ClassSession.run_id == run.id)))
