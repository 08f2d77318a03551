"""The participants of a large run: page by page, numbered through, those who wait after those who sit."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from courses.enrolment import queries
from courses.people.models import Person
from tests.client import Browser
from tests.factories import a_person, a_run, an_enrolment


def test_a_page_goes_on_where_the_one_before_ended(
    client: Browser, db: Session, dan: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "PAGE", 2)
    monkeypatch.setattr(queries, "_PARTICIPANTS", queries._PARTICIPANTS.limit(2))
    run = a_run(db, seats=3)
    for name in ("가나", "나다", "다라"):
        an_enrolment(db, run, a_person(db, name))
    for place, name in enumerate(("라마", "마바"), 1):
        an_enrolment(db, run, a_person(db, name), status="waitlisted", queue_no=place)
    client.sign_in(dan)
    pages = [client.get(f"/runs/{run.id}/enrolments?page={number}").text for number in (1, 2, 3)]
    names = ("가나", "나다", "다라", "라마", "마바")
    shown = [[name for name in names if f">{name}</a></th>" in page] for page in pages]
    assert shown == [["가나", "나다"], ["다라", "라마"], ["마바"]]
    assert ">3</td>" in pages[1]
    assert ">1</td>" in pages[1]
    assert ">2</td>" in pages[2]
    assert 'id="seated"' not in pages[2]
