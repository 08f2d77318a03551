"""Free slots as choices of one click, where a plan or a session meets what is booked already."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from flask import request
from sqlalchemy.orm import Session

from courses import clock
from courses.enrolment import rescheduling
from courses.errors import Refused
from courses.scheduling import queries
from courses.scheduling.clashes import Taken
from courses.scheduling.free import Span
from courses.scheduling.models import Room, Run
from courses.scheduling.moving import shifted
from courses.scheduling.offers import Offer, offers
from courses.scheduling.plan import RunPlan
from lms import db as doors
from lms.i18n import _
from lms.web.answers import key
from lms.web.fields import YEARS
from lms.web.formats import span

FIELD = "offer"
_MARK = "~"


@dataclass(frozen=True, slots=True)
class Choice:
    """A slot to take. `value` says it to a form that holds a whole plan, `fields` to the form of one session."""

    label: str
    value: str
    fields: dict[str, str]


def choices(
    db: Session,
    plan: RunPlan,
    numbers: Sequence[int],
    run_id: int | None,
    away: Sequence[Span] = (),
    *,
    rooms: Sequence[Room] | None = None,
) -> list[Choice]:
    """The nearest free slots for these sessions of a settled plan. `rooms`: all, where they were read."""
    many, rooms = len(numbers) > 1, queries.rooms(db) if rooms is None else rooms
    return [_choice(offer, many) for offer in offers(db, plan, numbers, run_id, away, rooms=rooms)]


def for_refused(db: Session, refused: Refused | None, run: Run | None = None) -> list[Choice]:
    """What to do about a room or an instructor that is taken; nothing about other refusals."""
    if not isinstance(refused, Taken):
        return []
    away = rescheduling.away(db, run, clock.now()) if run else ()
    return choices(db, refused.plan, [clash.session for clash in refused.clashes], refused.run_id, away)


def taken_up() -> list[str]:
    """The choices sent with the form: the one clicked, and those from before."""
    return request.form.getlist(FIELD)


def applied(plan: RunPlan) -> RunPlan:
    """The plan with the choices that were sent, as far as its sessions are still where those started from."""
    taken = taken_up()
    rooms = {room.id for room in queries.rooms(doors.looking())} if taken else set()
    for value in taken:
        plan = _applied(plan.settled(), value, rooms)
    return plan


def _applied(plan: RunPlan, value: str, rooms: Collection[int]) -> RunPlan:
    try:
        number, was_at, starts_at, room = value.split(_MARK)
        place = int(number) - 1
        session = plan.sessions[place]
        if place < 0 or session.starts_at != datetime.fromisoformat(was_at):
            return plan
        moved = replace(shifted(session, datetime.fromisoformat(starts_at)), room_id=key(room) if room else None)
        possible = moved.day.year in YEARS and (moved.room_id is None or moved.room_id in rooms)
    except (ValueError, IndexError, TypeError, OverflowError):
        return plan
    if not possible:
        return plan
    return replace(plan, sessions=(*plan.sessions[:place], moved, *plan.sessions[place + 1 :]))


def _choice(offer: Offer, many: bool) -> Choice:
    session, begins = offer.session, clock.local(offer.session.starts_at)
    room = str(session.room_id or "")
    when = span(session.starts_at, session.ends_at)
    label = " · ".join(part for part in (_("Session %(n)s", n=offer.number) if many else "", when, offer.place) if part)
    return Choice(
        label,
        _MARK.join((str(offer.number), offer.was_at.isoformat(), session.starts_at.isoformat(), room)),
        {"day": f"{begins:%Y-%m-%d}", "begins": f"{begins:%H:%M}", "room": room},
    )
