from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Date, Select, and_, bindparam, or_, select
from sqlalchemy.orm import Session

from courses import clock
from courses.attendance.marks import MarkInput
from courses.attendance.minutes import LATENESS, Hours, credited, present_minutes
from courses.attendance.models import Attendance, AttendanceMark, Ground
from courses.db import KEY
from courses.enrolment.models import Enrolment, Status
from courses.people.models import Person
from courses.people.units import unit_path
from courses.scheduling.models import ClassSession, Period
from courses.settings.models import Setting

USUAL_MINUTES = "usual_minutes_missed"
"""Name of the setting: minutes missed by somebody marked late when nobody says how many."""
_TEN = 10
_MINUTE = 60


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One line of the roster of a session, in its order. `unit` is the path of the unit on the session's day."""

    number: int
    enrolment_id: int
    name: str
    employee_no: str
    unit: str
    mark: MarkInput


@dataclass(frozen=True, slots=True)
class SessionMarks:
    """A session as completion needs it: minutes by the clock, and marks by enrolment (none while unmarked)."""

    id: int
    number: int
    starts_at: datetime
    minutes: int
    marks: Mapping[int, MarkInput]

    @property
    def scheduled(self) -> int:
        """Credited minutes of the whole session."""
        return credited(self.minutes)

    def attended(self, enrolment_id: int) -> int:
        """Credited minutes that this person gets for the session; 0 while unmarked."""
        mark = self.marks.get(enrolment_id)
        return credited(present_minutes(mark.mark, mark.minutes or 0, self.minutes)) if mark else 0


def sessions_with_marks(db: Session, run_id: int) -> list[SessionMarks]:
    """Every session of a run in order of time, with its marks. Three statements, whatever the size."""
    asked = {"run_id": run_id}
    sessions = db.execute(_SESSIONS, asked).all()
    minutes = _minutes_of(db, _PERIODS_OF_RUN, asked)
    marks: dict[int, dict[int, MarkInput]] = {row.id: {} for row in sessions}
    for row in db.execute(_MARKS, asked):
        marks[row.session_id][row.enrolment_id] = mark_of(row.mark, row.minutes_missed, row.ground)
    return [
        SessionMarks(
            row.id,
            row.number,
            row.starts_at,
            minutes.get(row.id) or _between(row.starts_at, row.ends_at),
            marks[row.id],
        )
        for row in sessions
    ]


def roster(db: Session, session: ClassSession) -> list[SheetRow]:
    """Everybody enrolled, by name, with the mark of this session."""
    asked = {"run_id": session.run_id, "session_id": session.id, "day": clock.local(session.starts_at).date()}
    rows = db.execute(_ROSTER, asked)
    return [
        SheetRow(
            number,
            row.id,
            row.name,
            row.employee_no or "",
            row.unit or row.institution,
            mark_of(row.mark, row.minutes_missed or 0, row.ground),
        )
        for number, row in enumerate(rows, 1)
    ]


@dataclass(frozen=True, slots=True)
class SheetMark:
    """What stands for one person in a sheet, and who put it there when (None: nobody did)."""

    enrolment_id: int
    mark: MarkInput
    by_id: int | None
    by: str | None
    at: datetime | None


def marks_now(db: Session, session: ClassSession) -> list[SheetMark]:
    """The marks of everybody enrolled as they stand. One statement, for devices that ask again and again."""
    return [
        SheetMark(
            row.id, mark_of(row.mark, row.minutes_missed or 0, row.ground), row.marked_by, row.name, row.marked_at
        )
        for row in db.execute(_NOW, {"run_id": session.run_id, "session_id": session.id})
    ]


def marked_sessions(db: Session, run_id: int) -> set[int]:
    """The ids of a run's sessions that have marks. Excuses of what lies ahead hold no session where it is."""
    marks = select(Attendance.session_id).join(ClassSession, ClassSession.id == Attendance.session_id)
    taken = or_(Attendance.mark != AttendanceMark.EXCUSED, ClassSession.starts_at <= clock.now())
    return set(db.scalars(marks.where(ClassSession.run_id == run_id, taken).distinct()))


# Built once: building and keying them costs more than running them.

