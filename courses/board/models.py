from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from courses.db import Base, Key, Name, choice


class PostKind(enum.StrEnum):
    NOTICE = "notice"  # 공지
    QUESTION = "question"  # 질문
    ANSWER = "answer"  # 답변


class Post(Base):
    """Something written on the board of a run, in Markdown. An answer belongs to its question and has no title.

    `hidden_at`: an instructor or an officer took it out of sight, for the `reason`. What it said before it was edited
    is in the events.
    """

    __tablename__ = "post"
    __table_args__ = (
        CheckConstraint("(kind = 'answer') = (question_id IS NOT NULL)", name="answer_of_question"),
        Index(None, "run_id", "kind", "id"),
        Index(None, "question_id", "id"),
    )

    id: Mapped[Key]
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"))
    kind: Mapped[PostKind] = mapped_column(choice(PostKind))
    question_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    title: Mapped[str] = mapped_column(String(200), default="")
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    hidden_at: Mapped[datetime | None]
    hidden_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(String(400), default="")


class Material(Base):
    """A file to take away: of one run, or of a course and so of all its runs. Its bytes lie in the file store."""

    __tablename__ = "material"
    __table_args__ = (
        CheckConstraint("(run_id IS NULL) <> (course_id IS NULL)", name="of_run_or_course"),
        Index(None, "run_id", "removed_at"),
        Index(None, "course_id", "removed_at"),
    )

    id: Mapped[Key]
    run_id: Mapped[int | None] = mapped_column(ForeignKey("run.id"))
    course_id: Mapped[int | None] = mapped_column(ForeignKey("course.id"))
    title: Mapped[Name]
    sha256: Mapped[str] = mapped_column(ForeignKey("stored_file.sha256"))
    filename: Mapped[str] = mapped_column(String(200))
    added_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    added_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
