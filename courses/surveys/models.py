from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from courses.db import Base


class Survey(Base):
    """The survey of a run, from when it opened; a row of it fixes the window, whatever moves later.

    `instructors`: the ids of those who are asked about, the same in every answer. `ended_at`: an officer ended it
    before `until`. What is over stays over.
    """

    __tablename__ = "survey"

    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"), primary_key=True)
    opened_at: Mapped[datetime]
    until: Mapped[datetime]
    instructors: Mapped[list[int]] = mapped_column(JSON)
    ended_at: Mapped[datetime | None]


class SurveyAnswer(Base):
    """What somebody thinks of a run, on five points each (5 the best). Nobody can say who, or when.

    `instructors`: points by the person's id. Without SQLite's row numbers, which would tell the order.
    """

    __tablename__ = "survey_answer"
    __table_args__ = (
        CheckConstraint("course BETWEEN 1 AND 5", name="course_points"),
        CheckConstraint("facilities BETWEEN 1 AND 5", name="facilities_points"),
        CheckConstraint("operation BETWEEN 1 AND 5", name="operation_points"),
        Index(None, "run_id"),
        {"sqlite_with_rowid": False},
    )

    key: Mapped[str] = mapped_column(String(32), primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"))
    course: Mapped[int]
    facilities: Mapped[int]
    operation: Mapped[int]
    instructors: Mapped[dict[str, int]] = mapped_column(JSON)
    comment: Mapped[str] = mapped_column(Text, default="")


class SurveyTaken(Base):
    """Who has answered, and on which day; gone as soon as the survey is over. It says nothing of what they answered."""

    __tablename__ = "survey_taken"
    __table_args__ = {"sqlite_with_rowid": False}

    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), primary_key=True)
    answered_on: Mapped[date]
