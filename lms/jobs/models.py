from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from courses.db import Base, Key, choice


class JobState(enum.StrEnum):
    READY = "ready"  # also when it waits for its hour, or for another try
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


OVER = (JobState.DONE, JobState.FAILED, JobState.CANCELLED)


class Job(Base):
    """A piece of work: `name` says which handler does it, `args` with what. `key` is given once, for ever.

    A running job belongs to whoever knows its `token`, until `lease_until`. `attempts` counts what was claimed.
    `line` and `error` are a stored `Text`, or words as they are.
    """

    __tablename__ = "job"
    __table_args__ = (Index(None, "state", "due_at", "id"), Index(None, "actor_id"))

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(60))
    args: Mapped[dict[str, Any]] = mapped_column(JSON)
    key: Mapped[str | None] = mapped_column(String(200), unique=True)
    state: Mapped[JobState] = mapped_column(choice(JobState))
    due_at: Mapped[datetime]
    attempts: Mapped[int]
    max_attempts: Mapped[int]
    lease_until: Mapped[datetime | None]
    token: Mapped[str | None] = mapped_column(String(32))
    done: Mapped[int]
    total: Mapped[int | None]
    line: Mapped[Any] = mapped_column(JSON(none_as_null=True), nullable=True)
    error: Mapped[Any] = mapped_column(JSON(none_as_null=True), nullable=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class JobWorker(Base):
    """A process that does jobs, and when it was last heard of."""

    __tablename__ = "job_worker"

    id: Mapped[str] = mapped_column(String(100), primary_key=True)
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
