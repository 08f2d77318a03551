"""The tree of units in official order: key 부서코드."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from courses.exchange.columns import Column, code, integer
from courses.exchange.plan import Merge, Options, Plan, missing_from_file, singles
from courses.exchange.reading import Row
from courses.people.models import OrgUnit
from courses.text import Text, text

COLUMNS = (
    Column("code", "부서코드", ("unit code", "unit_code"), convert=code),
    Column("parent_code", "상위부서코드", ("parent unit code", "parent"), convert=code, blank=True),
    Column("name", "부서명", ("unit name", "unit")),
    Column("position", "직제순", ("official order", "order"), convert=integer()),
)

MAX_DEPTH = 20
"""Levels below the whole organisation."""
MAX_PATH = 600
"""Characters of a unit's name with its superiors'; what is longer is cut."""


def plan(db: Session, rows: Sequence[Row], options: Options) -> Plan:
    """Units are added, renamed or moved; those not in the file stay."""
    result = Plan()
    stored = _stored(db)
    good = {str(row.values["code"]): row for row in singles(result, rows, "code")}
    parents = {key: unit["parent_code"] for key, unit in stored.items()}
    parents |= {key: row.values["parent_code"] for key, row in good.items()}
    for key, problem in _broken(parents).items():
        if key in good:
            result.reject(good.pop(key), "parent_code", *problem)
    for key in _deep(parents):
        if key in good:
            result.reject(good.pop(key), "parent_code", *_too_deep())
    merge = Merge(result, "unit", stored)
    for key, row in good.items():
        merge.take(row, key, key, str(row.values["name"]), row.values)
    missing_from_file(result, stored, rows)
    result.write = lambda db, actor_id, retire: _write(db, actor_id, merge)
    return result


def _stored(db: Session) -> dict[str, Mapping[str, Any]]:
    units = db.execute(select(OrgUnit.id, OrgUnit.code, OrgUnit.parent_id, OrgUnit.name, OrgUnit.position)).all()
    codes = {unit.id: unit.code for unit in units}
    return {unit.code: {**unit._mapping, "parent_code": codes.get(unit.parent_id)} for unit in units}


def _broken(parents: Mapping[str, str | None]) -> dict[str, tuple[Text, Text]]:
    """The units that hang from nothing or from themselves, directly or further up, and what to do about each."""
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


def _deep(parents: Mapping[str, str | None]) -> list[str]:
    """The units further down than an organisation goes."""
    found = []
    for key in parents:
        steps, at = 0, parents[key]
        while at is not None and at in parents and steps <= MAX_DEPTH:
            steps, at = steps + 1, parents[at]
        if steps > MAX_DEPTH:
            found.append(key)
    return found


def _too_deep() -> tuple[Text, Text]:
    return (
        text("The unit is more than %(levels)s levels down.", levels=MAX_DEPTH),
        text("Correct the parent unit."),
    )


def _problem(at: str, parents: Mapping[str, str | None]) -> tuple[Text, Text]:
    if at in parents:
        return (
            text("The unit is its own superior, directly or further up, by way of unit %(code)s.", code=at),
            text("Correct the parent unit."),
        )
    return (
        text("There is no unit with the code %(code)s.", code=at),
        text("Correct the code, or add the unit to this file."),
    )


def _write(db: Session, actor_id: int | None, merge: Merge) -> None:
    """Units first without their place, since superiors may come after; then every place in the tree anew."""
    fresh, merge.new = merge.new, []
    if fresh:
        db.execute(insert(OrgUnit), [_columns(values) | {"path": "", "depth": 0} for values in fresh])
    merge.write(db, actor_id, OrgUnit, _columns)
    wanted = {values["code"]: values["parent_code"] for values in fresh}
    wanted |= {key: unit["parent_code"] for key, unit in merge.stored.items()}
    codes = {unit["id"]: key for key, unit in merge.stored.items()}
    for identity, changes in merge.edited:
        for change in changes:
            if change.field == "parent_code":
                wanted[codes[identity]] = change.after
    _replant(db, wanted)


def _columns(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name != "parent_code"}


@dataclass(frozen=True)
class _Place:
    parent_id: int | None
    path: str
    depth: int
    bureau_id: int | None


def _replant(db: Session, parents: Mapping[str, str | None]) -> None:
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
