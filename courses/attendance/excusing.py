"""Excused absence (공결): asked for by the person, decided by an officer, then a mark in the sheet, also before class.

Nothing is kept of why somebody is away but one of three grounds and the number of the document that approves it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.attendance.marks import MarkInput
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
from courses.enrolment.models import Enrolment, Status
from courses.errors import Refused
from courses.events.actions import record
from courses.events.facts import AbsenceAsked, AbsenceDecided, Marked
from courses.scheduling.locks import lock_run
from courses.scheduling.models import ClassSession, Run, RunState
from courses.text import clean, has_resident_number, text

AFTERWARDS = timedelta(days=3)
"""How long after a session one may still ask to be excused from it."""
NUMBER = 60
"""Characters of a document's number."""
MOST = 200
"""Requests decided at once."""

Refusals = list[tuple[int, Refused]]
"""Of a bulk decision: the requests that it left as they were, each with the reason."""

_NUMBER = re.compile(r"(?=.*\d)[\w().,·\-/ ]{2,60}")
_EXCUSABLE = frozenset({None, AttendanceMark.ABSENT, AttendanceMark.EXCUSED})
"""Marks that an excuse takes the place of. The others say that somebody was there."""


def ask(
    db: Session, actor_id: int | None, enrolment_id: int, session_ids: Collection[int], ground: Ground, number: str
) -> AbsenceRequest:
    """Ask to be excused from sessions of one's run, before them or up to three days after.

    `Refused` for a run that is closed or does not take place, without a place in it, for no session, for one that is
    too long ago or asked for already, and for a number that is none.
    """
    enrolment = db.get_one(Enrolment, enrolment_id)
    _require_open(lock_run(db, enrolment.run_id))
    db.refresh(enrolment)
    if enrolment.status is not Status.ENROLLED:
        raise Refused(text("Only who has a seat in the run can be excused"), code="no_seat")
    number = _checked(number)
    sessions = _chosen(db, enrolment, session_ids)
    request = AbsenceRequest(enrolment_id=enrolment_id, ground=ground, document_no=number, asked_at=clock.now())
    db.add(request)
    db.flush()
    db.add_all(AbsenceSession(request_id=request.id, session_id=one.id, day=_day(one)) for one in sessions)
    db.flush()
    about = request.id, enrolment_id, enrolment.run_id, enrolment.person_id
    record(db, actor_id, AbsenceAsked(*about, ground.value, number, [one.number for one in sessions]))
    return request


def approve(db: Session, actor_id: int, request_ids: Iterable[int]) -> Refusals:
    """Excuse people from the sessions they asked for; a session that they were marked in as present stays so."""
    return _decide(db, actor_id, request_ids, RequestState.APPROVED)


def return_to(db: Session, actor_id: int, request_ids: Iterable[int], reason: ReturnReason) -> Refusals:
    """Do not excuse them, for a reason that they read. They may ask anew."""
    return _decide(db, actor_id, request_ids, RequestState.RETURNED, reason)


def withdraw(db: Session, actor_id: int | None, request_id: int) -> None:
    """Take one's own request back. `Refused` once it is decided, and in a closed run."""
    known = db.get_one(AbsenceRequest, request_id)
    enrolment = db.get_one(Enrolment, known.enrolment_id)
    _require_open(lock_run(db, enrolment.run_id))
    db.refresh(known)
    _require_undecided(known)
    _settle(db, actor_id, known, enrolment, RequestState.WITHDRAWN)


def excuse(db: Session, actor_id: int, session_id: int, enrolment_id: int, ground: Ground) -> bool:
    """Put "excused" into the sheet of a session, also of one that lies ahead; whether it stands there now.

    A mark that says that the person was there stays. The caller holds the run.
    """
    row = db.get(Attendance, (session_id, enrolment_id), populate_existing=True)
    before = mark_of(row.mark, row.minutes_missed, row.ground) if row else MarkInput(None)
    after = MarkInput(AttendanceMark.EXCUSED, ground=ground)
    if before.mark not in _EXCUSABLE:
        return False
    if before == after:
        return True
    if row is None:
        row = Attendance(session_id=session_id, enrolment_id=enrolment_id)
        db.add(row)
    row.mark, row.minutes_missed, row.ground = AttendanceMark.EXCUSED, 0, ground
    row.marked_by, row.marked_at = actor_id, clock.now()
    db.flush()
    run_id = db.get_one(ClassSession, session_id).run_id
    record(db, actor_id, Marked(session_id, run_id, {str(enrolment_id): [str(before), str(after)]}))
    return True


def release(db: Session, actor_id: int, run_id: int) -> None:
    """Take "excused" out of sessions ahead that no longer lie on the day they were asked for. The caller holds the run.

    Called by whoever moves sessions: who is on duty on Monday has no reason to miss a class of Tuesday.
    """
    ahead = select(Attendance, ClassSession).join(ClassSession, ClassSession.id == Attendance.session_id)
    ahead = ahead.where(ClassSession.run_id == run_id, ClassSession.starts_at > clock.now())
    excused = db.execute(ahead.where(Attendance.mark == AttendanceMark.EXCUSED)).all()
    asked = _asked_days(db, {row.enrolment_id for row, _ in excused})
    for row, session in excused:
        if (row.enrolment_id, session.id, _day(session)) not in asked:
            before = mark_of(row.mark, row.minutes_missed, row.ground)
            db.delete(row)
            record(db, actor_id, Marked(session.id, run_id, {str(row.enrolment_id): [str(before), ""]}))


