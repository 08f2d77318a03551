"""Runs like one that is there, once or several times: the same sessions over other working days."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from courses import clock
from courses.catalogue.models import Course
from courses.scheduling import actions, clashes, defaults
from courses.scheduling.clashes import Clash
from courses.scheduling.holidays import PUBLIC, Calendar, DayOff
from courses.scheduling.models import Run
from courses.scheduling.plan import RunPlan, SessionPlan
from courses.scheduling.uses import Uses, uses_of

MOST = 12
"""So many runs at once."""

_WEEK = 7
_DAY = timedelta(days=1)
_MONTHS = 12


class Unit(enum.StrEnum):
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Copy:
    """A run to be. `asked`: the day it was to begin on, `off` the holiday on that day where it begins later instead.

    `clashes` are with runs that are planned; `meets`: the first of the copies before it (from 1) that is in its way.
    """

    asked: date
    plan: RunPlan
    off: DayOff | None
    clashes: tuple[Clash, ...]
    meets: int | None

    @property
    def is_free(self) -> bool:
        """Whether it can be planned as it is."""
        return not self.clashes and self.meets is None


def first_days(first: date, count: int, every: int, unit: Unit) -> list[date]:
    """The first one and those after it, so many weeks or months apart; a month that is too short gives its last day."""
    if unit is Unit.WEEK:
        return [first + timedelta(weeks=every * n) for n in range(count)]
    return [_months_later(first, every * n) for n in range(count)]


def _months_later(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, _MONTHS)
    following = date(day.year + years + (month + 1) // _MONTHS, (month + 1) % _MONTHS + 1, 1)
    return min(date(day.year + years, month + 1, 1) + (day.day - 1) * _DAY, following - _DAY)


def shifted(plan: RunPlan, first: date, now: datetime, office: Calendar = PUBLIC) -> RunPlan:
    """The plan as one of a new run that begins on the first working day from `first` on, with a window of its own.

    A session so many weeks after the one before it stays so; others keep their distance in working days.
    """
    if not plan.sessions:
        last = first + (plan.ends_on - plan.starts_on)
        return _with_window(replace(plan, starts_on=first, ends_on=last), now, office)
    sessions: list[SessionPlan] = []
    for before, session in zip((None, *plan.sessions), plan.sessions, strict=False):
        day = _day_after(sessions[-1].day, before.day, session.day, office) if before else office.on_or_after(first)
        sessions.append(session.on(day))
    begins = sessions[0].day + (plan.starts_on - plan.sessions[0].day)
    ends = sessions[-1].day + (plan.ends_on - plan.sessions[-1].day)
    moved = replace(plan, starts_on=begins, ends_on=ends, sessions=tuple(sessions))
    return _with_window(moved.settled(), now, office)


def _day_after(last: date, before: date, day: date, office: Calendar) -> date:
    """Where a session comes that was on `day`, when the one on `before` is on `last` now."""
    apart = (day - before).days
    if apart % _WEEK == 0:
        return office.on_or_after(last + apart * _DAY) if apart else last
    for _ in range(max(1, _working_days_between(before, day, office))):
        last = office.next_working_day(last)
    return last


def _working_days_between(first: date, last: date, office: Calendar) -> int:
    return sum(office.is_working(first + n * _DAY) for n in range(1, (last - first).days + 1))


def _with_window(plan: RunPlan, now: datetime, office: Calendar) -> RunPlan:
    begins_at = plan.sessions[0].starts_at if plan.sessions else None
    window = defaults.window(plan.starts_on, plan.ends_on, now, begins_at=begins_at, office=office)
    return replace(plan, apply_from=window[0], apply_until=window[1], cancel_until=window[2])


def preview(db: Session, plan: RunPlan, firsts: Sequence[date], office: Calendar) -> list[Copy]:
    """Each run that would come of beginning on these days, in order, with what is in its way. Two statements."""
    now = clock.now()
    plans = [shifted(plan, first, now, office) for first in firsts]
    taken = clashes.bookings(db, plans[0], None, ahead=plans[-1].ends_on - plans[0].ends_on + _DAY)
    return [
        Copy(
            asked=first,
            plan=one,
            off=office.day_off(first) if one.sessions else None,
            clashes=tuple(clashes.find(one, taken)),
            meets=_meets(one, plans[:number]),
        )
        for number, (first, one) in enumerate(zip(firsts, plans, strict=True))
    ]


def _meets(plan: RunPlan, others: Sequence[RunPlan]) -> int | None:
    """The first of the others (from 1) that needs the same room or person at the same time."""
    wanted = [use for session in plan.sessions for use in uses_of(session, plan.instructor_ids)]
    for number, other in enumerate(others, 1):
        if Uses(use for one in other.sessions for use in uses_of(one, other.instructor_ids)).met(wanted):
            return number
    return None


def make(
    db: Session, actor_id: int, course: Course, plan: RunPlan, firsts: Sequence[date], office: Calendar
) -> list[Run]:
    """A draft for each of these days. All or nothing: raises `clashes.Taken` for the first one that cannot be."""
    now = clock.now()
    return [actions.plan(db, actor_id, course, shifted(plan, first, now, office)) for first in firsts]


def first_free(db: Session, plan: RunPlan, office: Calendar, tries: int = 20) -> RunPlan:
    """The plan on the nearest working days on which all its sessions are free; as it is when none of `tries` is."""
    taken = clashes.bookings(db, plan, None, ahead=2 * tries * _DAY)
    now = clock.now()
    for day, _ in zip(office.working_days(plan.starts_on), range(tries), strict=False):
        proposed = shifted(plan, day, now, office)
        if not clashes.find(proposed, taken):
            return proposed
    return plan
