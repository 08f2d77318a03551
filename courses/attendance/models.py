from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from courses.db import Base, Key, choice


class AttendanceMark(enum.StrEnum):
    PRESENT = "present"  # 출석
    LATE = "late"  # 지각
    LEFT_EARLY = "left_early"  # 조퇴
    STEPPED_OUT = "stepped_out"  # 외출
    ABSENT = "absent"  # 결석
    EXCUSED = "excused"  # 공결


class Ground(enum.StrEnum):
    """Why an absence is excused: no more detail is kept, nowhere."""

    OFFICIAL_LEAVE = "official_leave"  # 공가
    LEAVE = "leave"  # 휴가
    DUTY = "duty"  # 출장·근무


class Attendance(Base):
    """The mark of one person in one session. `minutes_missed`: by the clock, for late, left early, stepped out."""

    __tablename__ = "attendance"
    __table_args__ = (
        CheckConstraint("(mark = 'excused') = (ground IS NOT NULL)", name="ground_if_excused"),
        CheckConstraint("minutes_missed >= 0", name="minutes_not_negative"),
    )

    session_id: Mapped[int] = mapped_column(ForeignKey("class_session.id", ondelete="CASCADE"), primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), primary_key=True, index=True)
    mark: Mapped[AttendanceMark] = mapped_column(choice(AttendanceMark))
    minutes_missed: Mapped[int] = mapped_column(default=0)
    ground: Mapped[Ground | None] = mapped_column(choice(Ground))
    marked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    marked_at: Mapped[datetime]


class RequestState(enum.StrEnum):
    OPEN = "open"
    APPROVED = "approved"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


class ReturnReason(enum.StrEnum):
    """Why a request is returned: a closed list, so that nobody writes down why somebody is away."""

    NUMBER = "number"  # there is no such document
    SESSIONS = "sessions"  # the document is about other days
    GROUND = "ground"  # another ground applies
    UNAPPROVED = "unapproved"  # the document is not approved yet


class AbsenceRequest(Base):
    """Somebody asks to be excused (공결 신청) from sessions, on one of the grounds, by a document that approves it."""

    __tablename__ = "absence_request"
    __table_args__ = (
        Index(None, "state", "enrolment_id"),
        CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="decided_if_not_open"),
        CheckConstraint("(state = 'returned') = (reason IS NOT NULL)", name="reason_if_returned"),
    )

    id: Mapped[Key]
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), index=True)
    ground: Mapped[Ground] = mapped_column(choice(Ground))
    document_no: Mapped[str] = mapped_column(String(60))
    state: Mapped[RequestState] = mapped_column(choice(RequestState), default=RequestState.OPEN)
    reason: Mapped[ReturnReason | None] = mapped_column(choice(ReturnReason))
    asked_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]


class AbsenceSession(Base):
    """A session that a request covers, as it lay on `day`: moved to another one it is covered no more."""

    __tablename__ = "absence_session"

    request_id: Mapped[int] = mapped_column(ForeignKey("absence_request.id"), primary_key=True)
    session_id: Mapped[int] = mapped_column(
        ForeignKey("class_session.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    day: Mapped[date]


class CheckInWindow(Base):
    """While `closes_at` lies ahead, people may check in to the session by themselves (자가 출석).

    The codes on the room's screen follow from `secret` (`codes`). Opened anew, a session has another one.
    """

    __tablename__ = "check_in_window"

    session_id: Mapped[int] = mapped_column(ForeignKey("class_session.id", ondelete="CASCADE"), primary_key=True)
    secret: Mapped[str] = mapped_column(String(64))
    opened_at: Mapped[datetime]
    opened_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    closes_at: Mapped[datetime]


class CheckInState(enum.StrEnum):
    NEW = "new"
    DOUBTFUL = "doubtful"  # from the same browser as somebody else
    SEEN = "seen"  # the instructor has seen the person
    OUT = "out"  # taken out by the instructor
    CONFIRMED = "confirmed"  # became a mark


class CheckIn(Base):
    """Somebody checked in. `device` tells browsers apart within the session; it is kept until the confirmation."""

    __tablename__ = "check_in"

    session_id: Mapped[int] = mapped_column(ForeignKey("class_session.id", ondelete="CASCADE"), primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), primary_key=True, index=True)
    at: Mapped[datetime]
    state: Mapped[CheckInState] = mapped_column(choice(CheckInState), default=CheckInState.NEW)
    device: Mapped[str | None] = mapped_column(String(64))


class Proof(enum.StrEnum):
    """How somebody showed at the door who they are."""

    CARD = "card"  # the last digits of the staff card
    COLLEAGUE = "colleague"  # a colleague in the room knows them
    FAILED = "failed"  # not at all


class IdentityCheck(Base):
    """Who was looked at, against proxy attendance (대리출석): no picture, no other number than the employee number.

    A failed one waits for an officer, who expels the person or lets the matter rest, with a reason.
    """

    __tablename__ = "identity_check"
    __table_args__ = (
        CheckConstraint("(proof = 'colleague') = (colleague_id IS NOT NULL)", name="colleague_if_named"),
        CheckConstraint("proof = 'failed' OR decided_at IS NULL", name="decided_if_failed"),
        CheckConstraint("(decided_at IS NULL) = (expelled IS NULL)", name="decided_with_result"),
        Index(None, "proof", "decided_at"),
    )

    id: Mapped[Key]
    session_id: Mapped[int] = mapped_column(ForeignKey("class_session.id", ondelete="CASCADE"), index=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), index=True)
    proof: Mapped[Proof] = mapped_column(choice(Proof))
    colleague_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    note: Mapped[str] = mapped_column(String(400), default="")
    checked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    checked_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    expelled: Mapped[bool | None]
    reason: Mapped[str] = mapped_column(String(400), default="")


class DoorRequest(Base):
    """An instructor asks for a place for somebody who stands at the door, or for it to pass on from `instead_of`.

    An officer decides; `granted` is None until then.
    """

    __tablename__ = "door_request"
    __table_args__ = (
        CheckConstraint("(decided_at IS NULL) = (granted IS NULL)", name="decided_with_result"),
        Index(None, "decided_at", "asked_at"),
    )

    id: Mapped[Key]
    session_id: Mapped[int] = mapped_column(ForeignKey("class_session.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    instead_of: Mapped[int | None] = mapped_column(ForeignKey("enrolment.id"))
    reason: Mapped[str] = mapped_column(String(400))
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    granted: Mapped[bool | None]
    answer: Mapped[str] = mapped_column(String(400), default="")


class SheetScan(Base):
    """A signed sheet, scanned or photographed, as evidence of a session. Its bytes lie in the file store.

    What is removed stays in the table, with who did so and why; `page` is the sheet's, where it is known.
    """

    __tablename__ = "sheet_scan"
    __table_args__ = (CheckConstraint("(removed_at IS NULL) = (reason = '')", name="removed_with_reason"),)

    id: Mapped[Key]
    session_id: Mapped[int] = mapped_column(ForeignKey("class_session.id"), index=True)
    page: Mapped[int | None]
    sha256: Mapped[str] = mapped_column(ForeignKey("stored_file.sha256"))
    name: Mapped[str] = mapped_column(String(200))
    added_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    added_at: Mapped[datetime]
    removed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    removed_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(String(400), default="")
