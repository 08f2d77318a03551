"""What departments filed, and how it stands."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, select
from sqlalchemy.orm import Session

from courses import clock
from courses.catalogue.models import Course
from courses.enrolment.models import Enrolment, Status
from courses.people.models import OrgUnit, Person
from courses.scheduling.models import ClassSession, Run, RunInstructor, RunState
from courses.workplace.models import Filing

SHOWN = 60
"""The latest ones."""


class Standing(enum.StrEnum):
    """How far a filing has come."""

    AHEAD = "ahead"  # will take place
    FILED = "filed"  # waits for an officer
    RETURNED = "returned"  # waits for the department
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"


def standing_of(state: RunState, returned_at: datetime | None, ends_at: datetime) -> Standing:
    """Of a run in this state, whose session ends then."""
    if state is RunState.CLOSED:
        return Standing.CONFIRMED
    if state is not RunState.PUBLISHED:
        return Standing.WITHDRAWN
    if returned_at:
        return Standing.RETURNED
    return Standing.AHEAD if ends_at > clock.now() else Standing.FILED


def listed(db: Session, reach: ColumnElement[bool], *, most: int = SHOWN) -> Sequence[Row[Any]]:
    """The latest filings within reach, by when they took place.

    Columns: run_id, title, code, number, state, starts_at, ends_at, teachers, taken, unit, by, filed_at, returned_at,
    reason, evidence (its name, '' for none).
    """
    latest = LISTED.where(reach).order_by(ClassSession.starts_at.desc(), Run.id.desc()).limit(most)
    return db.execute(latest).all()


def one(db: Session, run_id: int) -> Row[Any]:
    """The same columns of one filing."""
    return db.execute(LISTED.where(Run.id == run_id)).one()


def last_by(db: Session, person_id: int, reach: ColumnElement[bool]) -> int | None:
    """The run that the person filed last and may still reach."""
    mine = select(Filing.run_id).where(Filing.filed_by == person_id, reach)
    return db.scalar(mine.order_by(Filing.filed_at.desc(), Filing.run_id.desc()).limit(1))


def trainer_of(db: Session, run_id: int) -> Row[int, str, str | None] | None:
    """Name, employee number and id of who gives it."""
    found = select(Person.id, Person.name, Person.employee_no).join(RunInstructor)
    return db.execute(found.where(RunInstructor.run_id == run_id).order_by(RunInstructor.position).limit(1)).first()


def people_of(db: Session, run_id: int) -> Sequence[Row[int, str, str | None]]:
    """Who is in it (id, name, employee_no), by name."""
    found = select(Person.id, Person.name, Person.employee_no).join(Enrolment, Enrolment.person_id == Person.id)
    here = (Enrolment.run_id == run_id, Enrolment.status == Status.ENROLLED)
    return db.execute(found.where(*here).order_by(Person.name, Person.id)).all()


LISTED: Select[*tuple[Any, ...]] = (
    select(
        Run.id.label("run_id"), Run.course_id, Course.title, Course.code, Run.number, Run.state, Run.taken,
        Run.teachers, ClassSession.id.label("session_id"), ClassSession.starts_at, ClassSession.ends_at,
        Filing.unit_id, OrgUnit.path.label("unit"), OrgUnit.code.label("unit_code"), Person.name.label("by"),
        Filing.filed_at, Filing.returned_at, Filing.reason, Filing.evidence_name.label("evidence"),
    )
    .join_from(Filing, Run, Run.id == Filing.run_id)
    .join(Course, Course.id == Run.course_id)
    .join(ClassSession, ClassSession.run_id == Run.id)
    .join(OrgUnit, OrgUnit.id == Filing.unit_id)
    .join(Person, Person.id == Filing.filed_by)
)  # fmt: skip
"""Every filing with its run, its only session, its unit and who filed it."""
