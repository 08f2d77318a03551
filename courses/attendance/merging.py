"""Two devices on one sheet: which of two marks for the same person stands, and who is told of the other one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.attendance import queries
from courses.attendance.marks import UNMARKED, MarkInput
from courses.attendance.models import Attendance
from courses.events.actions import kind_of
from courses.events.facts import Marked
from courses.events.models import Event
from courses.people.models import Person
from courses.scheduling.models import ClassSession

Rows = Mapping[int, Attendance | None]
"""The sheet as it is stored, by enrolment; None for unmarked."""


@dataclass(frozen=True)
class Foreign:
    """A mark that stood otherwise than the sender knew: what stood there, and who put it there when (where known).

    `stands`: it still does; otherwise what the sender wanted has taken its place.
    """

    enrolment_id: int
    mark: MarkInput
    by: str | None
    at: datetime | None
    stands: bool = True


@dataclass(frozen=True)
class Seen:
    """What the sender knew: the sheet in words, and how many seconds before it `came` in each was marked (0: then)."""

    words: Mapping[int, str]
    ages: Mapping[int, float]
    came: datetime


def words_of(row: Attendance | None) -> str:
    """What a row says, '' for none."""
    return str(mark_of(row))


def mark_of(row: Attendance | None) -> MarkInput:
    """The same as a mark."""
    return queries.mark_of(row.mark, row.minutes_missed, row.ground) if row else UNMARKED


def overtaken(db: Session, session: ClassSession, rows: Rows, wanted: Mapping[int, MarkInput], seen: Seen) -> set[int]:
    """Those of the wanted marks that are older than what somebody, unseen by the sender, wrote there since."""
    late = {
        key
        for key, mark in wanted.items()
        if seen.ages.get(key) and words_of(rows.get(key)) not in {seen.words.get(key, ""), str(mark)}
    }
    changed = _who(db, session, {key: rows.get(key) for key in late})
    return {key for key, (_by, at) in changed.items() if (seen.came - at).total_seconds() < seen.ages[key]}


def differing(
    db: Session, session: ClassSession, rows: Rows, wanted: Mapping[int, MarkInput], seen: Seen
) -> list[Foreign]:
    """Where the sheet stood otherwise than seen and than what is wanted now (an answer that got lost is no news)."""
    differ = {
        key: row
        for key, row in rows.items()
        if words_of(row) not in {seen.words.get(key, ""), str(wanted[key]) if key in wanted else None}
    }
    if not differ:
        return []
    who = _who(db, session, differ)
    people = {by for by, _ in who.values()}
    names = {row.id: row.name for row in db.execute(select(Person.id, Person.name).where(Person.id.in_(people)))}
    return [
        Foreign(
            key,
            mark_of(row),
            names.get(who[key][0]) if key in who else None,
            who[key][1] if key in who else None,
            key not in wanted,
        )
        for key, row in differ.items()
    ]


def _who(db: Session, session: ClassSession, rows: Rows) -> dict[int, tuple[int, datetime]]:
    """Who wrote these rows when, or took them away."""
    found = {key: (row.marked_by, row.marked_at) for key, row in rows.items() if row}
    return found | _clearers(db, session, rows.keys() - found.keys())


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
