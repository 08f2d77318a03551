"""What is missing before a course can be learnt."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import select
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
    if course.kind is Kind.BLENDED and not queries.lessons(db, course.id):
        return [text("Write the lessons of the cyber part: the course has none yet")]
    return missing(db, course.id)


def missing(db: Session, course_id: int) -> list[Text]:
    """Everything that keeps the lessons of a course from being learnt; nothing when it has none."""
    lessons = queries.lessons(db, course_id)
    if not lessons:
        return []
    questions = {bank.id: bank.questions for bank in queries.banks(db, course_id)}
    found = [reason for lesson in lessons for reason in _of_lesson(lesson, questions)]
    return found + _of_weights(db, course_id, lessons)


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


def _of_weights(db: Session, course_id: int, lessons: Sequence[Lesson]) -> list[Text]:
    scored = db.scalar(select(Course.scored).where(Course.id == course_id))
    quizzes = [lesson for lesson in lessons if lesson.kind is LessonKind.QUIZ]
    total = sum(lesson.weight for lesson in quizzes)
    if not scored or total == _ALL:
        return []
    if not quizzes:
        return [text("The course is scored, but has no quiz.")]
    return [text("The weights of the quizzes make %(total)s %%, and must make 100 %%.", total=total)]
