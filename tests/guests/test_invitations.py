"""Instructors of other bodies come in by a link that holds for a time, once, and see their own runs only."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from courses import clock
from courses.errors import Refused
from courses.people.actions import grant_role
from courses.people.guests import Access, guests, invite
from courses.people.keeping import add_external
from courses.people.models import Invitation, Person, Role
from courses.scheduling.models import ClassSession
from lms.auth.passwords import invitation_token
from lms.config import Config
from lms.db import Database
from lms.jobs.worker import work_off
from tests import factories
from tests.client import Browser
from tests.configuration import config
from tests.live import committed
from tests.notices.office import opened

PASSWORD = "correct horse battery"


def a_guest(db: Session, by: Person, **values: object) -> Person:
    known = {"name": "한지우", "name_roman": "", "institution": "한국대학교", "expires_on": None}
    person = add_external(db, by.id, "guest@univ.example", **known | values)
    grant_role(db, by.id, person, Role.INSTRUCTOR)
    db.commit()
    return person


def link(client: Browser, db: Session, person: Person) -> str:
    """The address that stands in the mail."""
    invitation = db.get_one(Invitation, person.id)
    secret = str(client.app.secret_key)
    return f"/password/{invitation_token(secret, person.id, invitation.number, person.session_key)}"


def test_an_officer_adds_and_invites_one(client: Browser, db: Session, dan: Person) -> None:
    client.sign_in(dan)
    sent = {"name": "한지우", "mail": "guest@univ.example", "institution": "한국대학교"}
    client.post("/operations/guests", data=sent)
    (guest,) = guests(db)
    assert (guest.name, guest.access) == ("한지우", Access.INVITED)
    assert "guest@univ.example" in client.get("/operations/guests").text


def test_a_mail_that_somebody_has_is_refused(client: Browser, db: Session, dan: Person) -> None:
    a_guest(db, dan)
    sent = {"name": "다른 사람", "mail": "guest@univ.example"}
    client.sign_in(dan).post("/operations/guests", 409, data=sent)
    assert db.scalar(select(func.count(Person.id)).where(Person.name == "다른 사람")) == 0


def test_the_link_sets_a_password_once(client: Browser, db: Session, dan: Person) -> None:
    guest = a_guest(db, dan)
    invite(db, dan.id, guest)
    db.commit()
    address = link(client, db, guest)
    client.get(address)
    client.post(address, data={"password": PASSWORD, "again": PASSWORD})
    client.get(address, 404)
    assert [one.access for one in guests(db)] == [Access.OPEN]


def test_a_new_invitation_ends_the_former_one(client: Browser, db: Session, dan: Person) -> None:
    guest = a_guest(db, dan)
    invite(db, dan.id, guest)
    db.commit()
    former = link(client, db, guest)
    client.sign_in(dan).post(f"/people/{guest.id}/invitation")
    client.get(former, 404)
    client.get(link(client, db, guest))


def test_it_lapses(client: Browser, db: Session, dan: Person) -> None:
    guest = a_guest(db, dan)
    invite(db, dan.id, guest)
    db.commit()
    with clock.frozen(clock.now() + timedelta(days=14, seconds=1)):
        client.get(link(client, db, guest), 404)
        assert [one.access for one in guests(db)] == [Access.LAPSED]


def test_it_lapses_with_the_guest(client: Browser, db: Session, dan: Person) -> None:
    last = clock.today() + timedelta(days=2)
    guest = a_guest(db, dan, expires_on=last)
    assert invite(db, dan.id, guest).expires_at == clock.end_of(last)


def test_a_forged_link_leads_nowhere(client: Browser, db: Session, dan: Person) -> None:
    guest = a_guest(db, dan)
    invite(db, dan.id, guest)
    db.commit()
    forged = invitation_token("another secret", guest.id, 1, guest.session_key)
    client.get(f"/password/{forged}", 404)


def test_the_own_staff_and_who_has_gone_are_not_invited(
    client: Browser, db: Session, dan: Person, cleo: Person
) -> None:
    gone = a_guest(db, dan, expires_on=clock.today() - timedelta(days=1))
    for person in (dan, gone):
        with pytest.raises(Refused):
            invite(db, dan.id, person)
    client.sign_in(dan).post(f"/people/{dan.id}/invitation", 404)


@pytest.mark.parametrize("who", ["ana", "cleo", "ben"])
def test_only_officers_invite(
    client: Browser, db: Session, dan: Person, request: pytest.FixtureRequest, who: str
) -> None:
    guest = a_guest(db, dan)
    client.sign_in(request.getfixturevalue(who))
    client.get("/operations/guests", 403)
    client.post("/operations/guests", 403, data={"name": "한지우", "mail": "other@univ.example"})
    client.post(f"/people/{guest.id}/invitation", 403)


def test_a_guest_sees_the_own_runs_and_nobody_elses(client: Browser, db: Session, dan: Person, cleo: Person) -> None:
    guest = a_guest(db, dan)
    own, anothers = factories.a_run(db, instructors=[guest]), factories.a_run(db, instructors=[cleo])
    client.sign_in(guest)
    for run, status in ((own, 200), (anothers, 404)):
        (session_id,) = db.scalars(select(ClassSession.id).where(ClassSession.run_id == run.id))
        client.get(f"/sessions/{session_id}/attendance", status)
    client.get("/operations", 403)
    client.get(f"/people/{dan.id}/transcript", 403)


@pytest.fixture
def settings(database: Database, tmp_path: Path) -> Config:
    return config(tmp_path, database.url)


def test_the_mail_carries_the_link_and_is_sent_once(database: Database, settings: Config) -> None:
    with committed(database.url) as db:
        officer = factories.a_person(db, "단 담당", roles=["officer"])
        guest = a_guest(db, officer)
        with database.begin() as acting:
            invite(acting, officer.id, acting.get_one(Person, guest.id))
        work_off(database, settings)
        work_off(database, settings)
        (mail,) = sorted((settings.home / "mail").iterdir())
        db.expire_all()
        assert db.get_one(Invitation, guest.id).mailed_at
        token = invitation_token(settings.secret_key, guest.id, 1, guest.session_key)
    assert f"/password/{token}\n" in opened(mail).get_content().replace("\r", "")
