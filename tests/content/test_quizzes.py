"""Quizzes: what answers are worth, and attempts with their limits."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from courses import clock
from courses.content import attempts
from courses.content.models import Attempt, Lesson, LessonProgress, Question, QuestionKind
from courses.content.quizzes import cleaned, drawn, points
from courses.enrolment.models import Enrolment
from courses.errors import Conflict, Refused
from courses.people.models import Person
from tests.content.scenes import Cyber, a_bank, a_cyber_course, a_lesson

RIGHT, HALF = 10_000, 5_000


def asked(kind: str, choices: int, answer: list[Any]) -> dict[str, Any]:
    return {"kind": kind, "choices": [f"보기 {n}" for n in range(choices)], "answer": answer}


@pytest.mark.parametrize(
    ("question", "given", "worth"),
    [
        (asked("single", 3, [1]), [1], RIGHT),
        (asked("single", 3, [1]), [0], 0),
        (asked("single", 3, [1]), None, 0),
        (asked("true_false", 2, [0]), [0], RIGHT),
        (asked("multiple", 4, [0, 2]), [2, 0], RIGHT),
        (asked("multiple", 4, [0, 2]), [0], HALF),
        (asked("multiple", 4, [0, 2]), [0, 1], 0),
        (asked("multiple", 4, [0, 2]), [0, 1, 2], HALF),
        (asked("multiple", 4, [0, 2]), [0, 1, 2, 3], 0),
        (asked("short", 0, ["방화벽", "Firewall"]), ["fire wall"], RIGHT),
        (asked("short", 0, ["방화벽"]), ["벽"], 0),
        (asked("order", 4, [0, 1, 2, 3]), [0, 1, 2, 3], RIGHT),
        (asked("order", 4, [0, 1, 2, 3]), [0, 1, 3, 2], HALF),
        (asked("order", 4, [0, 1, 2, 3]), [0, 0, 0, 0], 0),
    ],
)
def test_what_an_answer_is_worth(question: dict[str, Any], given: list[Any] | None, worth: int) -> None:
    assert points([question], {"0": given}) == worth


def test_points_are_the_mean_rounded_down() -> None:
    three = [asked("single", 2, [0])] * 3
    assert points(three, {"0": [0], "1": [0], "2": [1]}) == 6666


any_json = st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=6)


@given(st.dictionaries(st.sampled_from(["0", "1", "2", "x"]), any_json))
def test_whatever_is_sent_can_be_counted(sent: dict[str, Any]) -> None:
    questions = [asked("multiple", 3, [0]), asked("short", 0, ["가"]), asked("order", 3, [0, 1, 2])]
    assert 0 <= points(questions, cleaned(questions, sent)) <= RIGHT


@given(st.integers(1, 8), st.none() | st.integers(1, 12), st.integers())
def test_a_draw_takes_each_question_once_and_mixes_its_choices(there: int, count: int | None, seed: int) -> None:
    pool = [
        Question(id=n, kind=QuestionKind.SINGLE, words="", choices=["가", "나", "다"], answer=[0]) for n in range(there)
    ]
    chosen = drawn(pool, count, Random(seed))
    assert len({one["id"] for one in chosen}) == len(chosen) == min(count or there, there)
    assert all(sorted(one["shown"]) == [0, 1, 2] for one in chosen)


@pytest.fixture
def cyber(db: Session, ana: Person) -> Cyber:
    return a_cyber_course(db, ana, scored=True)


def quiz(db: Session, cyber: Cyber, **plan: Any) -> Lesson:
    return a_lesson(db, cyber.course, "quiz", "평가", bank_id=a_bank(db, cyber.course).id, **plan)


def enrolment_of(db: Session, cyber: Cyber) -> Enrolment:
    return db.scalars(select(Enrolment).where(Enrolment.run_id == cyber.run.id)).one()


ALL_RIGHT, ONE_RIGHT = {"0": [0], "1": [0]}, {"0": [0], "1": [1]}


def test_the_best_attempt_counts_and_a_passed_quiz_is_done(db: Session, cyber: Cyber) -> None:
    lesson, mine = quiz(db, cyber, attempts=3), enrolment_of(db, cyber)
    for answers in (ALL_RIGHT, ONE_RIGHT):
        one = attempts.begin(db, mine, cyber.run, lesson.id)
        attempts.hand_in(db, mine, cyber.run, lesson.id, one.number, answers)
    assert attempts.points_in_run(db, cyber.run.id, [lesson]) == {mine.id: {lesson.id: RIGHT}}
    assert attempts.best(attempts.attempts_of(db, mine.id, lesson.id), lesson, clock.now()) == RIGHT
    assert db.get_one(LessonProgress, (mine.id, lesson.id)).progress == RIGHT


def test_a_failed_quiz_is_done_when_nothing_is_left_to_try(db: Session, cyber: Cyber) -> None:
    lesson, mine = quiz(db, cyber, attempts=2), enrolment_of(db, cyber)
    for progress in (0, RIGHT):
        one = attempts.begin(db, mine, cyber.run, lesson.id)
        attempts.hand_in(db, mine, cyber.run, lesson.id, one.number, ONE_RIGHT)
        assert db.get_one(LessonProgress, (mine.id, lesson.id)).progress == progress
    with pytest.raises(Refused, match="All 2 attempts are used"):
        attempts.begin(db, mine, cyber.run, lesson.id)


def test_beginning_again_goes_on_with_the_open_attempt(db: Session, cyber: Cyber) -> None:
    lesson, mine = quiz(db, cyber, attempts=1), enrolment_of(db, cyber)
    one = attempts.begin(db, mine, cyber.run, lesson.id)
    assert attempts.begin(db, mine, cyber.run, lesson.id) is one


def test_late_answers_change_nothing_and_hand_in_what_was_saved(db: Session, cyber: Cyber) -> None:
    lesson, mine = quiz(db, cyber, time_limit=10, attempts=2), enrolment_of(db, cyber)
    begun = clock.now()
    with clock.frozen(begun):
        one = attempts.begin(db, mine, cyber.run, lesson.id)
    with clock.frozen(begun + timedelta(minutes=10)):
        attempts.answer(db, mine, cyber.run, lesson.id, 1, ONE_RIGHT)
    with clock.frozen(begun + timedelta(minutes=10, seconds=1)):
        assert attempts.points_in_run(db, cyber.run.id, [lesson]) == {mine.id: {lesson.id: HALF}}
        attempts.answer(db, mine, cyber.run, lesson.id, 1, ALL_RIGHT)
        assert (one.points, one.handed_in_at) == (HALF, begun + timedelta(minutes=10))
        with pytest.raises(Conflict):
            attempts.hand_in(db, mine, cyber.run, lesson.id, 1, ALL_RIGHT)
        assert attempts.begin(db, mine, cyber.run, lesson.id).number == 2


def test_the_key_is_shown_once_passed_or_used_up(db: Session, cyber: Cyber) -> None:
    lesson, mine = quiz(db, cyber, attempts=2), enrolment_of(db, cyber)
    shown = []
    for _ in range(2):
        one = attempts.begin(db, mine, cyber.run, lesson.id)
        attempts.hand_in(db, mine, cyber.run, lesson.id, one.number, ONE_RIGHT)
        tried = attempts.attempts_of(db, mine.id, lesson.id)
        shown.append(attempts.shows_answers(tried, lesson, clock.now()))
    assert shown == [False, True]


def test_the_key_of_what_counts_is_not_shown_while_it_can_be_tried_again(db: Session, cyber: Cyber) -> None:
    lesson, mine = quiz(db, cyber, attempts=2, weight=100), enrolment_of(db, cyber)
    shown = []
    for _ in range(2):
        one = attempts.begin(db, mine, cyber.run, lesson.id)
        attempts.hand_in(db, mine, cyber.run, lesson.id, one.number, ALL_RIGHT)
        tried = attempts.attempts_of(db, mine.id, lesson.id)
        shown.append(attempts.shows_answers(tried, lesson, clock.now()))
    assert shown == [False, True]


def test_the_key_of_a_passed_exercise_is_shown(db: Session, cyber: Cyber) -> None:
    lesson, mine = quiz(db, cyber), enrolment_of(db, cyber)
    attempts.begin(db, mine, cyber.run, lesson.id)
    attempts.hand_in(db, mine, cyber.run, lesson.id, 1, ALL_RIGHT)
    assert attempts.shows_answers(attempts.attempts_of(db, mine.id, lesson.id), lesson, clock.now())


def test_what_another_transaction_handed_in_is_not_handed_in_again(db: Session, cyber: Cyber) -> None:
    lesson, mine = quiz(db, cyber, attempts=1), enrolment_of(db, cyber)
    one = attempts.begin(db, mine, cyber.run, lesson.id)
    db.refresh(one)  # it is known here as it was before
    elsewhere = update(Attempt).where(Attempt.id == one.id).values(handed_in_at=clock.now(), points=0)
    db.execute(elsewhere.execution_options(synchronize_session=False))
    with pytest.raises(Conflict):
        attempts.hand_in(db, mine, cyber.run, lesson.id, 1, ALL_RIGHT)


def test_the_last_attempt_ends_by_itself_when_its_time_is_up(db: Session, cyber: Cyber) -> None:
    lesson, mine = quiz(db, cyber, time_limit=10, attempts=1), enrolment_of(db, cyber)
    begun = clock.now()
    with clock.frozen(begun):
        one = attempts.begin(db, mine, cyber.run, lesson.id)
        attempts.answer(db, mine, cyber.run, lesson.id, 1, ONE_RIGHT)
        assert attempts.hand_in_overdue(db, one.id) == begun + timedelta(minutes=10)
    with clock.frozen(begun + timedelta(minutes=11)):
        assert attempts.hand_in_overdue(db, one.id) is None
        assert attempts.hand_in_overdue(db, one.id) is None  # once is enough
    assert (one.points, one.handed_in_at) == (HALF, begun + timedelta(minutes=10))
    assert db.get_one(LessonProgress, (mine.id, lesson.id)).progress == RIGHT


def test_a_later_change_of_the_bank_does_not_reach_an_attempt(db: Session, cyber: Cyber) -> None:
    lesson, mine = quiz(db, cyber), enrolment_of(db, cyber)
    attempts.begin(db, mine, cyber.run, lesson.id)
    for question in db.scalars(select(Question).where(Question.bank_id == lesson.bank_id)):
        question.answer = [1]
    one = attempts.hand_in(db, mine, cyber.run, lesson.id, 1, ALL_RIGHT)
    assert one.points == RIGHT
