"""What follows from a fact comes with it in one transaction, or not at all."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from courses import clock
from courses.events.actions import record, record_all
from courses.events.facts import Fact, Moved, PasswordSet, RoleGranted, RoleTaken
from courses.people.models import Person
from lms.db import Database
from lms.jobs import reactions
from lms.jobs.models import Job
from tests import factories
from tests.client import Browser


@pytest.fixture(autouse=True)
def _reactions(monkeypatch: pytest.MonkeyPatch) -> None:
    table: dict[type[Fact], tuple[str, ...]] = {
        RoleGranted: ("tell", "count"),
        PasswordSet: ("tell",),
        Moved: ("tell",),
    }
    monkeypatch.setattr(reactions, "REACTIONS", table)


def jobs(db: Session) -> list[tuple[str, list[dict[str, object]]]]:
    db.rollback()
    return [(job.name, job.args["facts"]) for job in db.scalars(select(Job).order_by(Job.id))]


def test_facts_become_jobs_with_their_transaction(database: Database, store: Session) -> None:
    with database.begin() as db:
        with clock.frozen(factories.some_day()):
            record_all(db, None, [RoleGranted(1, "officer"), RoleGranted(2, "head", 3)])
        assert jobs(store) == []
    at = factories.some_day().isoformat()
    facts = [
        {"person_id": 1, "role": "officer", "unit_id": None, "actor_id": None, "at": at},
        {"person_id": 2, "role": "head", "unit_id": 3, "actor_id": None, "at": at},
    ]
    assert jobs(store) == [("tell", facts), ("count", facts)]


def test_what_is_rolled_back_has_no_consequences(database: Database, store: Session) -> None:
    with contextlib.suppress(ZeroDivisionError), database.begin() as db:
        record(db, None, RoleGranted(1, "officer"))
        raise ZeroDivisionError
    assert jobs(store) == []


def test_what_a_savepoint_took_back_did_not_happen(database: Database, store: Session) -> None:
    with database.begin() as db:
        record(db, None, RoleGranted(1, "officer"))
        with contextlib.suppress(ZeroDivisionError), db.begin_nested():
            record(db, None, RoleGranted(2, "officer"))
            raise ZeroDivisionError
        with db.begin_nested():
            record(db, None, RoleGranted(3, "officer"))
    assert [[fact["person_id"] for fact in facts] for _name, facts in jobs(store)] == [[1, 3], [1, 3]]


def test_a_session_that_goes_on_after_a_rollback_forgets(database: Database, store: Session) -> None:
    with database.begin() as db:
        record(db, None, RoleGranted(1, "officer"))
        db.rollback()
    assert jobs(store) == []


def test_facts_of_a_kind_go_together_by_the_five_hundred(database: Database, store: Session) -> None:
    with database.begin() as db:
        for person in range(1001):
            record(db, None, PasswordSet(person, "link"))
        record(db, None, RoleGranted(7, "officer"))
    assert [(name, len(facts)) for name, facts in jobs(store)] == [
        ("tell", 500),
        ("tell", 500),
        ("tell", 1),
        ("tell", 1),
        ("count", 1),
    ]


def test_history_has_no_consequences(database: Database, store: Session) -> None:
    with database.begin(reacts=False) as db:
        record(db, None, RoleGranted(1, "officer"))
    assert jobs(store) == []


@pytest.fixture
def statements() -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield seen
    event.remove(Engine, "before_cursor_execute", note)


def test_a_fact_without_a_reaction_costs_no_statement(database: Database, statements: list[str]) -> None:
    with database.begin() as db:
        record(db, None, RoleTaken(1, "officer"))
    assert [line.split()[0] for line in statements if not line.startswith("BEGIN")] == ["INSERT"]


def test_a_press_of_a_button_has_its_consequences(client: Browser, db: Session, ana: Person) -> None:
    run = factories.a_run(db)
    client.sign_in(ana).post(f"/runs/{run.id}/enrolments", 303)
    ((name, (fact,)),) = jobs(db)
    assert name == "tell"
    assert (fact["person_id"], fact["run_id"], fact["after"], fact["actor_id"]) == (ana.id, run.id, "enrolled", ana.id)


def test_a_refused_one_has_none(client: Browser, db: Session, ana: Person) -> None:
    run = factories.a_run(db, starts_in=-5)
    client.sign_in(ana).post(f"/runs/{run.id}/enrolments", 409)
    assert jobs(db) == []
