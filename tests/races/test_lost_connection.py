"""A connection that breaks before the session on it is closed loses nothing more than what was not committed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from lms.db import Database

pytestmark = pytest.mark.race


@pytest.mark.parametrize("opened", [Database.reading, Database.writing])
def test_a_session_is_closed_on_a_broken_connection(race_url: str, opened: Callable[[Database], Session]) -> None:
    database = Database(race_url)
    db = opened(database)
    broken = db.connection().connection.dbapi_connection
    assert broken
    broken.close()
    database.close(db)
    with database.begin() as again:
        assert again.scalar(text("SELECT 1")) == 1
    database.engine.dispose()
