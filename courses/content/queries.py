"""Lessons, files and questions of a course."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, bindparam, func, select
from sqlalchemy.orm import Session

from courses.content.models import Lesson, LessonKind, Question, QuestionBank
from courses.db import KEY


def lessons(db: Session, course_id: int, *, retired: bool = False) -> Sequence[Lesson]:
    """The lessons of a course in their order; the retired ones last, if they are wanted."""
    return db.scalars(_ALL_LESSONS if retired else _LESSONS, {"course": course_id}).all()


@dataclass(frozen=True)
class BankRow:
    """A bank in a list: `questions` are those that can be drawn."""

    id: int
    title: str
    questions: int
    lessons: int


def banks(db: Session, course_id: int) -> list[BankRow]:
    """The question banks of a course by name."""
    return [BankRow(*row) for row in db.execute(_BANKS, {"course": course_id})]


def questions(db: Session, bank_id: int, *, retired: bool = False) -> Sequence[Question]:
    """The questions of a bank in the order they were written; the retired ones last, if they are wanted."""
    statement = select(Question).where(Question.bank_id == bank_id)
    if not retired:
        statement = statement.where(Question.retired_at.is_(None))
    return db.scalars(statement.order_by(Question.retired_at.is_not(None), Question.id)).all()


def of_kind(course_id: int, kind: LessonKind) -> ColumnElement[bool]:
    """SQL: the lessons of a kind that count in a course."""
    return (Lesson.course_id == course_id) & (Lesson.kind == kind) & Lesson.retired_at.is_(None)


# Built once: that costs more than running them.

_COURSE = bindparam("course", type_=KEY)
_ALL_LESSONS = (
    select(Lesson)
    .where(Lesson.course_id == _COURSE)
    .order_by(Lesson.retired_at.is_not(None), Lesson.position, Lesson.id)
)
_LESSONS = _ALL_LESSONS.where(Lesson.retired_at.is_(None))
_DRAWN = select(func.count()).where(Question.bank_id == QuestionBank.id, Question.retired_at.is_(None))
_USED = select(func.count()).where(
    Lesson.course_id == QuestionBank.course_id, Lesson.bank_id == QuestionBank.id, Lesson.retired_at.is_(None)
)
_BANKS = (
    select(QuestionBank.id, QuestionBank.title, _DRAWN.scalar_subquery(), _USED.scalar_subquery())
    .where(QuestionBank.course_id == _COURSE)
    .order_by(QuestionBank.title, QuestionBank.id)
)
