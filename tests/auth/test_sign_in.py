"""Signing in by employee number or mail."""

from __future__ import annotations

import pytest

from courses.people.models import Person
from lms.auth import passwords
from tests.client import Browser


@pytest.fixture
def ana_with_password(db, ana: Person) -> Person:
    ana.password_hash = passwords.hash_password("a long enough one")
    db.commit()
    return ana


def test_employee_number_and_password_open_the_first_screen(client: Browser, ana_with_password: Person) -> None:
    client.post("/sign-in", data={"login": ana_with_password.employee_no, "password": "a long enough one"})
    assert "김아나" in client.get("/").text


def test_a_wrong_password_is_refused_and_the_login_kept(client: Browser, ana_with_password: Person) -> None:
    answer = client.post("/sign-in", 422, data={"login": ana_with_password.employee_no, "password": "guess"})
    assert ana_with_password.employee_no in answer.text
    client.get("/", 303)
