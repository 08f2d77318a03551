"""How the people who serve in a unit today stand this year, for its own first page.

The reports count places by the unit of then; this counts by the people of now. Mandatory courses are those of `Duties`;
hours are `courses.hours.progress`.
"""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Date, Integer, Select, bindparam, func, select
from sqlalchemy.orm import Session

from courses import clock
from courses.db import KEY, rows, unsought
from courses.enrolment import assignments, known, reckoned
from courses.enrolment.models import Enrolment, Outcome, Status
from courses.people.models import Person, Posting
from courses.people.units import below
from courses.reporting.headcounts import OFFERED
from courses.scheduling.models import Run


class Standing(NamedTuple):
    """Duties (a person times a mandatory course) and how many are done; who completed something."""

    must: int
    must_done: int
    persons: int


def of_unit(db: Session, unit_id: int, year: int) -> Standing:
    """The staff of the unit and of all below."""
    asked = {"unit_id": unit_id, "year": year, "today": clock.today()}
    persons, right, must, done = rows(db, _ALL, asked).one()
    return Standing(int(must), int(done), persons) if right else Standing(*assignments.of_unit(db, unit_id), persons)


_today, _unit_id = bindparam("today", type_=Date), bindparam("unit_id", type_=KEY)
_staff = (
    select(Person.id)
    .join(Posting, Posting.person_id == Person.id)
    .where(
        Posting.on(_today),
        Posting.unit_id.in_(select(below(_unit_id).c.id)),
        Person.employee_no.is_not(None),
        Person.active_on(_today),
    )
    .cte("staff")
)
_PERSONS: Select[int] = (
    select(func.count(Enrolment.person_id.distinct()))
    .select_from(_staff)
    .join(Enrolment, Enrolment.person_id == _staff.c.id)
    .join(Run, Run.id == Enrolment.run_id)
    .where(
        Enrolment.status == Status.ENROLLED,
        Enrolment.outcome == Outcome.COMPLETED,
        unsought(Run.state).in_(OFFERED),
        unsought(Run.year) == bindparam("year", type_=Integer),
    )
)
_kept = known.OF_UNIT.subquery()
_ALL = select(_PERSONS.scalar_subquery(), reckoned.RIGHT.scalar_subquery(), _kept.c.must, _kept.c.done)
"""What is kept of duties at once, with whether it is right."""
