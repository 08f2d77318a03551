"""How many people serve in units today: kept for every unit, so that a large organisation is not counted each time.

What is kept is written together with duties (`enrolment.reckoned`), and is right while they are.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Date, bindparam, delete, func, insert, select
from sqlalchemy.orm import Session

from courses import clock
from courses.db import KEY, rows
from courses.people.models import Headcount, OrgUnit, Posting

Counts = dict[int, tuple[int, int]]
"""By unit: how many serve in itself, and with all below. Units without anybody may be missing."""


def counted(db: Session, unit_ids: Collection[int], *, kept: bool) -> Counts:
    """Of these units; `kept`: what is kept is right."""
    asked = {"unit_ids": list(unit_ids), "today": clock.today()}
    return {row[0]: (int(row[1]), int(row[2])) for row in rows(db, _KEPT if kept else _COUNTED, asked).all()}


def keep(db: Session) -> None:
    """Count everybody, and keep what differs."""
    now, before = _everybody(db), {row[0]: (row[1], row[2]) for row in rows(db, _ALL_KEPT).all()}
    changed = {unit_id for unit_id in now.keys() | before.keys() if now.get(unit_id) != before.get(unit_id)}
    if changed:
        db.execute(delete(Headcount).where(Headcount.unit_id.in_(changed & before.keys())))
    if come := [unit_id for unit_id in changed if unit_id in now]:
        db.execute(insert(Headcount), [{"unit_id": id_, "own": now[id_][0], "people": now[id_][1]} for id_ in come])


def _everybody(db: Session) -> Counts:
    own = {row[0]: int(row[1]) for row in rows(db, _SERVING, {"today": clock.today()}).all()}
    people: dict[int, int] = {}
    for unit in rows(db, _UNITS).all():  # the lowest first
        people[unit.id] = people.get(unit.id, 0) + own.get(unit.id, 0)
        if unit.parent_id is not None:
            people[unit.parent_id] = people.get(unit.parent_id, 0) + people[unit.id]
    return {unit_id: (own.get(unit_id, 0), number) for unit_id, number in people.items() if number}


_ids, _today = bindparam("unit_ids", type_=KEY, expanding=True), bindparam("today", type_=Date)
_ALL_KEPT = select(Headcount.unit_id, Headcount.own, Headcount.people)
_KEPT = _ALL_KEPT.where(Headcount.unit_id.in_(_ids))
_UNITS = select(OrgUnit.id, OrgUnit.parent_id).order_by(OrgUnit.depth.desc())
_SERVING = select(Posting.unit_id, func.count()).where(Posting.on(_today)).group_by(Posting.unit_id)
_reach: Any = select(OrgUnit.id.label("top"), OrgUnit.id.label("unit")).where(OrgUnit.id.in_(_ids))
_reach = _reach.cte("reach", recursive=True)
_reach = _reach.union_all(select(_reach.c.top, OrgUnit.id).join(_reach, OrgUnit.parent_id == _reach.c.unit))
_COUNTED = (
    select(_reach.c.top, func.count().filter(_reach.c.top == _reach.c.unit), func.count())
    .join(Posting, Posting.unit_id == _reach.c.unit)
    .where(Posting.on(_today))
    .group_by(_reach.c.top)
)
