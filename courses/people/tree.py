"""The units as they are shown: in official order, opened as far as asked for, with heads and headcounts."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from courses import clock
from courses.db import rows
from courses.people.models import OrgUnit, Person, Posting, Role, RoleGrant
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


class Tree:
    """Every unit, closed ones only with `closed`, with how many people it has; read in two statements."""

    def __init__(self, db: Session, *, closed: bool = False) -> None:
        columns = (OrgUnit.id, OrgUnit.parent_id, OrgUnit.code, OrgUnit.name, OrgUnit.path, OrgUnit.depth)
        units = select(*columns, OrgUnit.closed_on).order_by(OrgUnit.position, OrgUnit.id)
        if not closed:
            units = units.where(OrgUnit.open_on(clock.today()))
        self.lines = {unit.id: Line(unit) for unit in rows(db, units).all()}
        self._below: dict[int | None, list[Line]] = {}
        for line in self.lines.values():
            self._below.setdefault(line.unit.parent_id, []).append(line)
        self._count(db)

    def _count(self, db: Session) -> None:
        serving = select(Posting.unit_id, func.count()).where(Posting.on(clock.today())).group_by(Posting.unit_id)
        for unit_id, people in rows(db, serving).all():
            if unit_id in self.lines:
                self.lines[unit_id].own = people
        for line in sorted(self.lines.values(), key=lambda line: line.unit.depth, reverse=True):
            right_below = self._below.get(line.unit.id, ())
            line.people = line.own + sum(one.people for one in right_below)
            line.below = len(right_below)

    def opened(self, unit_id: int | None) -> list[Line]:
        """The whole organisation with what is right below it, and the way down to a unit with what is right below."""
        way = {line.unit.id for line in self._way(unit_id)} | {line.unit.id for line in self._below.get(None, ())}
        shown: list[Line] = []
        waiting = self._below.get(None, [])[::-1]
        while waiting:
            line = waiting.pop()
            shown.append(line)
            if line.unit.id in way:
                line.opened = True
                waiting += self._below.get(line.unit.id, [])[::-1]
        return shown

    def _way(self, unit_id: int | None) -> Iterable[Line]:
        while unit_id in self.lines:
            yield self.lines[unit_id]
            unit_id = self.lines[unit_id].unit.parent_id

    def right_below(self, unit_id: int) -> list[Line]:
        """The units under a unit, in official order."""
        return self._below.get(unit_id, [])


def found(db: Session, tree: Tree, query: str) -> tuple[list[Line], int]:
    """The first units that a search may mean, and how many there are."""
    words = [word for word in search_key(query).split(" ") if word]
    ids = db.scalars(select(OrgUnit.id).where(*map(matches, words)).order_by(OrgUnit.position, OrgUnit.id))
    lines = [tree.lines[unit_id] for unit_id in ids if unit_id in tree.lines]
    return lines[:MOST], len(lines)


def with_heads(db: Session, lines: Collection[Line]) -> None:
    """Who heads these units today."""
    by_unit = {line.unit.id: line for line in lines}
    heads = (
        select(RoleGrant.unit_id, Person.id, Person.name)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(RoleGrant.role == Role.HEAD, RoleGrant.unit_id.in_(by_unit), Person.active_on(clock.today()))
        .order_by(Person.name, Person.id)
    )
    for head in rows(db, heads):
        by_unit[head.unit_id].heads.append((head.id, head.name))
