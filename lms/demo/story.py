"""History told in the order it happened: every step of every run at its own moment, through the real actions."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.catalogue.models import Course
from courses.catalogue.targets import require_before
from courses.enrolment import assignments
from courses.enrolment.assignments import Wanted
from courses.people.models import Leave, OrgUnit, Person, Posting, Role, RoleGrant
from courses.people.units import below
from courses.scheduling.models import Mode, Room
from lms.demo import assessing, certifying, confirming, door, hours, sealing, surveys, workplace
from lms.demo.deciding import Assigned, Decided
from lms.demo.people import Cast
from lms.demo.plot import ASSIGNED, CLASSES, CYBER, OTHERS, REQUIRED
from lms.demo.runs import Told
from lms.demo.stage import Stage, Timeline
from lms.demo.writing import write

_TOLD: dict[Mode, type[Told]] = {Mode.SELECTION: Decided, Mode.DRAW: Decided, Mode.ASSIGNED: Assigned}
_ENTRANTS = 9
"""One in so many applies for nothing but what is drawn: whatever the lots, all else is the same on every load."""


def tell(db: Session, people: Cast, seed: int, verify_url: str) -> None:
    """Make every run of the plot and all that happened in it until now."""
    stage = _stage(db, people, verify_url)
    timeline = Timeline()
    for number, opening in enumerate(CLASSES + CYBER + OTHERS):
        rng = Random(f"{seed} {number}")  # noqa: S311  # a seed, so that every demo is the same
        _TOLD.get(opening.mode, Told)(stage, opening, rng).unfold(db, timeline)
    write(stage, timeline)
    workplace.unfold(stage, db.get_one(OrgUnit, _division(db, people)), timeline)
    hours.unfold(stage, timeline)
    timeline.at(stage.now - timedelta(days=1), lambda db: _demand(db, people, stage.today))
    assessing.unfold(stage, timeline)
    door.unfold(stage, timeline)
    confirming.unfold(stage, timeline)
    surveys.unfold(stage, timeline, seed)
    sealing.unfold(stage, timeline)
    certifying.unfold(stage, timeline)
    timeline.play(db)


def _demand(db: Session, people: Cast, today: date) -> None:
    """What is to be completed before something else, and what the employee's department is late with."""
    known = {course.code: course for course in db.scalars(select(Course))}
    for code, required in REQUIRED.items():
        require_before(db, known[code], [known[required].id])
    due = today - timedelta(days=5)
    assignments.make(db, people.officer.id, Wanted(known[ASSIGNED].id, due, unit_id=_division(db, people)))


def _division(db: Session, people: Cast) -> int:
    """Whose head and clerk sign in."""
    return (
        db.scalars(
            select(RoleGrant.unit_id).where(RoleGrant.person_id == people.head.id, RoleGrant.role == Role.HEAD)
        ).one()
        or 0
    )


def _stage(db: Session, people: Cast, verify_url: str) -> Stage:
    parts = {person.id for _, person in people.parts()}
    teaching = select(RoleGrant.person_id).where(RoleGrant.role == Role.INSTRUCTOR)
    lecturers = db.scalars(select(Person).where(Person.id.in_(teaching)).order_by(Person.id)).all()
    rooms = db.scalars(select(Room).order_by(Room.seats, Room.code)).all()
    inside = set(
        db.scalars(select(Posting.person_id).where(Posting.unit_id.in_(select(below(_division(db, people)).c.id))))
    )
    staff = [one for one in _staff(db) if one not in parts]
    others = [one for one in staff if one not in inside]
    return Stage(
        people=people,
        applicants=[one for number, one in enumerate(others) if number % _ENTRANTS],
        entrants=others[::_ENTRANTS],
        department=[one for one in staff if one in inside],
        lecturers=[one for one in lecturers if one.id not in parts],
        rooms=list(rooms),
        verify_url=verify_url,
    )


def _staff(db: Session) -> list[int]:
    """Everybody who could apply: staff who are not away."""
    away = select(Leave.person_id)
    teaching = select(RoleGrant.person_id).where(RoleGrant.role == Role.INSTRUCTOR)
    serving = select(Posting.person_id)
    return list(
        db.scalars(
            select(Person.id)
            .where(Person.id.in_(serving), Person.id.not_in(away), Person.id.not_in(teaching))
            .order_by(Person.id)
        )
    )
