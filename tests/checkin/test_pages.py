"""The pages: the person's, the instructor's list, the room's screen, from every side."""

from __future__ import annotations

import re

import pytest
from sqlalchemy.orm import Session

from courses.attendance import codes, queries
from courses.attendance.models import CheckIn
from courses.people.models import Person
from tests import factories
from tests.checkin.conftest import Class, a_class, later, shown
from tests.client import Browser

HTMX = {"HX-Request": "true"}


def person(db: Session, course: Class, number: int = 0) -> Person:
    return db.get_one(Person, course.people[number].person_id)


def wall(course: Class) -> str:
    return f"/sessions/{course.today.id}/check-in"


def ids(page: str) -> list[int]:
    """Those that the list would confirm."""
    return [int(found) for found in re.findall(r'name="enrolment" value="(\d+)"', page)]


def test_six_digits_check_in_and_the_page_says_since_when(client: Browser, db: Session, opened: Class) -> None:
    client.sign_in(person(db, opened))
    with later(minutes=3):
        code = shown(db, opened.today)
        client.post("/check-in", data={"code": f"{code[:3]} {code[3:]}"})
        page = client.get("/check-in").text
    assert "Checked in at 09:03, 3 min late" in page
    assert "In since 09:03" in page


def test_once_more_says_since_when(client: Browser, db: Session, opened: Class) -> None:
    client.sign_in(person(db, opened))
    for _ in range(2):
        client.post("/check-in", data={"code": shown(db, opened.today)})
    assert "You have been checked in since 09:00" in client.get("/check-in").text
    assert db.query(CheckIn).count() == 1


def test_the_qr_leads_to_a_page_that_only_has_to_be_sent(client: Browser, db: Session, opened: Class) -> None:
    link = shown(db, opened.today, make=codes.link)
    page = client.sign_in(person(db, opened)).get(f"/check-in?session={opened.today.id}&code={link}").text
    assert f'value="{link}"' in page
    assert "data-scanned" in page
    assert db.query(CheckIn).count() == 0  # looking at a page does nothing
    client.post("/check-in", data={"code": link, "session": opened.today.id})
    assert db.query(CheckIn).count() == 1


@pytest.mark.parametrize(("language", "words"), [("en", "This code is old"), ("ko", "지난 코드입니다")])
def test_a_refusal_says_why_in_both_languages(
    client: Browser, db: Session, opened: Class, language: str, words: str
) -> None:
    code = shown(db, opened.today)
    client.sign_in(person(db, opened), language)
    with later(minutes=1):
        page = client.post("/check-in", 409, data={"code": code}).text
    assert words in page
    assert "data-scanned" not in page  # else a script would send it for ever


@pytest.mark.parametrize("data", [{}, {"code": ""}, {"code": "1" * 41}])
def test_what_is_no_code_is_said_to_be_none(client: Browser, db: Session, opened: Class, data: dict[str, str]) -> None:
    client.sign_in(person(db, opened)).post("/check-in", 422, data=data)


@pytest.mark.parametrize("session", ["x", "9" * 30, "-1", "0"])
def test_an_address_made_up_breaks_nothing(client: Browser, db: Session, opened: Class, session: str) -> None:
    client.sign_in(person(db, opened)).get(f"/check-in?session={session}&code=x")
    client.post("/check-in", 409, data={"code": "x", "session": session})


def test_guessing_ends_after_ten_tries_and_success_forgets_them(client: Browser, db: Session, opened: Class) -> None:
    client.sign_in(person(db, opened))
    for _ in range(9):
        client.post("/check-in", 409, data={"code": "nothing"})
    client.post("/check-in", data={"code": shown(db, opened.today)})
    for _ in range(10):
        client.post("/check-in", 409, data={"code": "nothing"})
    page = client.post("/check-in", 429, data={"code": shown(db, opened.today)}).text
    assert "Too many wrong codes" in page
    client.sign_in(person(db, opened, 1)).post("/check-in", data={"code": shown(db, opened.today)})


def test_who_is_not_signed_in_is_asked_to_and_led_back(client: Browser, db: Session, opened: Class) -> None:
    link = shown(db, opened.today, make=codes.link)
    answer = client.get(f"/check-in?session={opened.today.id}&code={link}", 303)
    assert "sign-in" in answer.location
    assert link in answer.location


def test_one_browser_for_two_people_is_doubtful_without_saying_who_they_are(
    client: Browser, db: Session, cleo: Person, opened: Class
) -> None:
    for number in range(2):
        client.sign_in(person(db, opened, number)).post("/check-in", data={"code": shown(db, opened.today)})
    page = client.sign_in(cleo).get(wall(opened)).text
    assert "From the same browser as 나리" in page
    cookie = client.http.get_cookie("device", path="/check-in")
    assert cookie
    assert cookie.http_only
    assert cookie.same_site == "Strict"
    assert cookie.value not in {entry.device for entry in db.query(CheckIn)}


