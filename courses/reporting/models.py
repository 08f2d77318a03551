from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from courses.db import Base, Key, Name

LONGEST_QUERY = 1500
"""Characters of a kept question: the part of its address behind the `?`."""


class SavedReport(Base):
    """A question somebody keeps under a name. Shared ones are seen by all who may see reports, each in own reach."""

    __tablename__ = "saved_report"
    __table_args__ = (UniqueConstraint("owner_id", "name"),)

    id: Mapped[Key]
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    name: Mapped[Name]
    query: Mapped[str] = mapped_column(String(LONGEST_QUERY))
    shared: Mapped[bool] = mapped_column(default=False, index=True)
    saved_at: Mapped[datetime]
