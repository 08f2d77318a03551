"""Mandatory courses and adding many people, without JavaScript; and from the wrong side."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from courses import clock
from courses.catalogue.models import Course
from courses.enrolment.models import Assignment, Enrolment, Renewal
from courses.events.models import Event
from courses.exchange.writing import Sheet, xlsx_bytes
from courses.people.models import Person
from courses.scheduling.models import Run
from lms.jobs.models import Job
from tests import factories
from tests.assignment.scenes import an_assignment, completed
from tests.client import Browser, check_page
from tests.nomination.scenes import a_clerk


@pytest.fixture
def course(db: Session) -> Course:
    return factories.a_course(db, "정보보호 기초")


@pytest.fixture
def late(db: Session, course: Course, ana: Person, ben: Person, eve: Person) -> Assignment:
    """Ana, her head and Eve are late by three days."""
    return an_assignment(db, course, clock.today() - timedelta(days=3))


def run_of(db: Session, **fields: object) -> Run:
    return factories.a_run(db, **fields)  # type: ignore[arg-type]  # whatever a run has


def places(db: Session, run: Run) -> dict[str, str]:
    people = select(Person.name, Enrolment.status).join(Enrolment, Enrolment.person_id == Person.id)
    return {row.name: row.status.value for row in db.execute(people.where(Enrolment.run_id == run.id))}


def add(client: Browser, run: Run, status: int = 303, **data: object) -> str:
    """Post the form; the page that comes back, checked, or the address."""
    answer = client.post(f"/runs/{run.id}/enrolments/adding", status, data=data)
    if status == 303:
        return str(answer.location)
    check_page(answer.text)
    return answer.text


def ticked(page: str) -> list[str]:
    return re.findall(r'name="person" value="(\d+)" checked', page)


@pytest.mark.parametrize(("language", "says"), [("ko", "2명을 추가했습니다"), ("en", "2 people are added")])
def test_pasted_people_are_looked_at_and_added(
    client: Browser, db: Session, dan: Person, ana: Person, eve: Person, language: str, says: str
) -> None:
    run = run_of(db)
    page = add(client.sign_in(dan, language), run, 200, pasted=f"{ana.employee_no}\n정이브\n없는사람")
    assert ticked(page) == [str(ana.id), str(eve.id)]
    assert "없는사람" in page
    assert places(db, run) == {}  # nothing is done yet
    address = add(client, run, add="1", person=ticked(page))
    assert places(db, run) == {"김아나": "enrolled", "정이브": "enrolled"}
    assert says in client.get(address).text


def test_namesakes_are_chosen_with_their_units(client: Browser, db: Session, dan: Person) -> None:
    run = run_of(db)
    people = [factories.a_person(db, "홍길동", unit=factories.a_unit(db, unit)) for unit in ("총무과", "재무과")]
    page = add(client.sign_in(dan), run, 200, pasted="홍길동")
    assert [f"홍길동 · 행정국 {unit}" in page for unit in ("총무과", "재무과")] == [True, True]
    assert ticked(page) == []
    client.post(f"/runs/{run.id}/enrolments/adding", data={"add": "1", "choice-1": people[1].id})
    assert [one.person_id for one in db.scalars(select(Enrolment))] == [people[1].id]


def test_who_cannot_be_added_is_shown_with_the_reason_and_stays_chosen(
    client: Browser, db: Session, dan: Person, ana: Person, eve: Person
) -> None:
    run = run_of(db)
    factories.an_enrolment(db, run_of(db), ana)  # at the same time
    page = add(client.sign_in(dan), run, 200, pasted=f"{ana.employee_no}, {eve.employee_no}")
    assert "The times overlap with" in page
    assert ticked(page) == [str(eve.id)]
    page = add(client, run, 409, add="1", person=[ana.id, eve.id])
    assert ticked(page) == [str(ana.id)]
    assert "One person is added" in page
    assert "The times overlap with" in page
    assert places(db, run) == {"정이브": "enrolled"}


def test_a_full_run_queues(client: Browser, db: Session, dan: Person, ana: Person, eve: Person) -> None:
    run = run_of(db, seats=1)
    add(client.sign_in(dan), run, add="1", person=[eve.id, ana.id])
    assert places(db, run) == {"정이브": "enrolled", "김아나": "waitlisted"}


@pytest.mark.parametrize(("mode", "status"), [("selection", "applied"), ("assigned", "enrolled")])
def test_a_clerk_adds_only_the_own_people(
    client: Browser, db: Session, ana: Person, eve: Person, mode: str, status: str
) -> None:
    run = run_of(db, mode=mode, starts_in=60)
    clerk = a_clerk(db, factories.a_unit(db, "총무과"))
    page = add(client.sign_in(clerk), run, 200, pasted=f"{ana.employee_no}\n{eve.employee_no}\n정이브")
    assert ticked(page) == [str(ana.id)]
    assert page.count("Not one of your own") == 2
    add(client, run, add="1", person=[ana.id, eve.id])  # Eve's id was guessed
    assert places(db, run) == {"김아나": status}


def test_an_officer_assigns_in_a_selection(client: Browser, db: Session, dan: Person, ana: Person) -> None:
    run = run_of(db, mode="selection", starts_in=60)
    add(client.sign_in(dan), run, add="1", person=[ana.id])
    assert places(db, run) == {"김아나": "enrolled"}


def test_a_group_by_unit_and_what_it_lacks(
    client: Browser, db: Session, dan: Person, ana: Person, ben: Person, eve: Person, course: Course
) -> None:
    run = factories.a_run(db, course)
    completed(db, course, ben, date(2025, 5, 2))
    page = add(client.sign_in(dan), run, 200, unit="총무과", missing="y")
    assert ticked(page) == [str(ana.id)]
    page = client.get(f"/runs/{run.id}/enrolments/adding?unit=총무과").text
    assert sorted(ticked(page)) == sorted([str(ana.id), str(ben.id)])


def test_who_is_late_is_put_into_a_run(
    client: Browser, db: Session, dan: Person, late: Assignment, course: Course
) -> None:
    run = factories.a_run(db, course)
    page = client.sign_in(dan).get(f"/operations/assignments/{late.id}").text
    (link,) = re.findall(rf'href="(/runs/{run.id}/enrolments/adding[^"]*)"', page)
    page = client.get(link).text
    assert len(ticked(page)) == 4  # Dan himself is late, too
    add(client, run, add="1", person=ticked(page))
    assert set(places(db, run)) == {"김아나", "박벤", "정이브", "최단"}


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_a_file(client: Browser, db: Session, dan: Person, ana: Person, eve: Person, ending: str) -> None:
    run = run_of(db)
    data = xlsx_bytes([Sheet("명단", ["사번", "성명"], [[ana.employee_no, "김아나"], ["", "정이브"]])])
    if ending == "csv":
        data = f"사번,성명\n{ana.employee_no},김아나\n,정이브\n".encode("cp949")
    page = add(client.sign_in(dan), run, 200, file=(io.BytesIO(data), f"명단.{ending}"))
    assert ticked(page) == [str(ana.id), str(eve.id)]
    bad = add(client, run, 422, file=(io.BytesIO(b"\x00\x01"), "x.xlsx"))
    assert "Please check what you entered" in bad


def test_more_than_somebody_waits_for_are_added_in_the_background(
    client: Browser, db: Session, dan: Person, ana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lms.web.assignment.adding.MOST", 1)
    run = run_of(db)
    eve = factories.a_person(db, "정이브")
    page = add(client.sign_in(dan), run, 200, pasted="김아나, 정이브")
    (people,) = re.findall(r'name="people" value="([\d,]+)"', page)
    address = add(client, run, add="1", people=people)
    job = db.scalars(select(Job)).one()
    assert address == f"/jobs/{job.id}"
    assert job.args == {"run_id": run.id, "ids": [ana.id, eve.id], "clerk": False, "why": ""}
    factories.an_enrolment(db, run, eve)
    assert "김아나" in (left := client.get(f"/runs/{run.id}/enrolments/adding?job={job.id}").text)
    assert "정이브" not in left
    other = factories.a_person(db, "다른 담당자", roles=["officer"])
    assert "김아나" not in client.sign_in(other).get(f"/runs/{run.id}/enrolments/adding?job={job.id}").text


def test_two_thousand_lines(client: Browser, db: Session, dan: Person, ana: Person) -> None:
    run = run_of(db)
    page = add(client.sign_in(dan), run, 200, pasted="\n".join(f"3000{n:04}" for n in range(2000)) + "\n김아나")
    assert ticked(page) == [str(ana.id)]
    assert "1,900 more lines name nobody." in page


def test_nothing_said_and_nobody_chosen(client: Browser, db: Session, dan: Person) -> None:
    run = run_of(db)
    assert "Paste numbers or names" in add(client.sign_in(dan), run, 422)
    assert "Choose at least one person" in add(client, run, 422, add="1", person="x")
    assert "no open unit" in add(client, run, 422, unit="없는과")


def test_a_draft_is_an_officers(client: Browser, db: Session, dan: Person) -> None:
    draft = run_of(db, state="draft")
    client.sign_in(dan).get(f"/runs/{draft.id}/enrolments/adding")
    clerk = a_clerk(db, factories.a_unit(db, "총무과"))
    client.sign_in(clerk).get(f"/runs/{draft.id}/enrolments/adding", 404)


def test_a_course_is_made_mandatory_changed_and_ended(
    client: Browser, db: Session, dan: Person, course: Course
) -> None:
    due = clock.today() + timedelta(days=30)
    data = {"course": course.id, "unit": "총무과", "grade": "", "due_on": due.isoformat(), "renewal": "after"}
    factories.a_unit(db, "총무과")
    assert 'href="/operations/assignments/new"' in client.sign_in(dan).get("/operations/assignments").text
    assert "정보보호 기초" in client.get("/operations/assignments/new").text
    client.post("/operations/assignments", 422, data=data)  # after how many months?
    address = client.post("/operations/assignments", data=data | {"months": "12"}).location
    one = db.scalars(select(Assignment)).one()
    assert (one.renewal, one.months, one.due_on) == (Renewal.AFTER, 12, due)
    again = client.post("/operations/assignments", 409, data=data | {"months": "12"}).text
    assert "mandatory for the same people already" in again
    assert "12 months after the last time" in client.get(address).text
    client.post(address, data=data | {"renewal": "yearly", "months": "12"})
    db.refresh(one)
    assert (one.renewal, one.months) == (Renewal.YEARLY, None)
    client.post(f"{address}/end")
    db.refresh(one)
    assert one.ended_on == clock.today()
    assert "It has not held since" in client.get(address).text
    changes = select(func.count()).where(Event.kind == "changed")
    assert db.scalar(changes.where(Event.data["thing"].as_string() == "assignment")) == 3


def test_a_day_that_is_over_is_no_day(client: Browser, db: Session, dan: Person, course: Course) -> None:
    data = {"course": course.id, "due_on": "2020-01-01", "renewal": "once"}
    assert "nobody could be in time" in client.sign_in(dan).post("/operations/assignments", 422, data=data).text


def test_a_reminder_in_two_clicks_once_a_day(
    client: Browser, db: Session, dan: Person, ana: Person, late: Assignment
) -> None:
    page = client.sign_in(dan).get("/operations/assignments").text
    (address,) = re.findall(r'href="(/operations/assignments/\d+)"', page)
    page = client.get(address).text
    (button,) = re.findall(r'action="([^"]*/reminders)"', page)
    assert "4 people are reminded" in client.get(client.post(button).location).text
    told = db.scalars(select(Event.data).where(Event.kind == "overdue_reminded")).one()
    assert ana.id in told["people"]
    assert "reminded today already" in client.post(button, 409).text


def test_a_head_sees_and_reminds_the_own_people(
    client: Browser, db: Session, ben: Person, ana: Person, eve: Person, late: Assignment
) -> None:
    page = client.sign_in(ben).get(f"/operations/assignments/{late.id}").text
    assert "김아나" in page
    assert "정이브" not in page
    client.post(f"/operations/assignments/{late.id}/reminders")
    told = db.scalars(select(Event.data).where(Event.kind == "overdue_reminded")).one()
    assert sorted(told["people"]) == sorted([ana.id, ben.id])
    client.post("/operations/assignments", 403, data={})
    client.get("/operations/assignments/new", 403)
    assert "Make a course mandatory" not in client.get("/operations/assignments").text


def test_eve_sees_none_of_it(client: Browser, db: Session, eve: Person, late: Assignment) -> None:
    run = run_of(db)
    client.sign_in(eve)
    for path in ("/operations/assignments", f"/operations/assignments/{late.id}", f"/runs/{run.id}/enrolments/adding"):
        client.get(path, 403)
    for path in (f"/operations/assignments/{late.id}/reminders", f"/operations/assignments/{late.id}/end"):
        client.post(path, 403)


def test_an_empty_organisation(client: Browser, dan: Person) -> None:
    assert "No course has a day" in client.sign_in(dan).get("/operations/assignments").text


@pytest.mark.parametrize(("language", "says"), [("ko", "3일 지남"), ("en", "3 days late")])
def test_the_first_screen_says_by_when(
    client: Browser, db: Session, ana: Person, late: Assignment, language: str, says: str
) -> None:
    assert says in client.sign_in(ana, language).get("/").text
