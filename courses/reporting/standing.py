"""How the people who serve in a unit today stand this year, for its own first page: one statement, made once.

The reports count places by the unit of then; this counts by the people of now. Mandatory courses are those of `Duties`.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import Date, Integer, Select, bindparam, case, func, or_, select
from sqlalchemy.orm import Session

from courses import clock
from courses.catalogue.models import Course
from courses.catalogue.queries import RECOGNISED
from courses.db import KEY, rows
from courses.enrolment.models import Enrolment, Outcome, Status
from courses.people.models import Person, Posting
from courses.people.units import below
from courses.reporting.headcounts import OFFERED
from courses.scheduling.models import Run


class Standing(NamedTuple):
    """Duties (a person times a mandatory course) and how many are done; who completed something, recognised minutes."""

    must: int
    must_done: int
    persons: int
    minutes: int


def of_unit(db: Session, unit_id: int, year: int) -> Standing:
    """The staff of the unit and of all below."""
    return Standing._make(rows(db, _STANDING, {"unit_id": unit_id, "year": year, "today": clock.today()}).one())


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
_completed: Select[*tuple[Any, ...]] = (
    select(Enrolment.person_id, Run.course_id, RECOGNISED.label("minutes"))
    .select_from(_staff)
    .join(Enrolment, Enrolment.person_id == _staff.c.id)
    .join(Run, Run.id == Enrolment.run_id)
    .join(Course, Course.id == Run.course_id)
    .where(
        Enrolment.status == Status.ENROLLED,
        Enrolment.outcome == Outcome.COMPLETED,
        Run.state.in_(OFFERED),
        Run.year == bindparam("year", type_=Integer),
    )
)
_done = _completed.cte("done")
_duty = (
    select(
        case((select(_done.c.person_id).where(
            _done.c.person_id == _staff.c.id, _done.c.course_id == Course.id).exists(), 1)).label("done")
    )
    .select_from(_staff.join(Course.__table__, Course.mandatory))
    .where(or_(Course.retired_on.is_(None), Course.retired_on > _today))
    .cte("duty")
)  # fmt: skip
_STANDING = select(
    select(func.count()).select_from(_duty).scalar_subquery(),
    select(func.count(_duty.c.done)).scalar_subquery(),
    select(func.count(_done.c.person_id.distinct())).scalar_subquery(),
    select(func.coalesce(func.sum(_done.c.minutes), 0)).scalar_subquery(),
)
