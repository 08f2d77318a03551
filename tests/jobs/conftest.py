from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from lms.db import Database
from lms.jobs.worker import Worker
from tests.configuration import config
from tests.jobs import deeds
from tests.live import committed

assert deeds.deed  # its handlers are known from here on


@pytest.fixture(autouse=True)
def _no_calendar(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is due by itself."""
    monkeypatch.setattr("lms.jobs.periodic.PERIODIC", {})


@pytest.fixture
def store(database: Database) -> Iterator[Session]:
    """A Session that sees what was committed and blocks nobody."""
    with committed(database.url) as session:
        yield session


@pytest.fixture
def worker(database: Database, tmp_path: Path) -> Worker:
    """A worker of this process: `worker.step()`."""
    return Worker(database, config(tmp_path, database.url))
