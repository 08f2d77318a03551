"""The wall list of a session: who is in, who is missing, who came late, who is doubtful."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.attendance.arriving import minutes_missed
from courses.attendance.models import CheckIn, CheckInState
from courses.attendance.queries import SheetRow, roster
from courses.scheduling.models import ClassSession


@dataclass(frozen=True, slots=True)
class Entry:
    """Somebody on the roster: checked in when, how many minutes late, and with whom from the same browser."""

    row: SheetRow
    at: datetime | None = None
    state: CheckInState | None = None
    late: int = 0
    together: tuple[str, ...] = ()


@dataclass
class Wall:
    """The roster in the parts that the instructor looks at. `ready` are those that a confirmation would mark."""

    doubtful: list[Entry] = field(default_factory=list)
    ready: list[Entry] = field(default_factory=list)
    out: list[Entry] = field(default_factory=list)
    confirmed: list[Entry] = field(default_factory=list)
    missing: list[Entry] = field(default_factory=list)

    @property
    def everybody(self) -> list[Entry]:
        """All of them, part by part."""
        return [*self.doubtful, *self.ready, *self.out, *self.confirmed, *self.missing]

    @property
    def all(self) -> int:
        """How many have a place."""
        return len(self.everybody)

    @property
    def entered(self) -> int:
        """How many are in, confirmed or not."""
        return len(self.doubtful) + len(self.ready) + len(self.confirmed)

    @property
    def late(self) -> int:
        """How many of them came late."""
        return sum(entry.late > 0 for entry in [*self.doubtful, *self.ready, *self.confirmed])


def wall(db: Session, session: ClassSession) -> Wall:
    """Everybody with a place; each part in the order of the roster, the newest arrivals first where they wait."""
    found = {one.enrolment_id: one for one in db.scalars(select(CheckIn).where(CheckIn.session_id == session.id))}
    rows = roster(db, session)
    names = {row.enrolment_id: row.name for row in rows}
    devices: dict[str | None, list[int]] = defaultdict(list)
    for one in found.values():
        devices[one.device].append(one.enrolment_id)
    missed = minutes_missed(db, session)
    result = Wall()
    parts = {
        CheckInState.DOUBTFUL: result.doubtful,
        CheckInState.OUT: result.out,
        CheckInState.CONFIRMED: result.confirmed,
    }
    for row in rows:
        if (entered := found.get(row.enrolment_id)) is None:
            result.missing.append(Entry(row))
            continue
        others = [names[key] for key in devices[entered.device] if key != row.enrolment_id and key in names]
        together = tuple(others) if entered.device else ()
        entry = Entry(row, entered.at, entered.state, missed(entered.at), together)
        parts.get(entered.state, result.ready).append(entry)
    result.ready.sort(key=lambda entry: entry.at or session.starts_at, reverse=True)
    return result