_RUN, _SESSION = bindparam("run_id", type_=KEY), bindparam("session_id", type_=KEY)
_SESSIONS = (
    select(ClassSession.id, ClassSession.number, ClassSession.starts_at, ClassSession.ends_at)
    .where(ClassSession.run_id == _RUN)
    .order_by(ClassSession.starts_at, ClassSession.number)
)
_MARKS = (
    select(
        Attendance.session_id, Attendance.enrolment_id, Attendance.mark, Attendance.minutes_missed, Attendance.ground
    )
    .join(ClassSession)
    .where(ClassSession.run_id == _RUN)
)
_PERIODS = select(Period.session_id, Period.starts_at, Period.ends_at)
_PERIODS_OF_RUN = _PERIODS.join(ClassSession).where(ClassSession.run_id == _RUN)
_PERIODS_OF_SESSION = _PERIODS.where(Period.session_id == _SESSION)
_USUAL = select(Setting.value).where(Setting.name == USUAL_MINUTES)
_ROSTER = (
    select(
        Enrolment.id,
        Person.name,
        Person.employee_no,
        Person.institution,
        unit_path(bindparam("day", type_=Date)).label("unit"),
        Attendance.mark,
        Attendance.minutes_missed,
        Attendance.ground,
    )
    .join(Person, Person.id == Enrolment.person_id)
    .outerjoin(
        Attendance,
        and_(Attendance.enrolment_id == Enrolment.id, Attendance.session_id == _SESSION),
    )
    .where(Enrolment.run_id == _RUN, Enrolment.status == Status.ENROLLED)
    .order_by(Person.name, Enrolment.id)
)


_NOW = (
    select(
        Enrolment.id,
        Attendance.mark,
        Attendance.minutes_missed,
        Attendance.ground,
        Attendance.marked_by,
        Attendance.marked_at,
        Person.name,
    )
    .outerjoin(Attendance, and_(Attendance.enrolment_id == Enrolment.id, Attendance.session_id == _SESSION))
    .outerjoin(Person, Person.id == Attendance.marked_by)
    .where(Enrolment.run_id == _RUN, Enrolment.status == Status.ENROLLED)
    .order_by(Enrolment.id)
)


def tally(marks: Sequence[MarkInput]) -> dict[str, int]:
    """How many of each mark, in their order; '' counts the unmarked."""
    counts = Counter(str(mark.mark or "") for mark in marks)
    return {key: counts[key] for key in [*(mark.value for mark in AttendanceMark), ""]}


def mark_of(mark: AttendanceMark | None, minutes: int, ground: Ground | None) -> MarkInput:
    """A stored mark (None: unmarked) as what a person reads and writes."""
    return MarkInput(mark, minutes if mark in LATENESS else None, ground)


def usual_minutes(db: Session) -> int:
    """Minutes missed where somebody was late and nobody says how long: a setting, else ten."""
    value = db.scalar(_USUAL)
    return _TEN if value is None else int(value)


def scheduled_minutes(db: Session, session_id: int) -> int:
    """Minutes of class in a session by the clock: of its periods, or from start to end where it has none."""
    session = db.get_one(ClassSession, session_id)
    found = _minutes_of(db, _PERIODS_OF_SESSION, {"session_id": session_id})
    return found.get(session_id) or _between(session.starts_at, session.ends_at)


def hours(db: Session, session_id: int) -> Hours:
    """When there is class in a session, on the office's clock: its periods, or all of it where it has none."""
    session = db.get_one(ClassSession, session_id)
    found = [(row.starts_at, row.ends_at) for row in db.execute(_PERIODS_OF_SESSION, {"session_id": session_id})]
    spans = found or [(session.starts_at, session.ends_at)]
    return [(clock.local(first).time(), clock.local(last).time()) for first, last in spans]


def _minutes_of(db: Session, periods: Select[int, datetime, datetime], asked: Mapping[str, int]) -> dict[int, int]:
    minutes: Counter[int] = Counter()
    for row in db.execute(periods, asked):
        minutes[row.session_id] += _between(row.starts_at, row.ends_at)
    return minutes


def _between(first: datetime, last: datetime) -> int:
    return int((last - first).total_seconds()) // _MINUTE
