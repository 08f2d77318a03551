"""The tree of units changed one unit at a time: added, renamed, moved, put in order, closed, opened again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import Select, func, or_, select, update
from sqlalchemy.orm import Session

from courses import clock
from courses.errors import Refused
from courses.events.actions import record, record_change
from courses.events.facts import Changed
from courses.people.models import OrgUnit, Person, Posting
from courses.people.structure import faults, parents_of, replant
from courses.text import Text, text

_NAMED = 10
"""How many people or units a refusal names."""


def add_unit(db: Session, actor_id: int, code: str, name: str, parent: OrgUnit | None) -> OrgUnit:
    """A new unit, the last one under `parent` (None: the whole organisation, where there is nothing yet).

    Raises `Refused` when the code is taken, the parent is closed or the tree would be too deep.
    """
    _lock_tree(db)
    if other := db.scalar(select(OrgUnit.name).where(OrgUnit.code == code)):
        raise Refused(text("‘%(name)s’ has the code %(code)s already", name=other, code=code), code="unit_code")
    if parent is None and db.scalar(select(OrgUnit.id).limit(1)):
        raise Refused(text("Choose the unit right above it"), code="no_parent")
    last = db.scalar(select(func.max(OrgUnit.position)))
    unit = OrgUnit(code=code, name=name, position=0 if last is None else last + 1, path="", depth=0)
    _put_under(db, unit, parent)
    _order(db, _sequence(db, last=unit))
    record(db, actor_id, Changed("unit", unit.id, {}, {"code": code, "name": name, "parent_code": _code(parent)}))
    return unit


def edit_unit(db: Session, actor_id: int, unit: OrgUnit, name: str, parent: OrgUnit | None) -> bool:
    """Another name, or another place in the tree: the last one under `parent`. Whether anything differs.

    Everything below goes along. Raises `Refused` when the parent is closed, is below the unit, or it gets too deep.
    """
    _lock_tree(db)
    above = db.get_one(OrgUnit, unit.parent_id) if unit.parent_id else None
    before = {"name": unit.name, "parent_code": _code(above)}
    after = {"name": name, "parent_code": _code(parent)}
    changed = [field for field in before if before[field] != after[field]]
    if not changed:
        return False
    unit.name = name
    moves = "parent_code" in changed
    _put_under(db, unit, parent, moves=moves)
    if moves:
        _order(db, _sequence(db, last=unit))
    record_change(db, actor_id, "unit", unit.id, before, after)
    return True


def step_unit(db: Session, actor_id: int, unit: OrgUnit, *, up: bool) -> None:
    """Before the unit above it in the official order, or after the one below, of those under the same superior."""
    _lock_tree(db)
    units = _stored(db)
    beside = [one for one in units if one.parent_id == unit.parent_id]
    here = beside.index(unit)
    there = here - 1 if up else here + 1
    if not 0 <= there < len(beside):
        return
    beside[here], beside[there] = beside[there], beside[here]
    before = unit.position
    _order(db, _in_order([one for one in units if one.parent_id != unit.parent_id] + beside))
    record(db, actor_id, Changed("unit", unit.id, {"position": before}, {"position": unit.position}))


def close_unit(db: Session, actor_id: int, unit: OrgUnit, day: date) -> None:
    """From `day` on it does not exist; its history stays. Raises `Refused` while people or units are in it."""
    _lock_tree(db)
    below = select(OrgUnit.name).where(OrgUnit.parent_id == unit.id, OrgUnit.open_on(day)).order_by(OrgUnit.position)
    if units := db.scalars(below).all():
        said = text("Under ‘%(unit)s’ there are still: %(names)s. Close or move them first")
        raise Refused(_naming(said, unit, units), code="units_below")
    if people := db.scalars(_serving(unit, day)).all():
        said = text("In ‘%(unit)s’ there still serve: %(names)s. Post them elsewhere first")
        raise Refused(_naming(said, unit, people), code="people_there")
    _close(db, actor_id, unit, day)


def open_again(db: Session, actor_id: int, unit: OrgUnit) -> None:
    """Take the closing back. Raises `Refused` while the unit above is closed."""
    _lock_tree(db)
    _require_open(db.get(OrgUnit, unit.parent_id) if unit.parent_id else None)
    _close(db, actor_id, unit, None)


def _close(db: Session, actor_id: int, unit: OrgUnit, day: date | None) -> None:
    before, unit.closed_on = unit.closed_on, day
    was, now = ({"closed_on": one.isoformat() if one else None} for one in (before, day))
    record_change(db, actor_id, "unit", unit.id, was, now)
    db.flush()


def _lock_tree(db: Session) -> None:
    """Two changes of the tree come one after the other: each of two could be right, and both together a circle."""
    db.scalars(
        select(OrgUnit).order_by(OrgUnit.id).with_for_update(key_share=True).execution_options(populate_existing=True)
    ).all()


def _put_under(db: Session, unit: OrgUnit, parent: OrgUnit | None, *, moves: bool = True) -> None:
    if moves:
        _require_open(parent)
    parents = parents_of(db) | {unit.code: _code(parent)}
    wrong = faults(parents)
    if wrong:
        reason, remedy = wrong.get(unit.code) or next(iter(wrong.values()))
        raise Refused(text("%(reason)s %(remedy)s", reason=reason, remedy=remedy), code="no_place")
    db.add(unit)
    db.flush()
    replant(db, parents)
    db.expire_all()


def _require_open(parent: OrgUnit | None) -> None:
    if parent and parent.closed_on and parent.closed_on <= clock.today():
        raise Refused(text("‘%(unit)s’ is closed itself", unit=parent.name), code="unit_closed")


def _stored(db: Session) -> list[OrgUnit]:
    return list(db.scalars(select(OrgUnit).order_by(OrgUnit.position, OrgUnit.id)))


def _sequence(db: Session, last: OrgUnit) -> list[OrgUnit]:
    """The official order of all units; `last` comes behind the others under the same superior."""
    return _in_order(sorted(_stored(db), key=lambda unit: unit is last))


def _in_order(units: Iterable[OrgUnit]) -> list[OrgUnit]:
    """Every unit followed by all below it; those beside each other in the order given."""
    below: dict[int | None, list[OrgUnit]] = {}
    for unit in units:
        below.setdefault(unit.parent_id, []).append(unit)
    found: list[OrgUnit] = []
    waiting = below.get(None, [])[::-1]
    while waiting:
        found.append(waiting.pop())
        waiting += below.get(found[-1].id, [])[::-1]
    return found


def _order(db: Session, units: list[OrgUnit]) -> None:
    """Number the units as they come, with the numbers there are; doubles and missing ones are made up for."""
    numbers = sorted(unit.position for unit in units)
    for n in range(1, len(numbers)):
        numbers[n] = max(numbers[n], numbers[n - 1] + 1)
    moved = [{"id": u.id, "position": n} for u, n in zip(units, numbers, strict=True) if u.position != n]
    if moved:
        db.execute(update(OrgUnit), moved)
        db.expire_all()


def _serving(unit: OrgUnit, day: date) -> Select[str]:
    """SQL: who serves in the unit on the day or later."""
    still = or_(Posting.until_on.is_(None), Posting.until_on >= day)
    here = or_(Person.left_on.is_(None), Person.left_on > day)
    people = select(Person.name).join(Posting, Posting.person_id == Person.id).distinct()
    return people.where(Posting.unit_id == unit.id, still, here).order_by(Person.name)


def _naming(said: Text, unit: OrgUnit, names: Iterable[str]) -> Text:
    names = list(names)
    listed: object = ", ".join(names[:_NAMED])
    if len(names) > _NAMED:
        listed = text("%(names)s and %(count)s more", names=listed, count=len(names) - _NAMED)
    return Text(said.msgid, {"unit": unit.name, "names": listed})


def _code(unit: OrgUnit | None) -> str | None:
    return unit.code if unit else None
