"""Where somebody serves, as a part of other rooms' statements; and which unit somebody means."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import CTE, ColumnElement, ScalarSelect, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from courses import clock
from courses.people.models import OrgUnit, Person, Posting
from courses.text import like, search_key

_DIVISION = 2
_WITH_CODE = re.compile(r".*\(([^()\s]+)\)\s*")


def unit_path(day: date | ColumnElement[date]) -> ScalarSelect[Any]:
    """SQL: the path of the unit that `Person` (of the enclosing statement) serves in on `day`."""
    return (
        select(OrgUnit.path)
        .join(Posting, Posting.unit_id == OrgUnit.id)
        .where(Posting.person_id == Person.id, Posting.on(day))
        .order_by(Posting.from_on.desc())
        .limit(1)
        .correlate(Person)
        .scalar_subquery()
    )


def below(unit_id: int | ColumnElement[int], name: str = "below") -> CTE:
    """SQL: a unit and all under it, as a table of this name with the column `id`."""
    units = select(OrgUnit.id).where(OrgUnit.id == unit_id).correlate(None).cte(name, recursive=True)
    return units.union_all(select(OrgUnit.id).join(units, OrgUnit.parent_id == units.c.id))


def above(db: Session, unit_id: int) -> list[int]:
    """A unit and all it stands under, itself first."""
    units = select(OrgUnit.id, OrgUnit.parent_id, OrgUnit.depth).where(OrgUnit.id == unit_id).cte(recursive=True)
    over = select(OrgUnit.id, OrgUnit.parent_id, OrgUnit.depth).join(units, OrgUnit.id == units.c.parent_id)
    units = units.union_all(over)
    return list(db.scalars(select(units.c.id).order_by(units.c.depth.desc())))


def coordinated(unit_ids: Collection[int]) -> Select[Any]:
    """SQL: the bureaux whose coordinating division (주무과), the first in official order, is one of these units."""
    other = aliased(OrgUnit)
    earlier = select(other.id).where(
        other.parent_id == OrgUnit.parent_id,
        other.closed_on.is_(None),
        or_(
            other.position < OrgUnit.position,
            and_(other.position == OrgUnit.position, other.id < OrgUnit.id),
        ),
    )
    divisions = OrgUnit.id.in_(unit_ids), OrgUnit.depth == _DIVISION, OrgUnit.closed_on.is_(None)
    return select(OrgUnit.parent_id).where(*divisions, ~earlier.exists())


def shown_as(unit: Any) -> str:
    """How a unit is offered and typed: '행정국 총무과 (1000120)'."""
    return f"{unit.path or unit.name} ({unit.code})"


def meant(db: Session, typed: str, *, also_closed: bool = False) -> list[OrgUnit]:
    """The units somebody may mean by a code, a name, a path, or what `shown_as` says: one, none or several.

    Closed ones only when `also_closed`.
    """
    typed = typed.strip()
    exists = [] if also_closed else [OrgUnit.open_on(clock.today())]
    bracketed = _WITH_CODE.fullmatch(typed)
    codes = {typed, bracketed[1]} if bracketed else {typed}
    by_code = list(db.scalars(select(OrgUnit).where(OrgUnit.code.in_(codes), *exists)))
    if by_code or not typed:
        return by_code[:1]
    named = or_(OrgUnit.name == typed, OrgUnit.path == typed)
    return list(db.scalars(select(OrgUnit).where(named, *exists).order_by(OrgUnit.position, OrgUnit.id)))


def like_typed(db: Session, typed: str, *, most: int = 20) -> list[OrgUnit]:
    """Units to choose from while somebody types part of a code or of a name with its superiors'."""
    words = search_key(_without_code(typed)).split(" ")
    statement = select(OrgUnit).where(OrgUnit.open_on(clock.today()))
    for word in words:
        statement = statement.where(matches(word))
    return list(db.scalars(statement.order_by(OrgUnit.position, OrgUnit.id).limit(most)))


def matches(word: str) -> ColumnElement[bool]:
    """SQL: units that a word of a search (by `search_key`) may mean."""
    named = func.lower(OrgUnit.path).like(f"%{like(word)}%", escape="\\")
    return or_(named, func.lower(OrgUnit.code).like(f"{like(word)}%", escape="\\"))


def _without_code(typed: str) -> str:
    bracketed = _WITH_CODE.fullmatch(typed)
    return typed[: bracketed.start(1) - 1] if bracketed else typed
