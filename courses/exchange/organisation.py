"""The tree of units in official order: key 부서코드."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from courses.exchange.columns import Column, code, integer
from courses.exchange.plan import Merge, Options, Plan, missing_from_file, singles
from courses.exchange.reading import Row
from courses.people.models import OrgUnit
from courses.people.structure import faults, replant

COLUMNS = (
    Column("code", "부서코드", ("unit code", "unit_code"), convert=code),
    Column("parent_code", "상위부서코드", ("parent unit code", "parent"), convert=code, blank=True),
    Column("name", "부서명", ("unit name", "unit")),
    Column("position", "직제순", ("official order", "order"), convert=integer()),
)


def plan(db: Session, rows: Sequence[Row], options: Options) -> Plan:
    """Units are added, renamed or moved; those not in the file stay."""
    result = Plan()
    stored = _stored(db)
    good = {str(row.values["code"]): row for row in singles(result, rows, "code")}
    parents = {key: unit["parent_code"] for key, unit in stored.items()}
    parents |= {key: row.values["parent_code"] for key, row in good.items()}
    for key, problem in faults(parents).items():
        if key in good:
            result.reject(good.pop(key), "parent_code", *problem)
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
    replant(db, wanted)


def _columns(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name != "parent_code"}