# The instructor


def test_the_instructor_opens_looks_and_confirms_with_one_click(
    client: Browser, db: Session, cleo: Person, course: Class
) -> None:
    page = client.sign_in(cleo).get(wall(course)).text
    assert "Open the check-in" in page
    client.post(wall(course), data={"minutes": "15"})
    assert "Open until 09:15" in client.get(wall(course)).text
    client.sign_in(person(db, course)).post("/check-in", data={"code": shown(db, course.today)})
    page = client.sign_in(cleo).get(wall(course), headers=HTMX).text
    assert "Confirm 1 person" in page
    client.post(f"{wall(course)}/confirmation", data={"enrolment": ids(page)})
    assert [str(row.mark) for row in queries.roster(db, course.today)] == ["present", "", ""]
    client.post(f"{wall(course)}/closing")
    assert "Open until 09" not in client.get(wall(course)).text


def test_one_is_taken_out_before_and_put_back(client: Browser, db: Session, cleo: Person, opened: Class) -> None:
    one = f"/sessions/{opened.today.id}/check-ins/{opened.people[0].id}"
    client.sign_in(person(db, opened)).post("/check-in", data={"code": shown(db, opened.today)})
    page = client.sign_in(cleo).post(one, 200, data={"state": "out"}, headers=HTMX).text
    assert "Taken out" in page
    assert ids(page) == []
    client.post(one, data={"state": "new"})
    assert ids(client.get(wall(opened)).text) == [opened.people[0].id]
    for state in ("confirmed", "", "doubtful"):
        client.post(one, 400, data={"state": state})
    client.post(one.replace(str(opened.people[0].id), "999999"), 409, data={"state": "out"})


def test_the_screen_shows_the_digits_and_a_qr_of_the_same_moment(
    client: Browser, db: Session, cleo: Person, opened: Class
) -> None:
    page = client.sign_in(cleo).get(f"{wall(opened)}/screen").text
    code = shown(db, opened.today)
    assert f"<span>{code[:3]}</span> <span>{code[3:]}</span>" in page
    assert "<svg" in page
    assert 'http-equiv="refresh"' in page.partition("<noscript>")[2].partition("</noscript>")[0]
    with later(seconds=30):
        part = client.get(f"{wall(opened)}/screen", headers=HTMX).text
    assert "<html" not in part
    assert f"<span>{code[:3]}</span> <span>{code[3:]}</span>" not in part


def test_the_screen_says_when_it_is_closed(client: Browser, cleo: Person, course: Class) -> None:
    page = client.sign_in(cleo).get(f"{wall(course)}/screen").text
    assert "The check-in is closed" in page
    assert '<svg class="segno"' not in page


def test_names_are_on_the_list_and_not_on_the_screen(client: Browser, db: Session, cleo: Person, opened: Class) -> None:
    client.sign_in(person(db, opened)).post("/check-in", data={"code": shown(db, opened.today)})
    assert "가은" in client.sign_in(cleo).get(wall(opened)).text
    assert "가은" not in client.get(f"{wall(opened)}/screen").text


def test_it_cannot_be_opened_too_early_or_for_made_up_minutes(client: Browser, cleo: Person, course: Class) -> None:
    ahead = f"/sessions/{course.tomorrow.id}/check-in"
    assert "can be taken from" in client.sign_in(cleo).get(ahead).text
    client.post(ahead, 409, data={"minutes": "30"})
    for minutes in ("7", "", "-1", "x"):
        client.post(wall(course), 422, data={"minutes": minutes})


@pytest.mark.parametrize("method", ["wall", "screen", "opening", "closing", "confirmation", "judging"])
def test_nobody_else_reaches_it(client: Browser, db: Session, ana: Person, opened: Class, method: str) -> None:
    other = factories.a_person(db, "남강사", roles=["instructor"])
    ask = {
        "wall": ("get", wall(opened)),
        "screen": ("get", f"{wall(opened)}/screen"),
        "opening": ("post", wall(opened)),
        "closing": ("post", f"{wall(opened)}/closing"),
        "confirmation": ("post", f"{wall(opened)}/confirmation"),
        "judging": ("post", f"/sessions/{opened.today.id}/check-ins/{opened.people[0].id}"),
    }[method]
    data = {"data": {"minutes": "30", "state": "out"}} if ask[0] == "post" else {}
    for who, status in ((other, 404), (ana, 403), (person(db, opened), 403)):
        getattr(client.sign_in(who), ask[0])(ask[1], status, **data)


def test_many_people_and_nobody(client: Browser, db: Session, cleo: Person) -> None:
    full = a_class(db, cleo, tuple(f"제갈공명희{n:03}" for n in range(60)))
    client.sign_in(cleo).post(wall(full), data={"minutes": "0"})
    assert "60" in client.get(wall(full)).text
    empty = a_class(db, cleo, ())
    assert "Nobody is enrolled" in client.get(wall(empty)).text
