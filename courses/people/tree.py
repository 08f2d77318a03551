"""The units as they are shown: in official order, opened as far as asked for, with heads and headcounts."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Boolean, Date, Select, bindparam, func, or_, select
from sqlalchemy.orm import Session, aliased

from courses import clock
from courses.db import KEY, rows
from courses.people import serving
from courses.people.models import OrgUnit, Person, Role, RoleGrant
from courses.people.units import matches
from courses.text import search_key

MOST = 100
"""How many units a search shows."""


@dataclass
class Line:
    """A unit. Today `own` people serve in itself, `people` with all below; `heads` are (id, name).

    `below` counts the units right under it, which are shown when it is `opened`.
    """

    unit: Any
    own: int = 0
    people: int = 0
    below: int = 0
    opened: bool = False
    heads: list[tuple[int, str]] = field(default_factory=list)


def opened(db: Session, unit_id: int | None, *, closed: bool = False) -> list[Line]:
    """The whole organisation with what is right below it, and the way down to a unit with what is right below.

    Closed units only with `closed`.
    """
    found = [Line(row, below=row.below) for row in rows(db, _OPENED, _asked(closed) | {"unit_id": unit_id}).all()]
    by_unit = {line.unit.id: line for line in found}
    below: dict[int | None, list[Line]] = {}
    for line in found:
        below.setdefault(line.unit.parent_id, []).append(line)
    way = {line.unit.id for line in below.get(None, ())}
    while unit_id in by_unit:
        way.add(unit_id)
        unit_id = by_unit[unit_id].unit.parent_id
    return _in_order(below, way)


def _in_order(below: dict[int | None, list[Line]], way: Collection[int]) -> list[Line]:
    """Each unit above those below it."""
    shown: list[Line] = []
    waiting = below.get(None, [])[::-1]
    while waiting:
        line = waiting.pop()
        shown.append(line)
        if line.unit.id in way:
            line.opened = True
            waiting += below.get(line.unit.id, [])[::-1]
    return shown


def around(db: Session, unit_id: int) -> tuple[Line, list[Line], Any]:
    """A unit, those right below it and the one above it (None: none); closed ones too."""
    found = {row.id: row for row in rows(db, _AROUND, _asked(closed=True) | {"unit_id": unit_id}).all()}
    unit = found[unit_id]
    below = [Line(row, below=row.below) for row in found.values() if row.parent_id == unit_id]
    return Line(unit, below=unit.below), below, found.get(unit.parent_id)


def some(db: Session, unit_ids: Collection[int], *, closed: bool = False) -> list[Line]:
    """These units."""
    asked = _asked(closed) | {"unit_ids": list(unit_ids)}
    return [Line(row, below=row.below) for row in rows(db, _SOME, asked).all()]


def found(db: Session, query: str, *, closed: bool = False) -> tuple[list[Line], int]:
    """The first units that a search may mean, and how many there are."""
    words = [word for word in search_key(query).split(" ") if word]
    meant = select(OrgUnit.id).where(*map(matches, words)).order_by(OrgUnit.position, OrgUnit.id)
    ids = db.scalars(meant if closed else meant.where(OrgUnit.open_on(clock.today()))).all()
    return some(db, ids[:MOST], closed=closed), len(ids)


def count(db: Session, lines: Collection[Line], *, kept: bool) -> None:
    """How many serve there today; `kept`: what is kept of it is right (`serving`)."""
    counts = serving.counted(db, [line.unit.id for line in lines], kept=kept)
    for line in lines:
        line.own, line.people = counts.get(line.unit.id, (0, 0))


def with_heads(db: Session, lines: Collection[Line]) -> None:
    """Who heads these units today."""
    by_unit = {line.unit.id: line for line in lines}
    for head in rows(db, _HEADS, {"unit_ids": list(by_unit), "today": clock.today()}).all():
        by_unit[head.unit_id].heads.append((head.id, head.name))


def _asked(closed: bool) -> dict[str, Any]:
    return {"closed": closed, "today": clock.today()}


_ids, _unit_id = bindparam("unit_ids", type_=KEY, expanding=True), bindparam("unit_id", type_=KEY)
_today, _closed = bindparam("today", type_=Date), bindparam("closed", type_=Boolean)
_child, _root, _over = aliased(OrgUnit), aliased(OrgUnit), aliased(OrgUnit)
_below = (
    select(func.count())
    .where(_child.parent_id == OrgUnit.id, or_(_closed, _child.closed_on.is_(None), _child.closed_on > _today))
    .correlate(OrgUnit)
    .scalar_subquery()
    .label("below")
)
_columns = (OrgUnit.id, OrgUnit.parent_id, OrgUnit.code, OrgUnit.name, OrgUnit.path, OrgUnit.depth, OrgUnit.closed_on)
_UNITS: Select[*tuple[Any, ...]] = (
    select(*_columns, _below).where(or_(_closed, OrgUnit.open_on(_today))).order_by(OrgUnit.position, OrgUnit.id)
)
_up = select(_over.id, _over.parent_id).where(_over.id == _unit_id).cte("up", recursive=True)
_up = _up.union(select(_over.id, _over.parent_id).join(_up, _over.id == _up.c.parent_id))
_roots = select(_root.id).where(_root.parent_id.is_(None))
_OPENED = _UNITS.where(or_(OrgUnit.parent_id.is_(None), OrgUnit.parent_id.in_(_roots.union(select(_up.c.id)))))
_above = select(_over.parent_id).where(_over.id == _unit_id).scalar_subquery()
_AROUND = _UNITS.where(or_(OrgUnit.id == _unit_id, OrgUnit.parent_id == _unit_id, OrgUnit.id == _above))
_SOME = _UNITS.where(OrgUnit.id.in_(_ids))
_HEADS = (
    select(RoleGrant.unit_id, Person.id, Person.name)
    .join(Person, Person.id == RoleGrant.person_id)
    .where(RoleGrant.role == Role.HEAD, RoleGrant.unit_id.in_(_ids), Person.active_on(_today))
    .order_by(Person.name, Person.id)
)
