"""The audit trail: what happened, searched, the latest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, or_, select
from sqlalchemy.orm import Session

from courses import clock
from courses.events.models import Event

PAGE = 50
_BATCH = 1000


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for. `people`: of whoever acted or was concerned (None: of anybody); days are inclusive."""

    people: tuple[int, ...] | None = None
    kind: str = ""
    run_id: int | None = None
    from_on: date | None = None
    until_on: date | None = None


def page(db: Session, wanted: Wanted, before: int | None = None) -> tuple[list[Event], bool]:
    """The page of events below the id `before`, and whether there are more."""
    rows = db.scalars(_below(before, *_conditions(wanted)).limit(PAGE + 1)).all()
    return list(rows[:PAGE]), len(rows) > PAGE


def batches(db: Session, wanted: Wanted) -> Iterator[Sequence[Event]]:
    """All that fit, the latest first, as many at a time as are read at once."""
    before: int | None = None
    while batch := db.scalars(_below(before, *_conditions(wanted)).limit(_BATCH)).all():
        yield batch
        before = batch[-1].id


def latest(db: Session, kind: str) -> Row[Any] | None:
    """When something of a kind happened last, and its facts."""
    return db.execute(select(Event.at, Event.data).where(Event.kind == kind).order_by(Event.id.desc()).limit(1)).first()


def _below(before: int | None, *conditions: ColumnElement[bool]) -> Select[Event]:
    below = [] if before is None else [Event.id < before]
    return select(Event).where(*conditions, *below).order_by(Event.id.desc())


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.people is not None:
        found.append(or_(Event.actor_id.in_(wanted.people), Event.person_id.in_(wanted.people)))
    if wanted.kind:
        found.append(Event.kind == wanted.kind)
    if wanted.run_id is not None:
        found.append(Event.run_id == wanted.run_id)
    if wanted.from_on:
        found.append(Event.at >= clock.start_of(wanted.from_on))
    if wanted.until_on:
        found.append(Event.at < clock.end_of(wanted.until_on))
    return found
