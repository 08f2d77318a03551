"""The areas of workplace courses (분야): added, renamed, put in order."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from courses.catalogue.models import Area, Course
from courses.errors import Refused
from courses.events.actions import record
from courses.events.facts import Changed
from courses.text import text


def area_named(db: Session, name: str) -> Area:
    """The area of that name, added behind the others when there is none."""
    found = db.scalar(select(Area).where(Area.name == name))
    if found:
        return found
    area = Area(name=name, position=(db.scalar(select(func.max(Area.position))) or 0) + 1)
    db.add(area)
    db.flush()
    return area


def add_area(db: Session, actor_id: int, name: str) -> Area:
    """A new area, the last one. Raises `Refused` when there is one of that name."""
    _require_own_name(db, 0, name)
    area = area_named(db, name)
    record(db, actor_id, Changed("area", area.id, {}, {"name": name}))
    return area


def rename_area(db: Session, actor_id: int, area: Area, name: str) -> None:
    """Another name for it. Raises `Refused` when another area has that name."""
    _require_own_name(db, area.id, name)
    if area.name != name:
        before, area.name = area.name, name
        db.flush()
        record(db, actor_id, Changed("area", area.id, {"name": before}, {"name": name}))


def move_area(db: Session, actor_id: int, area: Area, *, up: bool) -> None:
    """One place up or down; the first stays first and the last last."""
    before = list(db.scalars(select(Area).order_by(Area.position, Area.id).with_for_update(key_share=True)))
    here = before.index(area)
    there = max(0, here - 1) if up else min(len(before) - 1, here + 1)
    if here == there:
        return
    before.insert(there, before.pop(here))
    for position, one in enumerate(before, 1):
        one.position = position
    db.flush()
    record(db, actor_id, Changed("area", area.id, {"position": here + 1}, {"position": there + 1}))


def remove_area(db: Session, actor_id: int, area: Area) -> None:
    """Take an area away that no course is in. Raises `Refused` when one is."""
    courses = db.scalar(select(func.count()).where(Course.area_id == area.id))
    if courses:
        said = text("%(n)s courses are in ‘%(name)s’: move them to another area first", n=courses, name=area.name)
        raise Refused(said, code="area_in_use")
    db.delete(area)
    db.flush()
    record(db, actor_id, Changed("area", area.id, {"name": area.name}, {}))


def _require_own_name(db: Session, area_id: int, name: str) -> None:
    if db.scalar(select(Area.id).where(Area.name == name, Area.id != area_id)):
        raise Refused(text("There is an area ‘%(name)s’ already", name=name), code="area_name")
