"""Lessons, files and questions of a course."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from courses.content.models import Lesson, LessonKind, Question, QuestionBank


def lessons(db: Session, course_id: int, *, retired: bool = False) -> Sequence[Lesson]:
    """The lessons of a course in their order; the retired ones last, if they are wanted."""
    statement = select(Lesson).where(Lesson.course_id == course_id)
    if not retired:
        statement = statement.where(Lesson.retired_at.is_(None))
    return db.scalars(statement.order_by(Lesson.retired_at.is_not(None), Lesson.position, Lesson.id)).all()


@dataclass(frozen=True)
class BankRow:
    """A bank in a list: `questions` are those that can be drawn."""

    id: int
    title: str
    questions: int
    lessons: int


def banks(db: Session, course_id: int) -> list[BankRow]:
    """The question banks of a course by name."""
    drawn = select(func.count()).where(Question.bank_id == QuestionBank.id, Question.retired_at.is_(None))
    used = select(func.count()).where(Lesson.bank_id == QuestionBank.id, Lesson.retired_at.is_(None))
    rows = db.execute(
        select(QuestionBank.id, QuestionBank.title, drawn.scalar_subquery(), used.scalar_subquery())
        .where(QuestionBank.course_id == course_id)
        .order_by(QuestionBank.title, QuestionBank.id)
    )
    return [BankRow(*row) for row in rows]


def questions(db: Session, bank_id: int, *, retired: bool = False) -> Sequence[Question]:
    """The questions of a bank in the order they were written; the retired ones last, if they are wanted."""
    statement = select(Question).where(Question.bank_id == bank_id)
    if not retired:
        statement = statement.where(Question.retired_at.is_(None))
    return db.scalars(statement.order_by(Question.retired_at.is_not(None), Question.id)).all()


def of_kind(course_id: int, kind: LessonKind) -> ColumnElement[bool]:
    """SQL: the lessons of a kind that count in a course."""
    return (Lesson.course_id == course_id) & (Lesson.kind == kind) & Lesson.retired_at.is_(None)
