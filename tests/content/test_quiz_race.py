"""The same quiz begun and handed in many times at the same moment, on a database that is really committed to."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from courses.content import attempts
from courses.content.models import Attempt, LessonProgress
from courses.enrolment.models import Enrolment
from courses.events.models import Event
from courses.scheduling.models import Run
from lms.db import Database
from tests import factories
from tests.content.scenes import a_bank, a_cyber_course, a_lesson
from tests.races.together import at_once

pytestmark = pytest.mark.race

TABS = 6
RIGHT, WRONG = {"0": [0], "1": [0]}, {"0": [1], "1": [1]}


def a_quiz(database: Database) -> tuple[int, int]:
    """Ids of an enrolment and of a quiz that may be tried once."""
    with database.begin() as db:
        cyber = a_cyber_course(db, factories.a_person(db, "김아나"))
        bank = a_bank(db, cyber.course)
        lesson_id = a_lesson(db, cyber.course, "quiz", bank_id=bank.id, attempts=1).id
        return db.scalars(select(Enrolment.id)).one(), lesson_id


def test_one_attempt_is_begun_and_handed_in_once(database: Database) -> None:
    enrolment_id, lesson_id = a_quiz(database)

    def known(db: Session) -> tuple[Enrolment, Run]:
        enrolment = db.get_one(Enrolment, enrolment_id)
        attempts.attempts_of(db, enrolment_id, lesson_id)  # the door has read them before
        return enrolment, db.get_one(Run, enrolment.run_id)

    def begin(db: Session, _: int) -> object:
        return attempts.begin(db, *known(db), lesson_id)

    def hand_in(db: Session, tab: int) -> object:
        return attempts.hand_in(db, *known(db), lesson_id, 1, RIGHT if tab % 2 else WRONG)

    assert at_once(database, TABS, begin) == ["done"] * TABS
    assert sorted(at_once(database, TABS, hand_in)) == ["done", *["handed_in"] * (TABS - 1)]
    with database.look() as db:
        one = db.scalars(select(Attempt)).one()
        assert one.points == (10_000 if one.answers == RIGHT else 0)
        assert db.scalars(select(LessonProgress.progress)).one() == 10_000
        told = db.execute(select(Event.kind, func.count()).group_by(Event.kind)).all()
        assert {kind: count for kind, count in told if kind in ("quiz_handed_in", "lesson_done")} == {
            "quiz_handed_in": 1,
            "lesson_done": 1,
        }
