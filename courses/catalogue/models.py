from __future__ import annotations

import enum
from datetime import date

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from courses.db import Base, Key, Name, choice


class Kind(enum.StrEnum):
    CLASSROOM = "classroom"  # 집합
    CYBER = "cyber"  # 사이버
    WORKPLACE = "workplace"  # 직장내 정보화교육
    BLENDED = "blended"  # 혼합: a classroom and a cyber part


LEARNT_ONLINE = (Kind.CYBER, Kind.BLENDED)
"""Kinds with a cyber part, and so with lessons."""


class Level(enum.StrEnum):
    GENERAL = "general"  # 일반
    SPECIALIST = "specialist"  # 전문


class Area(Base):
    """A group of workplace courses (분야)."""

    __tablename__ = "area"

    id: Mapped[Key]
    name: Mapped[Name] = mapped_column(unique=True)
    position: Mapped[int]


class Course(Base):
    """What is taught. `minutes` are credited minutes (hours × 60); `capacity` is the usual one of its runs.

    `recognised_minutes` (인정시간) count toward the yearly target; None: as many as it has. `mandatory`: all staff
    must complete it. `draft`: being written, no runs yet. `description` and `audience` (교육대상) are shown to whoever
    looks for a course. `title_en` is what certificates in English call it; "": the title.

    Who may take it: staff of `for_grades`, in `for_services`, of `for_units` (ids) or below; an empty list means all.
    What has to be completed before: `Prerequisite`.
    """

    __tablename__ = "course"
    __table_args__ = (CheckConstraint("minutes > 0", name="has_hours"),)

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(40), unique=True)
    title: Mapped[Name]
    kind: Mapped[Kind] = mapped_column(choice(Kind), index=True)
    level: Mapped[Level] = mapped_column(choice(Level))
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"), index=True)
    minutes: Mapped[int]
    capacity: Mapped[int | None]
    recognised_minutes: Mapped[int | None]
    scored: Mapped[bool]
    mandatory: Mapped[bool] = mapped_column(default=False)
    policy: Mapped[str] = mapped_column(String(60), default="plain")
    description: Mapped[str] = mapped_column(String(2000), default="")
    audience: Mapped[str] = mapped_column(String(400), default="")
    title_en: Mapped[str] = mapped_column(String(200), default="", server_default="")
    for_grades: Mapped[list[str]] = mapped_column(JSON, default=list)
    for_services: Mapped[list[str]] = mapped_column(JSON, default=list)
    for_units: Mapped[list[int]] = mapped_column(JSON, default=list)
    draft: Mapped[bool] = mapped_column(default=False)
    retired_on: Mapped[date | None]

    area: Mapped[Area | None] = relationship(lazy="raise")
    subjects: Mapped[list[Subject]] = relationship(
        lazy="raise", order_by="Subject.number", cascade="all, delete-orphan"
    )


class Subject(Base):
    """A part of a course (과목), with its own kind in a blended one; `minutes` are credited minutes."""

    __tablename__ = "subject"
    __table_args__ = (UniqueConstraint("course_id", "number"), CheckConstraint("minutes > 0", name="has_hours"))

    id: Mapped[Key]
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    number: Mapped[int]
    title: Mapped[Name]
    kind: Mapped[Kind] = mapped_column(choice(Kind))
    minutes: Mapped[int]


class Prerequisite(Base):
    """`required_id` has to be completed before `course_id` may be taken (선수과정)."""

    __tablename__ = "prerequisite"
    __table_args__ = (CheckConstraint("course_id <> required_id", name="of_another"),)

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)
    required_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True, index=True)
