"""Question banks of a course: what quizzes draw from. Attempts keep their own questions, so all may be changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.content import queries
from courses.content.models import Question, QuestionBank
from courses.content.questions import QuestionPlan, settled
from courses.events.actions import record, record_all, record_change
from courses.events.facts import Changed


def add_bank(db: Session, actor_id: int | None, course_id: int, title: str) -> QuestionBank:
    """A new, empty bank."""
    bank = QuestionBank(course_id=course_id, title=title)
    db.add(bank)
    db.flush()  # it gets its id
    record(db, actor_id, Changed("question_bank", bank.id, {}, {"course_id": course_id, "title": title}))
    return bank


def rename(db: Session, actor_id: int | None, bank: QuestionBank, title: str) -> None:
    """Call it otherwise."""
    if bank.title != title:
        record(db, actor_id, Changed("question_bank", bank.id, {"title": bank.title}, {"title": title}))
        bank.title = title


def add_questions(db: Session, actor_id: int | None, bank_id: int, wanted: Sequence[QuestionPlan]) -> list[Question]:
    """New questions, in this order. Raises `Refused` when one cannot be answered."""
    added = [Question(bank_id=bank_id, **_values(settled(plan))) for plan in wanted]
    db.add_all(added)
    db.flush()  # they get their ids
    facts = [Changed("question", one.id, {}, _plain(one) | {"bank_id": bank_id}) for one in added]
    record_all(db, actor_id, facts)
    return added


def change_question(db: Session, actor_id: int | None, question: Question, wanted: QuestionPlan) -> None:
    """Change what is asked from now on. Raises `Refused` when it could not be answered."""
    before = _plain(question)
    for name, value in _values(settled(wanted)).items():
        setattr(question, name, value)
    record_change(db, actor_id, "question", question.id, before, _plain(question))


def retire_question(db: Session, actor_id: int | None, question: Question) -> None:
    """Draw it no more."""
    if question.retired_at is None:
        question.retired_at = clock.now()
        record(db, actor_id, Changed("question", question.id, {}, {"retired": True}))


def restore_question(db: Session, actor_id: int | None, question: Question) -> None:
    """Draw it again."""
    if question.retired_at is not None:
        question.retired_at = None
        record(db, actor_id, Changed("question", question.id, {"retired": True}, {}))


def copy_banks(db: Session, actor_id: int | None, from_course: int, to_course: int) -> dict[int, int]:
    """The banks of a course once more, in another one, without retired questions: {old id: new id}."""
    taken: dict[int, int] = {}
    for bank in db.scalars(select(QuestionBank).where(QuestionBank.course_id == from_course).order_by(QuestionBank.id)):
        copied = add_bank(db, actor_id, to_course, bank.title)
        taken[bank.id] = copied.id
        for one in queries.questions(db, bank.id):
            db.add(Question(bank_id=copied.id, **_plain(one) | {"kind": one.kind}))
    return taken


def _values(plan: QuestionPlan) -> dict[str, Any]:
    return {
        "kind": plan.kind,
        "words": plan.words,
        "choices": list(plan.choices),
        "answer": list(plan.answer),
        "explanation": plan.explanation,
    }


def _plain(question: Question) -> dict[str, Any]:
    names = ("words", "choices", "answer", "explanation")
    return {name: getattr(question, name) for name in names} | {"kind": question.kind.value}
