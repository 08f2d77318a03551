"""Requests to be excused, as they are shown: to officers those that wait, to a person the own ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, Select, and_, bindparam, func, select
from sqlalchemy.orm import Session

from courses import clock
from courses.attendance.marks import MarkInput
from courses.attendance.minutes import LATENESS
from courses.attendance.models import (
    AbsenceRequest,
    AbsenceSession,
    Attendance,
    AttendanceMark,
    Ground,
    RequestState,
    ReturnReason,
)
from courses.attendance.queries import mark_of
from courses.catalogue.models import Course
from courses.db import KEY, rows
from courses.enrolment.models import Enrolment
from courses.people.models import Person
from courses.people.units import unit_path
from courses.scheduling.models import ClassSession, Run, RunState

SHOWN = 200


@dataclass(frozen=True, slots=True)
class Covered:
    """A session of a request, with the mark that stands there; `moved`: it lies on another day than was asked for."""

    id: int
    number: int
    starts_at: datetime
    ends_at: datetime
    mark: MarkInput
    moved: bool

    @property
    def was_there(self) -> bool:
        """Whether somebody marked the person as present, in part or in all: that mark stays."""
        return self.mark.mark is AttendanceMark.PRESENT or self.mark.mark in LATENESS


@dataclass(frozen=True, slots=True)
class Request:
    """A request with whose it is and what it covers; `unit` is the path of the unit of today."""

    id: int
    enrolment_id: int
    person_id: int
    run_id: int
    title: str
    run_number: int
    name: str
    unit: str
    ground: Ground
    document_no: str
    state: RequestState
    reason: ReturnReason | None
    asked_at: datetime
    decided_at: datetime | None
    sessions: list[Covered] = field(default_factory=list)


def waiting(db: Session) -> list[Request]:
    """Those nobody has decided, of runs that are not closed, in the order in which they came."""
    return _with_sessions(db, _WAITING, {})


def of_enrolment(db: Session, enrolment_id: int) -> list[Request]:
    """Somebody's requests in a run, the latest first."""
    return _with_sessions(db, _OWN, {"enrolment": enrolment_id})


def one(db: Session, request_id: int) -> Request:
    """A request; KeyError where there is none."""
    for found in _with_sessions(db, _ONE, {"request": request_id}):
        return found
    raise KeyError(request_id)


def _with_sessions(db: Session, statement: Select[*tuple[Any, ...]], asked: Mapping[str, Any]) -> list[Request]:
    found = [Request(*row) for row in rows(db, statement, {"today": clock.today(), **asked})]
    by_id = {request.id: request for request in found}
    for row in rows(db, _SESSIONS, {"requests": list(by_id)}) if by_id else ():
        by_id[row.request_id].sessions.append(_covered(row, row.day))
    return found


def _covered(row: Any, day: date) -> Covered:
    mark = mark_of(row.mark, row.minutes_missed or 0, row.ground)
    moved = clock.local(row.starts_at).date() != day
    return Covered(row.id, row.number, row.starts_at, row.ends_at, mark, moved)


def sessions_to_ask_for(db: Session, run_id: int) -> Sequence[ClassSession]:
    """The sessions of a run, in order of time."""
    of_run = select(ClassSession).where(ClassSession.run_id == run_id)
    return db.scalars(of_run.order_by(ClassSession.starts_at, ClassSession.number)).all()


# Built once: that costs more than running them.

_REQUESTS = (
    select(
        AbsenceRequest.id,
        AbsenceRequest.enrolment_id,
        Enrolment.person_id,
        Enrolment.run_id,
        Course.title,
        Run.number,
        Person.name,
        func.coalesce(unit_path(bindparam("today", type_=Date)), Person.institution),
        AbsenceRequest.ground,
        AbsenceRequest.document_no,
        AbsenceRequest.state,
        AbsenceRequest.reason,
        AbsenceRequest.asked_at,
        AbsenceRequest.decided_at,
    )
    .join_from(AbsenceRequest, Enrolment, Enrolment.id == AbsenceRequest.enrolment_id)
    .join(Person, Person.id == Enrolment.person_id)
    .join(Run, Run.id == Enrolment.run_id)
    .join(Course, Course.id == Run.course_id)
)
_WAITING = (
    _REQUESTS.where(AbsenceRequest.state == RequestState.OPEN, Run.state == RunState.PUBLISHED)
    .order_by(AbsenceRequest.id)
    .limit(SHOWN)
)
_OWN = _REQUESTS.where(Enrolment.id == bindparam("enrolment", type_=KEY)).order_by(AbsenceRequest.id.desc())
_ONE = _REQUESTS.where(AbsenceRequest.id == bindparam("request", type_=KEY))
_SESSIONS = (
    select(
        AbsenceSession.request_id,
        AbsenceSession.day,
        ClassSession.id,
        ClassSession.number,
        ClassSession.starts_at,
        ClassSession.ends_at,
        Attendance.mark,
        Attendance.minutes_missed,
        Attendance.ground,
    )
    .join(ClassSession, ClassSession.id == AbsenceSession.session_id)
    .join(AbsenceRequest, AbsenceRequest.id == AbsenceSession.request_id)
    .outerjoin(
        Attendance,
        and_(Attendance.session_id == ClassSession.id, Attendance.enrolment_id == AbsenceRequest.enrolment_id),
    )
    .where(AbsenceSession.request_id.in_(bindparam("requests", type_=KEY, expanding=True)))
    .order_by(ClassSession.starts_at, ClassSession.number)
)
