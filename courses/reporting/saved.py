"""Questions kept under a name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from courses import clock
from courses.errors import Refused
from courses.events.actions import record, record_change
from courses.events.facts import Changed
from courses.people.models import Person
from courses.reporting.models import LONGEST_QUERY, SavedReport
from courses.text import clean, text

MOST = 100
"""How many one person may keep."""


def seen_by(db: Session, person_id: int) -> Sequence[Any]:
    """A person's own, then those that others share (id, name, query, shared, owner_id, owner), by name."""
    return db.execute(
        select(
            SavedReport.id, SavedReport.name, SavedReport.query, SavedReport.shared, SavedReport.owner_id,
            Person.name.label("owner"),
        )
        .join(Person, Person.id == SavedReport.owner_id)
        .where(or_(SavedReport.owner_id == person_id, SavedReport.shared))
        .order_by((SavedReport.owner_id == person_id).desc(), SavedReport.name, SavedReport.id)
        .limit(2 * MOST)
    ).all()  # fmt: skip


def keep(db: Session, actor_id: int, name: str, query: str, *, shared: bool = False) -> SavedReport:
    """Keep a question; under a name one has already it takes the place of the old one."""
    name = _named(name)
    if len(query) > LONGEST_QUERY:
        raise Refused(text("This report has too many filters to be kept. Take some away and save it again."))
    saved = _of(db, actor_id, name)
    before: dict[str, Any] = {}
    if saved is None:
        if (db.scalar(select(func.count()).where(SavedReport.owner_id == actor_id)) or 0) >= MOST:
            raise Refused(text("You keep %(n)s reports already. Delete one you no longer need.", n=MOST))
        saved = SavedReport(owner_id=actor_id, name=name)
        db.add(saved)
    else:
        before = {"query": saved.query, "shared": saved.shared}
    saved.query, saved.shared, saved.saved_at = query, shared, clock.now()
    db.flush()  # a new one has its id only now
    record(db, actor_id, Changed("saved_report", saved.id, before, {"name": name, "query": query, "shared": shared}))
    return saved


def rename(db: Session, actor_id: int, saved: SavedReport, name: str, *, shared: bool) -> None:
    """Give it another name, share it or no longer. Raises `Refused` for a name one uses already."""
    name = _named(name)
    other = _of(db, actor_id, name)
    if other is not None and other.id != saved.id:
        raise Refused(text("You keep a report of this name already. Choose another name."))
    before, after = {"name": saved.name, "shared": saved.shared}, {"name": name, "shared": shared}
    saved.name, saved.shared = name, shared
    record_change(db, actor_id, "saved_report", saved.id, before, after)


def delete(db: Session, actor_id: int, saved: SavedReport) -> None:
    """Keep it no longer."""
    record(db, actor_id, Changed("saved_report", saved.id, {"name": saved.name, "query": saved.query}))
    db.delete(saved)


def _named(name: str) -> str:
    name = clean(name)
    if not 0 < len(name) <= 100:
        raise Refused(text("Give the report a name of 1 to 100 characters."))
    return name


def _of(db: Session, owner_id: int, name: str) -> SavedReport | None:
    return db.scalar(select(SavedReport).where(SavedReport.owner_id == owner_id, SavedReport.name == name))
