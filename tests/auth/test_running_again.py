"""When the database asks for a transaction to be run again: once is once, and what was sent is kept."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from courses.enrolment import actions
from courses.enrolment.models import Enrolment
from courses.events.models import Event
from courses.exchange import actions as exchange
from courses.exchange.models import ImportFile
from courses.people.models import Person
from lms.web import errors
from lms.web.enrolment import crowd
from tests import factories
from tests.client import Browser
from tests.exchange.files import file

DEADLOCK, NOT_AVAILABLE, UNIQUE, SHUT_DOWN = "40P01", "55P03", "23505", "57P01"


class Victim(Exception):
    """What the driver says."""

    def __init__(self, sqlstate: str) -> None:
        super().__init__(sqlstate)
        self.sqlstate = sqlstate


def fails(monkeypatch: pytest.MonkeyPatch, module: Any, name: str, sqlstate: str, times: int) -> None:
    """Let an action do its work and then fail like that, so many times."""
    action, kind = getattr(module, name), IntegrityError if sqlstate.startswith("23") else OperationalError
    left = [kind("", {}, Victim(sqlstate)) for _ in range(times)]

    def failing(*args: Any, **options: Any) -> Any:
        done = action(*args, **options)
        if left:
            raise left.pop()
        return done

    monkeypatch.setattr(module, name, failing)


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each press is a transaction of its own, as after an error among many (`tests/enrolment/test_crowd.py`)."""
    monkeypatch.setattr(crowd, "enrol", lambda *_: None)


@pytest.mark.parametrize(("sqlstate", "times"), [(DEADLOCK, 1), (NOT_AVAILABLE, 4), (UNIQUE, 1), (SHUT_DOWN, 1)])
def test_run_again_it_has_happened_once(
    client: Browser, db: Session, ana: Person, monkeypatch: pytest.MonkeyPatch, sqlstate: str, times: int
) -> None:
    run = factories.a_run(db)
    fails(monkeypatch, actions, "enrol", sqlstate, times)
    client.sign_in(ana).post(f"/runs/{run.id}/enrolments")
    assert db.scalar(select(func.count(Enrolment.id))) == run.taken == 1
    assert db.scalar(select(func.count(Event.id)).where(Event.run_id == run.id)) == 1


def test_after_five_times_it_is_given_up(
    client: Browser, db: Session, ana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = factories.a_run(db)
    fails(monkeypatch, actions, "enrol", DEADLOCK, 5)
    answer = client.sign_in(ana).post(f"/runs/{run.id}/enrolments", 503)
    assert answer.headers["Retry-After"] == "2"
    assert db.scalar(select(func.count(Enrolment.id))) == run.taken == 0


def test_while_the_database_stays_away_one_is_told_to_come_back(
    client: Browser, db: Session, ana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = factories.a_run(db)
    fails(monkeypatch, actions, "enrol", SHUT_DOWN, 5)

    def no_page(*_: Any, **__: Any) -> str:
        raise OperationalError("", {}, Victim(SHUT_DOWN))

    client.sign_in(ana)
    monkeypatch.setattr(errors, "render_template", no_page)
    answer = client.post(f"/runs/{run.id}/enrolments", 503)
    assert answer.headers["Retry-After"] == "2"
    assert answer.mimetype == "text/plain"


@pytest.mark.parametrize(("sqlstate", "times", "status"), [(UNIQUE, 2, 500), ("23503", 1, 500)])
def test_what_will_not_pass_is_not_tried_for_ever(
    client: Browser, db: Session, ana: Person, monkeypatch: pytest.MonkeyPatch, sqlstate: str, times: int, status: int
) -> None:
    run = factories.a_run(db)
    fails(monkeypatch, actions, "enrol", sqlstate, times)
    client.sign_in(ana).post(f"/runs/{run.id}/enrolments", status)
    assert db.scalar(select(func.count(Enrolment.id))) == 0


def test_an_uploaded_file_is_still_there(
    client: Browser, db: Session, dan: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    fails(monkeypatch, exchange, "keep", DEADLOCK, 2)
    data = file("rooms", [("R1", "대강의실", "120", "0")])
    upload = {"kind": "rooms", "file": (BytesIO(data), "rooms.csv")}
    client.sign_in(dan).post("/imports", data=upload, content_type="multipart/form-data")
    assert db.scalars(select(ImportFile.sha256)).all()
    assert isinstance(db.scalar(select(func.length(ImportFile.data))), int)
