"""Groups of people to be put into a run: by unit, grade and service, who lacks its course, who is late with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Date, Select, bindparam, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from courses import clock
from courses.db import rows
from courses.enrolment import assignments, naming
from courses.enrolment.models import Assignment, Enrolment, Outcome
from courses.enrolment.naming import Candidate
from courses.enrolment.states import ENDED
from courses.people.models import Person, Posting
from courses.people.units import below
from courses.scheduling.models import Run


@dataclass(frozen=True)
class Group:
    """Staff of today; what is not said narrows nothing.

    `missing`: who never completed the run's course; `assignment_id`: who is late with that assignment.
    """

    unit_id: int | None = None
    grade: str = ""
    service: str = ""
    missing: bool = False
    assignment_id: int | None = None

    @property
    def is_all(self) -> bool:
        """Whether everybody is meant."""
        return self == Group()


def gather(db: Session, run: Run, group: Group, near: ColumnElement[bool] | None = None) -> list[Candidate]:
    """Those of the group who have no place in the run yet, in official order; `near`: as `naming.find` has it."""
    today = clock.today()
    serving = select(Posting.person_id).where(Posting.on(today), *_serving(group))
    here = select(Enrolment.person_id).where(Enrolment.run_id == run.id, Enrolment.status.not_in(ENDED))
    asked: list[ColumnElement[bool]] = [Person.id.in_(serving), Person.employee_no.is_not(None), Person.id.not_in(here)]
    if near is not None:
        asked.append(near)
    if group.missing:
        done = select(Enrolment.person_id).join(Run, Run.id == Enrolment.run_id)
        done = done.where(Run.course_id == run.course_id, Enrolment.outcome == Outcome.COMPLETED)
        asked.append(Person.id.not_in(done))
    people = naming.people(db, asked, near)
    if group.assignment_id is None:
        return people
    late = _late(db, group.assignment_id)
    return [one for one in people if one.id in late]


def _serving(group: Group) -> list[ColumnElement[bool]]:
    asked: list[ColumnElement[bool]] = []
    if group.unit_id is not None:
        asked.append(Posting.unit_id.in_(select(below(group.unit_id).c.id)))
    if group.grade:
        asked.append(Posting.grade == group.grade)
    if group.service:
        asked.append(Posting.service == group.service)
    return asked


def _late(db: Session, assignment_id: int) -> set[int]:
    assignment = db.get(Assignment, assignment_id)
    return {one.person_id for one in assignments.overdue(db, assignment)} if assignment else set()


def grades_and_services(db: Session) -> tuple[Sequence[str], Sequence[str]]:
    """Those that the staff of today have, to choose from."""
    asked = {"today": clock.today()}
    grades, services = (list(rows(db, one, asked).scalars()) for one in (_GRADES, _SERVICES))
    return sorted(grades), sorted(services)


def _different(column: InstrumentedAttribute[str]) -> Select[str]:
    """SQL: the values that postings in force have; from one to the next by the index, not posting by posting."""
    value = select(func.min(column).label("value")).where(column > "").cte("value", recursive=True)
    later = select(func.min(column)).where(column > value.c.value).correlate(value).scalar_subquery()
    value = value.union_all(select(later).where(value.c.value.is_not(None)))
    there = select(Posting.id).where(column == value.c.value, Posting.on(bindparam("today", type_=Date))).exists()
    return select(value.c.value).where(there)


_GRADES, _SERVICES = _different(Posting.grade), _different(Posting.service)
