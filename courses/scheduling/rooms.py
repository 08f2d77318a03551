"""The rooms: added, edited, no longer used."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from courses import clock
from courses.catalogue.models import Course
from courses.errors import Refused
from courses.events.actions import record, record_change
from courses.events.facts import Changed
from courses.scheduling import summary
from courses.scheduling.locks import lock_rooms
from courses.scheduling.models import ClassSession, Room, Run, RunState
from courses.text import Text, text

_NAMED = 5
"""How many sessions a refusal names."""


class Use(NamedTuple):
    """A room; when it is used next, and how many sessions are ahead in it."""

    room: Room
    next_at: datetime | None
    ahead: int


def used(db: Session) -> list[Use]:
    """Every room by its code, those no longer used last."""
    ahead = (
        select(ClassSession.room_id, func.min(ClassSession.starts_at).label("at"), func.count().label("count"))
        .join(Run, Run.id == ClassSession.run_id)
        .where(ClassSession.ends_at > clock.now(), Run.state != RunState.CANCELLED)
        .group_by(ClassSession.room_id)
        .subquery()
    )
    rows = select(Room, ahead.c.at, func.coalesce(ahead.c.count, 0)).outerjoin(ahead, ahead.c.room_id == Room.id)
    return [Use(*row) for row in db.execute(rows.order_by(Room.retired_on.is_not(None), Room.code))]


def add_room(db: Session, actor_id: int, values: Mapping[str, Any]) -> Room:
    """`values`: code, name, seats, computers. Raises `Refused` when the code is taken."""
    _require_own_code(db, 0, values["code"])
    room = Room(**values)
    db.add(room)
    db.flush()
    record(db, actor_id, Changed("room", room.id, {}, dict(values)))
    return room


def edit_room(db: Session, actor_id: int, room: Room, values: Mapping[str, Any]) -> None:
    """Other values of the same fields; runs ahead are called by the new name. Raises `Refused` like `add_room`."""
    _require_own_code(db, room.id, values["code"])
    changes = {name: value for name, value in values.items() if getattr(room, name) != value}
    if not changes:
        return
    before = {name: getattr(room, name) for name in changes}
    for name, value in changes.items():
        setattr(room, name, value)
    record(db, actor_id, Changed("room", room.id, before, changes))
    db.flush()
    if "name" in changes:
        summary.refresh_renamed(db)


def retire_room(db: Session, actor_id: int, room: Room, day: date) -> None:
    """Nothing is planned in it any more. Raises `Refused` while sessions from that day on are in it."""
    lock_rooms(db, [room.id])
    sessions = (
        select(Course.title, Run.number.label("run"), ClassSession.number, ClassSession.starts_at)
        .join(Run, Run.id == ClassSession.run_id)
        .join(Course, Course.id == Run.course_id)
        .where(ClassSession.room_id == room.id, ClassSession.ends_at > max(clock.now(), clock.start_of(day)))
        .where(Run.state != RunState.CANCELLED)
        .order_by(ClassSession.starts_at)
    )
    if taken := db.execute(sessions).all():
        raise Refused(_in_use(room, list(taken)), code="room_in_use")
    _retire(db, actor_id, room, day)


def use_again(db: Session, actor_id: int, room: Room) -> None:
    """Take that back."""
    _retire(db, actor_id, room, None)


def _retire(db: Session, actor_id: int, room: Room, day: date | None) -> None:
    before, room.retired_on = room.retired_on, day
    was, now = ({"retired_on": one.isoformat() if one else None} for one in (before, day))
    record_change(db, actor_id, "room", room.id, was, now)
    db.flush()


def _in_use(room: Room, taken: list[Any]) -> Text:
    said = [
        text(
            "‘%(title)s’, run %(run)s, on %(day)s", title=one.title, run=one.run, day=clock.local(one.starts_at).date()
        )
        for one in taken[:_NAMED]
    ]
    sessions = said[0]
    for one in said[1:]:
        sessions = text("%(first)s; %(more)s", first=sessions, more=one)
    if len(taken) > _NAMED:
        sessions = text("%(names)s and %(count)s more", names=sessions, count=len(taken) - _NAMED)
    return text("In ‘%(room)s’ there still are: %(sessions)s. Move them first", room=room.name, sessions=sessions)


def _require_own_code(db: Session, room_id: int, code: str) -> None:
    other = db.scalar(select(Room.name).where(Room.code == code, Room.id != room_id))
    if other is not None:
        raise Refused(text("‘%(name)s’ has the code %(code)s already", name=other, code=code), code="room_code")
