from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from courses.db import Base, Key, Name, choice


class ComponentKind(enum.StrEnum):
    EXAM = "exam"  # 시험
    PRACTICE = "practice"  # 실기
    ASSIGNMENT = "assignment"  # 과제
    PRESENTATION = "presentation"  # 발표
    CONDUCT = "conduct"  # 학습태도


class Component(Base):
    """A part of a run's score. `weight` in percent; `minimum` in hundredths of a point, where there is one.

    Its people see their points from `published_at` on; None: it is a draft.
    """

    __tablename__ = "component"
    __table_args__ = (
        UniqueConstraint("run_id", "position"),
        CheckConstraint("weight BETWEEN 1 AND 100", name="weight_in_percent"),
    )

    id: Mapped[Key]
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"))
    position: Mapped[int]
    name: Mapped[Name]
    kind: Mapped[ComponentKind] = mapped_column(
        choice(ComponentKind), default=ComponentKind.EXAM, server_default=ComponentKind.EXAM.value
    )
    weight: Mapped[int]
    minimum: Mapped[int | None]
    published_at: Mapped[datetime | None]


class Score(Base):
    """A person's points in a component: hundredths of a point, 0 to 10,000."""

    __tablename__ = "score"
    __table_args__ = (CheckConstraint("points BETWEEN 0 AND 10000", name="points_in_range"),)

    component_id: Mapped[int] = mapped_column(ForeignKey("component.id"), primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), primary_key=True, index=True)
    points: Mapped[int]
    scored_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    scored_at: Mapped[datetime]


class AppealState(enum.StrEnum):
    OPEN = "open"
    KEPT = "kept"  # 유지
    CHANGED = "changed"  # 정정


class Appeal(Base):
    """Somebody objects (이의신청) to `points`, published in a component; once answered, `answered_points` count."""

    __tablename__ = "appeal"
    __table_args__ = (
        Index(None, "state", "component_id"),
        CheckConstraint("(state = 'open') = (answered_at IS NULL)", name="answered_if_not_open"),
    )

    id: Mapped[Key]
    component_id: Mapped[int] = mapped_column(ForeignKey("component.id"), index=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), index=True)
    state: Mapped[AppealState] = mapped_column(choice(AppealState), default=AppealState.OPEN)
    points: Mapped[int]
    words: Mapped[str] = mapped_column(String(1000))
    made_at: Mapped[datetime]
    answer: Mapped[str] = mapped_column(String(1000), default="")
    answered_points: Mapped[int | None]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]
