"""Run it again, workplace areas, days off: as pages, and who may not."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.catalogue.models import Area, Course
from courses.content.models import Lesson, LessonKind
from courses.people.models import Person
from courses.scheduling.holidays import PUBLIC, calendar
from courses.scheduling.models import ClosedDay, Run, RunState
from courses.scheduling.queries import plan_of
from tests.client import Browser
from tests.factories import a_course, a_person, a_room, a_run, an_enrolment
from tests.scheduling.test_course_pages import FIELDS, PARTS, the
from tests.scheduling.test_scheduling_pages import form_of

DAY = PUBLIC.on_or_after(clock.today() + timedelta(days=50))


def sessions(db: Session, run: Run) -> list[date]:
    return [session.day for session in plan_of(db, run).sessions]


def others(db: Session, run: Run) -> list[Run]:
    return list(db.scalars(select(Run).where(Run.id != run.id).order_by(Run.id)))


def test_a_run_is_run_again_in_three_clicks(client: Browser, db: Session, dan: Person, cleo: Person) -> None:
    run = a_run(db, days=2, instructors=[cleo], room=a_room(db))
    client.sign_in(dan)
    address = f"/operations/runs/{run.id}/copies"
    assert 'name="first"' in client.get(address).text
    page = client.get(f"{address}?first={DAY}&count=1&every=1&unit=week").text
    assert "Nothing in the way" in page
    assert others(db, run) == []  # nothing is saved yet
    client.get(client.post(address, data={"day": DAY.isoformat()}).location)
    (again,) = others(db, run)
    assert (again.state, again.starts_on, again.teachers, again.days) == (RunState.DRAFT, DAY, "이클레오", 2)


def test_a_series_shows_what_is_in_the_way_and_is_all_or_nothing(
    client: Browser, db: Session, dan: Person, cleo: Person
) -> None:
    run = a_run(db, instructors=[cleo], room=a_room(db))
    taken = PUBLIC.on_or_after(DAY + timedelta(weeks=1))
    a_run(db, starts_in=(taken - clock.today()).days, instructors=[cleo])
    client.sign_in(dan)
    address = f"/operations/runs/{run.id}/copies?first={DAY}&count=3&every=1&unit=week"
    page = client.get(address).text
    assert page.count('name="day"') == 3
    assert page.count(" checked") == 2
    assert "이클레오 is taken by" in page
    before = len(others(db, run))
    days = [(DAY + timedelta(weeks=n)).isoformat() for n in range(3)]
    assert "이클레오 is taken by" in client.post(address, 409, data={"day": days}).text
    assert len(others(db, run)) == before
    assert "Choose at least one run" in client.post(address, 422, data={"day": ["x", "0001-01-01"]}).text
    location = client.post(address, data={"day": [days[0], days[2]]}).location
    assert client.get(location).text.count("작성") == 0
    assert len(others(db, run)) == before + 2


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("first=soon&count=1&every=1&unit=week", "Enter a day"),
        (f"first={DAY}&count=13&every=1&unit=week", "from 1 to 12"),
        (f"first={DAY}&count=1&every=x&unit=week", "Enter a whole number"),
        (f"first={DAY}&count=1&every=1&unit=year", "Weeks or months"),
    ],
)
def test_a_series_that_cannot_be_understood(client: Browser, db: Session, dan: Person, query: str, said: str) -> None:
    run = a_run(db)
    assert said in client.sign_in(dan).get(f"/operations/runs/{run.id}/copies?{query}", 422).text


def test_a_series_of_a_retired_course_is_not_there(client: Browser, db: Session, dan: Person) -> None:
    run = a_run(db, a_course(db, retired_on=clock.today()))
    client.sign_in(dan).get(f"/operations/runs/{run.id}/copies", 404)
    client.post(f"/operations/runs/{run.id}/copies", 404, data={"day": DAY.isoformat()})


def test_a_session_on_a_holiday_is_warned_of_by_name(client: Browser, db: Session, dan: Person) -> None:
    run = a_run(db, state="draft")
    db.add(ClosedDay(day=DAY, name="개청기념일"))
    db.commit()
    address = f"/operations/runs/{run.id}"
    client.sign_in(dan)
    form = form_of(client.get(address).text) | {"sessions-0-day": [DAY.isoformat()]}
    page = client.post(address, 409, data=form).text
    assert "개청기념일" in page
    assert 'name="anyway"' in page
    assert sessions(db, run) != [DAY]
    client.post(address, data=form | {"anyway": ["y"]})
    assert sessions(db, run) == [DAY]
    page = client.get(address).text
    assert "개청기념일" in page
    assert 'name="anyway"' not in page
    client.post(address, data=form_of(page) | {"capacity": ["12"]})  # the day stays, so nobody is asked again
    assert db.get_one(Run, run.id).capacity == 12


def test_closed_days_are_kept(client: Browser, db: Session, dan: Person) -> None:
    client.sign_in(dan)
    address = "/operations/closed-days"
    assert "Hangul Day" in client.get(f"{address}?year=2026").text
    assert "are not known" in client.get(f"{address}?year=2150").text
    client.get(f"{address}?year=9999999")
    assert "Enter what the day is for" in client.post(address, 422, data={"day": "2027-03-08", "name": " "}).text
    assert "Enter a day" in client.post(address, 422, data={"day": "soon", "name": "x"}).text
    a_run(db, starts_in=(DAY - clock.today()).days)
    client.post(address, data={"day": DAY.isoformat(), "name": "개청기념일"})
    page = client.get(f"{address}?year={DAY.year}").text
    assert "1 session is planned on it" in page
    assert "개청기념일" in page
    client.post(address, data={"day": DAY.isoformat(), "name": "창립일"})
    assert dict(calendar(db).closed) == {DAY: "창립일"}
    client.post(f"{address}/nonsense/removal")
    client.post(f"{address}/{DAY}/removal")
    assert db.scalars(select(ClosedDay)).all() == []


def test_areas_are_added_renamed_ordered_and_removed(client: Browser, db: Session, dan: Person) -> None:
    client.sign_in(dan)
    assert "There are no areas yet" in client.get("/operations/areas").text
    for name in ("사무자동화", "정보활용"):
        client.post("/operations/areas", data={"name": name})
    first, second = db.scalars(select(Area).order_by(Area.position)).all()
    assert "already" in client.post("/operations/areas", 409, data={"name": "정보활용"}).text
    assert "already" in client.post(f"/operations/areas/{first.id}", 409, data={"name": "정보활용"}).text
    client.post("/operations/areas", 422, data={"name": " "})
    client.post(f"/operations/areas/{first.id}", data={"name": "문서 자동화"})
    client.post(f"/operations/areas/{second.id}/position", data={"step": "up"})
    client.post(f"/operations/areas/{second.id}/position", data={"step": "up"})  # it is the first one now
    assert list(db.scalars(select(Area.name).order_by(Area.position))) == ["정보활용", "문서 자동화"]
    client.post(f"/operations/areas/{second.id}/position", data={"step": "down"})
    client.post(f"/operations/areas/{second.id}/removal")
    assert list(db.scalars(select(Area.name))) == ["문서 자동화"]
    client.post("/operations/areas/999/removal", 404)


def test_an_area_counts_its_year(client: Browser, db: Session, dan: Person, ana: Person, eve: Person) -> None:
    course = a_course(db, "전자결재", kind="workplace", hours=2)
    run = a_run(db, course, starts_in=0)
    a_run(db, course, starts_in=0, state="cancelled")
    for person in (ana, eve):
        an_enrolment(db, run, person)
    client.sign_in(dan)
    lines = client.get("/operations/areas.csv").data.decode("utf-8-sig").splitlines()
    assert lines[1] == f"사무자동화,{course.code},전자결재,1,2,2"
    assert "2 people" in client.get("/operations/areas").text
    assert "0 people" in client.get("/operations/areas?year=1999").text
    assert "1 courses are in" in client.post(f"/operations/areas/{course.area_id}/removal", 409).text


def test_a_workplace_run_needs_a_place_but_no_room(
    client: Browser, db: Session, dan: Person, cleo: Person, ana: Person
) -> None:
    course = a_course(db, "전자결재", kind="workplace", hours=2)
    client.sign_in(dan)
    fields = {"first": DAY.isoformat(), "begins": "14:00", "a_day": "2", "capacity": "12", "teachers-0": str(cleo.id)}
    address = f"/operations/runs/new?course={course.id}"
    draft = client.post(address, data=fields | {"publish": "1"}).location
    assert "say where it takes place" in client.get(draft).text
    client.get(client.post(address, data=fields | {"publish": "1", "venue": "4층 회의실", "begins": "16:00"}).location)
    run = db.scalars(select(Run).where(Run.state == RunState.PUBLISHED)).one()
    assert run.place == "4층 회의실"
    assert "4층 회의실" in client.sign_in(ana).get("/runs").text


def test_trainers_at_the_workplace_are_own_staff(client: Browser, db: Session, dan: Person, cleo: Person) -> None:
    a_person(db, "바깥강사", external=True, roles=["instructor"])
    client.sign_in(dan)
    workplace, classroom = a_course(db, kind="workplace"), a_course(db)
    assert "바깥강사" not in client.get(f"/operations/runs/new?course={workplace.id}").text
    assert "바깥강사" in client.get(f"/operations/runs/new?course={classroom.id}").text


def a_blended_course(client: Browser, db: Session) -> Course:
    client.post("/operations/courses/new", data=FIELDS | PARTS)
    return the(db, "B100")


def test_a_blended_run_lays_out_its_classroom_part(client: Browser, db: Session, dan: Person, cleo: Person) -> None:
    client.sign_in(dan)
    course, room = a_blended_course(client, db), a_room(db)
    address = f"/operations/runs/new?course={course.id}"
    page = client.get(address).text
    assert "The 14 hours are laid out" in page
    assert "The cyber part of 6 hours" in page
    assert "has none yet" in page
    fields: dict[str, Any] = {"first": DAY.isoformat(), "begins": "09:00", "a_day": "7", "capacity": "20"}
    fields |= {"room": str(room.id), "teachers-0": str(cleo.id), "publish": "1"}
    draft = client.post(address, data=fields).location
    assert "Write the lessons" in client.get(draft).text
    assert "Write the lessons" in client.post(f"{draft}/publication", 409).text
    run = db.scalars(select(Run)).one()
    periods = [period for session in plan_of(db, run).sessions for period in session.periods]
    assert [period.subject for period in periods] == ["실습"] * 14
    assert (run.starts_on, run.ends_on) == (DAY - timedelta(days=14), sessions(db, run)[-1])
    assert run.apply_until
    assert run.apply_until < clock.start_of(run.starts_on)
    until = run.ends_on + timedelta(days=9)
    client.post(draft, data=form_of(client.get(draft).text) | {"ends_on": [until.isoformat()]})
    assert db.get_one(Run, run.id).ends_on == until
    client.post(draft, data=form_of(client.get(draft).text))
    again = plan_of(db, db.get_one(Run, run.id))
    assert (again.starts_on, again.ends_on, again.spans) == (DAY - timedelta(days=14), until, True)
    db.add(Lesson(course_id=course.id, kind=LessonKind.TEXT, title="1차시", body="글", position=1, minutes=360))
    db.commit()
    client.post(f"{draft}/publication")
    assert db.get_one(Run, run.id).state is RunState.PUBLISHED


PAGES = [
    ("get", "/operations/areas"),
    ("get", "/operations/areas.csv"),
    ("post", "/operations/areas"),
    ("post", "/operations/areas/1"),
    ("post", "/operations/areas/1/position"),
    ("post", "/operations/areas/1/removal"),
    ("get", "/operations/closed-days"),
    ("post", "/operations/closed-days"),
    ("post", "/operations/closed-days/2026-12-24/removal"),
    ("get", "/operations/runs/1/copies"),
    ("post", "/operations/runs/1/copies"),
]


@pytest.mark.parametrize(("method", "address"), PAGES)
def test_who_plans_nothing_gets_in_nowhere(
    client: Browser, db: Session, eve: Person, cleo: Person, method: str, address: str
) -> None:
    a_run(db, instructors=[cleo])
    for person in (eve, cleo):
        getattr(client.sign_in(person), method)(address, 403)
    assert db.scalars(select(ClosedDay)).all() == []
    assert len(db.scalars(select(Run)).all()) == 1
