"""People check in by themselves with the code on the room's screen; the instructor confirms, and marks come of it."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.attendance import actions, codes
from courses.attendance.actions import Saved
from courses.attendance.arriving import Own, minutes_missed, own_sessions
from courses.attendance.marks import MarkInput
from courses.attendance.models import Attendance, AttendanceMark, CheckIn, CheckInState, CheckInWindow
from courses.attendance.rules import refusal
from courses.attendance.turning_away import why
from courses.enrolment.models import Enrolment, Outcome, Status
from courses.errors import Refused
from courses.events.actions import record
from courses.events.facts import CheckedIn, CheckInClosed, CheckInJudged, CheckInOpened
from courses.scheduling.locks import lock_people, lock_run
from courses.scheduling.models import ClassSession, Run
from courses.text import text

_SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody is checked in: since when, how many minutes of class were over by then, and whether it was so before."""

    session_id: int
    enrolment_id: int
    at: datetime
    late: int
    again: bool


def open_window(db: Session, actor_id: int, session_id: int, minutes: int | None = None) -> CheckInWindow:
    """Let people check in: until so many `minutes` after the start (or after now, if it has begun), at most to the end.

    Opened anew, the codes shown before are no longer good. Who has checked in stays so.
    """
    session, run = _held(db, session_id)
    if refused := refusal(run.state, session.starts_at):
        raise refused
    now = clock.now()
    if now >= session.ends_at:
        raise Refused(
            text("The session ended at %(when)s: nobody can check in any more", when=session.ends_at), code="too_late"
        )
    last = session.ends_at if minutes is None else max(now, session.starts_at) + timedelta(minutes=minutes)
    window = db.get(CheckInWindow, session_id) or CheckInWindow(session_id=session_id)
    window.secret, window.opened_at, window.opened_by = secrets.token_hex(_SECRET_BYTES), now, actor_id
    window.closes_at = min(last, session.ends_at)
    db.add(window)
    db.flush()
    record(db, actor_id, CheckInOpened(session_id, run.id, window.closes_at.isoformat()))
    return window


def close_window(db: Session, actor_id: int, session_id: int) -> None:
    """No more check-ins from now on; closed already, nothing happens."""
    _, run = _held(db, session_id)
    window = db.get(CheckInWindow, session_id)
    if window is not None and window.closes_at > clock.now():
        window.closes_at = clock.now()
        record(db, actor_id, CheckInClosed(session_id, run.id))


def check_in(db: Session, actor_id: int, code: str, *, device: str = "", session_id: int | None = None) -> Arrival:
    """Check the acting person in, by a code as it was typed or scanned; once more changes nothing.

    Without a `session_id` the code says which of one's own it is. `device`: the browser's, random. Raises `Refused`
    with its own `code` for each reason (`turning_away`).
    """
    lock_people(db, [actor_id])
    sent, now = codes.plain(code), clock.now()
    mine = own_sessions(db, actor_id, session_id)
    ages = {one.session_id: one.age(sent, now) for one in mine}
    matching = [one for one in mine if one.takes(ages[one.session_id], now)]
    if not matching:
        raise why(db, mine, ages, sent, session_id)
    return _enter(db, actor_id, matching[0], device)


def judge(db: Session, actor_id: int, session_id: int, enrolment_id: int, state: CheckInState) -> None:
    """Say that the person is in the room (`SEEN`), is not (`OUT`), or take that back (`NEW`). No mark changes."""
    _, run = _held(db, session_id)
    entered = db.get(CheckIn, (session_id, enrolment_id), populate_existing=True)
    if entered is None or entered.state is CheckInState.CONFIRMED:
        raise Refused(text("This check-in is confirmed already: change the mark on the sheet"), code="confirmed")
    if state is CheckInState.NEW and _of_device(db, entered):
        state = CheckInState.DOUBTFUL
    if entered.state is not state:
        entered.state = state
        person_id = db.get_one(Enrolment, enrolment_id).person_id
        record(db, actor_id, CheckInJudged(session_id, run.id, person_id, enrolment_id, state))


