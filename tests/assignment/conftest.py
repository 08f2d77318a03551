from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from lms.db import Database
from tests.configuration import config
from tests.notices.office import Office


@pytest.fixture
def office(database: Database, tmp_path: Path) -> Iterator[Office]:
    settings = replace(config(tmp_path, database.url), mail_from="training@city.example")
    with Session(database.engine, expire_on_commit=False) as db:
        yield Office(database, settings, db)
