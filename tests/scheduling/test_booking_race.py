"""Officers who book the same room and instructor at the same moment: one of them gets both."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import func, select

from courses.catalogue.models import Course
from courses.errors import Refused
from courses.scheduling import actions, clashes
from courses.scheduling.layout import lay_out
from courses.scheduling.models import Run
from courses.scheduling.plan import RunPlan
from lms import migrate
from lms.db import Database
from tests.conftest import SERVER, fresh_postgres_database
from tests.factories import a_course, a_person, a_room

pytestmark = pytest.mark.race

OFFICERS = 8
MONDAY = date(2026, 12, 7)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """A database of its own, in which commits are real."""
    with ExitStack() as stack:
        url = f"sqlite:///{tmp_path}/race.db"
        if SERVER is not None:
            url = stack.enter_context(fresh_postgres_database(f"lms_booking_{os.getpid()}"))
        database = Database(url)
        migrate.upgrade(database.engine)
        yield database
        database.engine.dispose()


def book(database: Database, *, same_course: bool) -> list[str]:
    """Let every officer plan a run in the same room at the same moment; what each was told."""
    with database.begin() as db:
        room = a_room(db).id
        teacher = a_person(db, roles=["instructor"]).id
        courses = [a_course(db).id for _ in range(OFFICERS)]
    start = Barrier(OFFICERS)

    def officer(n: int) -> str:
        start.wait()
        try:
            with database.begin() as db:
                course = db.get_one(Course, courses[0 if same_course else n])
                # The instructor alone in half of the plans: what is taken there is taken everywhere.
                sessions = tuple(lay_out(420, MONDAY, room_id=room if n % 2 else None))
                actions.plan(db, None, course, RunPlan(MONDAY, MONDAY, 20, None, None, None, sessions, (teacher,)))
        except Refused as refusal:
            return refusal.code
        return "done"

    with ThreadPoolExecutor(OFFICERS) as pool:
        return sorted(pool.map(officer, range(OFFICERS)))


def test_nobody_is_booked_twice(database: Database) -> None:
    assert book(database, same_course=False) == ["done"] + ["taken"] * (OFFICERS - 1)
    with database.look() as db:
        assert db.scalar(select(func.count(Run.id))) == 1


def test_without_the_locks_and_the_check_everybody_is(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control. The same course, so that the numbers of its runs are seen to stay unique all the same."""
    monkeypatch.setattr(clashes, "require_free", lambda *_: None)
    assert book(database, same_course=True) == ["done"] * OFFICERS
    with database.look() as db:
        assert sorted(db.scalars(select(Run.number))) == list(range(1, OFFICERS + 1))
