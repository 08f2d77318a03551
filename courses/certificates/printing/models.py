from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from courses.db import Base, Key, Name, choice


class PrintKind(enum.StrEnum):
    FIRST = "first"
    RESUMED = "resumed"  # the rest of another one, after a jam
    REPRINT = "reprint"  # single sheets of another one, marked 재발급


class PrintJob(Base):
    """A print run: who had which certificates printed, when and how. It stays in the log when its files have gone.

    `run_id`: the run it is for, None for a selection across runs; `of_id`: what it resumes or repeats. `options` are
    those of `Options`. `files` are a `PrintFile` each, in order; there are none before it is finished.
    """

    __tablename__ = "print_job"
    __table_args__ = (Index(None, "run_id"), Index(None, "of_id"))

    id: Mapped[Key]
    kind: Mapped[PrintKind] = mapped_column(choice(PrintKind))
    run_id: Mapped[int | None] = mapped_column(ForeignKey("run.id"))
    of_id: Mapped[int | None] = mapped_column(ForeignKey("print_job.id"))
    sheets: Mapped[int]
    options: Mapped[dict[str, Any]] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(String(400), default="")
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    files: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    finished_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]


class PrintedSheet(Base):
    """A sheet of a print run, from 1 on. `copy`: which printing of its certificate it is; no two can be the same one.

    `department` is whose stack it belongs to, as it was called then.
    """

    __tablename__ = "printed_sheet"
    __table_args__ = (UniqueConstraint("certificate_id", "copy"), {"sqlite_with_rowid": False})

    print_job_id: Mapped[int] = mapped_column(ForeignKey("print_job.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"))
    copy: Mapped[int]
    department: Mapped[Name]


class PrintSetup(Base):
    """How an officer has certificates printed: the `options` of the next print run."""

    __tablename__ = "print_setup"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    options: Mapped[dict[str, Any]] = mapped_column(JSON)
