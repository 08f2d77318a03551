"""Many players of one person at the same moment, on a database that is really committed to."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from courses import clock
from courses.content import playing
from courses.content.models import LessonProgress, Playing
from courses.enrolment.models import Enrolment
from courses.errors import Conflict
from courses.scheduling.models import Run
from lms.db import Database
from tests import factories
from tests.content.scenes import a_cyber_course, a_lesson

pytestmark = pytest.mark.race

PLAYERS = 8


def a_film(db: Session) -> tuple[int, int]:
    """Ids of an enrolment and its film."""
    cyber = a_cyber_course(db, factories.a_person(db, "김아나"))
    lesson = a_lesson(db, cyber.course, "video")
    lesson.seconds = 120
    db.commit()
    return db.scalars(select(Enrolment.id)).one(), lesson.id


def together(database: Database, work: Callable[[Session], str]) -> list[str]:
    """What `work` came to in so many transactions that begin at the same moment."""
    gate = threading.Barrier(PLAYERS)

    def one(_: int) -> str:
        gate.wait(30)
        try:
            with database.begin() as db:
                return work(db)
        except (Conflict, IntegrityError) as refused:
            return type(refused).__name__

    with ThreadPoolExecutor(PLAYERS) as pool:
        return list(pool.map(one, range(PLAYERS)))


def test_of_many_players_the_last_one_plays(database: Database) -> None:
    with database.begin() as db:
        enrolment_id, lesson_id = a_film(db)

    def play(db: Session) -> str:
        enrolment = db.get_one(Enrolment, enrolment_id)
        return playing.play(db, enrolment, db.get_one(Run, enrolment.run_id), lesson_id).token

    tokens = together(database, play)
    assert len(set(tokens)) == PLAYERS
    with database.look() as db:
        assert db.scalars(select(Playing.token)).one() in tokens


def test_the_same_report_sent_many_times_counts_once(database: Database) -> None:
    with database.begin() as db:
        enrolment_id, lesson_id = a_film(db)
        enrolment = db.get_one(Enrolment, enrolment_id)
        token = playing.play(db, enrolment, db.get_one(Run, enrolment.run_id), lesson_id).token
        db.flush()
        db.execute(update(Playing).values(seen_at=clock.now() - timedelta(minutes=1)))

    def report(db: Session) -> str:
        enrolment = db.get_one(Enrolment, enrolment_id)
        run = db.get_one(Run, enrolment.run_id)
        return str(playing.report(db, enrolment, run, lesson_id, token=token, parts=[[0, 30]], at=30).reach)

    assert together(database, report) == ["30"] * PLAYERS
    with database.look() as db:
        assert db.scalars(select(LessonProgress.watched)).one() == [[0, 30]]
