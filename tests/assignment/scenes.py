"""Usual situations of mandatory courses."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from courses import clock
from courses.catalogue.models import Course
from courses.enrolment.models import Assignment, Enrolment, Renewal
from courses.people.models import Leave, LeaveKind, Person, Posting
from tests import factories


def an_assignment(db: Session, course: Course, due_on: date, *, made: date | None = None, **fields: Any) -> Assignment:
    """Made half a year ago unless said otherwise."""
    made = made or clock.today() - timedelta(days=180)
    assignment = Assignment(course_id=course.id, due_on=due_on, created_at=clock.start_of(made), **fields)
    assignment.renewal = assignment.renewal or Renewal.ONCE
    db.add(assignment)
    db.commit()
    return assignment


def completed(db: Session, course: Course, person: Person, day: date) -> Enrolment:
    """In a run that ended on a day."""
    run = factories.a_run(db, course, state="closed", starts_in=(day - clock.today()).days)
    return factories.an_enrolment(db, run, person, outcome="completed")


def on_leave(db: Session, person: Person, first: date, last: date | None = None) -> None:
    db.add(Leave(person_id=person.id, kind=LeaveKind.PARENTAL, from_on=first, until_on=last))
    db.commit()


def moved(db: Session, person: Person, unit_id: int, day: date, grade: str = "7급") -> None:
    """A new posting from a day on; the one before ends the day before."""
    old = update(Posting).where(Posting.person_id == person.id, Posting.until_on.is_(None))
    db.execute(old.values(until_on=day - timedelta(days=1)))
    db.add(Posting(person_id=person.id, unit_id=unit_id, from_on=day, grade=grade, service="일반직"))
    db.commit()
