"""A quiz with a time limit ends by itself."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.content import attempts
from courses.content.models import Attempt, Lesson, LessonProgress
from courses.enrolment.models import Enrolment
from courses.people.models import Person
from lms.db import Database
from lms.jobs.models import Job, JobState
from lms.jobs.queue import later
from lms.jobs.tasks.quizzes import BREATH, HANDING_IN
from lms.jobs.worker import Worker
from tests import factories
from tests.client import Browser
from tests.content.scenes import a_bank, a_cyber_course, a_lesson

LIMIT = timedelta(minutes=10)


def a_begun_quiz(db: Session) -> int:
    """The id of the only attempt at a quiz of ten minutes."""
    cyber = a_cyber_course(db, factories.a_person(db, "김아나"))
    quiz = a_lesson(db, cyber.course, "quiz", bank_id=a_bank(db, cyber.course).id, time_limit=10, attempts=1)
    return attempts.begin(db, db.scalars(select(Enrolment)).one(), cyber.run, quiz.id).id


def test_whoever_never_comes_back_has_handed_in(database: Database, worker: Worker, store: Session) -> None:
    begun = clock.now()
    with clock.frozen(begun), database.begin() as db:
        later(db, HANDING_IN, attempt_id=a_begun_quiz(db))
    with clock.frozen(begun + LIMIT + BREATH):
        assert worker.step()
    assert store.scalars(select(Attempt.handed_in_at)).one() == begun + LIMIT
    assert store.scalars(select(LessonProgress.progress)).one() == 10_000  # nothing is left to try
    assert store.scalars(select(Job.state)).all() == [JobState.DONE]


def test_with_more_time_it_is_looked_at_again(database: Database, worker: Worker, store: Session) -> None:
    begun = clock.now()
    with clock.frozen(begun), database.begin() as db:
        later(db, HANDING_IN, attempt_id=a_begun_quiz(db))
        db.scalars(select(Lesson)).one().time_limit = 30
    with clock.frozen(begun + LIMIT + BREATH):
        assert worker.step()
        assert not worker.step()
    assert store.scalars(select(Attempt.handed_in_at)).one() is None
    waiting = select(Job.due_at).where(Job.state == JobState.READY)
    assert store.scalars(waiting).one() == begun + 3 * LIMIT + BREATH


def test_who_begins_is_waited_for_once(client: Browser, db: Session, ana: Person) -> None:
    cyber = a_cyber_course(db, ana)
    quiz = a_lesson(db, cyber.course, "quiz", bank_id=a_bank(db, cyber.course).id, time_limit=10)
    enrolment = db.scalars(select(Enrolment)).one()
    for _ in range(2):
        client.sign_in(ana).post(f"/enrolments/{enrolment.id}/lessons/{quiz.id}/attempts")
    (job,) = db.scalars(select(Job).where(Job.name == HANDING_IN))
    attempt = db.scalars(select(Attempt)).one()
    assert (job.args, job.due_at) == ({"attempt_id": attempt.id}, attempt.started_at + LIMIT + BREATH)
