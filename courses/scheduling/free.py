"""Where and when a session could take place instead: the nearest free slots. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from courses import clock
from courses.scheduling.hours import CLOSES, LUNCH, LUNCH_ENDS, OPENS
from courses.scheduling.moving import shifted
from courses.scheduling.plan import SessionPlan
from courses.scheduling.uses import AnyUse, Uses, uses_of

STEP = timedelta(minutes=30)
"""How finely other hours of a day are tried."""

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Place:
    """A room in which `seats` people fit; `computers` of them have one."""

    id: int
    name: str
    seats: int
    computers: int


@dataclass(frozen=True, slots=True)
class Need:
    """What a room must have to be offered instead."""

    seats: int = 0
    computers: int = 0

    def met_by(self, room: Place) -> bool:
        """Whether everybody fits, each with a computer where they need one."""
        return room.seats >= self.seats and room.computers >= self.computers


def slots(
    session: SessionPlan,
    *,
    days: Iterable[date],
    rooms: Sequence[Place],
    need: Need,
    instructor_ids: Collection[int],
    taken: Uses[AnyUse],
    away: Sequence[Span] = (),
    after: datetime | None = None,
) -> Iterator[SessionPlan]:
    """The session as it could be instead, the nearest first: in other rooms at its time, then later in its own room.

    `days`: those on which one works, in order, from the session's on. Other hours lie within the working hours and
    around lunch; the session's own hours are kept as they are. `taken`: what is in use; `away`: times at which some of
    its people are elsewhere. Nothing is offered that begins before `after`.
    """

    def possible(one: SessionPlan) -> bool:
        elsewhere = any(first < one.ends_at and one.starts_at < last for first, last in away)
        return not elsewhere and taken.met(uses_of(one, instructor_ids)) is None

    for day in days:
        for start in _starts(session, day):
            if start < session.starts_at or (after and start < after):
                continue
            if start == session.starts_at:
                here = (replace(session, room_id=room.id) for room in _others(session, rooms, need))
                yield from filter(possible, here)
            elif possible(later := shifted(session, start)):
                yield later


def _others(session: SessionPlan, rooms: Sequence[Place], need: Need) -> list[Place]:
    """The rooms to ask for, the tightest first, so that large ones stay free."""
    if session.room_id is None:
        return []
    fitting = (room for room in rooms if room.id != session.room_id and need.met_by(room))
    return sorted(fitting, key=lambda room: (room.seats, room.name, room.id))


def _starts(session: SessionPlan, day: date) -> list[datetime]:
    """When it may begin on a day: at its own hour, or at any in which its periods keep clear of evening and lunch."""
    own = clock.at(day, clock.local(session.starts_at).time())
    opens, closes = clock.at(day, OPENS), clock.at(day, CLOSES)
    tries = range(max(0, (closes - opens - (session.ends_at - session.starts_at)) // STEP + 1))
    starts = (opens + STEP * n for n in tries)
    return sorted({own, *(start for start in starts if _around_lunch(shifted(session, start), day))})


def _around_lunch(session: SessionPlan, day: date) -> bool:
    begins, ends = clock.at(day, LUNCH), clock.at(day, LUNCH_ENDS)
    return not any(period.starts_at < ends and begins < period.ends_at for period in session.periods)
