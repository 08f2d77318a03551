"""A database that is really committed to, for each race its own."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import insert
from sqlalchemy.orm import Session

from courses.people.models import Person
from tests import conftest
from tests.live import committed

_numbers = itertools.count(1)
_racers = itertools.count(1)


@pytest.fixture
def empty_url(tmp_path: Path) -> Iterator[str]:
    """An empty database."""
    if conftest.SERVER is None:
        yield f"sqlite:///{tmp_path}/empty.db"
        return
    name = f"lms_race_{conftest.WORKER}_{os.getpid()}_{next(_numbers)}"
    with conftest.fresh_postgres_database(name) as url:
        yield url


@pytest.fixture
def race_url(template_url: str, tmp_path: Path) -> Iterator[str]:
    """A migrated database."""
    with conftest.own_database(template_url, tmp_path) as url:
        yield url


@pytest.fixture
def store(race_url: str) -> Iterator[Session]:
    """A Session on it that commits."""
    with committed(race_url) as session:
        yield session


def racers(db: Session, count: int) -> list[int]:
    """The ids of so many new employees, signed in without a password."""
    people = [
        {"employee_no": f"R{n:05}", "name": f"응시자{n}", "initials": "ㅇㅅㅈ", "session_key": ""}
        for n in itertools.islice(_racers, count)
    ]
    ids = db.scalars(insert(Person).returning(Person.id), people).all()
    db.commit()
    return sorted(ids)
