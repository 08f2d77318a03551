from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from courses.db import Base, choice
from courses.enrolment.models import Outcome


class ImportedResult(Base):
    """What another system measured: credited minutes; progress in hundredths of a percent, score of a point."""

    __tablename__ = "imported_result"

    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), primary_key=True)
    attended: Mapped[int | None]
    scheduled: Mapped[int | None]
    progress: Mapped[int | None]
    score: Mapped[int | None]
    source: Mapped[str] = mapped_column(String(200))


class FormerJudgement(Base):
    """A verdict of an earlier closing, until the run was reopened. It stands for the time between the two."""

    __tablename__ = "former_judgement"

    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), primary_key=True)
    reopened_at: Mapped[datetime] = mapped_column(primary_key=True)
    outcome: Mapped[Outcome] = mapped_column(choice(Outcome))
    policy: Mapped[str] = mapped_column(String(80))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    reasons: Mapped[list[Any]] = mapped_column(JSON)
    judged_at: Mapped[datetime]


class Judgement(Base):
    """The verdict an enrolment was settled with: policy, facts and reasons as they stood. Events keep earlier ones."""

    __tablename__ = "judgement"

    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), primary_key=True)
    outcome: Mapped[Outcome] = mapped_column(choice(Outcome))
    policy: Mapped[str] = mapped_column(String(80))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    reasons: Mapped[list[Any]] = mapped_column(JSON)
    judged_at: Mapped[datetime]
