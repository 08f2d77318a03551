"""Attempts at quizzes: begun, answered, handed in, and what they came to."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from random import Random
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from courses import clock
from courses.content.models import Attempt, Lesson, LessonKind
from courses.content.progress import advance, begun, enter
from courses.content.queries import questions
from courses.content.quizzes import cleaned, deadline, drawn, is_overdue, reached
from courses.content.watching import FULL
from courses.enrolment.models import Enrolment
from courses.errors import Conflict, Refused
from courses.events.actions import record
from courses.events.facts import QuizHandedIn
from courses.scheduling.locks import lock_people
from courses.scheduling.models import Run
from courses.text import text


def attempts_of(db: Session, enrolment_id: int, lesson_id: int) -> Sequence[Attempt]:
    """Somebody's attempts at a quiz, the first one first."""
    mine = select(Attempt).where(Attempt.enrolment_id == enrolment_id, Attempt.lesson_id == lesson_id)
    fresh = {"populate_existing": True}  # what was read before the lock is not what was locked
    return db.scalars(mine.order_by(Attempt.number), execution_options=fresh).all()


def best(attempts: Sequence[Attempt], lesson: Lesson, now: datetime) -> int | None:
    """The points that count: the best ones."""
    return max((got for one in attempts if (got := reached(one, lesson, now)) is not None), default=None)


def left(attempts: Sequence[Attempt], lesson: Lesson) -> int | None:
    """How many more attempts may be begun; None: any number."""
    return None if lesson.attempts is None else max(lesson.attempts - len(attempts), 0)


def shows_answers(attempts: Sequence[Attempt], lesson: Lesson, now: datetime) -> bool:
    """Whether the key may be seen: nothing is left to try, or an exercise is passed.

    What counts in the score can be tried again after it is passed, and then nobody should know the key.
    """
    going = any(reached(one, lesson, now) is None for one in attempts)
    passed = not lesson.weight and (best(attempts, lesson, now) or 0) >= lesson.pass_points
    return not going and (passed or left(attempts, lesson) == 0)


def begin(db: Session, enrolment: Enrolment, run: Run, lesson_id: int) -> Attempt:
    """A new attempt, or the one that is going on. Raises `Refused` when none is left."""
    lock_people(db, [enrolment.person_id])
    lesson = _quiz(db, enrolment, run, lesson_id)
    tried = list(attempts_of(db, enrolment.id, lesson.id))
    _settle(db, enrolment, lesson, tried)
    if tried and tried[-1].handed_in_at is None:
        return tried[-1]
    if left(tried, lesson) == 0:
        raise Refused(text("All %(n)s attempts are used. The best one counts.", n=lesson.attempts), code="attempts")
    pool = questions(db, lesson.bank_id) if lesson.bank_id else []
    if not pool:
        raise Refused(text("This quiz has no questions yet. Tell the training office."), code="no_questions")
    now = clock.now()
    attempt = Attempt(
        enrolment_id=enrolment.id,
        lesson_id=lesson.id,
        number=len(tried) + 1,
        questions=drawn(pool, lesson.draw, Random(secrets.randbits(64))),  # noqa: S311  # only the mixing of a draw
        answers={},
        started_at=now,
        saved_at=now,
    )
    db.add(attempt)
    begun(db, enrolment, lesson).saved_at = now
    db.flush()
    return attempt


def answer(
    db: Session, enrolment: Enrolment, run: Run, lesson_id: int, number: int, answers: Mapping[str, Any]
) -> Attempt:
    """Keep the answers of an attempt, all of them as they now are. What comes too late changes nothing.

    Raises `Conflict` when the attempt is handed in.
    """
    lesson, attempt = _open(db, enrolment, run, lesson_id, number)
    if attempt.handed_in_at is None:
        attempt.answers, attempt.saved_at = cleaned(attempt.questions, answers), clock.now()
        begun(db, enrolment, lesson).saved_at = attempt.saved_at
    return attempt


def hand_in(
    db: Session, enrolment: Enrolment, run: Run, lesson_id: int, number: int, answers: Mapping[str, Any]
) -> Attempt:
    """Keep the answers and end the attempt. Its best one counts; the lesson is done once passed or nothing is left."""
    lesson, attempt = _open(db, enrolment, run, lesson_id, number)
    if attempt.handed_in_at is None:
        attempt.answers = cleaned(attempt.questions, answers)
        _end(db, enrolment, lesson, attempt, clock.now())
    return attempt


