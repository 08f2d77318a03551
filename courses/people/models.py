from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ColumnElement, ForeignKey, Index, String, UniqueConstraint, and_, or_
from sqlalchemy.orm import Mapped, mapped_column, relationship

from courses.db import Base, Key, Name, choice

INITIALS = 200
"""Characters kept of a name's initials (ß folds to two)."""


class Role(enum.StrEnum):
    """What a person may hold beside being an employee. Heads, clerks and trainers hold it for a unit.

    A trainer gives workplace training there, and needs nothing else: who does so for the first time becomes one.
    """

    INSTRUCTOR = "instructor"
    OFFICER = "officer"
    HEAD = "head"
    CLERK = "clerk"
    TRAINER = "trainer"  # 직장교육 강사
    ADMINISTRATOR = "administrator"


class LeaveKind(enum.StrEnum):
    LEAVE = "leave"  # 휴직
    PARENTAL = "parental"  # 육아휴직
    SECONDMENT = "secondment"  # 파견


class OrgUnit(Base):
    """A unit of the organisation. `position` is the official order (직제순), the order of every report.

    `path` is the name with its superiors' (without the whole organisation), `bureau_id` the unit right under the root.
    """

    __tablename__ = "org_unit"

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(40), unique=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("org_unit.id"), index=True)
    name: Mapped[Name]
    position: Mapped[int] = mapped_column(index=True)
    path: Mapped[str] = mapped_column(String(600))
    depth: Mapped[int]
    bureau_id: Mapped[int | None] = mapped_column(ForeignKey("org_unit.id"), index=True)
    closed_on: Mapped[date | None]

    @classmethod
    def open_on(cls, day: date | ColumnElement[date]) -> ColumnElement[bool]:
        """SQL: exists on `day` (`closed_on` is the first day on which it does not)."""
        return or_(cls.closed_on.is_(None), cls.closed_on > day)


class Headcount(Base):
    """How many serve in a unit today: in itself, and with all below (`courses.people.serving`)."""

    __tablename__ = "headcount"

    unit_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    own: Mapped[int]
    people: Mapped[int]


class Person(Base):
    """Anyone. Staff have an employee number; others have an `external_key` (their mail) and an institution.

    `left_on` is the first day on which the person no longer takes part. `session_key` changes when every sign-in of
    the person is to end.
    """

    __tablename__ = "person"
    __table_args__ = (
        CheckConstraint("employee_no IS NOT NULL OR external_key IS NOT NULL", name="has_a_key"),
        Index(None, "name"),
        Index(None, "initials"),
    )

    id: Mapped[Key]
    employee_no: Mapped[str | None] = mapped_column(String(40), unique=True)
    external_key: Mapped[str | None] = mapped_column(String(254), unique=True)
    name: Mapped[Name]
    initials: Mapped[str] = mapped_column(String(INITIALS))
    name_roman: Mapped[str] = mapped_column(String(200), default="")
    mail: Mapped[str | None] = mapped_column(String(254), index=True)
    institution: Mapped[str] = mapped_column(String(200), default="")
    appointed_on: Mapped[date | None]
    left_on: Mapped[date | None]
    expires_on: Mapped[date | None]
    language: Mapped[str] = mapped_column(String(2), default="ko")
    password_hash: Mapped[str | None] = mapped_column(String(200))
    session_key: Mapped[str] = mapped_column(String(32), default="")

    @classmethod
    def signs_in_as(cls, typed: str) -> ColumnElement[bool]:
        """SQL: whose employee number or mail this is, as somebody typed it."""
        mail = typed.lower()
        return or_(cls.employee_no.in_({typed, mail}), cls.external_key == mail, cls.mail == mail)

    @classmethod
    def active_on(cls, day: date | ColumnElement[date]) -> ColumnElement[bool]:
        """SQL: takes part on `day` (has neither left nor expired)."""
        return and_(
            or_(cls.left_on.is_(None), cls.left_on > day),
            or_(cls.expires_on.is_(None), cls.expires_on >= day),
        )


class Posting(Base):
    """Where a person serves from a day on (발령): unit, service, series, grade, post, duty."""

    __tablename__ = "posting"
    __table_args__ = (
        UniqueConstraint("person_id", "from_on"),
        Index(None, "unit_id", "from_on", "until_on"),
        Index(None, "grade", "until_on"),
        Index(None, "service", "until_on"),
    )

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"))
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    service: Mapped[str] = mapped_column(String(40), default="")
    series: Mapped[str] = mapped_column(String(40), default="")
    grade: Mapped[str] = mapped_column(String(40), default="")
    post: Mapped[str] = mapped_column(String(40), default="")
    duty: Mapped[str] = mapped_column(String(40), default="")

    unit: Mapped[OrgUnit] = relationship(lazy="raise")

    @classmethod
    def on(cls, day: date | ColumnElement[date]) -> ColumnElement[bool]:
        """SQL: in force on `day` (the last day included)."""
        return and_(cls.from_on <= day, or_(cls.until_on.is_(None), cls.until_on >= day))


class Invitation(Base):
    """The link by which a guest comes in for the first time; `number` rises with each, and only the last one holds.

    The link itself is kept nowhere: it is made of these values and the server's secret. `mailed_at`: when its mail
    went out.
    """

    __tablename__ = "invitation"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    number: Mapped[int] = mapped_column(default=0)
    invited_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    mailed_at: Mapped[datetime | None]


class Leave(Base):
    """A time away (휴직, 육아휴직, 파견). No reason is kept beyond the kind."""

    __tablename__ = "leave"
    __table_args__ = (Index(None, "person_id", "from_on"),)

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[LeaveKind] = mapped_column(choice(LeaveKind))
    from_on: Mapped[date]
    until_on: Mapped[date | None]

    @classmethod
    def on(cls, day: date | ColumnElement[date]) -> ColumnElement[bool]:
        """SQL: away on `day`."""
        return and_(cls.from_on <= day, or_(cls.until_on.is_(None), cls.until_on >= day))


class RoleGrant(Base):
    """A role a person holds, for a unit where the role is a unit's. `origin` hr: set and taken by the staff file."""

    __tablename__ = "role_grant"
    __table_args__ = (UniqueConstraint("person_id", "role", "unit_id"),)

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    role: Mapped[Role] = mapped_column(choice(Role))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("org_unit.id"), index=True)
    origin: Mapped[str] = mapped_column(String(10), default="manual")
    granted_at: Mapped[datetime]


class Deputy(Base):
    """Who stands in for the head of a unit (대결), both days inclusive. Those of a unit never overlap."""

    __tablename__ = "deputy"
    __table_args__ = (
        CheckConstraint("from_on <= until_on", name="days_in_order"),
        Index(None, "unit_id", "from_on"),
    )

    id: Mapped[Key]
    unit_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    from_on: Mapped[date]
    until_on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime]

    @classmethod
    def on(cls, day: date | ColumnElement[date]) -> ColumnElement[bool]:
        """SQL: stands in on `day`."""
        return and_(cls.from_on <= day, cls.until_on >= day)


class Preference(Base):
    """What a person chose beside the language. `no_mail`: the groups of notices that come to the inbox alone.

    `calendar_key` is the secret part of the address of the person's calendar feed; None: there is none.
    """

    __tablename__ = "preference"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    theme: Mapped[str] = mapped_column(String(10), default="")
    no_mail: Mapped[list[str]] = mapped_column(JSON, default=list)
    calendar_key: Mapped[str | None] = mapped_column(String(64), unique=True)
