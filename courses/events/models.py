from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from courses.db import Base, Key


class Event(Base):
    """Who did what, when, to whom. `data` holds the fact's fields; `run_id` and `person_id` are copies to search by."""

    __tablename__ = "event"
    __table_args__ = (
        Index(None, "run_id", "id"),
        Index(None, "person_id", "id"),
        Index(None, "actor_id", "id"),
        Index(None, "kind", "id"),
        Index(None, "kind", "at"),
    )

    id: Mapped[Key]
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(40))
    run_id: Mapped[int | None]
    person_id: Mapped[int | None]
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
