"""History told in the order it happened: every step of every run at its own moment, through the real actions."""

from __future__ import annotations

from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.people.models import Leave, Person, Posting, Role, RoleGrant
from courses.scheduling.models import Room
from lms.demo.people import Cast
from lms.demo.plot import CLASSES, CYBER
from lms.demo.runs import Told
from lms.demo.stage import Stage, Timeline


def tell(db: Session, people: Cast, seed: int, verify_url: str) -> None:
    """Make every run of the plot and all that happened in it until now."""
    stage = _stage(db, people, verify_url)
    timeline = Timeline()
    for number, opening in enumerate(CLASSES + CYBER):
        rng = Random(f"{seed} {number}")  # noqa: S311  # a seed, so that every demo is the same
        Told(stage, opening, rng).unfold(db, timeline)
    timeline.play(db)


def _stage(db: Session, people: Cast, verify_url: str) -> Stage:
    parts = {person.id for _, person in people.parts()}
    teaching = select(RoleGrant.person_id).where(RoleGrant.role == Role.INSTRUCTOR)
    lecturers = db.scalars(select(Person).where(Person.id.in_(teaching)).order_by(Person.id)).all()
    rooms = db.scalars(select(Room).order_by(Room.seats, Room.code)).all()
    return Stage(
        people=people,
        applicants=[one for one in _staff(db) if one not in parts],
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
