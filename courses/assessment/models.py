from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from courses.db import Base, Key, Name


class Component(Base):
    """A part of a run's score. `weight` in percent; `minimum` in hundredths of a point, where there is one."""

    __tablename__ = "component"
    __table_args__ = (
        UniqueConstraint("run_id", "position"),
        CheckConstraint("weight BETWEEN 1 AND 100", name="weight_in_percent"),
    )

    id: Mapped[Key]
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"))
    position: Mapped[int]
    name: Mapped[Name]
    weight: Mapped[int]
    minimum: Mapped[int | None]


class Score(Base):
    """A person's points in a component: hundredths of a point, 0 to 10,000."""

    __tablename__ = "score"
    __table_args__ = (CheckConstraint("points BETWEEN 0 AND 10000", name="points_in_range"),)

    component_id: Mapped[int] = mapped_column(ForeignKey("component.id"), primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), primary_key=True, index=True)
    points: Mapped[int]
    scored_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    scored_at: Mapped[datetime]
