"""A run of three days, in whose middle we are, with Ana and Eve."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.enrolment.models import Enrolment
from courses.people.models import Person
from courses.scheduling.models import ClassSession, Run
from tests import factories


@dataclass
class Away:
    """A run and its sessions in order: yesterday, today, tomorrow."""

    run: Run
    sessions: list[ClassSession]
    ana: Enrolment
    eve: Enrolment


@pytest.fixture
def away(db: Session, ana: Person, eve: Person, cleo: Person) -> Away:
    return a_run_to_miss(db, ana, eve, cleo)


def a_run_to_miss(db: Session, ana: Person, eve: Person, cleo: Person, starts_in: int = -1) -> Away:
    run = factories.a_run(db, starts_in=starts_in, days=3, instructors=[cleo])
    of_run = select(ClassSession).where(ClassSession.run_id == run.id).order_by(ClassSession.starts_at)
    enrolments = [factories.an_enrolment(db, run, person) for person in (ana, eve)]
    return Away(run, list(db.scalars(of_run)), *enrolments)
