"""Signing in by employee number or mail; leaving; links; what an attacker may try."""

from __future__ import annotations

import re

import pytest
from sqlalchemy.orm import Session

from courses.people.models import Person
from lms import throttle
from lms.auth import passwords
from lms.web.answers import back_to
from lms.web.auth import views
from tests.client import Browser
from tests.conftest import STRONG

PASSWORD = "a long enough one"


@pytest.fixture
def ann(db: Session, ana: Person) -> Person:
    """Ana, with a password."""
    ana.password_hash = passwords.hash_password(PASSWORD)
    db.commit()
    return ana


def sign_in(client: Browser, login: str | None, status: int = 303, password: str = PASSWORD, **form: str):
    return client.post("/sign-in", status, data={"login": login, "password": password, **form})


def test_employee_number_and_password_open_the_first_screen(client: Browser, ann: Person) -> None:
    sign_in(client, ann.employee_no)
    assert "김아나" in client.get("/").text


def test_the_mail_will_do_in_any_case(client: Browser, ann: Person) -> None:
    assert ann.mail
    sign_in(client, ann.mail.upper())
    client.get("/")


def test_a_wrong_password_is_refused_and_the_login_kept(client: Browser, ann: Person) -> None:
    answer = sign_in(client, ann.employee_no, 422, "guess")
    assert ann.employee_no in answer.text
    assert "guess" not in answer.text
    client.get("/", 303)


def test_nobody_and_somebody_without_a_password_get_the_same_answer(client: Browser, ana: Person) -> None:
    def words(login: str | None) -> str:
        page = sign_in(client, login, 422, "guess").text.replace(str(login), "")
        return re.sub(r'(csrf[^>]*?(?:content|value)=")[^"]*', r"\1", page)  # the token carries the second

    assert words(ana.employee_no) == words("999999999")


def test_who_left_cannot_sign_in_nor_stay(client: Browser, db: Session, ann: Person) -> None:
    sign_in(client, ann.employee_no)
    ann.left_on = ann.appointed_on
    db.commit()
    client.get("/", 303)
    sign_in(client, ann.employee_no, 422)


def test_the_eleventh_try_is_not_heard(client: Browser, ann: Person) -> None:
    for _ in range(10):
        sign_in(client, ann.employee_no, 422, "guess")
    sign_in(client, ann.employee_no, 429)


def test_success_forgets_the_tries(client: Browser, ann: Person) -> None:
    for _ in range(9):
        sign_in(client, ann.employee_no, 422, "guess")
    sign_in(client, ann.employee_no)
    for _ in range(9):
        sign_in(client, ann.employee_no, 422, "guess")
    sign_in(client, ann.employee_no)


def test_no_login_or_address_is_kept_in_the_clear(client: Browser, db: Session, ann: Person) -> None:
    sign_in(client, ann.employee_no, 422, "guess")
    keys = [row.key for row in db.query(throttle.Throttle)]
    assert keys
    assert not [key for key in keys if str(ann.employee_no) in key or "127.0.0.1" in key]


def test_one_comes_back_to_the_page_one_wanted(client: Browser, ann: Person) -> None:
    asked = client.get("/password", 303).location
    assert asked.endswith("/sign-in?next=/password")
    assert sign_in(client, ann.employee_no, next="/password").location == "/password"


@pytest.mark.parametrize(
    "address", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:x", "/a\nb"]
)
def test_but_never_to_another_site(address: str) -> None:
    assert back_to(address, "/home") == "/home"


def test_signing_out_ends_it(client: Browser, ann: Person) -> None:
    sign_in(client, ann.employee_no)
    assert client.post("/sign-out").headers["Clear-Site-Data"] == '"storage"'
    client.get("/", 303)


def test_changing_the_password_keeps_this_browser_and_ends_the_others(client: Browser, ann: Person) -> None:
    other = Browser(client.app, client.db)
    sign_in(client, ann.employee_no)
    sign_in(other, ann.employee_no)
    new = {"password": "another long one", "again": "another long one"}
    client.post("/password", 422, data={"old": "wrong", **new})
    client.post("/password", data={"old": PASSWORD, **new})
    client.get("/")
    other.get("/", 303)
    sign_in(other, ann.employee_no, 422)
    sign_in(other, ann.employee_no, 303, "another long one")


def test_a_form_without_its_token_is_refused(client: Browser, ann: Person) -> None:
    client.app.config["WTF_CSRF_ENABLED"] = True
    try:
        sign_in(client, ann.employee_no, 400)
    finally:
        client.app.config["WTF_CSRF_ENABLED"] = False


@pytest.mark.parametrize(("asked", "lang"), [("ko-KR,ko;q=0.9", "ko"), ("en-US,en", "en"), ("fr", "ko")])
def test_the_language_is_the_browsers(client: Browser, asked: str, lang: str) -> None:
    assert f'<html lang="{lang}"' in client.get("/sign-in", headers={"Accept-Language": asked}).text


def test_and_then_the_chosen_one(client: Browser) -> None:
    client.post("/language", data={"language": "en", "back": "/sign-in"})
    assert '<html lang="en"' in client.get("/sign-in", headers={"Accept-Language": "ko"}).text
    client.post("/language", data={"language": "xx"})
    assert '<html lang="en"' in client.get("/sign-in").text


def test_a_number_with_letters_is_found_in_its_own_case(client: Browser, db: Session, ann: Person) -> None:
    ann.employee_no = "A-1024"
    db.commit()
    sign_in(client, "A-1024")
    sign_in(client, "a-1024", 422)


def test_an_address_that_has_had_enough_fills_no_table_and_locks_nobody_out(
    client: Browser, db: Session, ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "_TRIES_OF_AN_ADDRESS", {"times": 2, "minutes": 15})
    for number in range(2):
        sign_in(client, f"guess{number}", 422)
    before = db.query(throttle.Throttle).count()
    for number in range(2, 20):
        sign_in(client, f"guess{number}", 429)
    assert db.query(throttle.Throttle).count() == before


def test_passwords_are_hashed_slowly() -> None:
    """RFC 9106's second recommendation; only tests are quicker."""
    assert (STRONG.type.name, STRONG.time_cost, STRONG.memory_cost) == ("ID", 3, 64 * 1024)
