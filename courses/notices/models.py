from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from courses.db import Base, Key, choice


class NoticeKind(enum.StrEnum):
    """What somebody is told of."""

    ENROLLED = "enrolled"
    QUEUED = "queued"
    PROMOTED = "promoted"
    WITHDRAWN = "withdrawn"
    MOVED = "moved"
    CANCELLED = "cancelled"
    REMINDER = "reminder"
    CLOSED = "closed"
    CERTIFICATE = "certificate"
    WRITTEN = "written"  # a training officer's own words
    APPLIED = "applied"
    APPROVED = "approved"
    NOMINATED = "nominated"
    APPROVAL = "approval"  # to a head: somebody waits for you
    RETURNED = "returned"
    NOT_SELECTED = "not_selected"
    OFFERED = "offered"
    OVERDUE = "overdue"  # a mandatory course
    UNDER_MINIMUM = "under_minimum"  # to officers: does this run take place?
    ON_LEAVE = "on_leave"  # while a run of theirs takes place
    REOPENED = "reopened"  # a closed run: the results are taken back
    SECOND_PERSON = "second_person"  # to whoever may confirm a weighty step
    SECOND_PERSON_ANSWERED = "second_person_answered"
    STAFF_ON_LEAVE = "staff_on_leave"  # the same, to officers
    SCORES = "scores"  # a part of the score is published
    SCORES_BACK = "scores_back"  # and taken back
    APPEAL = "appeal"  # to instructors: somebody objects to a score
    APPEAL_ANSWERED = "appeal_answered"
    DOOR = "door"  # to officers: an instructor asks for a place for somebody at the door
    DOOR_ANSWERED = "door_answered"
    IDENTITY = "identity"  # to officers: somebody could not show who they are
    VOUCHED = "vouched"  # to a colleague who was named to know somebody
    EXPELLED = "expelled"
    REINSTATED = "reinstated"  # an expulsion is taken back
    ABSENCE = "absence"  # to officers: somebody asks to be excused
    ABSENCE_DECIDED = "absence_decided"
    FILED = "filed"  # to officers: workplace training of a department
    FILING_RETURNED = "filing_returned"
    FILING_CONFIRMED = "filing_confirmed"
    COACH = "coach"  # to the trainee
    TRAINEE = "trainee"  # to the coach
    SKILL_SIGNED = "skill_signed"
    OUTSIDE = "outside"  # to a head: learning elsewhere waits for you
    OUTSIDE_RETURNED = "outside_returned"
    OUTSIDE_RECOGNISED = "outside_recognised"
    BOARD = "board"  # a notice on the board of a run
    QUESTION = "question"  # to instructors: somebody asks on the board
    QUESTION_ANSWERED = "question_answered"
    HALF_YEAR = "half_year"  # to officers: the results of a half-year are owed
    SURVEY = "survey"  # can be answered now, or still
    DAMAGED = "damaged"  # to administrators: a kept file is not what was signed


class MessageState(enum.StrEnum):
    """How far a mail has come."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


class Channel(enum.StrEnum):
    """How a message leaves, beside the inbox."""

    MAIL = "mail"
    TEXT = "text"  # a line of the file for the organisation's text-message system


class Notice(Base):
    """One line of a person's inbox. `facts` are plain JSON values that `words` makes a sentence of.

    `key` names the occasion: the same one is never told twice. What a person did alone comes as read already.
    """

    __tablename__ = "notice"
    __table_args__ = (Index(None, "person_id", "id"), Index(None, "person_id", "read_at"), Index(None, "run_id", "id"))

    id: Mapped[Key]
    key: Mapped[str] = mapped_column(String(120), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[NoticeKind] = mapped_column(choice(NoticeKind))
    run_id: Mapped[int | None] = mapped_column(ForeignKey("run.id"))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]


class Message(Base):
    """The mail of a notice, in the recipient's language. `calendars` are iTIP objects, one event each.

    Its Message-ID and its file's name are made from `key`, so that sending it again makes no second one. A text message
    goes to an employee number: the organisation's own system knows the telephones. `batch` numbers the file in which
    it was handed over to that system.
    """

    __tablename__ = "message"
    __table_args__ = (
        Index(None, "state", "id"),
        Index(None, "channel", "state", "id"),
        Index(None, "batch"),
        UniqueConstraint("notice_id", "channel"),
    )

    id: Mapped[Key]
    key: Mapped[str] = mapped_column(String(32), unique=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"))
    channel: Mapped[Channel] = mapped_column(choice(Channel), default=Channel.MAIL)
    address: Mapped[str] = mapped_column(String(254))
    name: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(2))
    subject: Mapped[str] = mapped_column(String(400))
    body: Mapped[str] = mapped_column(Text)
    calendars: Mapped[list[str]] = mapped_column(JSON)
    state: Mapped[MessageState] = mapped_column(choice(MessageState), default=MessageState.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(String(400), default="")
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    batch: Mapped[int | None]


class Wording(Base):
    """The organisation's own words for a kind of notice in a language, instead of the usual ones."""

    __tablename__ = "wording"

    kind: Mapped[NoticeKind] = mapped_column(choice(NoticeKind), primary_key=True)
    language: Mapped[str] = mapped_column(String(2), primary_key=True)
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(String(2000))
