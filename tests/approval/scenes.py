"""Departments that send people to selection runs."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from courses import clock
from courses.enrolment.models import Enrolment
from courses.people.models import Deputy, Leave, LeaveKind, OrgUnit, Person, Posting
from courses.scheduling.models import Run
from tests import factories


def a_selection(db: Session, *, starts_in: int = 30, **fields: Any) -> Run:
    """A selection run with applications open, far enough ahead that nothing is frozen."""
    return factories.a_run(db, starts_in=starts_in, mode="selection", **fields)


def an_application(db: Session, run: Run, person: Person, *, days_ago: int = 0, **fields: Any) -> Enrolment:
    """Sent so many days ago."""
    fields = {"status": "applied", "motive": "업무에 필요합니다", **fields}
    enrolment = factories.an_enrolment(db, run, person, **fields)
    enrolment.moved_at = enrolment.applied_at = clock.now() - timedelta(days=days_ago)
    db.commit()
    return enrolment


def applicants(db: Session, run: Run, unit: OrgUnit, count: int, **fields: Any) -> list[Enrolment]:
    """So many people of a unit who have applied."""
    people = [factories.a_person(db, f"직원{n:03}", unit=unit) for n in range(1, count + 1)]
    return [an_application(db, run, person, **fields) for person in people]


def a_leave(db: Session, person: Person, days: int = 5) -> None:
    """From yesterday on."""
    first = clock.today() - timedelta(days=1)
    db.add(Leave(person_id=person.id, kind=LeaveKind.LEAVE, from_on=first, until_on=first + timedelta(days=days)))
    db.commit()


def a_deputy(db: Session, unit: OrgUnit, person: Person, from_on: date, until_on: date) -> None:
    """Stands in for the head of the unit on these days."""
    days = {"from_on": from_on, "until_on": until_on}
    db.add(Deputy(unit_id=unit.id, person_id=person.id, created_at=clock.now(), **days))
    db.commit()


def transfer(db: Session, person: Person, unit: OrgUnit) -> None:
    """To another unit, from today on."""
    yesterday = clock.today() - timedelta(days=1)
    db.execute(update(Posting).where(Posting.person_id == person.id).values(until_on=yesterday))
    db.add(Posting(person_id=person.id, unit_id=unit.id, from_on=clock.today(), grade="7급"))
    db.commit()
