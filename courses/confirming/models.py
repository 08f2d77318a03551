from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from courses.db import Base, Key, choice


class State(enum.StrEnum):
    """How far a step has come."""

    ASKED = "asked"
    CONFIRMED = "confirmed"
    DECLINED = "declined"


class Confirmation(Base):
    """A weighty step that somebody wants taken: of the `kind`, on the thing `subject_id`, with what it needs.

    `title` says in words what it is about. `decided_by` is None while nobody has, and where no second person was
    wanted: then it was taken at once. `answer` is why it was declined.
    """

    __tablename__ = "confirmation"
    __table_args__ = (
        CheckConstraint("decided_by IS NULL OR state = 'declined' OR decided_by <> asked_by", name="by_another"),
        Index(None, "state", "id"),
        Index(None, "kind", "subject_id"),
    )

    id: Mapped[Key]
    kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int]
    title: Mapped[str] = mapped_column(String(300))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(String(400))
    state: Mapped[State] = mapped_column(choice(State), default=State.ASKED)
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    asked_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(String(400), default="")
