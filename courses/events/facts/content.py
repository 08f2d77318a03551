"""Facts about learning by oneself."""

from __future__ import annotations

from dataclasses import dataclass

from courses.events.facts.fact import Fact


@dataclass(frozen=True)
class LessonDone(Fact):
    """Somebody has learnt a lesson to its end."""

    enrolment_id: int
    lesson_id: int
    run_id: int
    person_id: int


@dataclass(frozen=True)
class QuizHandedIn(Fact):
    """An attempt at a quiz was handed in, by the person or by its time limit; `points` in hundredths."""

    enrolment_id: int
    lesson_id: int
    run_id: int
    person_id: int
    number: int
    points: int
