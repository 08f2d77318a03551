"""A year of training, small enough to count by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from courses import clock
from courses.enrolment.models import Outcome
from courses.people.models import OrgUnit, Person
from courses.scheduling.models import Run
from tests import factories

YEAR = 2025


@dataclass
class Year:
    """Two bureaux; who completed what is in the comments below."""

    general: OrgUnit
    finance: OrgUnit
    people: dict[str, Person]


def ended(db: Session, run: Run, person: Person, unit: OrgUnit | None, outcome: str = "completed") -> None:
    factories.an_enrolment(db, run, person, outcome=Outcome(outcome), unit_id=unit.id if unit else None)


def a_past_run(db: Session, title: str, kind: str = "classroom") -> Run:
    course = factories.a_course(db, title, kind=kind)
    return in_year(db, factories.a_run(db, course, starts_in=-300, state="closed"))


def in_year(db: Session, run: Run, year: int = YEAR) -> Run:
    run.year = year
    db.commit()
    return run


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    """It is noon on a Monday."""
    with clock.frozen(factories.some_day(12)):
        yield


@pytest.fixture
def year(db: Session) -> Year:
    """Four completions of three persons; one failed, one is still learning."""
    general, finance = factories.a_unit(db, "총무과", "행정국"), factories.a_unit(db, "세무과", "재무국")
    people = {name: factories.a_person(db, name, unit=general) for name in ("가", "나", "다", "라")}
    excel, word = a_past_run(db, "엑셀"), a_past_run(db, "한글")
    online, work = a_past_run(db, "온라인", "cyber"), a_past_run(db, "문서", "workplace")
    ended(db, excel, people["가"], general)
    ended(db, word, people["가"], finance)  # moved meanwhile: each run keeps its department
    ended(db, online, people["나"], general)
    ended(db, work, people["다"], None)  # of another body
    ended(db, work, people["나"], general, "not_completed")
    factories.an_enrolment(db, online, people["라"])  # still learning, today in general
    factories.an_enrolment(db, excel, people["라"], status="withdrawn")
    in_year(db, factories.a_run(db, factories.a_course(db, "계획"), state="draft"))
    return Year(general, finance, people)


@pytest.fixture
def app_context(whole_app: Flask) -> Iterator[None]:
    """For what makes addresses and writes days."""
    with whole_app.test_request_context():
        yield
