from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from courses import clock
from courses.attendance import merging, queries
from courses.attendance.marks import MarkInput
from courses.attendance.merging import Foreign, Seen, mark_of, words_of
from courses.attendance.models import Attendance
from courses.attendance.rules import refusal
from courses.enrolment.models import Enrolment, Status
from courses.events.actions import record
from courses.events.facts import Marked
from courses.scheduling.locks import lock_run
from courses.scheduling.models import ClassSession, Run

__all__ = ["Foreign", "Saved", "mark"]


@dataclass(frozen=True)
class Saved:
    """What became of a sheet: the marks as they are now stored, of those sent; others' changes; who has left."""

    at: datetime
    marks: dict[int, MarkInput]
    written: int
    foreign: list[Foreign] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)


def mark(
    db: Session,
    actor_id: int,
    session_id: int,
    marks: Mapping[int, MarkInput],
    seen: Mapping[int, str] | None = None,
    ages: Mapping[int, float] | None = None,
    *,
    came: datetime | None = None,
) -> Saved:
    """Write marks of one session; `UNMARKED` clears one. The last writer of each mark wins.

    `seen` is the sheet as the sender's device last knew it: {enrolment id: mark in words}; whatever stood otherwise
    is told. `ages`: how many seconds before it `came` in (None: now) a mark was made on that device; of two that
    did not know of each other the later one stands. Marks for people who are not enrolled (any more) are left out
    and told. Unchanged marks write nothing. Raises `Refused` once the run is closed, or while the session lies
    ahead.
    """
    came = came or clock.now()  # before the wait for others
    session, run = _locked(db, session_id)
    if refused := refusal(run.state, session.starts_at):
        raise refused
    enrolled = set(db.scalars(select(Enrolment.id).where(_has_a_place(run.id))))
    rows = _rows(db, session_id)
    known = Seen(seen or {}, ages or {}, came)
    sent = _completed(db, session_id, {key: value for key, value in marks.items() if key in enrolled}, rows)
    late = merging.overtaken(db, session, rows, sent, known)
    wanted = {key: value for key, value in sent.items() if key not in late}
    sheet = {key: rows.get(key) for key in enrolled}
    foreign = [] if seen is None else merging.differing(db, session, sheet, wanted, known)
    written = {
        key: [words_of(rows.get(key)), str(value)]
        for key, value in wanted.items()
        if words_of(rows.get(key)) != str(value)
    }
    for key in written:
        _write(db, actor_id, session_id, key, rows.get(key), wanted[key])
    if written:
        db.flush()
        record(db, actor_id, Marked(session_id, run.id, {str(key): change for key, change in written.items()}))
    return Saved(clock.now(), wanted, len(written), foreign, sorted(set(marks) - enrolled))


def _locked(db: Session, session_id: int) -> tuple[ClassSession, Run]:
    """The session, and its run locked: marking and closing happen one after the other."""
    session = db.get_one(ClassSession, session_id)
    return session, lock_run(db, session.run_id)


def _has_a_place(run_id: int) -> ColumnElement[bool]:
    return and_(Enrolment.run_id == run_id, Enrolment.status == Status.ENROLLED)


def _rows(db: Session, session_id: int) -> dict[int, Attendance]:
    every = select(Attendance).where(Attendance.session_id == session_id)
    return {row.enrolment_id: row for row in db.scalars(every, execution_options={"populate_existing": True})}


def _completed(
    db: Session, session_id: int, marks: Mapping[int, MarkInput], rows: Mapping[int, Attendance]
) -> dict[int, MarkInput]:
    usual, scheduled = queries.usual_minutes(db), queries.scheduled_minutes(db, session_id)
    hours = queries.hours(db, session_id) if any(value.times for value in marks.values()) else ()
    return {
        key: value.timed(hours).completed(mark_of(rows.get(key)), usual=usual, scheduled=scheduled)
        for key, value in marks.items()
    }


def _write(
    db: Session, actor_id: int, session_id: int, enrolment_id: int, row: Attendance | None, wanted: MarkInput
) -> None:
    if wanted.mark is None:
        db.delete(row)
        return
    if row is None:
        row = Attendance(session_id=session_id, enrolment_id=enrolment_id)
        db.add(row)
    row.mark, row.minutes_missed, row.ground = wanted.mark, wanted.minutes or 0, wanted.ground
    row.marked_by, row.marked_at = actor_id, clock.now()
