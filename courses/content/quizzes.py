"""What an attempt puts, what its answers are worth, and when its time is up. Pure.

An attempt freezes its questions: those drawn, in the order drawn, each with its key of then and `shown`, the order in
which its choices are put. Answers are kept by the question's place ("0", "1", …) as `questions.py` says, always in
indexes of `choices`, never of the shown order.

What a question is worth: all or nothing for one answer, true or false and short answers. Of several answers each right
one counts its share, and each wrong one takes as much away, never below nothing. Of an order each thing in its place
counts its share. The points are the mean over all questions, in hundredths of a point, rounded down.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from random import Random
from typing import Any

from courses.content.models import Attempt, Lesson, Question, QuestionKind
from courses.content.questions import frozen, is_right
from courses.content.watching import FULL

_AS_WRITTEN = (QuestionKind.TRUE_FALSE, QuestionKind.SHORT)
LONGEST_ANSWER = 200
"""Characters of a short answer."""


def drawn(questions: Sequence[Question], count: int | None, rng: Random) -> list[dict[str, Any]]:
    """So many of the questions (None: all), mixed, their choices mixed."""
    chosen = rng.sample(list(questions), min(count or len(questions), len(questions)))
    return [{**frozen(question), "shown": _mixed(question, rng)} for question in chosen]


def _mixed(question: Question, rng: Random) -> list[int]:
    order = list(range(len(question.choices)))
    if question.kind not in _AS_WRITTEN:
        rng.shuffle(order)
    return order


def points(questions: Sequence[Mapping[str, Any]], answers: Mapping[str, Any]) -> int:
    """Hundredths of a point, 0 to 10,000."""
    worth = sum((_worth(question, answers.get(str(place))) for place, question in enumerate(questions)), Fraction())
    return int(worth * FULL / len(questions)) if questions else 0


def _worth(question: Mapping[str, Any], given: Sequence[Any] | None) -> Fraction:
    key = question["answer"]
    if is_right(question["kind"], key, given):
        return Fraction(1)
    if not given:
        return Fraction()
    if question["kind"] == QuestionKind.MULTIPLE:
        right = len(set(given) & set(key))
        return max(Fraction(right - len(set(given) - set(key)), len(key)), Fraction())
    if question["kind"] == QuestionKind.ORDER and len(given) == len(set(given)) == len(key):
        return Fraction(sum(a == b for a, b in zip(given, key, strict=True)), len(key))
    return Fraction()


def cleaned(questions: Sequence[Mapping[str, Any]], answers: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Of what was sent, what can be an answer to these questions; the rest is as if not given."""
    found = {str(place): _clean(question, answers.get(str(place))) for place, question in enumerate(questions)}
    return {place: given for place, given in found.items() if given}


def _clean(question: Mapping[str, Any], given: Any) -> list[Any]:
    if not isinstance(given, list):
        return []
    if question["kind"] == QuestionKind.SHORT:
        return [one.strip()[:LONGEST_ANSWER] for one in given[:1] if isinstance(one, str) and one.strip()]
    known = range(len(question["choices"]))
    chosen = list(dict.fromkeys(one for one in given if type(one) is int and one in known))
    return chosen if question["kind"] in (QuestionKind.MULTIPLE, QuestionKind.ORDER) else chosen[:1]


def deadline(attempt: Attempt, lesson: Lesson) -> datetime | None:
    """When the time of an attempt is up."""
    return attempt.started_at + timedelta(minutes=lesson.time_limit) if lesson.time_limit else None


def is_overdue(attempt: Attempt, lesson: Lesson, now: datetime) -> bool:
    """Whether its time is up without its having been handed in."""
    until = deadline(attempt, lesson)
    return attempt.handed_in_at is None and until is not None and now > until


def reached(attempt: Attempt, lesson: Lesson, now: datetime) -> int | None:
    """Its points; None while it can still be answered."""
    if attempt.handed_in_at is None and not is_overdue(attempt, lesson, now):
        return None
    return points(attempt.questions, attempt.answers) if attempt.points is None else attempt.points
