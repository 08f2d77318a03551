"""A course that runs today, as its instructor and its three people see it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.enrolment.models import Enrolment
from courses.people.models import Person
from courses.scheduling.models import ClassSession, Run
from tests import factories


@dataclass
class Class:
    """A run of three sessions, the first one yesterday; `people` are the enrolments in roster order."""

    run: Run
    yesterday: ClassSession
    today: ClassSession
    tomorrow: ClassSession
    people: list[Enrolment]


@pytest.fixture(autouse=True)
def monday_morning(request: pytest.FixtureRequest) -> Iterator[None]:
    """The clock stands at Monday, 23 November 2026, 09:05. In a browser it goes on, as in the server's threads."""
    if request.node.get_closest_marker("browser"):
        yield
        return
    with clock.frozen(factories.some_day(9) + timedelta(minutes=5)):
        yield


@pytest.fixture
def course(db: Session, cleo: Person) -> Class:
    return a_class(db, cleo)


def a_class(db: Session, instructor: Person, names: tuple[str, ...] = ("가은", "나리", "다솜")) -> Class:
    run = factories.a_run(db, seats=200, starts_in=-1, days=3, instructors=[instructor])
    people = [factories.an_enrolment(db, run, factories.a_person(db, name)) for name in names]
    sessions = db.scalars(select(ClassSession).where(ClassSession.run_id == run.id).order_by(ClassSession.number)).all()
    return Class(run, *sessions, people=people)
