"""Quizzes: begun, answered bit by bit, handed in, looked back at."""

from __future__ import annotations

from typing import Any

from flask import abort, render_template, request, url_for

from courses import clock
from courses.content import attempts, progress, quizzes
from courses.content.models import Attempt, Lesson, LessonKind, QuestionKind
from courses.permissions import Permission
from lms import db as doors
from lms.auth.guard import acting, permit
from lms.jobs.queue import later
from lms.jobs.tasks.quizzes import BREATH, HANDING_IN
from lms.web import formats
from lms.web.answers import Answer, is_fragment, see_other
from lms.web.content.blueprint import pages
from lms.web.content.learning import frame, taken, taken_now

_DIGITS = 2
"""A question has ten choices at most."""


@pages.post("/enrolments/<int:enrolment_id>/lessons/<int:lesson_id>/attempts")
@permit(Permission.LEARN)
def begin_quiz(enrolment_id: int, lesson_id: int) -> Answer:
    """Begin an attempt, or go on with the one that is open."""
    db, _actor = acting()
    one = attempts.begin(db, *taken_now(enrolment_id), lesson_id)
    until = quizzes.deadline(one, db.get_one(Lesson, lesson_id))
    if until is not None:
        later(db, HANDING_IN, key=f"{HANDING_IN}:{one.id}", due_at=until + BREATH, attempt_id=one.id)
    doors.commit()
    return see_other(url_for("content.learn_lesson", enrolment_id=enrolment_id, lesson_id=lesson_id))


@pages.post("/enrolments/<int:enrolment_id>/lessons/<int:lesson_id>/attempts/<int:number>/answers")
@permit(Permission.LEARN)
def answer_quiz(enrolment_id: int, lesson_id: int, number: int) -> Answer:
    """Keep the answers as they are now; an attempt whose time is up is handed in as it stood."""
    db, _actor = acting()
    enrolment, run = taken_now(enrolment_id)
    answers = _given(_attempt(enrolment_id, lesson_id, number))
    attempt = attempts.answer(db, enrolment, run, lesson_id, number, answers)
    ended, at = attempt.handed_in_at is not None, formats.clock(attempt.saved_at)
    doors.commit()
    if ended:
        return see_other(_result_url(enrolment_id, lesson_id, number))
    if is_fragment():
        return render_template("content/quiz_saved.html", at=at)
    return see_other(url_for("content.learn_lesson", enrolment_id=enrolment_id, lesson_id=lesson_id))


@pages.post("/enrolments/<int:enrolment_id>/lessons/<int:lesson_id>/attempts/<int:number>/handing-in")
@permit(Permission.LEARN)
def hand_in_quiz(enrolment_id: int, lesson_id: int, number: int) -> Answer:
    """End the attempt with the answers of the form."""
    db, _actor = acting()
    enrolment, run = taken_now(enrolment_id)
    answers = _given(_attempt(enrolment_id, lesson_id, number))
    attempts.hand_in(db, enrolment, run, lesson_id, number, answers)
    doors.commit()
    return see_other(_result_url(enrolment_id, lesson_id, number))


@pages.get("/enrolments/<int:enrolment_id>/lessons/<int:lesson_id>/attempts/<int:number>")
@permit(Permission.LEARN)
def attempt(enrolment_id: int, lesson_id: int, number: int) -> str:
    """What an attempt came to; with the key once nothing is left to try."""
    enrolment = taken(enrolment_id)
    mine = progress.way(doors.session(), enrolment, enrolment.run)
    step = progress.look(mine, enrolment.run, lesson_id)
    lesson, now = step.lesson, clock.now()
    tried = attempts.attempts_of(doors.looking(), enrolment_id, lesson_id)
    one = next((one for one in tried if one.number == number), None)
    got = quizzes.reached(one, lesson, now) if one else None
    if lesson.kind is not LessonKind.QUIZ or one is None or got is None:
        abort(404)
    return render_template(
        "content/quiz_result.html",
        **frame(enrolment, mine, step),
        attempt=one,
        got=got,
        best=attempts.best(tried, lesson, now),
        left=attempts.left(tried, lesson),
        shows_answers=attempts.shows_answers(tried, lesson, now),
        worth=lambda place: quizzes.points([one.questions[place]], {"0": one.answers.get(str(place))}),
    )


def _attempt(enrolment_id: int, lesson_id: int, number: int) -> Attempt:
    tried = attempts.attempts_of(doors.looking(), enrolment_id, lesson_id)
    one = next((one for one in tried if one.number == number), None)
    return one or abort(404)


def _given(one: Attempt) -> dict[str, list[Any]]:
    """The answers of the form: fields `q<place>`, for an order `q<place>-<shown place>` with its number from 1."""
    return {str(place): _given_to(place, question) for place, question in enumerate(one.questions)}


def _given_to(place: int, question: dict[str, Any]) -> list[Any]:
    values = request.form.getlist(f"q{place}")
    if question["kind"] == QuestionKind.SHORT:
        return list(values)
    if question["kind"] != QuestionKind.ORDER:
        return [int(value) for value in values if _is_number(value)]
    # Its choices are known here by their right order, so the page names them by the one in which they are shown.
    numbers = [(request.form.get(f"q{place}-{row}", ""), choice) for row, choice in enumerate(question["shown"])]
    ranked = sorted((int(number), choice) for number, choice in numbers if _is_number(number))
    whole = [number for number, _choice in ranked] == list(range(1, len(question["choices"]) + 1))
    return [choice for _number, choice in ranked] if whole else []


def _is_number(value: str) -> bool:
    return value.isdecimal() and len(value) <= _DIGITS


def _result_url(enrolment_id: int, lesson_id: int, number: int) -> str:
    return url_for("content.attempt", enrolment_id=enrolment_id, lesson_id=lesson_id, number=number)
