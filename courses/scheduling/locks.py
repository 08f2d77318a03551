"""Rows held until the transaction ends, so that what is read of them stays true.

Everywhere in this order: persons, rooms, runs, quotas, number series; several of a kind by ascending id. The locks are
`FOR NO KEY UPDATE`: a plain `FOR UPDATE` would deadlock against the events' keys to their actors. On SQLite the one
writing transaction stands for all of them.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from courses.db import KEY, current
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
    return db.scalars(_LOCKED, {"run_id": run_id}, execution_options={"populate_existing": True}).one()


def share_run(db: Session, run_id: int) -> Run:
    """The run as it is now, and stays: others may share it as well, but nobody can hold it alone meanwhile."""
    return db.scalars(_SHARED, {"run_id": run_id}, execution_options={"populate_existing": True}).one()


def read_run(db: Session, run_id: int) -> Run:
    """The run as it is now, held by nobody."""
    return db.scalars(_RUN, {"run_id": run_id}, execution_options={"populate_existing": True}).one()


def lock_year(db: Session, year: int) -> None:
    """Every run of a year, for who counts their seats anew."""
    db.execute(select(Run.id).where(Run.year == year).order_by(Run.id).with_for_update(key_share=True)).all()


def _lock(db: Session, model: type[Person | Room], ids: Collection[int], *, nowait: bool = False) -> None:
    if ids and db.get_bind().dialect.name != "sqlite":
        current(db, _ROWS[model, nowait], {"ids": list(ids)}).all()


_RUN = select(Run).where(Run.id == bindparam("run_id", type_=KEY))
_LOCKED, _SHARED = _RUN.with_for_update(key_share=True), _RUN.with_for_update(read=True)
_ROWS = {
    (model, nowait): select(model.id)
    .where(model.id.in_(bindparam("ids", expanding=True)))
    .order_by(model.id)
    .with_for_update(key_share=True, nowait=nowait)
    for model in (Person, Room)
    for nowait in (False, True)
}
"""Built once: that costs more than running them."""
