from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Date, bindparam, select
from sqlalchemy.orm import Session

from courses.assessment.models import Component, Score
from courses.db import KEY, rows
from courses.enrolment.models import Enrolment, Status
from courses.people.models import Person
from courses.people.units import unit_path
from courses.scheduling.models import Run


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """One line of the list of scores, in roster order. `points`: hundredths by component id, where there are any."""

    number: int
    enrolment_id: int
    name: str
    employee_no: str
    unit: str
    points: dict[int, int]


def components(db: Session, run_id: int) -> Sequence[Component]:
    """The parts of a run's score, in order; none until somebody scored or divided it."""
    return db.scalars(_COMPONENTS, {"run": run_id}).all()


def scores(db: Session, run_id: int) -> dict[int, dict[int, int]]:
    """Every score of a run: {enrolment id: {component id: hundredths of a point}}; what is missing is not there."""
    found: dict[int, dict[int, int]] = {}
    for enrolment_id, component_id, points in db.execute(_SCORES, {"run": run_id}):
        found.setdefault(enrolment_id, {})[component_id] = points
    return found


def roster(db: Session, run: Run) -> list[ScoreRow]:
    """Everybody enrolled, by name, with their scores; `unit` is the path of the unit on the run's last day."""
    points = scores(db, run.id)
    return [
        ScoreRow(number, row.id, row.name, row.employee_no or "", row.unit or row.institution, points.get(row.id, {}))
        for number, row in enumerate(rows(db, _ROSTER, {"run": run.id, "day": run.ends_on}), 1)
    ]


# Built once: that costs more than running them.

_RUN = bindparam("run", type_=KEY)
_COMPONENTS = select(Component).where(Component.run_id == _RUN).order_by(Component.position)
_SCORES = select(Score.enrolment_id, Score.component_id, Score.points).join(Component).where(Component.run_id == _RUN)
_UNIT = unit_path(bindparam("day", type_=Date)).label("unit")
_ROSTER = (
    select(Enrolment.id, Person.name, Person.employee_no, Person.institution, _UNIT)
    .join(Person, Person.id == Enrolment.person_id)
    .where(Enrolment.run_id == _RUN, Enrolment.status == Status.ENROLLED)
    .order_by(Person.name, Enrolment.id)
)