def _asked_days(db: Session, enrolment_ids: Collection[int]) -> set[tuple[int, int, date]]:
    """(enrolment, session, day) of all that was approved."""
    approved = select(AbsenceRequest.enrolment_id, AbsenceSession.session_id, AbsenceSession.day).join(
        AbsenceSession, AbsenceSession.request_id == AbsenceRequest.id
    )
    wanted = AbsenceRequest.enrolment_id.in_(enrolment_ids), AbsenceRequest.state == RequestState.APPROVED
    return {(row.enrolment_id, row.session_id, row.day) for row in db.execute(approved.where(*wanted))}


def _decide(
    db: Session, actor_id: int, request_ids: Iterable[int], state: RequestState, reason: ReturnReason | None = None
) -> Refusals:
    """One after the other, run by run; what is refused is left as it was, the others are decided."""
    rows = select(AbsenceRequest.id, Enrolment.run_id).join(Enrolment, Enrolment.id == AbsenceRequest.enrolment_id)
    wanted = list(dict.fromkeys(request_ids))[:MOST]
    found = db.execute(rows.where(AbsenceRequest.id.in_(wanted)).order_by(Enrolment.run_id, AbsenceRequest.id)).all()
    refused: Refusals = []
    for run_id, of_run in groupby(found, key=lambda row: row.run_id):
        run = lock_run(db, run_id)
        for row in of_run:
            try:
                _decide_one(db, actor_id, run, row.id, state, reason)
            except Refused as no:
                refused.append((row.id, no))
    return refused


def _decide_one(
    db: Session, actor_id: int, run: Run, request_id: int, state: RequestState, reason: ReturnReason | None
) -> None:
    _require_open(run)
    known = db.get_one(AbsenceRequest, request_id, populate_existing=True)
    enrolment = db.get_one(Enrolment, known.enrolment_id, populate_existing=True)
    _require_undecided(known)
    if enrolment.person_id == actor_id:
        raise Refused(text("Nobody decides on their own request"), code="own")
    if state is RequestState.APPROVED:
        if enrolment.status is not Status.ENROLLED:
            raise Refused(text("Only who has a seat in the run can be excused"), code="no_seat")
        for session_id in _covered(db, known):
            excuse(db, actor_id, session_id, enrolment.id, known.ground)
    _settle(db, actor_id, known, enrolment, state, reason)


def _settle(
    db: Session,
    actor_id: int | None,
    known: AbsenceRequest,
    enrolment: Enrolment,
    state: RequestState,
    reason: ReturnReason | None = None,
) -> None:
    known.state, known.reason, known.decided_by, known.decided_at = state, reason, actor_id, clock.now()
    db.flush()
    about = known.id, enrolment.id, enrolment.run_id, enrolment.person_id
    record(db, actor_id, AbsenceDecided(*about, state.value, reason.value if reason else ""))


def _require_open(run: Run) -> None:
    if run.state is RunState.CLOSED:
        raise Refused(text("This run is closed: its attendance can no longer be changed"), code="closed")
    if run.state is not RunState.PUBLISHED:
        raise Refused(text("This run does not take place: there is no attendance to take"), code="not_published")


def _require_undecided(known: AbsenceRequest) -> None:
    if known.state is not RequestState.OPEN:
        raise Refused(text("This request is decided already"), code="decided")


def _checked(number: str) -> str:
    number = clean(number)
    if not _NUMBER.fullmatch(number) or has_resident_number(number):
        said = text("Enter the number of the document that approves the absence, such as 총무과-1234")
        raise Refused(said, code="number")
    return number


def _chosen(db: Session, enrolment: Enrolment, session_ids: Collection[int]) -> Sequence[ClassSession]:
    """The sessions of the run that are asked for, in order of time."""
    of_run = select(ClassSession).where(ClassSession.run_id == enrolment.run_id, ClassSession.id.in_(session_ids))
    sessions = db.scalars(of_run.order_by(ClassSession.starts_at)).all()
    if not sessions or len(sessions) != len(set(session_ids)):
        raise Refused(text("Choose at least one session of this run"), code="sessions")
    taken = covered_by(db, enrolment.id)
    for one in sessions:
        if clock.today() > last_day(one):
            said = text("Session %(n)s could be asked for until %(day)s", n=one.number, day=last_day(one))
            raise Refused(said, code="too_late")
        if one.id in taken:
            raise Refused(text("Session %(n)s is asked for already", n=one.number), code="asked")
    return sessions


def last_day(session: ClassSession) -> date:
    """The last day on which one may ask to be excused from a session."""
    return clock.local(session.ends_at).date() + AFTERWARDS


def covered_by(db: Session, enrolment_id: int) -> set[int]:
    """The sessions that somebody has asked for on their present day, where this is open or approved."""
    standing = AbsenceRequest.state.in_([RequestState.OPEN, RequestState.APPROVED])
    asked = (
        select(ClassSession, AbsenceSession.day)
        .join(AbsenceSession, AbsenceSession.session_id == ClassSession.id)
        .join(AbsenceRequest, AbsenceRequest.id == AbsenceSession.request_id)
        .where(AbsenceRequest.enrolment_id == enrolment_id, standing)
    )
    return {session.id for session, day in db.execute(asked) if _day(session) == day}


def _covered(db: Session, known: AbsenceRequest) -> list[int]:
    """The sessions of a request that still lie on the day they were asked for."""
    rows = db.execute(
        select(ClassSession, AbsenceSession.day)
        .join(AbsenceSession, AbsenceSession.session_id == ClassSession.id)
        .where(AbsenceSession.request_id == known.id)
        .order_by(ClassSession.starts_at)
    )
    return [session.id for session, day in rows if _day(session) == day]


def _day(session: ClassSession) -> date:
    return clock.local(session.starts_at).date()
