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
from lms.db import Database
from lms.demo.load import SEED, settle_in
from lms.demo.people import Cast, Passwords
from lms.demo.story import tell
from tests import factories
from tests.conftest import own_database

NOON = factories.some_day(12)
"""A Monday."""


class City(NamedTuple):
    """A database with the organisation, its files and who signs in, but no run of today."""

    database: Database
    people: dict[str, int]

    def tell(self, db: Session, now: datetime) -> None:
        """Tell the demo's history as of a moment."""
        cast = Cast(**{role: db.get_one(Person, identity) for role, identity in self.people.items()})
        with clock.frozen(now):
            tell(db, cast, SEED, "http://lms.example/verify")

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
def city(template_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """For all tests: bringing in the files takes seconds."""
    with own_database(template_url, tmp_path_factory.mktemp("demo")) as url:
        database = Database(url)
        with clock.frozen(NOON), database.begin(reacts=False) as db:
            people = {role: person.id for role, person in settle_in(db, Passwords()).parts()}
        yield City(database, people)
        database.engine.dispose()


@pytest.fixture(scope="session")
def told(city: City, tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """The city on a Monday at noon, its history told, to look at."""
    city.database.engine.dispose()  # nobody may be connected to what is copied
    with own_database(city.database.url, tmp_path_factory.mktemp("told")) as url:
        copy = City(Database(url), city.people)
        with copy.database.begin(reacts=False) as db:
            copy.tell(db, NOON)
        yield copy
        copy.database.engine.dispose()


@pytest.fixture
def city_db(city: City) -> Iterator[Session]:
    """A session on the city, rolled back at the end."""
    with city.rolled_back() as db:
        yield db
