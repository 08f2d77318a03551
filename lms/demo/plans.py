"""An opening of the plot as a plan: days, hours, room, instructor, window."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random

from courses import clock
from courses.catalogue.models import Course, Kind
from courses.scheduling.models import Mode
from courses.scheduling.plan import PeriodPlan, RunPlan, SessionPlan
from lms.demo.days import Hours, hours_around, usual_hours, working_day
from lms.demo.plot import CYBER_DAYS, Fate, Opening
from lms.demo.stage import Stage

_DAY_HOURS = 7
_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)
_OPENS, _CYBER_OPENS, _CYBER_CLOSES = 50, 14, 7
_CLOSES = {Kind.CLASSROOM: 3, Kind.WORKPLACE: 1}
_DECIDED_IN = {Mode.SELECTION: 17, Mode.DRAW: 8}
"""So many days before the first one (a cyber run: before the last) applications open and close."""


def drawn(stage: Stage, opening: Opening, course: Course, rng: Random) -> RunPlan:
    """The plan of an opening; its room and its instructor are booked on the stage."""
    return _cyber(stage, opening) if course.kind is Kind.CYBER else _class(stage, opening, course, rng)


def _class(stage: Stage, opening: Opening, course: Course, rng: Random) -> RunPlan:
    hours = _hours(stage, opening, course)
    days = [clock.local(periods[0][0]).date() for periods in hours]
    seats = opening.capacity or course.capacity or 0
    teacher = stage.people.instructor if opening.mine else stage.lecturer(days, opening.external, rng)
    room = stage.room(seats, days, course.kind is Kind.WORKPLACE, rng)
    start = clock.start_of(days[0])
    closes = start - _DECIDED_IN.get(opening.mode, _CLOSES[course.kind]) * _DAY + 18 * _HOUR
    if opening.fate is Fate.SHUT:
        closes = min(closes, clock.at(stage.today - _DAY, time(18)))
    return RunPlan(
        starts_on=days[0],
        ends_on=days[-1],
        capacity=seats,
        apply_from=_opens(stage, opening, start - _OPENS * _DAY + 9 * _HOUR),
        apply_until=closes,
        cancel_until=start - _DAY + 18 * _HOUR,
        sessions=tuple(_session(periods, room.id) for periods in hours),
        instructor_ids=(teacher.id,),
        mode=opening.mode,
        minimum=opening.minimum or None,
        offer_hours=opening.offer_hours or None,
    )


def _cyber(stage: Stage, opening: Opening) -> RunPlan:
    """Without sessions: from the first of a month on (one that opens tomorrow: in a week), at any time."""
    soon = opening.fate is Fate.SOON
    first = stage.today + 7 * _DAY if soon else working_day(stage.today, opening.starts).replace(day=1)
    last = first + CYBER_DAYS * _DAY
    closes = clock.at(last - _CYBER_CLOSES * _DAY, time(18))
    return RunPlan(
        starts_on=first,
        ends_on=last,
        capacity=None if opening.mode is Mode.OPEN else opening.capacity,
        apply_from=_opens(stage, opening, clock.at(first - _CYBER_OPENS * _DAY, time(9))),
        apply_until=closes,
        cancel_until=closes,
    )


def _opens(stage: Stage, opening: Opening, usually: datetime) -> datetime:
    return clock.at(stage.today + _DAY, time(9)) if opening.fate is Fate.SOON else usually


def _hours(stage: Stage, opening: Opening, course: Course) -> list[Hours]:
    """The periods of every day; today's are around this moment where a class is to be on."""
    hours = course.minutes // 60
    count = -(-hours // _DAY_HOURS)
    days = [working_day(stage.today, opening.starts + number) for number in range(count)]
    return [_hours_of(stage, opening, day, -(-hours // count)) for day in days]


def _hours_of(stage: Stage, opening: Opening, day: date, hours: int) -> Hours:
    on = opening.fate is Fate.ON and day == stage.today
    return hours_around(stage.now, hours) if on else usual_hours(day, hours)


def _session(periods: Hours, room_id: int) -> SessionPlan:
    return SessionPlan(tuple(PeriodPlan(begins, ends) for begins, ends in periods), room_id)
