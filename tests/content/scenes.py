"""A cyber course with somebody who takes it."""

from __future__ import annotations

import io
from dataclasses import dataclass

from sqlalchemy.orm import Session

from courses.catalogue.models import Course
from courses.content import authoring, banks
from courses.content.authoring import LessonPlan
from courses.content.models import Lesson, LessonKind, QuestionBank, QuestionKind
from courses.content.questions import QuestionPlan
from courses.files.actions import stored
from courses.people.models import Person
from courses.scheduling.models import Run
from lms.files import Files
from tests import factories


@dataclass
class Cyber:
    """A course, its run that is on, and who is enrolled."""

    course: Course
    run: Run
    learner: Person


def a_cyber_course(
    db: Session, learner: Person, *, teachers: tuple[Person, ...] = (), scored: bool = False, starts_in: int = -1
) -> Cyber:
    """A cyber course without lessons, and a run that has begun (or starts in so many days)."""
    course = factories.a_course(db, "정보보호 기초", kind="cyber", scored=scored)
    run = factories.a_run(db, course, seats=500, starts_in=starts_in, days=30, instructors=teachers)
    factories.an_enrolment(db, run, learner)
    return Cyber(course, run, learner)


def a_lesson(db: Session, course: Course, kind: str = "text", title: str = "첫 차시", **plan: object) -> Lesson:
    """A lesson without a file."""
    wanted = LessonPlan(**{"title": title, "minutes": 10, "body": "# 들어가며\n\n본문", **plan})  # type: ignore[arg-type]  # by name
    lesson = authoring.add(db, None, course.id, LessonKind(kind), wanted)
    db.commit()
    return lesson


def with_file(
    db: Session, lesson: Lesson, files: Files, data: bytes, media_type: str, name: str = "파일.bin"
) -> Lesson:
    """The same lesson with such a file."""
    kept = files.keep(io.BytesIO(data))
    seconds = 60 if lesson.kind in (LessonKind.AUDIO, LessonKind.VIDEO) else None
    authoring.attach(db, None, lesson, stored(db, kept.sha256, kept.size, media_type), name, seconds)
    db.commit()
    return lesson


def a_bank(db: Session, course: Course, questions: int = 2) -> QuestionBank:
    """A bank with so many questions of true and false."""
    bank = banks.add_bank(db, None, course.id, "중간평가 문제")
    plans = [QuestionPlan(QuestionKind.TRUE_FALSE, f"문장 {n}", answer=[0]) for n in range(questions)]
    banks.add_questions(db, None, bank.id, plans)
    db.commit()
    return bank
