"""An empty installation says what to do first, until it is done."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from courses.people.actions import add_staff, grant_role
from courses.people.models import Person, Role
from courses.settings.organisation import change_organisation, organisation
from tests import factories
from tests.client import Browser


def alone(db: Session, *roles: Role) -> Person:
    """The first person of an installation, made on the command line."""
    person = add_staff(db, None, "199700001", "홍길동")
    for role in roles:
        grant_role(db, None, person, role)
    db.flush()
    return person


def test_an_officer_of_an_empty_installation_is_led_through_it(client: Browser, db: Session) -> None:
    page = client.sign_in(alone(db, Role.OFFICER)).get("/").text
    assert "0 of 3 done" in page
    for address in ("/imports", "/operations/courses/new", "/operations/runs/new"):
        assert f'href="{address}"' in page
    assert "lms demo load" in page


@pytest.mark.parametrize(("language", "title"), [("ko", "첫 단계"), ("en", "First steps")])
def test_an_administrator_names_an_officer_first(client: Browser, db: Session, language: str, title: str) -> None:
    page = client.sign_in(alone(db, Role.ADMINISTRATOR), language).get("/").text
    assert title in page
    assert 'href="/people"' in page
    assert page.index('href="/people"') < page.index('href="/settings/organisation"')
    assert 'href="/imports"' not in page


def test_whoever_is_both_sees_the_first_step_done(client: Browser, db: Session) -> None:
    assert "1 of 5 done" in client.sign_in(alone(db, Role.ADMINISTRATOR, Role.OFFICER)).get("/").text


def test_the_organisation_is_set_once_its_certificates_have_an_issuer(client: Browser, db: Session) -> None:
    client.sign_in(alone(db, Role.ADMINISTRATOR))
    assert "0 of 5 done" in client.get("/").text
    change_organisation(db, None, replace(organisation(db), issuer="한빛시장"))
    db.commit()
    page = client.get("/").text
    assert "1 of 5 done" in page
    assert page.count('href="/settings/organisation"') == 0


def test_each_step_is_ticked_and_the_guide_goes_when_all_are(client: Browser, db: Session) -> None:
    client.sign_in(alone(db, Role.OFFICER))
    factories.a_person(db)
    assert "1 of 3 done" in client.get("/").text
    course = factories.a_course(db)
    assert "2 of 3 done" in client.get("/").text
    factories.a_run(db, course, state="draft")
    assert "2 of 3 done" in client.get("/").text
    factories.a_run(db, course)
    assert "First steps" not in client.get("/").text


def test_employees_see_nothing_of_it(client: Browser, db: Session) -> None:
    assert "First steps" not in client.sign_in(alone(db)).get("/").text