def hand_in_overdue(db: Session, attempt_id: int) -> datetime | None:
    """End an attempt whose time is up, with what was saved; else until when it goes on (None: it is handed in)."""
    attempt = db.get_one(Attempt, attempt_id)
    enrolment, lesson = db.get_one(Enrolment, attempt.enrolment_id), db.get_one(Lesson, attempt.lesson_id)
    lock_people(db, [enrolment.person_id])
    db.refresh(attempt)
    _settle(db, enrolment, lesson, [attempt])
    return deadline(attempt, lesson) if attempt.handed_in_at is None else None


def _open(db: Session, enrolment: Enrolment, run: Run, lesson_id: int, number: int) -> tuple[Lesson, Attempt]:
    """The attempt, locked with its person. One whose time is up is handed in with what it had: the door keeps that."""
    lock_people(db, [enrolment.person_id])
    lesson = _quiz(db, enrolment, run, lesson_id)
    attempt = next((one for one in attempts_of(db, enrolment.id, lesson.id) if one.number == number), None)
    if attempt is None or attempt.handed_in_at is not None:
        raise Conflict(text("This attempt is handed in already."), code="handed_in")
    _settle(db, enrolment, lesson, [attempt])
    return lesson, attempt


def _quiz(db: Session, enrolment: Enrolment, run: Run, lesson_id: int) -> Lesson:
    lesson = enter(db, enrolment, run, lesson_id).lesson
    if lesson.kind is not LessonKind.QUIZ:
        raise Refused(text("This lesson is no quiz."))
    return lesson


def _settle(db: Session, enrolment: Enrolment, lesson: Lesson, tried: Sequence[Attempt]) -> None:
    """Hand in what is overdue, as of its deadline."""
    for attempt in tried:
        until = deadline(attempt, lesson)
        if until is not None and is_overdue(attempt, lesson, clock.now()):
            _end(db, enrolment, lesson, attempt, until)


def _end(db: Session, enrolment: Enrolment, lesson: Lesson, attempt: Attempt, at: datetime) -> None:
    attempt.saved_at = attempt.handed_in_at = at
    got = attempt.points = reached(attempt, lesson, at) or 0
    db.flush()
    tried = attempts_of(db, enrolment.id, lesson.id)
    done = (best(tried, lesson, at) or 0) >= lesson.pass_points or left(tried, lesson) == 0
    advance(db, enrolment.person_id, enrolment, begun(db, enrolment, lesson), FULL if done else 0)
    fact = QuizHandedIn(enrolment.id, lesson.id, enrolment.run_id, enrolment.person_id, attempt.number, got)
    record(db, enrolment.person_id, fact)


def points_in_run(db: Session, run_id: int, quizzes: Sequence[Lesson]) -> dict[int, dict[int, int]]:
    """{enrolment: {quiz: best points}}; what was overdue but never sent counts as it stood. Two statements."""
    of_run = (Attempt.lesson_id.in_([quiz.id for quiz in quizzes]), Enrolment.run_id == run_id)
    rows = db.execute(
        select(Attempt.enrolment_id, Attempt.lesson_id, func.max(Attempt.points).label("points"))
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .where(*of_run, Attempt.points.is_not(None))
        .group_by(Attempt.enrolment_id, Attempt.lesson_id)
    )
    result: dict[int, dict[int, int]] = {}
    for row in rows:
        result.setdefault(row.enrolment_id, {})[row.lesson_id] = row.points
    by_id, now = {quiz.id: quiz for quiz in quizzes}, clock.now()
    going = select(Attempt).join(Enrolment, Enrolment.id == Attempt.enrolment_id)
    for attempt in db.scalars(going.where(*of_run, Attempt.handed_in_at.is_(None))):
        mine = result.setdefault(attempt.enrolment_id, {})
        got = reached(attempt, by_id[attempt.lesson_id], now)
        if got is not None:
            mine[attempt.lesson_id] = max(got, mine.get(attempt.lesson_id, 0))
    return result
