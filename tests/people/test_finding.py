"""People looked for among very many."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from courses.people import queries
from courses.people.queries import Wanted
from tests import factories
from tests.client import Browser


def test_more_people_than_are_counted_are_still_turned_page_by_page(
    client: Browser, db: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "MANY", 4)
    monkeypatch.setattr("lms.web.people.listing.MANY", 4)
    for module in ("courses.people.queries", "lms.web.people.listing"):
        monkeypatch.setattr(f"{module}.PAGE", 2)
    queries._number.cache_clear()
    queries._list.cache_clear()
    for number in range(7):
        factories.a_person(db, f"남궁{number}")
    assert queries.number_of(db, Wanted("남궁")) == 5
    client.sign_in(factories.a_person(db, "한페이", roles=["administrator"]))
    first = client.get("/people?q=남궁").text
    assert "More than <b>4</b> people" in first
    assert "page=2" in first
    assert "남궁4" in client.get("/people?q=남궁&page=3").text
    last = client.get("/people?q=남궁&page=4").text
    assert "남궁6" in last
    assert "page=5" not in last
    queries._number.cache_clear()
    queries._list.cache_clear()


def test_as_many_as_are_counted_have_their_number(client: Browser, db: Session) -> None:
    for number in range(3):
        factories.a_person(db, f"제갈{number}")
    client.sign_in(factories.a_person(db, "한페이", roles=["administrator"]))
    assert "<b>3</b> people" in client.get("/people?q=제갈").text
