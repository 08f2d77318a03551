from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from courses.catalogue.models import Course
from courses.db import Base, Key, Name, choice
from courses.people.models import Person


class RunState(enum.StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    CLOSED = "closed"  # 수료처리 끝
    CANCELLED = "cancelled"  # 폐강


class Mode(enum.StrEnum):
    """How places are given out."""

    SELECTION = "selection"  # 선발: the head approves, the department ranks, an officer selects
    FIRST_COME = "first_come"  # 선착순
    DRAW = "draw"  # 추첨
    ASSIGNED = "assigned"  # 지정: an officer or a clerk says who
    OPEN = "open"  # 상시: no limit


class Room(Base):
    """A place to teach in. `seats` people fit; `computers` of them have one.

    `retired_on` is the first day on which nothing is planned in it any more.
    """

    __tablename__ = "room"

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[Name]
    seats: Mapped[int]
    computers: Mapped[int]
    retired_on: Mapped[date | None]


class ClosedDay(Base):
    """A day on which the organisation itself is closed (휴무일), beside weekends and public holidays."""

    __tablename__ = "closed_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    name: Mapped[Name]


class Run(Base):
    """One opening (차수) of a course.

    `taken` counts the seats given away and `queue_last` the last number handed out in the queue: both change only
    in `courses/enrolment/seats.py` (`taken` of past runs: `exchange.settlement`). Applications are taken in
    [apply_from, apply_until); one may withdraw alone until `cancel_until`. `policy` and `scored` are pinned when it
    is published; None before: as the course says then. `venue`: where it takes place when not in a room. `place` to
    `until_clock` repeat, for lists, what the sessions say (`scheduling.summary`).

    `minimum`: with fewer seats taken an officer is asked whether it takes place. `offer_hours`: who is promoted from
    the queue has so long to accept; None: the seat is theirs at once. `quota_depth`: the level of the tree (1: bureau)
    on whose units quotas are set.
    """

    __tablename__ = "run"
    __table_args__ = (
        UniqueConstraint("course_id", "year", "number"),
        CheckConstraint("capacity IS NULL OR taken <= capacity", name="not_oversold"),
        CheckConstraint("taken >= 0", name="taken_not_negative"),
        CheckConstraint("offer_hours IS NULL OR offer_hours > 0", name="offer_lasts"),
        CheckConstraint("starts_on <= ends_on", name="dates_in_order"),
        Index(None, "state", "starts_on", "id"),
        Index(None, "state", "ends_on", "starts_on", "id"),
        Index(None, "starts_on", "id"),
        Index(None, "state", "imported"),
        Index(None, "year", "state", "results_mark"),
    )

    id: Mapped[Key]
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    year: Mapped[int]
    number: Mapped[int]
    state: Mapped[RunState] = mapped_column(choice(RunState), default=RunState.DRAFT)
    mode: Mapped[Mode] = mapped_column(choice(Mode), default=Mode.FIRST_COME)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    capacity: Mapped[int | None]
    taken: Mapped[int] = mapped_column(default=0)
    queue_last: Mapped[int] = mapped_column(default=0)
    minimum: Mapped[int | None]
    offer_hours: Mapped[int | None]
    quota_depth: Mapped[int] = mapped_column(default=1)
    apply_from: Mapped[datetime | None]
    apply_until: Mapped[datetime | None]
    cancel_until: Mapped[datetime | None]
    policy: Mapped[str | None] = mapped_column(String(80))
    scored: Mapped[bool | None]
    imported: Mapped[bool] = mapped_column(default=False)
    published_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    results_mark: Mapped[int] = mapped_column(default=0, server_default="0")

    venue: Mapped[str] = mapped_column(String(200), default="")
    place: Mapped[str] = mapped_column(String(400), default="")
    teachers: Mapped[str] = mapped_column(String(400), default="")
    days: Mapped[int] = mapped_column(default=0)
    from_clock: Mapped[str] = mapped_column(String(5), default="")
    until_clock: Mapped[str] = mapped_column(String(5), default="")
    search_text: Mapped[str] = mapped_column(String(1200), default="")
    search_initials: Mapped[str] = mapped_column(String(1200), default="")

    course: Mapped[Course] = relationship(lazy="raise")
    sessions: Mapped[list[ClassSession]] = relationship(
        lazy="raise", back_populates="run", order_by="ClassSession.number", cascade="all, delete-orphan"
    )


class ClassSession(Base):
    """One dated block (회차) of a run in a room."""

    __tablename__ = "class_session"
    __table_args__ = (
        UniqueConstraint("run_id", "number"),
        CheckConstraint("starts_at < ends_at", name="times_in_order"),
        Index(None, "room_id", "starts_at"),
        Index(None, "starts_at"),
    )

    id: Mapped[Key]
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"))
    number: Mapped[int]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"))

    run: Mapped[Run] = relationship(lazy="raise", back_populates="sessions")
    room: Mapped[Room | None] = relationship(lazy="raise")
    periods: Mapped[list[Period]] = relationship(lazy="raise", order_by="Period.number", cascade="all, delete-orphan")


class Period(Base):
    """An hour slot (교시) of a session: 50 minutes of teaching count as one hour."""

    __tablename__ = "period"
    __table_args__ = (
        UniqueConstraint("session_id", "number"),
        CheckConstraint("starts_at < ends_at", name="times_in_order"),
    )

    id: Mapped[Key]
    session_id: Mapped[int] = mapped_column(ForeignKey("class_session.id"))
    number: Mapped[int]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    subject: Mapped[str] = mapped_column(String(200), default="")
    instructor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)


class RunInstructor(Base):
    """Who teaches a run, in order."""

    __tablename__ = "run_instructor"

    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    position: Mapped[int] = mapped_column(default=0)

    person: Mapped[Person] = relationship(lazy="raise")


class CalendarEntry(Base):
    """A session, or a run without sessions as a `whole`, the way calendars know it (`scheduling.entries` keeps it).

    `uid` stays for ever and `sequence` rises with every change of what is shown. A session that is gone leaves its
    entry behind, `cancelled`, so that the calendars that have it can take it out.
    """

    __tablename__ = "calendar_entry"

    id: Mapped[Key]
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"), index=True)
    session_id: Mapped[int | None] = mapped_column(ForeignKey("class_session.id", ondelete="SET NULL"), unique=True)
    uid: Mapped[str] = mapped_column(String(36), unique=True)
    sequence: Mapped[int] = mapped_column(default=0)
    whole: Mapped[bool] = mapped_column(default=False)
    cancelled: Mapped[bool] = mapped_column(default=False)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    title: Mapped[Name]
    place: Mapped[str] = mapped_column(String(200), default="")
    changed_at: Mapped[datetime]


class CalendarTeacher(Base):
    """Who teaches an entry. Who no longer does stays, `gone`, and is told that it is cancelled for them."""

    __tablename__ = "calendar_teacher"

    entry_id: Mapped[int] = mapped_column(ForeignKey("calendar_entry.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    gone: Mapped[bool] = mapped_column(default=False)
