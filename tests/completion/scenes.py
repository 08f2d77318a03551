"""Runs that have ended, with marks and scores."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.assessment.models import Component, Score
from courses.attendance.models import Attendance, AttendanceMark, Ground
from courses.enrolment.models import Enrolment
from courses.people.models import Person
from courses.scheduling.models import ClassSession, Run
from tests import factories


def a_past_run(db: Session, **fields: object) -> Run:
    """A run of seven hours that ended yesterday."""
    course = factories.a_course(db, scored=fields.pop("scored", False), kind=fields.pop("kind", "classroom"))
    return factories.a_run(db, course, **{"starts_in": -1, **fields})


def mark(db: Session, enrolment: Enrolment, by: Person, name: str = "present", missed: int = 0) -> None:
    """The same mark in every session of the run."""
    for session_id in db.scalars(select(ClassSession.id).where(ClassSession.run_id == enrolment.run_id)).all():
        ground = Ground.DUTY if name == "excused" else None
        db.add(
            Attendance(
                session_id=session_id,
                enrolment_id=enrolment.id,
                mark=AttendanceMark(name),
                minutes_missed=missed,
                ground=ground,
                marked_by=by.id,
                marked_at=clock.now(),
            )
        )
    db.commit()


def score(db: Session, run: Run, by: Person, points: dict[Enrolment, int]) -> None:
    """One part of weight 100."""
    part = Component(run_id=run.id, position=1, name="평가", weight=100, published_at=clock.now())
    db.add(part)
    db.flush()
    for enrolment, value in points.items():
        db.add(
            Score(component_id=part.id, enrolment_id=enrolment.id, points=value, scored_by=by.id, scored_at=clock.now())
        )
    db.commit()
