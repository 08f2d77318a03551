from __future__ import annotations

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from courses.db import Base, Key, choice


class LetterKind(enum.StrEnum):
    """What an official letter is about."""

    RECRUITMENT = "recruitment"  # 교육생 모집 안내
    NOMINATION = "nomination"  # 교육대상자 추천 명단
    SELECTION = "selection"  # 교육대상자 선정 통보
    NON_SELECTION = "non_selection"  # 미선정 통보
    RESULTS = "results"  # 교육결과 통보
    REPORT = "report"  # 교육결과 보고
    HALF_YEAR = "half_year"  # 반기 교육실적


class Letter(Base):
    """A letter as it was written: `body` in official form, `facts` the lists of its attachments.

    It is of a run, or of a half-year (`half`: '2026-1').
    `unit_id`: the unit it is addressed to; None: to all. `number` and `sent_on` are what the organisation's document
    system gave it, written back by hand.
    """

    __tablename__ = "letter"
    __table_args__ = (
        CheckConstraint("(run_id IS NULL) <> (half IS NULL)", name="of_one_thing"),
        Index(None, "run_id", "id"),
        Index(None, "half"),
    )

    id: Mapped[Key]
    run_id: Mapped[int | None] = mapped_column(ForeignKey("run.id"))
    half: Mapped[str | None] = mapped_column(String(6))
    kind: Mapped[LetterKind] = mapped_column(choice(LetterKind))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("org_unit.id"))
    title: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    written_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    number: Mapped[str] = mapped_column(String(80), default="")
    sent_on: Mapped[date | None]
