"""Rows held until the transaction ends, so that what is read of them stays true.

Everywhere in this order: persons, rooms, runs, quotas, number series; several of a kind by ascending id. The locks are
`FOR NO KEY UPDATE`: a plain `FOR UPDATE` would deadlock against the events' keys to their actors. On SQLite the one
writing transaction stands for all of them.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.people.models import Person
from courses.scheduling.models import Room, Run


def lock_people(db: Session, person_ids: Collection[int], *, nowait: bool = False) -> None:
    """A person's requests come one after the other: two overlapping runs would otherwise both pass the check."""
    _lock(db, Person, person_ids, nowait=nowait)


def lock_rooms(db: Session, room_ids: Collection[int]) -> None:
    """Two bookings of a room come one after the other."""
    _lock(db, Room, room_ids)


def lock_run(db: Session, run_id: int) -> Run:
    """The run as it is now."""
    locked = select(Run).where(Run.id == run_id).with_for_update(key_share=True)
    return db.scalars(locked, execution_options={"populate_existing": True}).one()


def share_run(db: Session, run_id: int) -> Run:
    """The run as it is now, and stays: others may share it as well, but nobody can hold it alone meanwhile."""
    shared = select(Run).where(Run.id == run_id).with_for_update(read=True)
    return db.scalars(shared, execution_options={"populate_existing": True}).one()


def lock_year(db: Session, year: int) -> None:
    """Every run of a year, for who counts their seats anew."""
    db.execute(select(Run.id).where(Run.year == year).order_by(Run.id).with_for_update(key_share=True)).all()


def _lock(db: Session, model: type[Person | Room], ids: Collection[int], *, nowait: bool = False) -> None:
    if ids:
        rows = select(model.id).where(model.id.in_(ids)).order_by(model.id)
        db.execute(rows.with_for_update(key_share=True, nowait=nowait)).all()
