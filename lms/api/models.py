from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from courses.db import Base, Key


class ApiToken(Base):
    """Lets a program act as a person. Only a hash is kept; `prefix`, how the secret begins, tells tokens apart.

    Good up to and including `expires_on`. `last_used_on` is written once a day at most.
    """

    __tablename__ = "api_token"
    __table_args__ = (Index(None, "person_id", "id"),)

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str] = mapped_column(String(100))
    prefix: Mapped[str] = mapped_column(String(12), unique=True)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    expires_on: Mapped[date]
    last_used_on: Mapped[date | None]
    revoked_at: Mapped[datetime | None]
