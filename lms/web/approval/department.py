"""How the people of a unit stand: days with many away, mandatory training, hours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from flask import url_for
from markupsafe import Markup
from sqlalchemy import Row, bindparam, select
from sqlalchemy.orm import Session

from courses import clock
from courses.confirming import queries as confirming
from courses.db import KEY, rows
from courses.enrolment import approvals, collecting
from courses.enrolment.absences import Absences, Day
from courses.enrolment.approvals import Waiting
from courses.enrolment.collecting import Task
from courses.people.actor import Actor
from courses.people.models import OrgUnit, Role
from lms.db import current_organisation
from lms.i18n import _

_WEEK = timedelta(days=7)
_WORKING_DAYS = 5
_WEEKS, _MOST_WEEKS = 4, 13


class Cell(NamedTuple):
    """A day of the calendar, as it is written: its address when anybody is away, classes, 'month. day.', who is away.

    `said` tells the numbers in words; `many`: a sign says that it is more than a third.
    """

    day: date
    url: str
    tone: str
    short: str
    away: int
    people: int
    said: Markup
    many: bool


@dataclass(frozen=True)
class Desk:
    """What waits on the first screen of a head or clerk: the first of `total` applications, runs to rank.

    `steps`: how many weighty steps wait for a second person.
    """

    applications: list[Waiting]
    total: int
    tasks: list[Task]
    steps: int


_ON_A_DESK = 20


def waiting_for(db: Session, actor: Actor) -> Desk | None:
    """What it is the person's turn to do for a unit; None where there is nothing."""
    if not any(role in (Role.HEAD, Role.CLERK) for role, _ in actor.units):
        return None
    rules = current_organisation()
    waiting = approvals.waiting(db, actor, rules) if Role.HEAD in actor.roles else []
    tasks = [task for task in collecting.of_units(db, actor, rules) if task.unranked] if _ranks(actor) else []
    steps = steps_for(db, actor)
    return Desk(waiting[:_ON_A_DESK], len(waiting), tasks, steps) if waiting or tasks or steps else None


def steps_for(db: Session, actor: Actor) -> int:
    """How many weighty steps wait for the person as a head."""
    headed = [unit_id for role, unit_id in actor.units if role is Role.HEAD]
    return confirming.count_below(db, headed, actor.id) if headed else 0


def _ranks(actor: Actor) -> bool:
    return Role.CLERK in actor.roles


def units_of(db: Session, actor: Actor) -> Sequence[Row[*tuple[Any, ...]]]:
    """The units that the person keeps, heads or stands in for, in official order."""
    own = {unit_id for role, unit_id in actor.units if role in (Role.HEAD, Role.CLERK)}
    if not own:
        return []
    return rows(db, _UNITS, {"unit_ids": list(own)}).all()


def absences_of(db: Session, unit_id: int) -> Absences:
    """Of a quarter of a year, from this week on."""
    monday = clock.today() - timedelta(days=clock.today().weekday())
    return Absences(db, unit_id, monday, monday + _WEEK * _MOST_WEEKS)


def weeks(away: Absences, unit_id: int) -> list[list[Cell]]:
    """Monday to Friday, from this week on, as far as somebody has class or hopes for it: at least four weeks."""
    here, said = f"{url_for('approval.index', unit=unit_id)}&day=", _said()
    return [
        [_cell(away.day(away.first + timedelta(days=7 * week + day)), here, said) for day in range(_WORKING_DAYS)]
        for week in range(max(_last_week(away), _WEEKS))
    ]


def _last_week(away: Absences) -> int:
    for number in sorted(((day - away.first).days for day in away.busy), reverse=True):
        if number < 7 * _MOST_WEEKS and number % 7 < _WORKING_DAYS:
            one = away.day(away.first + timedelta(days=number))
            if one.in_class or one.hoping:
                return number // 7 + 1
    return 0


def _said() -> str:
    """To be filled in day by day: asking for each of them takes longer than all the rest."""
    return _("of %(people)s away: %(sure)s in class, %(hoping)s applied, %(leave)s on leave")


def _cell(one: Day, here: str, said: str) -> Cell:
    day, away = one.day, one.away
    short = f"{day.month}. {day.day}."
    if not away:
        return Cell(day, "", "", short, 0, one.people, Markup(), many=False)
    counts = {"people": one.people, "sure": one.in_class, "hoping": one.hoping, "leave": one.on_leave}
    words = Markup(said % counts)  # noqa: S704  # numbers only
    return Cell(
        day, f"{here}{day.isoformat()}#away", "many" if one.many else "", short, away, one.people, words, one.many
    )


_UNITS = (
    select(OrgUnit.id, OrgUnit.name, OrgUnit.path, OrgUnit.depth)
    .where(OrgUnit.id.in_(bindparam("unit_ids", type_=KEY, expanding=True)))
    .order_by(OrgUnit.position, OrgUnit.id)
)
