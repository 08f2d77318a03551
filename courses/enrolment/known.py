"""What is kept of duties (`reckoned.py`), read: asked for only while it is right."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import Integer, Select, bindparam, func, select
from sqlalchemy.orm import Session

from courses.db import KEY, rows
from courses.enrolment import obligations
from courses.enrolment.models import Duty, DutyCount, State
from courses.enrolment.reckoned import EVERYBODY
from courses.people.models import OrgUnit, Person


def counts(db: Session, unit_ids: list[int] | None, assignment_id: int | None) -> dict[int, dict[str, int]]:
    """How many stand how, by assignment (or of one); in these units and all below, or of everybody."""
    asked = {"unit_ids": [EVERYBODY] if unit_ids is None else unit_ids, "assignment_id": assignment_id}
    found = rows(db, _counts(assignment_id is not None), asked)
    return {row[0]: {state: int(number) for state, number in zip(State, row[1:], strict=True)} for row in found}


def late(
    db: Session, assignment_id: int, unit_ids: list[int] | None, limit: int | None, skip: int
) -> list[tuple[Any, ...]]:
    """Columns of `assignments.Late` up to the day, its number, and `begun`; `limit` None: all."""
    asked = {"assignment_id": assignment_id, "unit_ids": unit_ids or [], "limit": limit, "skip": skip}
    return [tuple(row) for row in rows(db, _late(unit_ids is not None, limit is not None), asked)]


_assignment_id = bindparam("assignment_id", type_=KEY)
_ALL = DutyCount.done + DutyCount.open + DutyCount.away + DutyCount.late
OF_UNIT = select(
    func.coalesce(func.sum(_ALL), 0).label("must"), func.coalesce(func.sum(DutyCount.done), 0).label("done")
).where(DutyCount.unit_id == bindparam("unit_id", type_=KEY), DutyCount.assignment_id == obligations.MARK)
"""SQL: how many there are and how many are done in `:unit_id` and all below."""


@cache
def _counts(of_one: bool) -> Select[*tuple[Any, ...]]:
    """Of units one of which is under another the upper one counts both."""
    unit_ids = bindparam("unit_ids", type_=KEY, expanding=True)
    over = obligations.units_above(OrgUnit.id.in_(unit_ids))
    under = select(over.c.unit).where(over.c.top.in_(unit_ids), over.c.top != over.c.unit)
    sums = (func.sum(getattr(DutyCount, state)) for state in State)
    which = DutyCount.assignment_id == _assignment_id if of_one else DutyCount.assignment_id != obligations.MARK
    where = which, DutyCount.unit_id.in_(unit_ids), DutyCount.unit_id.not_in(under)
    return select(DutyCount.assignment_id, *sums).where(*where).group_by(DutyCount.assignment_id)


@cache
def _late(of_units: bool, paged: bool) -> Select[*tuple[Any, ...]]:
    """The page is cut before names and units are looked up."""
    columns = (Duty.person_id, Duty.unit_id, Duty.grade, Duty.due, Duty.course_id, Duty.position, Duty.name)
    here = select(*columns).where(Duty.assignment_id == _assignment_id, Duty.state == State.LATE)
    here = here.order_by(Duty.position, Duty.unit_id, Duty.name, Duty.person_id)
    if of_units:
        units = obligations.units_below(OrgUnit.id.in_(bindparam("unit_ids", type_=KEY, expanding=True)))
        here = here.where(Duty.unit_id.in_(select(units.c.unit)))
    if paged:
        here = here.limit(bindparam("limit", type_=Integer)).offset(bindparam("skip", type_=Integer))
    one = here.subquery("one")
    begun = obligations.under_way(one.c.person_id, one.c.course_id).label("begun")
    number = Person.employee_no
    return (
        select(one.c.person_id, one.c.name, number, one.c.unit_id, OrgUnit.path, one.c.grade, one.c.due, begun)
        .join(Person, Person.id == one.c.person_id)
        .join(OrgUnit, OrgUnit.id == one.c.unit_id)
        .order_by(one.c.position, one.c.unit_id, one.c.name, one.c.person_id)
    )
