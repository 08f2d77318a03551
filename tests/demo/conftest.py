"""The demo's files, brought in once; what each test tells on top of them is rolled back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple

import pytest
from sqlalchemy.orm import Session

from courses import clock
from courses.people.models import Person
from lms import migrate
from lms.db import Database
from lms.demo.load import SEED, settle_in
from lms.demo.people import Cast, Passwords
from lms.demo.story import tell
from tests import factories
from tests.conftest import SERVER, WORKER, fresh_postgres_database

NOON = factories.some_day(12)
"""A Monday."""


class City(NamedTuple):
    """A database with the organisation, its files and who signs in, but no run of today."""

    database: Database
    people: dict[str, int]

    def told(self, db: Session, now: datetime) -> Cast:
        """Tell the demo's history as of a moment."""
        cast = Cast(**{role: db.get_one(Person, identity) for role, identity in self.people.items()})
        with clock.frozen(now):
            tell(db, cast, SEED, "http://lms.example/verify")
        return cast

    @contextmanager
    def rolled_back(self) -> Iterator[Session]:
        """A writing session whose work is not kept."""
        db = self.database.writing()
        try:
            yield db
        finally:
            db.rollback()
            self.database.close(db)


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """For all tests: bringing in the files takes seconds."""
    if SERVER is None:
        yield from _settled(f"sqlite:///{tmp_path_factory.mktemp('demo')}/demo.db")
        return
    with fresh_postgres_database(f"lms_demo_{WORKER}") as url:
        yield from _settled(url)


def _settled(url: str) -> Iterator[City]:
    database = Database(url)
    migrate.upgrade(database.engine)
    with clock.frozen(NOON), database.begin() as db:
        people = {role: person.id for role, person in settle_in(db, Passwords()).parts()}
    yield City(database, people)
    database.engine.dispose()


@pytest.fixture
def city_db(city: City) -> Iterator[Session]:
    """A session on the city, rolled back at the end."""
    with city.rolled_back() as db:
        yield db
