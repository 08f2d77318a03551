"""How a run stood at a moment, told from what was written down alone: who had a seat, who waited in which order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from courses.db import KEY, rows
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
    events = rows(db, _EVENTS, {"run_id": run_id}).all()
    past = [event for event in events if event.at <= at]
    quotas = [event.data["after"] for event in past if event.kind == _QUOTAS]
    held = {int(unit_id): (floor, cap) for unit_id, (floor, cap) in (quotas or [{}])[-1].items()}
    return Picture(_capacity(db, run_id, events, at), held, followed(one for one in past if one.kind == _MOVED))


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
    moments = [event.at for event in rows(db, _MOMENTS, {"run_id": run_id})]
    return max((one for one in moments if one < at), default=None), min(
        (one for one in moments if one > at), default=None
    )


def _capacity(db: Session, run_id: int, events: Iterable[Any], at: datetime) -> int | None:
    """What was set last before; else what it was before the first change; a run that never changed has what it has."""
    changes = [event for event in events if event.kind == _CHANGED and _is_of_run(event.data)]
    before = [event.data["after"]["capacity"] for event in changes if event.at <= at]
    after = [event.data["before"].get("capacity") for event in changes if event.at > at]
    known: list[int | None] = before[-1:] or after[:1] or [rows(db, _NOW, {"run_id": run_id}).scalar()]
    return known[0]


def _is_of_run(said: Mapping[str, Any]) -> bool:
    return said["thing"] == "run" and "capacity" in said["after"]


_MOVED, _CHANGED, _QUOTAS = kind_of(Moved), kind_of(Changed), kind_of(QuotasSet)
_run_id = bindparam("run_id", type_=KEY)
_of_run = select(Event.at, Event.kind, Event.person_id, Event.data).where(Event.run_id == _run_id).order_by(Event.id)
_EVENTS = _of_run.where(Event.kind.in_([_MOVED, _CHANGED, _QUOTAS]))
_MOMENTS = _of_run.with_only_columns(Event.at).where(Event.kind.in_([_MOVED]))
"""SQL: all of a run. With the moment in it SQLite would walk along the moments of all runs."""
_NOW = select(Run.capacity).where(Run.id == _run_id)
