"""The administrator gives and takes roles, and hands out links to set a password."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.errors import Refused
from courses.people.actions import add_staff
from courses.people.actor import load_actor
from courses.people.models import Person, Role
from lms.auth import passwords
from tests import factories
from tests.client import Browser


@pytest.fixture
def fay(db: Session) -> Person:
    """The administrator."""
    return factories.a_person(db, "한페이", roles=["administrator"])


def roles(db: Session, person: Person) -> frozenset[Role]:
    actor = load_actor(db, person.id)
    assert actor
    return actor.roles


@pytest.mark.parametrize("query", ["김아", "ㄱㅇㄴ"])
def test_people_are_found_by_name_and_by_initials(client: Browser, fay: Person, ana: Person, query: str) -> None:
    assert "김아나" in client.sign_in(fay).get(f"/people?q={query}").text


def test_a_page_with_nobody_says_what_to_do(client: Browser, fay: Person) -> None:
    assert "필터 초기화" in client.sign_in(fay, "ko").get("/people?q=없는사람").text


def test_an_employee_number_belongs_to_one_person(db: Session, ana: Person) -> None:
    assert ana.employee_no
    with pytest.raises(Refused, match=ana.employee_no):
        add_staff(db, None, ana.employee_no, "한페이")
    assert add_staff(db, None, "200399999", " 한페이 ").name == "한페이"


def test_a_role_is_given_and_taken_back(client: Browser, db: Session, fay: Person, ana: Person) -> None:
    client.sign_in(fay).post(f"/people/{ana.id}/roles", data={"role": "officer"})
    assert roles(db, ana) == {Role.OFFICER}
    assert "Training officer" in client.get(f"/people/{ana.id}").text
    client.post(f"/people/{ana.id}/roles/officer/removal")
    assert roles(db, ana) == frozenset()


def test_a_role_that_does_not_exist_is_not_there(client: Browser, fay: Person, ana: Person) -> None:
    client.sign_in(fay).post(f"/people/{ana.id}/roles/king/removal", 404)
    client.post(f"/people/{ana.id}/roles", 422, data={"role": "king"})


def test_a_head_needs_a_unit_that_exists(client: Browser, db: Session, fay: Person, ana: Person) -> None:
    unit = factories.a_unit(db, "총무과")
    client.sign_in(fay).post(f"/people/{ana.id}/roles", 422, data={"role": "head", "unit": "nowhere"})
    client.post(f"/people/{ana.id}/roles", 422, data={"role": "head"})
    client.post(f"/people/{ana.id}/roles", data={"role": "head", "unit": unit.code})
    assert roles(db, ana) == {Role.HEAD}


def test_an_administrator_cannot_lock_everybody_out(client: Browser, db: Session, fay: Person) -> None:
    client.sign_in(fay).post(f"/people/{fay.id}/roles/administrator/removal", 409)
    assert Role.ADMINISTRATOR in roles(db, fay)


@pytest.mark.parametrize("who", ["ana", "ben", "cleo", "dan"])
def test_nobody_else_sees_people(client: Browser, who: str, eve: Person, request: pytest.FixtureRequest) -> None:
    client.sign_in(request.getfixturevalue(who))
    client.get("/people", 403)
    client.get(f"/people/{eve.id}", 403)
    client.post(f"/people/{eve.id}/roles", 403, data={"role": "administrator"})
    client.post(f"/people/{eve.id}/password-link", 403)


def test_a_link_sets_a_password_once(client: Browser, db: Session, fay: Person, ana: Person) -> None:
    page = client.sign_in(fay).post(f"/people/{ana.id}/password-link", 200).text
    path = page.split("http://lms.example")[1].split('"')[0]
    new = {"password": "a long enough one", "again": "a long enough one"}
    client.post(path, 422, data={"password": "short", "again": "short"})
    client.post(path, data=new)
    client.post(path, 404, data=new)
    stored = db.scalar(select(Person.password_hash).where(Person.id == ana.id))
    assert passwords.matches(stored, "a long enough one")


def test_a_forged_link_is_nothing(client: Browser) -> None:
    client.get("/password/forged", 404)
