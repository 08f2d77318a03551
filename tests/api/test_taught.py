"""The ledger of taught periods for programs."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from courses import clock
from courses.people.models import Person
from tests import factories
from tests.api.conftest import Programs


def test_an_officer_gets_all_and_an_instructor_the_own_ones(
    api: Programs, db: Session, dan: Person, cleo: Person
) -> None:
    another = factories.a_person(db, "강강사", roles=["instructor"])
    for teacher in (cleo, another):
        factories.a_run(db, starts_in=-3, instructors=[teacher])
    today = clock.today()
    path = f"/taught?first={today - timedelta(days=5)}&last={today}"
    for person, expected in ((dan, {cleo.id, another.id}), (cleo, {cleo.id})):
        items = api(person).get(path)["items"]
        assert {item["person_id"] for item in items} == expected
        assert {item["periods"] for item in items} == {7}


def test_days_are_in_order_and_not_too_many(api: Programs, dan: Person) -> None:
    of_dan = api(dan)
    for first, last in (("2026-02-01", "2026-01-31"), ("2024-01-01", "2026-01-01")):
        of_dan.get(f"/taught?first={first}&last={last}", 422)
