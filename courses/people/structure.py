"""The tree of units: what is wrong with one, and the place of every unit written as the tree says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from courses.people.models import OrgUnit
from courses.text import Text, text

MAX_DEPTH = 20
"""Levels below the whole organisation."""
MAX_PATH = 600
"""Characters of a unit's name with its superiors'; what is longer is cut."""

Parents = Mapping[str, str | None]
"""The code of every unit with that of the unit right above it; None: it has none."""


def parents_of(db: Session) -> dict[str, str | None]:
    """The tree as stored."""
    units = db.execute(select(OrgUnit.id, OrgUnit.code, OrgUnit.parent_id)).all()
    codes = {unit.id: unit.code for unit in units}
    return {unit.code: codes.get(unit.parent_id) for unit in units}


def faults(parents: Parents) -> dict[str, tuple[Text, Text]]:
    """The units that have no place in the tree: the reason, and what to do about it."""
    return _deep(parents) | _broken(parents)


def _broken(parents: Parents) -> dict[str, tuple[Text, Text]]:
    """The units that hang from nothing or from themselves, directly or further up."""
    broken: dict[str, tuple[Text, Text]] = {}
    sound: set[str] = set()
    for key in parents:
        way: list[str] = []
        at: str | None = key
        while at is not None and at not in sound and at not in broken and at in parents and at not in way:
            way.append(at)
            at = parents[at]
        if at is None or at in sound:
            sound.update(way)
        else:
            broken.update(dict.fromkeys(way, _problem(at, parents)))
    return broken


def _problem(at: str, parents: Parents) -> tuple[Text, Text]:
    if at in parents:
        return (
            text("The unit is its own superior, directly or further up, by way of unit %(code)s.", code=at),
            text("Correct the parent unit."),
        )
    return (
        text("There is no unit with the code %(code)s.", code=at),
        text("Correct the code, or add the unit to this file."),
    )


def _deep(parents: Parents) -> dict[str, tuple[Text, Text]]:
    """The units further down than an organisation goes."""
    reason = text("The unit is more than %(levels)s levels down.", levels=MAX_DEPTH)
    found = {}
    for key in parents:
        steps, at = 0, parents[key]
        while at is not None and at in parents and steps <= MAX_DEPTH:
            steps, at = steps + 1, parents[at]
        if steps > MAX_DEPTH:
            found[key] = (reason, text("Correct the parent unit."))
    return found


@dataclass(frozen=True)
class _Place:
    parent_id: int | None
    path: str
    depth: int
    bureau_id: int | None


def replant(db: Session, parents: Parents) -> None:
    """Write the place of every unit whose place differs: superior, path, depth and bureau follow from the tree."""
    query = select(
        OrgUnit.id,
        OrgUnit.code,
        OrgUnit.name,
        OrgUnit.parent_id,
        OrgUnit.path,
        OrgUnit.depth,
        OrgUnit.bureau_id,
    )
    units = {unit.code: unit for unit in db.execute(query)}
    places: dict[str, _Place] = {}

    def place(key: str) -> _Place:
        if key not in places:
            unit, parent = units[key], parents[key]
            places[key] = _root(unit.name) if parent is None else _below(place(parent), unit, units[parent].id)
        return places[key]

    moved = [
        {"id": unit.id, **vars(place(key))}
        for key, unit in units.items()
        if vars(place(key)) != {name: getattr(unit, name) for name in _Place.__dataclass_fields__}
    ]
    if moved:
        db.execute(update(OrgUnit), moved)


def _root(name: str) -> _Place:
    return _Place(None, name, 0, None)


def _below(above: _Place, unit: Any, parent_id: int) -> _Place:
    path = f"{above.path} {unit.name}" if above.depth else unit.name
    return _Place(parent_id, path[:MAX_PATH], above.depth + 1, above.bureau_id if above.depth else unit.id)
