"""What to offer where a session cannot be: the nearest free slots, as the database has them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import takewhile

from sqlalchemy.orm import Session

from courses import clock
from courses.scheduling import clashes, free
from courses.scheduling.free import Need, Place, Span
from courses.scheduling.holidays import Calendar, calendar
from courses.scheduling.models import Room
from courses.scheduling.plan import RunPlan, SessionPlan
from courses.scheduling.uses import Uses

LOOK_AHEAD = timedelta(days=28)
"""How far after the session one looks for another time."""

_ROOMS, _DAYS = 2, 3


@dataclass(frozen=True, slots=True)
class Offer:
    """Where session `number` (from 1) of a plan could be instead; `place` is '' where it needs no room."""

    number: int
    was_at: datetime
    session: SessionPlan
    place: str


def offers(
    db: Session,
    plan: RunPlan,
    numbers: Sequence[int],
    run_id: int | None,
    away: Sequence[Span] = (),
    *,
    rooms: Sequence[Room],
) -> list[Offer]:
    """The nearest free slots for these sessions of a settled plan: a few other rooms, then a few later times.

    `away`: times at which people with a seat in the run are elsewhere. `rooms`: all there are.
    Three statements, however many sessions.
    """
    places, office = [Place(room.id, room.name, room.seats, room.computers) for room in rooms], calendar(db)
    wanted = replace(plan, sessions=tuple(plan.sessions[number - 1] for number in numbers))
    ids = [room.id for room in rooms]
    taken = Uses(clashes.bookings(db, wanted, run_id, rooms=ids, ahead=LOOK_AHEAD + timedelta(days=1)))
    names = {room.id: room.name for room in rooms}
    found = []
    for number in numbers:
        session = plan.sessions[number - 1]
        slots = free.slots(
            session,
            days=_days(office, session.day),
            rooms=places,
            need=_need(plan, session, places),
            instructor_ids=plan.instructor_ids,
            taken=taken,
            away=[*away, *((one.starts_at, one.ends_at) for one in plan.sessions if one is not session)],
            after=clock.now(),
        )
        found += [
            Offer(number, session.starts_at, one, names.get(one.room_id or 0, "")) for one in _few(session, slots)
        ]
    return found


def _few(session: SessionPlan, slots: Iterator[SessionPlan]) -> Iterator[SessionPlan]:
    """Some rooms at its time, then the first time of each of some days, so that there is a choice."""
    rooms, days = 0, set[date]()
    for slot in slots:
        if slot.starts_at == session.starts_at:
            rooms += 1
            if rooms <= _ROOMS:
                yield slot
        elif slot.day not in days:
            days.add(slot.day)
            yield slot
            if len(days) == _DAYS:
                return


def _need(plan: RunPlan, session: SessionPlan, rooms: Sequence[Place]) -> Need:
    """As many seats as people may come, and computers for them where the present room has some."""
    seats = plan.capacity or 0
    present = next((room for room in rooms if room.id == session.room_id), None)
    return Need(seats, min(seats, present.computers) if present else 0)


def _days(office: Calendar, first: date) -> Iterator[date]:
    return takewhile(lambda day: day - first <= LOOK_AHEAD, office.working_days(first))
