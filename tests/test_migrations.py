"""The schema that the migrations make is the one the code means: up, down and up again, on data."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, inspect
from sqlalchemy.orm import Session

from courses.db import make_engine
from courses.models import Base
from lms import migrate
from lms.throttle import Throttle
from tests import conftest, factories

assert Throttle.metadata is Base.metadata


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Engine]:
    if conftest.SERVER is None:
        engine = make_engine(f"sqlite:///{tmp_path}/empty.db")
        yield engine
        engine.dispose()
        return
    with conftest.fresh_postgres_database(f"lms_migrations_{conftest.WORKER}") as url:
        engine = make_engine(url)
        yield engine
        engine.dispose()


def test_up_down_and_up_again(empty: Engine) -> None:
    migrate.upgrade(empty)
    with Session(empty) as db:
        factories.an_enrolment(db, factories.a_run(db), factories.a_person(db))
    migrate.downgrade(empty)
    assert set(inspect(empty).get_table_names()) <= {"alembic_version"}
    migrate.upgrade(empty)
    with empty.connect() as connection:
        assert not compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), Base.metadata)
