"""In which order runs are offered."""

from __future__ import annotations

from sqlalchemy.orm import Session

from courses.enrolment.listing import Wanted, runs
from courses.people.models import Person
from tests import factories


def test_what_is_still_to_start_comes_before_what_runs_for_weeks(db: Session, ana: Person) -> None:
    cyber = factories.a_course(db, "정보보호 기초", kind="cyber")
    begun = factories.a_run(db, cyber, starts_in=-20, days=60)
    later = factories.a_run(db, starts_in=30)
    soon = factories.a_run(db, starts_in=5)
    assert [run.id for run in runs(db, ana.id, Wanted())] == [soon.id, later.id, begun.id]
