"""What every answer carries, and what people see when something is wrong."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from courses.people.models import Person
from lms import db as doors
from tests.client import Browser
from tests.draw.scenes import a_draw_run


def test_every_answer_has_the_strict_policy(client: Browser) -> None:
    policy = client.get("/sign-in").headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy


def test_pages_of_persons_are_not_kept_in_between(client: Browser, ana: Person) -> None:
    assert client.sign_in(ana).get("/").headers["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_page_that_is_not_there(client: Browser, ana: Person, language: str) -> None:
    assert f'lang="{language}"' in client.sign_in(ana, language).get("/nowhere", 404).text


def test_a_forbidden_page_says_who_can(client: Browser, ana: Person) -> None:
    assert "Administrator" in client.sign_in(ana).get("/people", 403).text


def test_a_fault_gives_a_reference_number(app: Flask, client: Browser, ana: Person, monkeypatch) -> None:
    def fault(**_: object) -> str:
        raise RuntimeError("on purpose")

    fault.guarded_by = None  # type: ignore[attr-defined]  # as the guard does
    monkeypatch.setitem(app.view_functions, "help.index", fault)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    page = client.sign_in(ana).get("/help", 500).text
    assert "on purpose" not in page
    assert "Reference" in page


def test_an_endpoint_that_says_nothing_is_closed(app: Flask, client: Browser, ana: Person, monkeypatch) -> None:
    monkeypatch.setitem(app.view_functions, "help.index", lambda: "open to all")
    client.sign_in(ana).get("/help", 403)


def test_looking_cannot_write(app: Flask, db: Session, ana: Person) -> None:
    with app.test_request_context("/"):
        doors.session().get_one(Person, ana.id).name = "written on GET"
        with pytest.raises(Exception, match=r"(?i)read-?only"):
            doors.session().flush()


def test_health(client: Browser) -> None:
    assert client.http.get("/healthz").status_code == 200
    assert client.http.get("/readyz").text == "ready\n"


@pytest.mark.parametrize(("who", "entry"), [("dan", "Operations"), ("cleo", "Teaching")])
def test_the_timetable_stands_in_everybodys_own_part_of_the_bar(
    client: Browser, request: pytest.FixtureRequest, who: str, entry: str
) -> None:
    page = client.sign_in(request.getfixturevalue(who)).get("/timetable").text
    assert f'aria-current="page">{entry}<' in page


@pytest.mark.parametrize(("who", "entry"), [("dan", "Operations"), ("ana", "Courses")])
def test_a_draw_stands_where_everybody_comes_from(
    client: Browser, db: Session, request: pytest.FixtureRequest, who: str, entry: str
) -> None:
    run = a_draw_run(db)
    page = client.sign_in(request.getfixturevalue(who)).get(f"/runs/{run.id}/draw").text
    assert f'aria-current="page">{entry}<' in page


@pytest.mark.parametrize(("who", "entry"), [("dan", "Operations"), ("ben", "Our department")])
def test_mandatory_courses_stand_under_the_department_of_who_has_one(
    client: Browser, request: pytest.FixtureRequest, who: str, entry: str
) -> None:
    page = client.sign_in(request.getfixturevalue(who)).get("/operations/assignments").text
    assert f'aria-current="page">{entry}<' in page


def test_officers_find_the_rooms_where_they_plan(client: Browser, dan: Person) -> None:
    assert 'href="/rooms"' in client.sign_in(dan).get("/operations/runs").text
