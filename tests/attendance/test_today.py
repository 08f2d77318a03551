"""Today opens by itself: from the sign-in to the roster without a click."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from courses import clock
from courses.people.models import Person
from lms.auth import passwords
from tests.attendance.conftest import Class, a_class
from tests.client import Browser

PASSWORD = "a long enough one"
OUTSIDE, WITHIN = {"Sec-Fetch-Site": "none"}, {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def teacher(db: Session, cleo: Person) -> Person:
    """Cleo, with a password."""
    cleo.password_hash = passwords.hash_password(PASSWORD)
    db.commit()
    return cleo


def sheet(course: Class) -> str:
    return f"/sessions/{course.today.id}/attendance"


def sign_in(client: Browser, person: Person, **form: str) -> str:
    answer = client.post("/sign-in", data={"login": person.mail or person.employee_no, "password": PASSWORD, **form})
    assert answer.location
    return answer.location


@pytest.mark.parametrize("wanted", [{}, {"next": "/"}, {"next": "//evil.example"}])
def test_the_sign_in_leads_to_the_roster_of_the_class_that_is_on(
    client: Browser, teacher: Person, course: Class, wanted: dict[str, str]
) -> None:
    assert sign_in(client, teacher, **wanted) == sheet(course)
    assert "가은" in client.get(sheet(course)).text


def test_who_wanted_to_go_elsewhere_gets_there(client: Browser, teacher: Person, course: Class) -> None:
    assert sign_in(client, teacher, next="/my-learning") == "/my-learning"


def test_without_a_class_the_sign_in_leads_home(client: Browser, teacher: Person) -> None:
    assert sign_in(client, teacher) == "/"


def test_who_opens_the_site_sees_the_roster_and_who_clicks_home_gets_home(
    client: Browser, cleo: Person, course: Class
) -> None:
    assert client.sign_in(cleo).get("/", 303, headers=OUTSIDE).location == sheet(course)
    page = client.get("/", headers=WITHIN).text
    assert sheet(course) in page


@pytest.mark.parametrize("who", ["ana", "dan"])
def test_others_stay_where_they_are(client: Browser, request: pytest.FixtureRequest, course: Class, who: str) -> None:
    client.sign_in(request.getfixturevalue(who)).get("/", headers=OUTSIDE)


def test_who_no_longer_holds_the_role_is_not_led_to_a_page_that_refuses(
    client: Browser, db: Session, ana: Person
) -> None:
    a_class(db, ana)
    client.sign_in(ana).get("/", headers=OUTSIDE)


def test_two_classes_at_once_are_chosen_from_and_the_next_ones_follow(
    client: Browser, db: Session, cleo: Person, course: Class
) -> None:
    other = a_class(db, cleo, ("라온",))
    assert client.sign_in(cleo).get("/", 303, headers=OUTSIDE).location == "/teaching"
    page = client.get("/teaching").text
    assert sheet(course) in page
    assert sheet(other) in page
    assert f"/sessions/{course.tomorrow.id}/attendance" in page


def test_after_class_teaching_shows_the_next_ones(client: Browser, cleo: Person, course: Class) -> None:
    with clock.frozen(course.today.ends_at + timedelta(minutes=1)):
        page = client.sign_in(cleo).get("/teaching").text
    assert f"/sessions/{course.tomorrow.id}/attendance" in page
    assert "Coming up" in page
