"""What stands in a person's calendar: what they take and what they teach, and what was taken out of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from courses import clock
from courses.enrolment.models import Enrolment, Status
from courses.enrolment.states import SEATED
from courses.events.actions import kind_of
from courses.events.facts import Moved
from courses.events.models import Event
from courses.people.models import Person, Preference
from courses.scheduling.models import CalendarEntry, CalendarTeacher, Run

BACK = timedelta(days=365)
"""How long what is over stays in the feed."""


@dataclass(frozen=True, slots=True)
class Appointment:
    """One entry as it is for one person. `sequence` rises with every change of it and of the person's part.

    A `whole` one lasts full days of the office. `changed_at` is the last moment at which it became another.
    """

    uid: str
    sequence: int
    run_id: int
    number: int
    title: str
    place: str
    teachers: str
    starts_at: datetime
    ends_at: datetime
    whole: bool
    teaching: bool
    cancelled: bool
    changed_at: datetime


def owner(db: Session, calendar_key: str) -> Person | None:
    """Whose calendar this secret opens: somebody who takes part today."""
    has_it = select(Preference.person_id).where(Preference.calendar_key == calendar_key)
    return db.scalar(select(Person).where(Person.id.in_(has_it), Person.active_on(clock.today())))


def of_person(db: Session, person_id: int) -> list[Appointment]:
    """All from a year ago on, by time; the cancelled ones among them are to be taken out."""
    recent = CalendarEntry.ends_at >= clock.now() - BACK
    learning = _learning(db, [person_id], recent)[person_id]
    return _merged([*learning, *_teaching(db, [person_id], recent)[person_id]])


def of_run(db: Session, run_id: int, person_ids: Collection[int]) -> dict[int, list[Appointment]]:
    """Those of one run, for each of these persons, by time."""
    here = CalendarEntry.run_id == run_id
    learning, teaching = _learning(db, person_ids, here, run_id), _teaching(db, person_ids, here)
    return {person_id: _merged([*learning[person_id], *teaching[person_id]]) for person_id in person_ids}


def _merged(found: Iterable[Appointment]) -> list[Appointment]:
    """By time, each once: who took part and now teaches, or the other way round, has the part that is on."""
    once: dict[str, Appointment] = {}
    for one in sorted(found, key=lambda one: not one.cancelled):
        other = once.get(one.uid)
        once[one.uid] = replace(one, sequence=max(one.sequence, other.sequence + 1)) if other else one
    return sorted(once.values(), key=lambda one: (one.starts_at, one.uid))


def _learning(
    db: Session, person_ids: Collection[int], which: ColumnElement[bool], run_id: int | None = None
) -> dict[int, list[Appointment]]:
    """Who never had a seat has nothing; who had one has it cancelled."""
    turns = _turns(db, person_ids, run_id)
    found: dict[int, list[Appointment]] = {person_id: [] for person_id in person_ids}
    rows = select(Enrolment.person_id, Enrolment.status, Enrolment.moved_at, CalendarEntry, Run.number, Run.teachers)
    joined = rows.join(CalendarEntry, CalendarEntry.run_id == Enrolment.run_id).join(Run, Run.id == Enrolment.run_id)
    for person_id, status, moved_at, entry, number, teachers in db.execute(
        joined.where(Enrolment.person_id.in_(person_ids), which)
    ):
        turn = turns.get((person_id, entry.run_id), 0)
        if status in SEATED or turn:
            one = _appointment(entry, number, teachers)
            found[person_id].append(_personal(one, turn, moved_at, gone=status not in SEATED))
    return found


def _turns(db: Session, person_ids: Collection[int], run_id: int | None) -> dict[tuple[int, int], int]:
    """How often each person got or lost a seat: {(person, run): times}. Told by the events, which are never undone."""
    moves: Select[Any, Any, dict[str, Any]] = select(Event.person_id, Event.run_id, Event.data).where(
        Event.person_id.in_(person_ids), Event.kind == kind_of(Moved)
    )
    found: dict[tuple[int, int], int] = {}
    for person, run, data in db.execute(moves if run_id is None else moves.where(Event.run_id == run_id)):
        if _seated(data["before"]) != _seated(data["after"]):
            found[person, run] = found.get((person, run), 0) + 1
    return found


def _seated(status: str) -> bool:
    return bool(status) and Status(status) in SEATED


def _teaching(db: Session, person_ids: Collection[int], which: ColumnElement[bool]) -> dict[int, list[Appointment]]:
    found: dict[int, list[Appointment]] = {person_id: [] for person_id in person_ids}
    rows = select(CalendarTeacher.person_id, CalendarTeacher.gone, CalendarEntry, Run.number, Run.teachers)
    joined = rows.join(CalendarEntry, CalendarEntry.id == CalendarTeacher.entry_id).join(
        Run, Run.id == CalendarEntry.run_id
    )
    for person_id, gone, entry, number, teachers in db.execute(
        joined.where(CalendarTeacher.person_id.in_(person_ids), which)
    ):
        one = replace(_appointment(entry, number, teachers), teaching=True)
        found[person_id].append(_personal(one, 0, one.changed_at, gone=gone))
    return found


def _appointment(entry: CalendarEntry, number: int, teachers: str) -> Appointment:
    return Appointment(
        uid=entry.uid,
        sequence=entry.sequence,
        run_id=entry.run_id,
        number=number,
        title=entry.title,
        place=entry.place,
        teachers=teachers,
        starts_at=entry.starts_at,
        ends_at=entry.ends_at,
        whole=entry.whole,
        teaching=False,
        cancelled=entry.cancelled,
        changed_at=entry.changed_at,
    )


def _personal(one: Appointment, turn: int, moved_at: datetime, *, gone: bool) -> Appointment:
    return replace(
        one,
        sequence=one.sequence + turn,
        changed_at=max(one.changed_at, moved_at),
        cancelled=one.cancelled or gone,
    )
