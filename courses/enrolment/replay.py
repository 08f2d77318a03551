"""How a run stood at a moment, told from what was written down alone: who had a seat, who waited in which order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from courses.db import KEY, Moment, rows
from courses.enrolment.models import Status
from courses.enrolment.states import ENDED, SEATED
from courses.events.actions import kind_of
from courses.events.facts import Changed, Moved, QuotasSet
from courses.events.models import Event
from courses.scheduling.models import Run


class Place(NamedTuple):
    """Where an enrolment stood, since when; `queue_no` of who waited."""

    enrolment_id: int
    person_id: int
    status: Status
    queue_no: int | None
    since: datetime


@dataclass(frozen=True)
class Picture:
    """A run at a moment. `quotas`: floor and cap (None: any number) by unit; `capacity` None: no limit."""

    capacity: int | None
    quotas: dict[int, tuple[int, int | None]]
    places: dict[int, Place] = field(default_factory=dict)

    @property
    def seated(self) -> list[Place]:
        """Who had a seat, certain or offered, who came first first."""
        return sorted((one for one in self.places.values() if one.status in SEATED), key=lambda one: one.since)

    @property
    def queue(self) -> list[Place]:
        """Who waited, the next one first."""
        waiting = (one for one in self.places.values() if one.status is Status.WAITLISTED)
        return sorted(waiting, key=lambda one: one.queue_no or 0)

    @property
    def applications(self) -> list[Place]:
        """On whom nobody had decided yet, the earliest step first."""
        decided = (*SEATED, *ENDED, Status.WAITLISTED)
        return sorted((one for one in self.places.values() if one.status not in decided), key=lambda one: one.since)

    def position(self, enrolment_id: int) -> int | None:
        """Somebody's place in the queue, counted from 1; None for who did not wait."""
        return next((n for n, one in enumerate(self.queue, 1) if one.enrolment_id == enrolment_id), None)


def replay(db: Session, run_id: int, at: datetime) -> Picture:
    """The run as it stood at a moment, what happened in that very moment included."""
    moves = rows(db, _MOVES, {"run_id": run_id, "at": at})
    return Picture(_capacity(db, run_id, at), _quotas(db, run_id, at), followed(moves))


def followed(moves: Iterable[Any]) -> dict[int, Place]:
    """Where everybody stands after these events, by enrolment."""
    places: dict[int, Place] = {}
    for event in moves:
        said: Mapping[str, Any] = event.data
        id_, after = said["enrolment_id"], Status(said["after"])
        places[id_] = Place(id_, event.person_id, after, said.get("queue_no"), event.at)
    return places


def neighbours(db: Session, run_id: int, at: datetime) -> tuple[datetime | None, datetime | None]:
    """The last moment before `at`, and the first one after it, in which something moved in the run."""
    asked = {"run_id": run_id, "at": at}
    return rows(db, _BEFORE, asked).scalar(), rows(db, _AFTER, asked).scalar()


def _capacity(db: Session, run_id: int, at: datetime) -> int | None:
    """What was set last before; else what it was before the first change; a run that never changed has what it has."""
    changes = [row for row in rows(db, _CHANGES, {"run_id": run_id}) if _is_of_run(row.data)]
    before = [row.data["after"]["capacity"] for row in changes if row.at <= at]
    after = [row.data["before"].get("capacity") for row in changes if row.at > at]
    known: list[int | None] = before[-1:] or after[:1] or [rows(db, _NOW, {"run_id": run_id}).scalar()]
    return known[0]


def _is_of_run(said: Mapping[str, Any]) -> bool:
    return said.get("thing") == "run" and "capacity" in said["after"]


def _quotas(db: Session, run_id: int, at: datetime) -> dict[int, tuple[int, int | None]]:
    last = rows(db, _QUOTAS, {"run_id": run_id, "at": at}).scalar() or {"after": {}}
    return {int(unit_id): (floor, cap) for unit_id, (floor, cap) in last["after"].items()}


_run_id, _at = bindparam("run_id", type_=KEY), bindparam("at", type_=Moment)
_of_run = select(Event.at, Event.person_id, Event.data).where(Event.run_id == _run_id).order_by(Event.id)
_MOVES = _of_run.where(Event.kind == kind_of(Moved), Event.at <= _at)
_CHANGES = _of_run.where(Event.kind == kind_of(Changed))
_QUOTAS = (
    select(Event.data)
    .where(Event.run_id == _run_id, Event.kind == kind_of(QuotasSet), Event.at <= _at)
    .order_by(Event.id.desc())
    .limit(1)
)
_moments = select(Event.at).where(Event.run_id == _run_id, Event.kind == kind_of(Moved))
_BEFORE = _moments.with_only_columns(func.max(Event.at)).where(Event.at < _at)
_AFTER = _moments.with_only_columns(func.min(Event.at)).where(Event.at > _at)
_NOW = select(Run.capacity).where(Run.id == _run_id)
