from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, Text, UniqueConstraint
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


class Summary(Base):
    """What is summed up of the closed runs of a year for one question (`courses.reporting.summaries`).

    `cells`: JSON, `[line, line over it, column, sums, bytes]` each; `persons`: who completed, so many bytes of each
    cell after the other.
    """

    __tablename__ = "report_summary"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    by: Mapped[str] = mapped_column(String(20), primary_key=True)
    across: Mapped[str] = mapped_column(String(20), primary_key=True)
    cells: Mapped[str] = mapped_column(Text)
    persons: Mapped[bytes] = mapped_column(LargeBinary)
