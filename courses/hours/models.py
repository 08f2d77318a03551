from __future__ import annotations

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from courses.db import Base, Key, Name, choice
from courses.people.models import Person


class OutsideState(enum.StrEnum):
    """How far a report of learning elsewhere has come."""

    WAITING = "waiting"  # 인정 대기
    RETURNED = "returned"  # 반려
    RECOGNISED = "recognised"  # 인정
    WITHDRAWN = "withdrawn"  # 취소


class OutsideLearning(Base):
    """Something that a person learned elsewhere (외부 학습). Once recognised, it counts in the year of its last day.

    `recognised_minutes` is what the head, or later an officer, recognises; `reason` says why it was returned or
    corrected. `moved_at`: when it got the state it has, or its person changed it. The evidence is a file of the store
    under its own name.
    """

    __tablename__ = "outside_learning"
    __table_args__ = (
        CheckConstraint("from_on <= until_on", name="days_in_order"),
        CheckConstraint("claimed_minutes > 0", name="something_claimed"),
        CheckConstraint("recognised_minutes BETWEEN 0 AND claimed_minutes", name="at_most_claimed"),
        Index(None, "person_id", "until_on"),
        Index(None, "state", "moved_at"),
    )

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    type: Mapped[str] = mapped_column(String(24))
    title: Mapped[Name]
    provider: Mapped[str] = mapped_column(String(200))
    from_on: Mapped[date]
    until_on: Mapped[date]
    claimed_minutes: Mapped[int]
    recognised_minutes: Mapped[int | None]
    evidence_sha256: Mapped[str] = mapped_column(ForeignKey("stored_file.sha256"))
    evidence_name: Mapped[str] = mapped_column(String(200))
    state: Mapped[OutsideState] = mapped_column(choice(OutsideState))
    moved_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(String(400), default="")

    person: Mapped[Person] = relationship(lazy="raise", foreign_keys=[person_id])

    @property
    def year(self) -> int:
        """The year in which it counts."""
        return self.until_on.year

    @property
    def is_open(self) -> bool:
        """Whether nobody has recognised it, and it may still be."""
        return self.state in (OutsideState.WAITING, OutsideState.RETURNED)


class HoursRules(Base):
    """What counts in a year and those after it, until the next rules: `rules.Rules` as plain JSON."""

    __tablename__ = "hours_rules"

    from_year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    rules: Mapped[dict[str, Any]] = mapped_column(JSON)
