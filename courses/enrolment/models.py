from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from courses.db import Base, Key, choice
from courses.people.models import Person
from courses.scheduling.models import Run


class Status(enum.StrEnum):
    """Where the place stands."""

    APPLIED = "applied"
    RETURNED = "returned"
    APPROVED = "approved"
    NOMINATED = "nominated"
    WAITLISTED = "waitlisted"
    OFFERED = "offered"
    ENROLLED = "enrolled"
    NOT_SELECTED = "not_selected"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"


class Outcome(enum.StrEnum):
    """How it ended."""

    COMPLETED = "completed"
    NOT_COMPLETED = "not_completed"
    NOT_REGISTERED = "not_registered"
    EXPELLED = "expelled"


class Enrolment(Base):
    """One row per run and person, for ever.

    `status` and `outcome` change only in `states.py`; past results come with theirs (`exchange.settlement`).
    `queue_no` is the number drawn from the run's queue. `unit_id`, `grade` and `service` are kept as of the run's last
    day, so that a transfer never rewrites last year's report; they are empty until the run is closed.
    """

    __tablename__ = "enrolment"
    __table_args__ = (
        UniqueConstraint("run_id", "person_id"),
        Index(None, "run_id", "status", "queue_no"),
        Index(None, "person_id", "status"),
        Index(None, "run_id", "status", "outcome", "unit_id", "person_id"),  # all that reports read
    )

    id: Mapped[Key]
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    status: Mapped[Status] = mapped_column(choice(Status))
    outcome: Mapped[Outcome | None] = mapped_column(choice(Outcome))
    queue_no: Mapped[int | None]
    applied_at: Mapped[datetime]
    moved_at: Mapped[datetime]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("org_unit.id"))
    grade: Mapped[str] = mapped_column(String(40), default="")
    service: Mapped[str] = mapped_column(String(40), default="")

    run: Mapped[Run] = relationship(lazy="raise")
    person: Mapped[Person] = relationship(lazy="raise")
