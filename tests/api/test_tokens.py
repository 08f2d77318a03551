"""Tokens: made, seen once, used, expired, revoked; and what becomes of wrong ones."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.errors import Refused
from courses.events.models import Event
from courses.people.actions import grant_role, take_role
from courses.people.models import Person, Role
from lms import throttle
from lms.api import bearer, tokens
from lms.api.models import ApiToken
from lms.api.places import PREFIX
from lms.cli import main
from lms.db import Database
from tests import factories
from tests.api.conftest import Programs, a_token
from tests.client import Browser


def the_token(db: Session) -> ApiToken:
    return db.scalars(select(ApiToken)).one()


def test_only_a_hash_is_kept(db: Session, ana: Person) -> None:
    secret = a_token(db, ana)
    row = the_token(db)
    kept = " ".join(str(value) for value in vars(row).values())
    assert secret.startswith(row.prefix)
    assert len(row.prefix) == tokens.SHOWN
    assert secret[tokens.SHOWN :] not in kept


def test_a_token_acts_with_the_permissions_of_now(api: Programs, db: Session, ana: Person) -> None:
    program = api(ana)
    assert program.get("/people/me")["name"] == ana.name
    program.get("/people", 403)
    grant_role(db, None, ana, Role.OFFICER)
    db.commit()
    program.get("/people")
    take_role(db, None, ana, Role.OFFICER)
    db.commit()
    assert program.get("/people", 403)["held_by"] == ["Training officer", "Administrator"]


def test_who_has_left_opens_nothing(api: Programs, db: Session, ana: Person) -> None:
    program = api(ana)
    ana.left_on = clock.today()
    db.commit()
    program.get("/people/me", 401)


def test_a_token_ends_after_its_last_day(api: Programs, db: Session, ana: Person) -> None:
    program = api(ana)
    last = clock.start_of(the_token(db).expires_on)
    with clock.frozen(last):
        program.get("/people/me")
    with clock.frozen(last + timedelta(days=1)):
        program.get("/people/me", 401)


def test_a_revoked_token_opens_nothing(api: Programs, db: Session, ana: Person) -> None:
    program = api(ana)
    program.get("/people/me")
    tokens.revoke(db, ana.id, the_token(db))
    db.commit()
    answer = program.ask("GET", "/people/me", 401)
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_the_use_is_noted_once_a_day(api: Programs, db: Session, ana: Person) -> None:
    program = api(ana)
    assert the_token(db).last_used_on is None
    program.get("/people/me")
    assert the_token(db).last_used_on == clock.today()
    tomorrow = clock.now() + timedelta(days=1)
    with clock.frozen(tomorrow):
        program.get("/people/me")
        assert the_token(db).last_used_on == clock.today()


@pytest.mark.parametrize("sent", ["Bearer lms_wrong", "Bearer x", "Bearer ", "Basic YTpi", "Bearer ÿþ", "nonsense"])
def test_a_wrong_token_is_none(api: Programs, sent: str) -> None:
    api(None).get("/people/me", 401, headers={"Authorization": sent.encode().decode("latin-1")})


def test_wrong_tokens_are_counted_and_right_ones_still_open(
    api: Programs, db: Session, ana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bearer, "_WRONG", {"times": 2, "minutes": 10})
    guesser, right = api(None), api(ana)
    guesser.secret = "lms_guess"
    guesser.get("/people/me", 401)
    guesser.get("/people/me", 401)
    assert guesser.ask("GET", "/people/me", 429).headers["Retry-After"] == "600"
    right.get("/people/me")
    assert {row.tries for row in db.scalars(select(throttle.Throttle))} == {2}


def test_nobody_has_any_number_of_tokens(db: Session, ana: Person) -> None:
    for _ in range(20):
        a_token(db, ana)
    with pytest.raises(Refused, match="20"):
        a_token(db, ana)


@pytest.mark.parametrize(("name", "days"), [("", 1), (" \u200b", 1), ("x", 0), ("x", 99_999)])
def test_what_no_token_can_be(db: Session, ana: Person, name: str, days: int) -> None:
    with pytest.raises(Refused):
        tokens.make(db, ana.id, ana.id, name, days)


def test_making_and_revoking_are_events_without_the_secret(db: Session, ana: Person) -> None:
    secret = a_token(db, ana)
    tokens.revoke(db, ana.id, the_token(db))
    tokens.revoke(db, ana.id, the_token(db))
    events = db.scalars(select(Event).where(Event.person_id == ana.id).order_by(Event.id)).all()
    assert [event.kind for event in events] == ["token_made", "token_revoked"]
    assert secret not in str([event.data for event in events])


# The page.


def test_a_token_is_made_seen_once_and_revoked(client: Browser, api: Programs, db: Session, ana: Person) -> None:
    client.sign_in(ana)
    made = client.post("/my-settings/tokens", 200, data={"name": "인트라넷 시간표", "days": "90"})
    assert made.headers["Cache-Control"] == "no-store"
    secret = re.search(r'value="(lms_[\w-]+)"', made.text)
    assert secret
    program = api(None)
    program.secret = secret[1]
    assert program.get("/people/me")["id"] == ana.id
    page = client.get("/my-settings/tokens").text
    assert "인트라넷 시간표" in page
    assert secret[1] not in page
    client.post(f"/my-settings/tokens/{the_token(db).id}/revocation")
    assert "You have no tokens" in client.get("/my-settings/tokens").text
    program.get("/people/me", 401)


@pytest.mark.parametrize("form", [{"name": "", "days": "90"}, {"name": "x", "days": "4000"}, {"name": "x" * 101}])
def test_a_form_that_does_not_fit_makes_nothing(
    client: Browser, db: Session, ana: Person, form: dict[str, str]
) -> None:
    client.sign_in(ana).post("/my-settings/tokens", 422, data=form)
    assert db.scalars(select(ApiToken)).all() == []


def test_another_persons_token_is_not_there(client: Browser, db: Session, ana: Person, eve: Person) -> None:
    a_token(db, ana)
    client.sign_in(eve).post(f"/my-settings/tokens/{the_token(db).id}/revocation", 404)
    assert the_token(db).revoked_at is None


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_guide_names_every_operation(client: Browser, ana: Person, language: str) -> None:
    page = client.sign_in(ana, language).get("/api").text
    assert f"{PREFIX}/sessions/{{session_id}}/attendance" in page
    assert 'id="refused"' in page
    assert "//cdn" not in page


def test_strangers_may_read_the_guide(client: Browser) -> None:
    client.get("/api")


# The command.


def test_the_command_makes_lists_and_revokes(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", database.url)
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    with database.begin() as db:
        factories.a_person(db, "김아나", employee_no="20030001")
    made = run("create", "--person", "20030001", "--name", "backup", "--days", "7")
    secret = made.output.strip()
    listed = run("list", "--person", "20030001").output
    assert listed.split() == [secret[: tokens.SHOWN], "20030001", "–", str(clock.today() + timedelta(days=7)), "backup"]
    with database.look() as db:
        assert tokens.find(db, secret)
    run("revoke", secret[: tokens.SHOWN])
    assert run("list").output == ""
    assert run("revoke", "lms_unknown1", exit_code=1).output.startswith("Error: There is no token")
    assert run("create", "--person", "x", "--name", "y", exit_code=1).output.startswith("Error: Nobody has")


def run(*words: str, exit_code: int = 0) -> Result:
    result = CliRunner().invoke(main, ["token", *words])
    assert result.exit_code == exit_code, result.output
    return result
