from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.assessment.models import Component, Score
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
    return db.scalars(select(Component).where(Component.run_id == run_id).order_by(Component.position)).all()


def scores(db: Session, run_id: int) -> dict[int, dict[int, int]]:
    """Every score of a run: {enrolment id: {component id: hundredths of a point}}; what is missing is not there."""
    found: dict[int, dict[int, int]] = {}
    rows = select(Score.enrolment_id, Score.component_id, Score.points).join(Component)
    for row in db.execute(rows.where(Component.run_id == run_id)):
        found.setdefault(row.enrolment_id, {})[row.component_id] = row.points
    return found


def roster(db: Session, run: Run) -> list[ScoreRow]:
    """Everybody enrolled, by name, with their scores; `unit` is the path of the unit on the run's last day."""
    rows = db.execute(
        select(Enrolment.id, Person.name, Person.employee_no, Person.institution, unit_path(run.ends_on).label("unit"))
        .join(Person, Person.id == Enrolment.person_id)
        .where(Enrolment.run_id == run.id, Enrolment.status == Status.ENROLLED)
        .order_by(Person.name, Enrolment.id)
    )
    points = scores(db, run.id)
    return [
        ScoreRow(number, row.id, row.name, row.employee_no or "", row.unit or row.institution, points.get(row.id, {}))
        for number, row in enumerate(rows, 1)
    ]
