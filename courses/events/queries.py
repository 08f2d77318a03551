"""The audit trail: what happened, searched, the latest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, or_, select
from sqlalchemy.orm import Session

from courses import clock, paging
from courses.events.models import Event


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for. `people`: of whoever acted or was concerned (None: of anybody); days are inclusive."""

    people: tuple[int, ...] | None = None
    kind: str = ""
    run_id: int | None = None
    from_on: date | None = None
    until_on: date | None = None


def page(db: Session, wanted: Wanted, before: int | None = None) -> tuple[Sequence[Row[Any]], bool]:
    """The page of events below the id `before`, and whether there are more."""
    return paging.page(db, _listed(wanted), before)


def batches(db: Session, wanted: Wanted) -> Iterator[Sequence[Row[Any]]]:
    """All that fit, the latest first, as many at a time as are read at once."""
    return paging.batches(db, _listed(wanted))


def latest(db: Session, kind: str) -> Row[Any] | None:
    """When something of a kind happened last, and its facts."""
    return db.execute(select(Event.at, Event.data).where(Event.kind == kind).order_by(Event.id.desc()).limit(1)).first()


@lru_cache
def _listed(wanted: Wanted) -> Select[*tuple[Any, ...]]:
    return paging.latest(_EVENTS, Event.id, *_conditions(wanted))


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


_EVENTS: Select[*tuple[Any, ...]] = select(
    Event.id, Event.at, Event.actor_id, Event.kind, Event.run_id, Event.person_id, Event.data
)
