from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from courses import clock
from courses.attendance import queries
from courses.attendance.marks import UNMARKED, MarkInput
from courses.attendance.models import Attendance
from courses.attendance.rules import refusal
from courses.enrolment.models import Enrolment, Status
from courses.events.actions import kind_of, record
from courses.events.facts import Marked
from courses.events.models import Event
from courses.people.models import Person
from courses.scheduling.locks import lock_run
from courses.scheduling.models import ClassSession, Run


@dataclass(frozen=True)
class Foreign:
    """A mark that stood otherwise than the sender knew: what stood there, and who put it there when (where known)."""

    enrolment_id: int
    mark: MarkInput
    by: str | None
    at: datetime | None


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
) -> Saved:
    """Write marks of one session; `UNMARKED` clears one. The last writer of each mark wins.

    `seen` is the sheet as the sender's device last knew it: {enrolment id: mark in words}; whatever stood otherwise is
    told. Marks for people who are not enrolled (any more) are left out and told. Unchanged marks write nothing.
    Raises `Refused` once the run is closed, or while the session lies ahead.
    """
    session, run = _locked(db, session_id)
    if refused := refusal(run.state, session.starts_at):
        raise refused
    enrolled = set(db.scalars(select(Enrolment.id).where(_has_a_place(run.id))))
    rows = _rows(db, session_id)
    sent = {key: value for key, value in marks.items() if key in enrolled}
    wanted = _completed(db, session_id, sent, rows)
    foreign = [] if seen is None else _foreign(db, session, {key: rows.get(key) for key in enrolled}, wanted, seen)
    written = {
        key: [_words(rows.get(key)), str(value)] for key, value in wanted.items() if _words(rows.get(key)) != str(value)
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
    return {
        key: value.completed(_mark(rows.get(key)), usual=usual, scheduled=scheduled) for key, value in marks.items()
    }


def _mark(row: Attendance | None) -> MarkInput:
    return queries.mark_of(row.mark, row.minutes_missed, row.ground) if row else UNMARKED


def _words(row: Attendance | None) -> str:
    return str(_mark(row))


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


def _foreign(
    db: Session,
    session: ClassSession,
    rows: Mapping[int, Attendance | None],
    wanted: Mapping[int, MarkInput],
    seen: Mapping[int, str],
) -> list[Foreign]:
    """Where the sheet stood otherwise than `seen` and than what is wanted now (an answer that got lost is no news)."""
    differ = {
        key: row
        for key, row in rows.items()
        if _words(row) not in {seen.get(key, ""), str(wanted[key]) if key in wanted else None}
    }
    if not differ:
        return []
    who = {key: (row.marked_by, row.marked_at) for key, row in differ.items() if row}
    who |= _clearers(db, session, {key for key in differ if key not in who})
    people = {by for by, _ in who.values() if by}
    names = {row.id: row.name for row in db.execute(select(Person.id, Person.name).where(Person.id.in_(people)))}
    return [
        Foreign(key, _mark(row), names.get(who[key][0]) if key in who else None, who[key][1] if key in who else None)
        for key, row in differ.items()
    ]


def _clearers(db: Session, session: ClassSession, missing: set[int]) -> dict[int, tuple[int, datetime]]:
    """Who took these marks away, from the events: a cleared mark leaves no row."""
    found: dict[int, tuple[int, datetime]] = {}
    for event in _events(db, session) if missing else ():
        for key in {int(key) for key in event.data["marks"]} & missing - found.keys():
            found[key] = (event.actor_id or 0, event.at)
    return found


def _events(db: Session, session: ClassSession) -> Iterator[Event]:
    of_run = select(Event).where(Event.run_id == session.run_id, Event.kind == kind_of(Marked))
    for event in db.scalars(of_run.order_by(Event.id.desc())):
        if event.data["session_id"] == session.id:
            yield event
