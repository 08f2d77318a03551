from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from courses.db import Base, choice


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

    session_id: Mapped[int] = mapped_column(ForeignKey("class_session.id"), primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), primary_key=True, index=True)
    mark: Mapped[AttendanceMark] = mapped_column(choice(AttendanceMark))
    minutes_missed: Mapped[int] = mapped_column(default=0)
    ground: Mapped[Ground | None] = mapped_column(choice(Ground))
    marked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    marked_at: Mapped[datetime]
