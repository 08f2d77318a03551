"""Two officers who move two sessions into the same room at the same moment: exactly one wins."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.enrolment import rescheduling
from courses.scheduling import clashes, moving
from courses.scheduling.models import ClassSession, Run
from courses.scheduling.queries import plan_of
from lms.db import Database
from tests.factories import a_room, a_run
from tests.races.together import at_once

pytestmark = pytest.mark.race

OFFICERS = 6


def move_all(database: Database) -> tuple[list[str], int]:
    """Let every officer move a session of an own run to one room and time; what each was told, how many are there.

    The sessions were on other days, half of them in the room already.
    """
    with database.begin() as db:
        place = a_room(db)
        room = place.id
        runs = [a_run(db, starts_in=10 + n, room=place if n % 2 else None).id for n in range(OFFICERS)]
        sessions = dict(db.execute(select(ClassSession.run_id, ClassSession.id)).all())
        target = clock.at(clock.today().replace(day=1), time(9)).replace(year=clock.today().year + 1)

    def work(db: Session, n: int) -> None:
        run, session_id = db.get_one(Run, runs[n]), sessions[runs[n]]
        before = plan_of(db, run)
        wanted = moving.shifted(moving.session_of(before, session_id), target)
        rescheduling.hold(db, run, moving.with_session(before, replace(wanted, room_id=room)))
        rescheduling.move(db, None, run, session_id, target, room)

    told = sorted(at_once(database, OFFICERS, work))
    with database.look() as db:
        there = select(ClassSession.id).where(ClassSession.room_id == room, ClassSession.starts_at == target)
        return told, len(db.scalars(there).all())


def test_exactly_one_session_gets_the_room(database: Database) -> None:
    assert move_all(database) == (["done"] + ["taken"] * (OFFICERS - 1), 1)


def test_without_the_check_all_of_them_do(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control."""
    monkeypatch.setattr(clashes, "require_free", lambda *_: None)
    assert move_all(database) == (["done"] * OFFICERS, OFFICERS)
