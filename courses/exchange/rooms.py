"""Rooms: key 교육장코드."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.exchange.columns import Column, code, integer
from courses.exchange.plan import Merge, Options, Plan, missing_from_file, singles
from courses.exchange.reading import Row
from courses.scheduling.models import Room

COLUMNS = (
    Column("code", "교육장코드", ("room code", "room_code"), convert=code),
    Column("name", "교육장", ("room", "room name")),
    Column("seats", "좌석", ("seats",), convert=integer(1, 10_000)),
    Column("computers", "PC", ("computers", "PCs"), convert=integer(0, 10_000)),
)


def plan(db: Session, rows: Sequence[Row], options: Options) -> Plan:
    """Rooms are added or changed; those not in the file stay."""
    result = Plan()
    found = db.execute(select(Room.id, Room.code, Room.name, Room.seats, Room.computers))
    stored = {room.code: dict(room._mapping) for room in found}
    merge = Merge(result, "room", stored)
    for row in singles(result, rows, "code"):
        key = str(row.values["code"])
        merge.take(row, key, key, str(row.values["name"]), row.values)
    missing_from_file(result, stored, rows)
    result.write = lambda db, actor_id, retire: merge.write(db, actor_id, Room)
    return result
