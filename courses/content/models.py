from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from courses.db import Base, Key, Name, choice


class LessonKind(enum.StrEnum):
    TEXT = "text"  # 본문
    IMAGE = "image"  # 그림
    AUDIO = "audio"  # 음성
    VIDEO = "video"  # 동영상
    DOCUMENT = "document"  # 자료
    QUIZ = "quiz"  # 평가


TIMED = (LessonKind.AUDIO, LessonKind.VIDEO)
"""Kinds that are played, and whose progress is what was watched."""


class QuestionKind(enum.StrEnum):
    SINGLE = "single"  # 단일 선택
    MULTIPLE = "multiple"  # 복수 선택
    TRUE_FALSE = "true_false"  # O·X
    SHORT = "short"  # 단답형
    ORDER = "order"  # 순서 배열


class QuestionBank(Base):
    """Questions of a course, from which its quizzes draw."""

    __tablename__ = "question_bank"

    id: Mapped[Key]
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    title: Mapped[Name]

    questions: Mapped[list[Question]] = relationship(lazy="raise", order_by="Question.id")


class Question(Base):
    """`choices` as shown; `answer` holds indexes of them (for `order` in sequence), or accepted words (`short`)."""

    __tablename__ = "question"

    id: Mapped[Key]
    bank_id: Mapped[int] = mapped_column(ForeignKey("question_bank.id"), index=True)
    kind: Mapped[QuestionKind] = mapped_column(choice(QuestionKind))
    words: Mapped[str] = mapped_column(Text)
    choices: Mapped[list[str]] = mapped_column(JSON)
    answer: Mapped[list[Any]] = mapped_column(JSON)
    explanation: Mapped[str] = mapped_column(Text, default="")
    retired_at: Mapped[datetime | None]


class Lesson(Base):
    """A unit of cyber learning (차시) of a course.

    `minutes` weigh its part of the course's progress. `seconds` is the length of its audio or video. `opens_at` is the
    gate: the course's progress, in hundredths of a percent, from which the lesson is open (a mid-term at 5,000).
    `seekable` lets people skip ahead. A quiz draws `draw` questions (None: all) of its bank, may be tried `attempts`
    times (None: any) within `time_limit` minutes, is passed from `pass_points` (of 10,000), and is `weight` percent of
    the course's score. Retired lessons are kept with what was learnt in them, and count no more.
    """

    __tablename__ = "lesson"
    __table_args__ = (
        CheckConstraint("minutes > 0", name="has_minutes"),
        CheckConstraint("opens_at BETWEEN 0 AND 10000", name="gate_in_percent"),
        Index(None, "course_id", "position"),
    )

    id: Mapped[Key]
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    position: Mapped[int]
    title: Mapped[Name]
    kind: Mapped[LessonKind] = mapped_column(choice(LessonKind))
    minutes: Mapped[int]
    body: Mapped[str] = mapped_column(Text, default="")
    opens_at: Mapped[int] = mapped_column(default=0)
    file_sha256: Mapped[str | None] = mapped_column(ForeignKey("stored_file.sha256"))
    filename: Mapped[str] = mapped_column(String(200), default="")
    captions_sha256: Mapped[str | None] = mapped_column(ForeignKey("stored_file.sha256"))
    captions_language: Mapped[str] = mapped_column(String(8), default="ko")
    seconds: Mapped[int | None]
    seekable: Mapped[bool] = mapped_column(default=False)
    bank_id: Mapped[int | None] = mapped_column(ForeignKey("question_bank.id"))
    draw: Mapped[int | None]
    attempts: Mapped[int | None]
    time_limit: Mapped[int | None]
    pass_points: Mapped[int] = mapped_column(default=6000)
    weight: Mapped[int] = mapped_column(default=0)
    retired_at: Mapped[datetime | None]

    bank: Mapped[QuestionBank | None] = relationship(lazy="raise")


class LessonProgress(Base):
    """How far one person has come in one lesson.

    `watched` holds the parts of an audio or video that were played, as disjoint rising [from, to] in seconds; `at` is
    where to go on. `progress` is in hundredths of a percent and never falls.
    """

    __tablename__ = "lesson_progress"
    __table_args__ = (CheckConstraint("progress BETWEEN 0 AND 10000", name="progress_in_percent"),)

    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), primary_key=True)
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id"), primary_key=True, index=True)
    progress: Mapped[int] = mapped_column(default=0)
    watched: Mapped[list[list[int]]] = mapped_column(JSON, default=list)
    at: Mapped[int] = mapped_column(default=0)
    opened_at: Mapped[datetime]
    saved_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class Attempt(Base):
    """One try at a quiz: the questions as they were put (their order, the answer key of then), and what was answered.

    `points` of 10,000; None until it is handed in.
    """

    __tablename__ = "attempt"
    __table_args__ = (UniqueConstraint("enrolment_id", "lesson_id", "number"),)

    id: Mapped[Key]
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id"), index=True)
    number: Mapped[int]
    questions: Mapped[list[Any]] = mapped_column(JSON)
    answers: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    points: Mapped[int | None]
    started_at: Mapped[datetime]
    saved_at: Mapped[datetime]
    handed_in_at: Mapped[datetime | None]


class Playing(Base):
    """What a person plays now: one thing at a time. `token` is the player's; whoever lacks it has been replaced.

    `second` and `seen_at` are where and when the player last reported: no more can have been watched since than time
    has passed.
    """

    __tablename__ = "playing"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id"))
    token: Mapped[str] = mapped_column(String(32))
    second: Mapped[int]
    seen_at: Mapped[datetime]
