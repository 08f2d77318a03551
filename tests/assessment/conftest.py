"""A scored course of three people and its instructor."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from sqlalchemy.orm import Session

from courses.assessment import queries
from courses.enrolment.models import Enrolment
from courses.people.models import Person
from courses.scheduling.models import Run
from tests import factories


@dataclass
class Scored:
    """A run whose course is scored; `people` are the enrolments in roster order."""

    run: Run
    people: list[Enrolment]


@pytest.fixture
def scored(db: Session, cleo: Person) -> Scored:
    return a_scored_run(db, cleo)


def a_scored_run(db: Session, instructor: Person, names: tuple[str, ...] = ("가은", "나리", "다솜")) -> Scored:
    course = factories.a_course(db, "엑셀 기초", scored=True)
    run = factories.a_run(db, course=course, seats=200, starts_in=-3, instructors=[instructor])
    return Scored(run, [factories.an_enrolment(db, run, factories.a_person(db, name)) for name in names])


def drafts(db: Session, run: Run) -> list[str]:
    """The parts of a run's score that its people cannot see yet, in order."""
    return [one.name for one in queries.components(db, run.id) if one.published_at is None]