def confirm(db: Session, actor_id: int, session_id: int, enrolment_ids: Collection[int]) -> Saved:
    """Make marks of these check-ins: present, or late with the minutes of class missed.

    Those taken out stay out, doubtful ones wait to be seen; a mark other than absent stays as it is. Whoever is
    confirmed is no longer known by a browser.
    """
    session, _ = _held(db, session_id)
    sure = CheckIn.state.in_([CheckInState.NEW, CheckInState.SEEN])
    these = select(CheckIn).where(CheckIn.session_id == session_id, CheckIn.enrolment_id.in_(enrolment_ids), sure)
    entered = db.scalars(these, execution_options={"populate_existing": True}).all()
    marked = _marked_otherwise(db, session_id)
    missed = minutes_missed(db, session)
    wanted = {one.enrolment_id: _mark(missed(one.at)) for one in entered if one.enrolment_id not in marked}
    saved = actions.mark(db, actor_id, session_id, wanted)
    for one in entered:
        one.state, one.device = CheckInState.CONFIRMED, None
    db.flush()
    return saved


def forget_devices(db: Session) -> int:
    """Forget the browsers of check-ins that nobody confirmed within a day; how many."""
    old = select(CheckIn).where(CheckIn.device.is_not(None), CheckIn.at < clock.now() - timedelta(days=1))
    found = db.scalars(old).all()
    for one in found:
        one.device = None
    return len(found)


def _enter(db: Session, actor_id: int, own: Own, device: str) -> Arrival:
    session = _require_open(db, own)
    key = own.session_id, own.enrolment_id
    entered = db.get(CheckIn, key, populate_existing=True)
    again = entered is not None
    if entered is None:
        entered = CheckIn(session_id=key[0], enrolment_id=key[1], at=clock.now(), state=CheckInState.NEW)
        entered.device = _hashed(own.session_id, device)
        _doubt(db, entered)
        db.add(entered)
        db.flush()
        record(db, actor_id, CheckedIn(own.session_id, own.run_id, actor_id, own.enrolment_id))
    if entered.state is CheckInState.OUT:
        raise Refused(text("The instructor took your check-in out. Please see the instructor"), code="taken_out")
    return Arrival(*key, entered.at, minutes_missed(db, session)(entered.at), again)


def _require_open(db: Session, own: Own) -> ClassSession:
    """The session, as it is once the run is held: still open, by the same secret, and with a place for the person."""
    run = lock_run(db, own.run_id)  # alone: two of one browser would otherwise not see each other
    session = db.get_one(ClassSession, own.session_id, populate_existing=True)
    window = db.get_one(CheckInWindow, own.session_id, populate_existing=True)
    if refused := refusal(run.state, session.starts_at):
        raise refused
    if window.closes_at <= clock.now() or window.secret != own.secret:
        raise Refused(text("The check-in is closed. Please see the instructor"), code="closed")
    enrolment = db.get_one(Enrolment, own.enrolment_id, populate_existing=True)
    if enrolment.status is not Status.ENROLLED or enrolment.outcome is Outcome.EXPELLED:
        raise Refused(text("You have no place in this course. Please see the instructor"), code="not_enrolled")
    return session


def _hashed(session_id: int, device: str) -> str | None:
    """Different in each session, so that nobody is followed from one to the next."""
    return hashlib.sha256(f"{session_id}:{device}".encode()).hexdigest() if device else None


def _doubt(db: Session, entering: CheckIn) -> None:
    """Two people from one browser: whichever of them is not there, both are to be looked at."""
    for other in _of_device(db, entering):
        if other.state is CheckInState.NEW:
            other.state = CheckInState.DOUBTFUL
        entering.state = CheckInState.DOUBTFUL


def _of_device(db: Session, one: CheckIn) -> Sequence[CheckIn]:
    """The other check-ins from the same browser."""
    if one.device is None:
        return []
    same = CheckIn.session_id == one.session_id, CheckIn.device == one.device
    return db.scalars(select(CheckIn).where(*same, CheckIn.enrolment_id != one.enrolment_id)).all()


def _held(db: Session, session_id: int) -> tuple[ClassSession, Run]:
    session = db.get_one(ClassSession, session_id)
    return session, lock_run(db, session.run_id)


def _marked_otherwise(db: Session, session_id: int) -> set[int]:
    """Whoever has a mark that the instructor chose, and that a check-in does not contradict."""
    marks = select(Attendance.enrolment_id).where(Attendance.session_id == session_id)
    return set(db.scalars(marks.where(Attendance.mark != AttendanceMark.ABSENT)))


def _mark(missed: int) -> MarkInput:
    return MarkInput(AttendanceMark.LATE, missed) if missed else MarkInput(AttendanceMark.PRESENT)
