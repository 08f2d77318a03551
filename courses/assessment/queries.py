from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Date, and_, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from courses.assessment.models import Appeal, AppealState, Component, ComponentKind, Score
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


@dataclass(frozen=True, slots=True)
class OwnPart:
    """A part of somebody's score as they may see it: `points` (hundredths) once published, None before or without."""

    id: int
    name: str
    kind: ComponentKind
    weight: int
    minimum: int | None
    published_at: datetime | None
    points: int | None


@dataclass(frozen=True, slots=True)
class AppealRow:
    """An appeal with whose it is; points in hundredths, `now` those that stand."""

    id: int
    enrolment_id: int
    component_id: int
    part: str
    name: str
    unit: str
    state: AppealState
    words: str
    points: int
    now: int | None
    made_at: datetime
    answer: str
    answered_points: int | None
    answered_at: datetime | None
    answered_by: str | None


def components(db: Session, run_id: int) -> Sequence[Component]:
    """The parts of a run's score, in order; none until somebody scored or divided it."""
    return db.scalars(_COMPONENTS, {"run": run_id}).all()


def scores(db: Session, run_id: int) -> dict[int, dict[int, int]]:
    """Every score of a run: {enrolment id: {component id: hundredths of a point}}; what is missing is not there."""
    found: dict[int, dict[int, int]] = {}
    for enrolment_id, component_id, points in db.execute(_SCORES, {"run": run_id}):
        found.setdefault(enrolment_id, {})[component_id] = points
    return found


def own(db: Session, enrolment_id: int) -> list[OwnPart]:
    """The parts of the run's score, in order, with what this person may see of their points."""
    found = [OwnPart(*row) for row in rows(db, _OWN, {"enrolment": enrolment_id}).all()]
    return [part if part.published_at else replace(part, points=None) for part in found]


def news(db: Session, run_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """How many parts of each run's score are published, and how many there are; runs without parts are not there."""
    found = rows(db, _NEWS, {"runs": list(run_ids)}) if run_ids else ()
    return {row[0]: (row[1], row[2]) for row in found}


def appeals(db: Session, run: Run) -> list[AppealRow]:
    """Every appeal of a run, those that wait first, then the latest."""
    found = [AppealRow(*row) for row in rows(db, _APPEALS_OF_RUN, {"run": run.id, "day": run.ends_on}).all()]
    return sorted(found, key=lambda one: one.state is not AppealState.OPEN)


def own_appeals(db: Session, enrolment_id: int, run: Run) -> list[AppealRow]:
    """Somebody's appeals in a run, the latest first."""
    return [AppealRow(*row) for row in rows(db, _OWN_APPEALS, {"enrolment": enrolment_id, "day": run.ends_on}).all()]


def waiting_appeals(db: Session, run_ids: Sequence[int]) -> dict[int, int]:
    """How many appeals wait in each of these runs; runs without are not there."""
    return {row[0]: row[1] for row in rows(db, _WAITING_APPEALS, {"runs": list(run_ids)}).all()} if run_ids else {}


def own_enrolments(db: Session, run_id: int, person_id: int) -> set[int]:
    """The enrolment of a person in a run, where there is one: nobody answers their own appeal."""
    return set(db.scalars(select(Enrolment.id).where(Enrolment.run_id == run_id, Enrolment.person_id == person_id)))


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
_PARTS = select(
    Component.id, Component.name, Component.kind, Component.weight, Component.minimum, Component.published_at
)
_ENROLMENT = bindparam("enrolment", type_=KEY)
_OWN = (
    _PARTS.add_columns(Score.points)
    .join(Enrolment, Enrolment.run_id == Component.run_id)
    .outerjoin(Score, and_(Score.component_id == Component.id, Score.enrolment_id == Enrolment.id))
    .where(Enrolment.id == _ENROLMENT)
    .order_by(Component.position)
)
_NEWS = (
    select(Component.run_id, func.count(Component.published_at), func.count())
    .where(Component.run_id.in_(bindparam("runs", type_=KEY, expanding=True)))
    .group_by(Component.run_id)
)
_WAITING_APPEALS = (
    select(Component.run_id, func.count())
    .join_from(Appeal, Component, Component.id == Appeal.component_id)
    .where(Component.run_id.in_(bindparam("runs", type_=KEY, expanding=True)), Appeal.state == AppealState.OPEN)
    .group_by(Component.run_id)
)
_ANSWERED_BY = aliased(Person)
_APPEALS = (
    select(
        Appeal.id,
        Appeal.enrolment_id,
        Appeal.component_id,
        Component.name,
        Person.name,
        func.coalesce(_UNIT, Person.institution),
        Appeal.state,
        Appeal.words,
        Appeal.points,
        Score.points,
        Appeal.made_at,
        Appeal.answer,
        Appeal.answered_points,
        Appeal.answered_at,
        _ANSWERED_BY.name,
    )
    .join_from(Appeal, Component, Component.id == Appeal.component_id)
    .join(Enrolment, Enrolment.id == Appeal.enrolment_id)
    .join(Person, Person.id == Enrolment.person_id)
    .outerjoin(Score, and_(Score.component_id == Appeal.component_id, Score.enrolment_id == Appeal.enrolment_id))
    .outerjoin(_ANSWERED_BY, _ANSWERED_BY.id == Appeal.answered_by)
    .order_by(Appeal.id.desc())
)
_APPEALS_OF_RUN = _APPEALS.where(Component.run_id == _RUN)
_OWN_APPEALS = _APPEALS.where(Appeal.enrolment_id == _ENROLMENT)
