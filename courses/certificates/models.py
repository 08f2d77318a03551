from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from courses.db import Base, Key, choice


class CertificateState(enum.StrEnum):
    VALID = "valid"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"


class NumberSeries(Base):
    """The last number given out in a series and year. Locked while numbers are taken; a number is never used twice."""

    __tablename__ = "number_series"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int] = mapped_column(default=0)


class Certificate(Base):
    """One issued certificate. `facts` are what is printed, frozen; `facts_sha256` proves that they stay so.

    `ended_at`, `ended_by` and `reason` say when, by whom and why it was replaced by the next revision, or revoked.
    """

    __tablename__ = "certificate"
    __table_args__ = (
        UniqueConstraint("series", "year", "number", "revision"),
        Index(None, "run_id"),
        Index(None, "person_id"),
        Index(None, "enrolment_id"),
        Index(None, "year", "id"),
        Index(None, "state", "id"),
    )

    id: Mapped[Key]
    series: Mapped[str] = mapped_column(String(20), default="main")
    year: Mapped[int]
    number: Mapped[int]
    revision: Mapped[int] = mapped_column(default=1)
    code: Mapped[str] = mapped_column(String(16), unique=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    state: Mapped[CertificateState] = mapped_column(choice(CertificateState), default=CertificateState.VALID)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    facts_sha256: Mapped[str] = mapped_column(String(64))
    issued_at: Mapped[datetime]
    issued_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(String(400), default="")
