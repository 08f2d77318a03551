"""What of a person's own sessions takes check-ins, and what one misses who arrives late."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import starmap

from sqlalchemy import ColumnElement, Select, and_, bindparam, select
from sqlalchemy.orm import Session

from courses import clock
from courses.attendance import codes
from courses.attendance.models import CheckIn, CheckInState, CheckInWindow
from courses.attendance.rules import OPENS_BEFORE
from courses.catalogue.models import Course
from courses.db import KEY, Moment
from courses.enrolment.models import Enrolment, Status
from courses.scheduling.models import ClassSession, Period, Room, Run, RunState

_MINUTE = 60


@dataclass(frozen=True, slots=True)
class Own:
    """A session in which somebody has a place. `secret` and `closes_at`: None where check-in was never opened."""

    session_id: int
    run_id: int
    enrolment_id: int
    title: str
    number: int
    starts_at: datetime
    ends_at: datetime
    place: str
    secret: str | None
    closes_at: datetime | None
    entered_at: datetime | None
    state: CheckInState | None

    def is_open(self, now: datetime) -> bool:
        """Whether check-ins are taken."""
        return self.closes_at is not None and now < self.closes_at

    def age(self, code: str, now: datetime) -> int | None:
        """How old the code is (`codes.age`); None where none is taken."""
        return codes.age(code, self.secret, self.session_id, now) if self.secret and self.is_open(now) else None

    def takes(self, age: int | None, now: datetime) -> bool:
        """Whether a code of this age checks in: a fresh one, and an old one of somebody who is in already."""
        known = age is not None and (age in codes.VALID or (self.entered_at is not None and age >= 0))
        return known and self.is_open(now)


def own_sessions(db: Session, person_id: int, session_id: int | None = None) -> Sequence[Own]:
    """The sessions of today in which the person has a place, by time; or the one asked for, if it is one of theirs."""
    today = clock.today()
    last = max(clock.end_of(today), clock.now() + OPENS_BEFORE)  # one that begins after midnight opens before
    asked = {"person_id": person_id, "first": clock.start_of(today), "last": last}
    statement = _TODAY if session_id is None else _ONE
    asked |= {} if session_id is None else {"session_id": session_id}
    return list(starmap(Own, db.execute(statement, asked)))


def minutes_missed(db: Session, session: ClassSession) -> Callable[[datetime], int]:
    """How many whole minutes of class, by the clock, were over at a moment; breaks and lunch are none."""
    periods = select(Period.starts_at, Period.ends_at).where(Period.session_id == session.id)
    spans = [tuple(row) for row in db.execute(periods)] or [(session.starts_at, session.ends_at)]

    def missed(at: datetime) -> int:
        return int(sum(max((min(at, last) - first).total_seconds(), 0) for first, last in spans)) // _MINUTE

    return missed


def _own(*conditions: ColumnElement[bool]) -> Select[*tuple[object, ...]]:
    return (
        select(
            ClassSession.id,
            Run.id,
            Enrolment.id,
            Course.title,
            ClassSession.number,
            ClassSession.starts_at,
            ClassSession.ends_at,
            Room.name,
            CheckInWindow.secret,
            CheckInWindow.closes_at,
            CheckIn.at,
            CheckIn.state,
        )
        .select_from(Enrolment)
        .join(Run, Run.id == Enrolment.run_id)
        .join(Course, Course.id == Run.course_id)
        .join(ClassSession, ClassSession.run_id == Run.id)
        .outerjoin(Room, Room.id == ClassSession.room_id)
        .outerjoin(CheckInWindow, CheckInWindow.session_id == ClassSession.id)
        .outerjoin(CheckIn, and_(CheckIn.session_id == ClassSession.id, CheckIn.enrolment_id == Enrolment.id))
        .where(
            Enrolment.person_id == bindparam("person_id", type_=KEY),
            Enrolment.status == Status.ENROLLED,
            Run.state.in_([RunState.PUBLISHED, RunState.CLOSED]),
            *conditions,
        )
        .order_by(ClassSession.starts_at, ClassSession.id)
    )


_first, _last = bindparam("first", type_=Moment), bindparam("last", type_=Moment)
_TODAY = _own(ClassSession.starts_at < _last, ClassSession.ends_at > _first)
_ONE = _own(ClassSession.id == bindparam("session_id", type_=KEY))
"""Built once: that costs more than running them."""
