"""What is missing before a course can be learnt."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy.orm import Session

from courses.catalogue.models import LEARNT_ONLINE, Course, Kind
from courses.content import media, queries
from courses.content.models import Lesson, LessonKind
from courses.text import Text, text

_ALL = 100


def missing_for_a_run(db: Session, course: Course) -> list[Text]:
    """What keeps a run of the course from being published; planning, in a room below, is told of it.

    A cyber course may be taught elsewhere, without lessons.
    """
    if course.kind not in LEARNT_ONLINE:
        return []
    lessons = queries.lessons(db, course.id)
    if course.kind is Kind.BLENDED and not lessons:
        return [text("Write the lessons of the cyber part: the course has none yet")]
    return missing(db, course, lessons)


def missing(db: Session, course: Course, lessons: Sequence[Lesson]) -> list[Text]:
    """Everything that keeps these lessons of a course from being learnt; nothing when there are none."""
    if not lessons:
        return []
    questions = {bank.id: bank.questions for bank in queries.banks(db, course.id)}
    found = [reason for lesson in lessons for reason in _of_lesson(lesson, questions)]
    return found + _of_weights(course, lessons)


def _of_lesson(lesson: Lesson, questions: dict[int, int]) -> Iterator[Text]:
    if lesson.kind in media.TAKEN and lesson.file_sha256 is None:
        yield text("‘%(lesson)s’ has no file yet.", lesson=lesson.title)
    if lesson.kind is LessonKind.TEXT and not lesson.body.strip():
        yield text("‘%(lesson)s’ has no words yet.", lesson=lesson.title)
    if lesson.kind is LessonKind.QUIZ:
        there, wanted = questions.get(lesson.bank_id or 0, 0), lesson.draw or 1
        if lesson.bank_id is None:
            yield text("‘%(lesson)s’ has no question bank yet.", lesson=lesson.title)
        elif there < wanted:
            yield text(
                "‘%(lesson)s’ draws %(wanted)s questions, but its bank has %(there)s.",
                lesson=lesson.title,
                wanted=wanted,
                there=there,
            )


def _of_weights(course: Course, lessons: Sequence[Lesson]) -> list[Text]:
    quizzes = [lesson for lesson in lessons if lesson.kind is LessonKind.QUIZ]
    total = sum(lesson.weight for lesson in quizzes)
    if not course.scored or total == _ALL:
        return []
    if not quizzes:
        return [text("The course is scored, but has no quiz.")]
    return [text("The weights of the quizzes make %(total)s %%, and must make 100 %%.", total=total)]
