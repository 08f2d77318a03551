"""What a draft still lacks before people may see it and apply."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from courses import clock
from courses.catalogue.models import Course, Kind
from courses.scheduling.models import Room
from courses.scheduling.modes import COUNTED
from courses.scheduling.plan import RunPlan
from courses.text import Text, text


def missing(db: Session, course: Course, plan: RunPlan, also: Sequence[Text] = ()) -> list[Text]:
    """Everything to do before the run can be published; empty when it is ready.

    `also`: what the caller knows to be missing of what is kept in rooms above (lessons).
    """
    first = _cyber(plan) if course.kind is Kind.CYBER else _class(db, plan)
    return [*first, *also, *_window(course, plan)]


def _cyber(plan: RunPlan) -> list[Text]:
    if plan.capacity is None and plan.mode in COUNTED:
        return [text("A selection or a draw needs a number of people")]
    return []


def _class(db: Session, plan: RunPlan) -> list[Text]:
    found = []
    if not plan.sessions:
        found.append(text("Add at least one session"))
    elif any(session.room_id is None for session in plan.sessions) and not plan.venue:
        found.append(text("Choose a room for every session, or say where it takes place"))
    if not plan.instructor_ids:
        found.append(text("Choose an instructor"))
    if plan.capacity is None:
        found.append(text("Set how many people can take part"))
    elif (seats := _fewest_seats(db, plan)) is not None and plan.capacity > seats:
        found.append(text("The room has %(seats)s seats: lower the number of people", seats=seats))
    return found


def _fewest_seats(db: Session, plan: RunPlan) -> int | None:
    rooms = {session.room_id for session in plan.sessions}
    return db.scalar(select(func.min(Room.seats)).where(Room.id.in_(rooms)))


def _window(course: Course, plan: RunPlan) -> list[Text]:
    if plan.apply_from is None or plan.apply_until is None:
        return [text("Set from when until when applications are taken")]
    found = []
    latest = last_moment(course, plan)
    if plan.apply_from >= plan.apply_until:
        found.append(text("Applications have to open before they close"))
    if plan.apply_until > latest:
        found.append(text("Applications have to close before the run starts"))
    if plan.cancel_until and plan.cancel_until > latest:
        found.append(text("The deadline to withdraw has to be before the run starts"))
    return found


def last_moment(course: Course, plan: RunPlan) -> datetime:
    """Until when people may apply and withdraw at the latest: the first session, or the end of a cyber run."""
    if course.kind is Kind.CYBER:
        return clock.end_of(plan.ends_on)
    if plan.sessions:
        return min(session.starts_at for session in plan.sessions)
    return clock.end_of(plan.starts_on)
