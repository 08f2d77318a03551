"""Calendar entries of a run: kept in step with its sessions, so that every calendar can follow what changes.

An entry has the same uid for ever. Its sequence rises whenever its time, place, title or teachers change, it is
cancelled, or it comes back; what is removed stays as a cancelled entry.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.catalogue.models import Course
from courses.events.actions import record
from courses.events.facts import Rescheduled
from courses.scheduling.models import (
    CalendarEntry,
    CalendarTeacher,
    ClassSession,
    Period,
    Room,
    Run,
    RunInstructor,
    RunState,
)

_SHOWN = (RunState.PUBLISHED, RunState.CLOSED)


@dataclass(frozen=True, slots=True)
class Slot:
    """When and where an entry is; a `whole` one lasts from the first to the last day, both included."""

    starts_at: datetime
    ends_at: datetime
    place: str
    whole: bool = False

    def plain(self) -> dict[str, Any]:
        """As JSON values."""
        return asdict(self) | {"starts_at": self.starts_at.isoformat(), "ends_at": self.ends_at.isoformat()}


@dataclass(frozen=True, slots=True)
class Shift:
    """What became of an entry: `before` None is a new one, `after` None one that is cancelled."""

    uid: str
    before: Slot | None
    after: Slot | None

    def plain(self) -> dict[str, Any]:
        """As JSON values."""
        before, after = (slot and slot.plain() for slot in (self.before, self.after))
        return {"uid": self.uid, "before": before, "after": after}


@dataclass(slots=True)
class _Wanted:
    slot: Slot
    teachers: set[int]
    session_id: int | None = None


def reschedule(db: Session, actor_id: int | None, run: Run) -> None:
    """`refresh`, and the event that tells those in a published run what moved. Sessions must have been flushed."""
    moved = [shift.plain() for shift in refresh(db, run)]
    if moved and run.state is RunState.PUBLISHED:
        record(db, actor_id, Rescheduled(run.id, moved))


def refresh(db: Session, run: Run) -> list[Shift]:
    """Make the run's entries what its sessions are now; a cancelled run's are cancelled, a draft has none.

    Returns those whose time or place is another one now, by time. Sessions must have been flushed.
    """
    course = db.get_one(Course, run.course_id)
    wanted = _wanted(db, run) if run.state in _SHOWN else []
    stored = {entry.session_id or entry.uid: entry for entry in _stored(db, run)}
    whole = next((key for key, entry in stored.items() if entry.whole), None)
    teachers = _teachers(db, stored.values())
    shifts = []
    for one in wanted:
        entry = stored.pop(one.session_id or whole or 0, None)
        shifts.append(_write(db, run, course.title, entry, one, teachers.get(entry.id, []) if entry else []))
    shifts += [_cancel(entry) for entry in stored.values() if not entry.cancelled]
    db.flush()
    return sorted((shift for shift in shifts if shift.before != shift.after), key=_when)


def _when(shift: Shift) -> datetime:
    slot = shift.after or shift.before
    assert slot is not None
    return slot.starts_at


def slot_of(entry: CalendarEntry) -> Slot:
    """When and where the entry is now."""
    return Slot(entry.starts_at, entry.ends_at, entry.place, entry.whole)


def _stored(db: Session, run: Run) -> Iterable[CalendarEntry]:
    """Those of removed sessions have lost their session's id by now."""
    statement = select(CalendarEntry).where(CalendarEntry.run_id == run.id).order_by(CalendarEntry.id)
    return db.scalars(statement, execution_options={"populate_existing": True}).all()


def _teachers(db: Session, entries: Iterable[CalendarEntry]) -> dict[int, list[CalendarTeacher]]:
    found: dict[int, list[CalendarTeacher]] = {}
    for row in db.scalars(select(CalendarTeacher).where(CalendarTeacher.entry_id.in_([one.id for one in entries]))):
        found.setdefault(row.entry_id, []).append(row)
    return found


def _wanted(db: Session, run: Run) -> list[_Wanted]:
    everybody = set(db.scalars(select(RunInstructor.person_id).where(RunInstructor.run_id == run.id)))
    rows = db.execute(
        select(ClassSession.id, ClassSession.starts_at, ClassSession.ends_at, Room.name)
        .outerjoin(Room, Room.id == ClassSession.room_id)
        .where(ClassSession.run_id == run.id)
        .order_by(ClassSession.starts_at)
    ).all()
    if not rows:
        days = Slot(clock.start_of(run.starts_on), clock.end_of(run.ends_on), run.venue, whole=True)
        return [_Wanted(days, everybody)]
    teaching = _by_session(db, run, everybody)
    return [
        _Wanted(Slot(row.starts_at, row.ends_at, row.name or run.venue), teaching.get(row.id, everybody), row.id)
        for row in rows
    ]


def _by_session(db: Session, run: Run, everybody: set[int]) -> dict[int, set[int]]:
    """A period without an instructor of its own is taught by all of the run's."""
    found: dict[int, set[int]] = {}
    periods = select(Period.session_id, Period.instructor_id).join(ClassSession, ClassSession.id == Period.session_id)
    for session_id, person_id in db.execute(periods.where(ClassSession.run_id == run.id)):
        found.setdefault(session_id, set()).update({person_id} if person_id else everybody)
    return found


def _write(
    db: Session, run: Run, title: str, entry: CalendarEntry | None, wanted: _Wanted, teachers: list[CalendarTeacher]
) -> Shift:
    before = slot_of(entry) if entry and not entry.cancelled else None
    known = {row.person_id: row for row in teachers}
    teaching = {person_id for person_id, row in known.items() if not row.gone}
    if entry is None:
        entry = CalendarEntry(run_id=run.id, session_id=wanted.session_id, uid=str(uuid4()), sequence=-1)
    if before != wanted.slot or entry.title != title or teaching != wanted.teachers:
        _set(entry, title, wanted.slot)
        db.add(entry)
        db.flush()  # its teachers need the id
        _set_teachers(db, entry.id, known, wanted.teachers)
    return Shift(entry.uid, before, wanted.slot)


def _set(entry: CalendarEntry, title: str, slot: Slot) -> None:
    entry.title, entry.cancelled = title, False
    entry.starts_at, entry.ends_at, entry.place, entry.whole = slot.starts_at, slot.ends_at, slot.place, slot.whole
    _touch(entry)


def _set_teachers(db: Session, entry_id: int, known: dict[int, CalendarTeacher], wanted: set[int]) -> None:
    for person_id, row in known.items():
        row.gone = person_id not in wanted
    db.add_all(CalendarTeacher(entry_id=entry_id, person_id=person_id) for person_id in wanted - set(known))


def _cancel(entry: CalendarEntry) -> Shift:
    entry.cancelled = True
    _touch(entry)
    return Shift(entry.uid, slot_of(entry), None)


def _touch(entry: CalendarEntry) -> None:
    entry.sequence += 1
    entry.changed_at = clock.now()
