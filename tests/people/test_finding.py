"""People looked for among very many."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from courses.people import queries
from courses.people.queries import Wanted
from tests import factories
from tests.client import Browser


def forget_statements() -> None:
    for statement in (queries._number, queries._list, queries._first, queries._number_of_first):
        statement.cache_clear()


def test_more_people_than_are_counted_are_still_turned_page_by_page(
    client: Browser, db: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "MANY", 4)
    monkeypatch.setattr("lms.web.people.listing.MANY", 4)
    for module in ("courses.people.queries", "lms.web.people.listing"):
        monkeypatch.setattr(f"{module}.PAGE", 2)
    forget_statements()
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
    forget_statements()


def test_as_many_as_are_counted_have_their_number(client: Browser, db: Session) -> None:
    for number in range(3):
        factories.a_person(db, f"제갈{number}")
    client.sign_in(factories.a_person(db, "한페이", roles=["administrator"]))
    assert "<b>3</b> people" in client.get("/people?q=제갈").text


@pytest.mark.parametrize("beginning", [0, 1, 2, 3, 5])
def test_whose_name_begins_so_comes_first_and_everybody_once(
    db: Session, monkeypatch: pytest.MonkeyPatch, beginning: int
) -> None:
    monkeypatch.setattr(queries, "PAGE", 2)
    forget_statements()
    first = [factories.a_person(db, f"뷁{number}").name for number in range(beginning)]
    others = [factories.a_person(db, f"{name}뷁").name for name in ("가", "나", "힣")]
    factories.a_person(db, "가나다")
    pages = [[row.name for row in queries.people(db, Wanted("뷁"), page)] for page in range(1, 6)]
    assert [name for page in pages for name in page] == first + others
    assert all(len(page) == 2 for page in pages[: (beginning + 3) // 2])
    assert queries.number_of(db, Wanted("뷁")) == beginning + 3
    assert [row.name for row in queries.people(db, Wanted("뷁"))] == sorted(first + others), "a file has them by name"
    forget_statements()
