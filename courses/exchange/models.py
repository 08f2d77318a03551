from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from courses.db import Base, Key


class ImportFile(Base):
    """An uploaded file between preview and application; `result` holds the counts once it was applied.

    `year`, `effective_on` and `run_id` were given with it. `data` goes once the file is applied: kept no longer than
    needed.
    """

    __tablename__ = "import_file"
    __table_args__ = (Index(None, "kind", "applied_at"),)

    id: Mapped[Key]
    kind: Mapped[str] = mapped_column(String(20))
    filename: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    data: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    year: Mapped[int | None]
    effective_on: Mapped[date | None]
    run_id: Mapped[int | None] = mapped_column(ForeignKey("run.id"))
    uploaded_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    uploaded_at: Mapped[datetime]
    applied_at: Mapped[datetime | None]
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON)
