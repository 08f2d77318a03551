"""Nobody teaches, and nothing takes place, in two places at once: rooms and instructors that are taken already."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, and_, func, literal, or_, select
from sqlalchemy.orm import Session

from courses.catalogue.models import Course
from courses.errors import Refused, WayOut
from courses.people.models import Person
from courses.scheduling.locks import lock_people, lock_rooms
from courses.scheduling.models import ClassSession, Period, Room, Run, RunInstructor, RunState
from courses.scheduling.plan import RunPlan
from courses.scheduling.uses import INSTRUCTOR, ROOM, Use, Uses, uses_of
from courses.text import text


@dataclass(frozen=True, slots=True)
class Booking(Use):
    """A use that stands already: `name` of the room or person, and the session it is for."""

    name: str
    run_id: int
    title: str
    run_number: int
    session_number: int


@dataclass(frozen=True, slots=True)
class Clash:
    """A wanted session (its number in the plan, from 1) and the booking that is in its way."""

    session: int
    booking: Booking


class Taken(Refused):
    """A room or an instructor is taken. `clashes` names each; `plan` was wanted, in order, of the run `run_id`."""

    def __init__(self, clashes: Sequence[Clash], plan: RunPlan, run_id: int | None) -> None:
        first = clashes[0].booking
        super().__init__(
            text(
                "%(name)s is taken: ‘%(title)s’, run %(run)s, session %(session)s, %(when)s",
                name=first.name,
                title=first.title,
                run=first.run_number,
                session=first.session_number,
                when=first.starts_at,
            ),
            code="taken",
            way_out=WayOut("run", text("Look at ‘%(title)s’", title=first.title), first.run_id),
        )
        self.clashes, self.plan, self.run_id = clashes, plan, run_id


def require_free(db: Session, plan: RunPlan, run_id: int | None) -> None:
    """Raise `Taken` where another run has the room or an instructor; holds both until the transaction ends.

    Two officers who book the same room come one after the other, so that the second one sees the first one's booking.
    """
    lock_people(db, _ids(plan, INSTRUCTOR))
    lock_rooms(db, _ids(plan, ROOM))
    clashes = find(plan, bookings(db, plan, run_id))
    if clashes:
        raise Taken(clashes, plan, run_id)


def _ids(plan: RunPlan, what: str) -> set[int]:
    uses = (use for session in plan.sessions for use in uses_of(session, plan.instructor_ids))
    return {use.id for use in uses if use.what == what}


def find(plan: RunPlan, taken: Sequence[Booking]) -> list[Clash]:
    """Every session of the plan that meets a booking, with the first booking it meets."""
    uses = Uses(taken)
    met = (uses.met(uses_of(session, plan.instructor_ids)) for session in plan.sessions)
    return [Clash(number, booking) for number, booking in enumerate(met, 1) if booking]


def bookings(
    db: Session, plan: RunPlan, run_id: int | None, *, rooms: Collection[int] = (), ahead: timedelta = timedelta()
) -> list[Booking]:
    """What other drafts and published runs have booked of the plan's rooms and people, while it lasts.

    With `rooms`: also of these; with `ahead`: also so long after it.
    """
    if not plan.sessions:
        return []
    first = min(session.starts_at for session in plan.sessions)
    last = max(session.ends_at for session in plan.sessions) + ahead
    of_rooms, of_people = _rooms(_ids(plan, ROOM) | set(rooms)), _people(_ids(plan, INSTRUCTOR))
    return [
        Booking(*row)
        for statement, times in ((of_rooms, ClassSession), (of_people, Period))
        for row in db.execute(
            statement.where(
                *(() if run_id is None else (Run.id != run_id,)),
                Run.state.in_((RunState.DRAFT, RunState.PUBLISHED)),
                times.starts_at < last,
                times.ends_at > first,
            ).order_by(times.starts_at, Run.id)
        )
    ]


_BOOKED = (Run.id, Course.title, Run.number, ClassSession.number)


def _rooms(ids: Collection[int]) -> Select[*tuple[Any, ...]]:
    return (
        select(literal(ROOM), Room.id, ClassSession.starts_at, ClassSession.ends_at, Room.name, *_BOOKED)
        .select_from(ClassSession)
        .join(Room, Room.id == ClassSession.room_id)
        .join(Run, Run.id == ClassSession.run_id)
        .join(Course, Course.id == Run.course_id)
        .where(Room.id.in_(ids))
    )


def _people(ids: Collection[int]) -> Select[*tuple[Any, ...]]:
    """Period by period; those without an instructor of their own keep all of the run's busy."""
    of_run = and_(RunInstructor.run_id == ClassSession.run_id, Period.instructor_id.is_(None))
    teaches = or_(Period.instructor_id.in_(ids), RunInstructor.person_id.in_(ids))
    return (
        select(literal(INSTRUCTOR), Person.id, Period.starts_at, Period.ends_at, Person.name, *_BOOKED)
        .select_from(Period)
        .join(ClassSession, ClassSession.id == Period.session_id)
        .join(Run, Run.id == ClassSession.run_id)
        .join(Course, Course.id == Run.course_id)
        .outerjoin(RunInstructor, of_run)
        .join(Person, Person.id == func.coalesce(Period.instructor_id, RunInstructor.person_id))
        .where(teaches)
    )
