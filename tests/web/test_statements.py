"""However much there is, a page takes as many statements: every page with few rows, and with many."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from tests.client import Browser
from tests.web.multiplied import more_of_everything
from tests.web.test_pages import PAGES, with_addresses
from tests.world import World

pytestmark = pytest.mark.once


def test_with_more_of_everything_no_page_takes_more_statements(app: Flask, db: Session, world: World) -> None:
    visits = Visits(app, db, with_addresses(world))
    more_of_everything(db, world, [0])  # of what is not there at all nothing further is read
    few = {endpoint: visits.statements(endpoint) for endpoint in PAGES}
    more_of_everything(db, world, range(1, 5))
    more = [endpoint for endpoint in PAGES if visits.statements(endpoint) > few[endpoint]]
    # what is read once in a while, or kept from the first time on, is not read again
    assert not {one: (few[one], count) for one in more if (count := visits.statements(one)) > few[one]}


class Visits:
    """Visits to the pages of a world, each by who it is for."""

    def __init__(self, app: Flask, db: Session, world: World) -> None:
        self._world = world
        self._people: dict[str | None, Browser] = {None: Browser(app, db)}
        for who, person in world.people.items():
            self._people[who] = Browser(app, db).sign_in(person)

    def statements(self, endpoint: str) -> int:
        """How many statements the page takes."""
        who, address = PAGES[endpoint]
        with _counting() as statements:
            self._people[who].get(address.format(**self._world.ids))
        return len(statements)


@contextmanager
def _counting() -> Iterator[list[str]]:
    found: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_: Any) -> None:
        if statement.startswith(("SELECT", "WITH")):
            found.append(statement)

    event.listen(Engine, "before_cursor_execute", count)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", count)
