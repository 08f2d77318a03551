from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from courses.db import Base, Key, Name


class Filing(Base):
    """A run that a department filed itself. It is confirmed once its run is closed.

    `unit_id`: whose training it was; `filed_by`: who is told what becomes of it. `returned_at`: an officer wants it
    corrected, for the `reason`; None again as soon as it is filed anew. The evidence is a file of the store, under the
    name it was sent with.
    """

    __tablename__ = "filing"
    __table_args__ = (Index(None, "unit_id", "filed_at"),)

    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"))
    filed_by: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    filed_at: Mapped[datetime]
    returned_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(String(400), default="")
    evidence_sha256: Mapped[str | None] = mapped_column(ForeignKey("stored_file.sha256"))
    evidence_name: Mapped[str] = mapped_column(String(200), default="")


class Skill(Base):
    """A line of a course's checklist, as it was worded from `added_at` until `removed_at`.

    A run has the skills that stood when it was published. Other words for the same skill are a row of their own, whose
    `first_id` is the first wording's id (None: it is that one).
    """

    __tablename__ = "skill"
    __table_args__ = (Index(None, "course_id", "removed_at"),)

    id: Mapped[Key]
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    first_id: Mapped[int | None] = mapped_column(ForeignKey("skill.id"))
    position: Mapped[int]
    title: Mapped[Name]
    added_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class SkillSign(Base):
    """A coach saw that a trainee can do this; `confirmed_at`: the trainee says so as well."""

    __tablename__ = "skill_sign"

    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), primary_key=True)
    skill_id: Mapped[int] = mapped_column(ForeignKey("skill.id"), primary_key=True, index=True)
    coach_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    signed_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]


class Coaching(Base):
    """Who coaches whom (교육훈련지도관), both days inclusive. Those of one trainee never overlap."""

    __tablename__ = "coaching"
    __table_args__ = (
        UniqueConstraint("person_id", "from_on"),
        CheckConstraint("until_on IS NULL OR from_on <= until_on", name="days_in_order"),
        CheckConstraint("person_id <> coach_id", name="of_another"),
    )

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    coach_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    from_on: Mapped[date]
    until_on: Mapped[date | None]


class Planned(Base):
    """A subject that a unit wants to train in a month: so many people. `half` is 1 or 2, and the month is one of it."""

    __tablename__ = "workplace_plan"
    __table_args__ = (
        CheckConstraint("half IN (1, 2) AND month BETWEEN half * 6 - 5 AND half * 6", name="month_of_half"),
        CheckConstraint("people > 0", name="somebody"),
        Index(None, "year", "half"),
    )

    unit_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    half: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True, index=True)
    month: Mapped[int]
    people: Mapped[int]
