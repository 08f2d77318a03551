"""Runs whose places are drawn."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from courses import clock
from courses.enrolment import actions, draws
from courses.enrolment.models import Enrolment
from courses.people.models import Person
from courses.scheduling.models import Mode, Run
from tests import factories


def a_draw_run(db: Session, *, seats: int = 2, starts_in: int = 30, **fields: Any) -> Run:
    """Published and announced, with applications open."""
    run = factories.a_run(db, seats=seats, starts_in=starts_in, mode=Mode.DRAW, **fields)
    draws.announce(db, None, run)
    db.commit()
    return run


def entrants(db: Session, run: Run, people: Sequence[Person] | int) -> list[Enrolment]:
    """They apply, themselves."""
    if isinstance(people, int):
        people = [factories.a_person(db, f"신청{n}") for n in range(people)]
    found = [actions.enrol(db, one.id, run.id, one.id) for one in people]
    db.commit()
    return found


def close(db: Session, run: Run) -> None:
    """Applications are closed from this moment on."""
    run.apply_until = clock.now() + timedelta(microseconds=1)
    db.commit()
