"""What stands behind a number: places, persons or duties, one row each; pages by key, or all of them as a stream."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, false, func, or_, select
from sqlalchemy.orm import Session, aliased

from courses.catalogue.models import Course
from courses.catalogue.queries import RECOGNISED
from courses.enrolment.models import Enrolment
from courses.people.models import OrgUnit, Person
from courses.reporting.dimensions import OF_RUNS, Base, across_dimension, is_at
from courses.reporting.duties import Duties
from courses.reporting.explorer import BEFORE
from courses.reporting.measures import of_measure
from courses.reporting.places import Places
from courses.reporting.question import DUTY, Across, Dimension, Measure, Question
from courses.reporting.tallies import ALL
from courses.scheduling.models import Run

PAGE = 50
_AT_ONCE = 500


@dataclass(frozen=True)
class Cell:
    """A number of a report: its question, the keys of its line and column (`ALL`: all together), what it counts."""

    question: Question
    line: str = ALL
    column: str = ALL
    measure: Measure = Measure.PLACES

    @property
    def counts_persons(self) -> bool:
        """Whether each row is a person, else a place."""
        return self.measure is Measure.PERSONS

    @property
    def counts_duties(self) -> bool:
        """Whether each row is a person and a mandatory course."""
        return self.measure in DUTY


def total(db: Session, cell: Cell) -> int:
    """How many rows there are: the number that leads to them."""
    if cell.counts_persons:
        return db.scalar(_counted(db, cell, func.count(Enrolment.person_id.distinct()))) or 0
    statement, values = _statement(db, cell)
    rows = statement.order_by(None).subquery()
    return db.scalar(select(func.count()).select_from(rows), values) or 0


def page(db: Session, cell: Cell, after: tuple[str, int] | None = None) -> tuple[list[Row[Any]], bool]:
    """The rows after a key (`row.sort`, `row.id`), and whether there are more."""
    statement, values = _statement(db, cell)
    if after is not None:
        one = statement.order_by(None).subquery()
        sort, identity = after
        statement = (
            select(one)
            .where(or_(one.c.sort > sort, and_(one.c.sort == sort, one.c.id > identity)))
            .order_by(one.c.sort, one.c.id)
        )
    rows = db.execute(statement.limit(PAGE + 1), values).all()
    return list(rows[:PAGE]), len(rows) > PAGE


def stream(db: Session, cell: Cell) -> Iterator[Row[Any]]:
    """All rows, a few hundred in memory at a time. The session must live as long as they are read."""
    statement, values = _statement(db, cell)
    yield from db.execute(statement.execution_options(yield_per=_AT_ONCE), values)


_Values = dict[str, Any]


def _statement(db: Session, cell: Cell) -> tuple[Select[Any], _Values]:
    """SQL: the rows, ordered by `sort` and `id`, and what it is asked with."""
    if cell.counts_duties:
        return _duties(db, cell)
    return (_persons(db, cell) if cell.counts_persons else _places(db, cell)), {}


def _places(db: Session, cell: Cell) -> Select[Any]:
    """By name, then in the order in which the runs ended."""
    places = Places(_asked(cell).filters)
    unit = aliased(OrgUnit)
    return (
        places.select(
            Enrolment.id, Enrolment.person_id, Person.name.label("sort"), Person.employee_no, Person.institution,
            unit.path.label("unit"), places.grade.label("grade"), Course.title, Run.id.label("run_id"), Run.year,
            Run.number, Run.starts_on, Run.ends_on, places.outcome.label("outcome"), Course.minutes,
            RECOGNISED.label("recognised"),
        )
        .join(Person, Person.id == Enrolment.person_id)
        .outerjoin(unit, unit.id == places.unit)
        .where(of_measure(cell.measure, places.outcome), *_at(db, places, cell))
        .order_by(Person.name, Enrolment.id)
    )  # fmt: skip


def _persons(db: Session, cell: Cell) -> Select[Any]:
    """Each with the number of places and their minutes, which are summed up before anybody's name is read."""
    one = (
        _counted(
            db, cell, Enrolment.person_id, func.count().label("places"), func.sum(Course.minutes).label("minutes"),
            func.sum(RECOGNISED).label("recognised"),
        )
        .group_by(Enrolment.person_id)
        .subquery("one")
    )  # fmt: skip
    return (
        select(
            Person.id, Person.id.label("person_id"), Person.name.label("sort"), Person.employee_no, Person.institution,
            one.c.places, one.c.minutes, one.c.recognised,
        )
        .join(one, one.c.person_id == Person.id)
        .order_by(Person.name, Person.id)
    )  # fmt: skip


def _counted(db: Session, cell: Cell, *columns: Any) -> Select[Any]:
    """SQL: these columns of the places that count."""
    places = Places(_asked(cell).filters)
    return places.select(*columns).where(of_measure(cell.measure, places.outcome), *_at(db, places, cell))


def _duties(db: Session, cell: Cell) -> tuple[Select[Any], _Values]:
    duties = Duties(db, _asked(cell).filters)
    unit = aliased(OrgUnit)
    statement = (
        duties.select(
            (Person.id * _A_LOT + Course.id).label("id"), Person.id.label("person_id"), Person.name.label("sort"),
            Person.employee_no, Person.institution, unit.path.label("unit"), duties.grade.label("grade"),
            Course.title, duties.done.label("done"),
        )
        .join(Person, Person.id == duties.person_id)
        .join(unit, unit.id == duties.unit)
        .where(*_at(db, duties, cell))
        .order_by(Person.name, Person.id * _A_LOT + Course.id)
    )  # fmt: skip
    if cell.measure is not Measure.MUST:
        statement = statement.where(duties.done if cell.measure is Measure.MUST_DONE else ~duties.done)
    return statement, duties.values


_A_LOT = 1_000_000
"""More than there are courses: makes one number of a person's id and a course's."""


def _asked(cell: Cell) -> Question:
    """The question; in the column of a year before, about that year."""
    question = cell.question
    if question.across is Across.YEAR_ON_YEAR and cell.column == BEFORE:
        return Question(question.by, None, question.measures, question.filters.a_year_before())
    return question


def _at(db: Session, base: Base, cell: Cell) -> list[ColumnElement[bool]]:
    """SQL: what counts on the line and in the column. What is no key has no rows."""
    question, across = cell.question, across_dimension(cell.question.across)
    if cell.counts_duties and (question.by in OF_RUNS or (cell.column != ALL and across in OF_RUNS)):
        return [false()]
    conditions: list[ColumnElement[bool]] = []
    try:
        if cell.line != ALL:
            conditions.append(is_at(db, base, question.by, _back(cell)))
        if cell.column != ALL and across:
            conditions.append(is_at(db, base, across, cell.column))
    except ValueError:
        return [false()]
    return conditions


def _back(cell: Cell) -> str:
    """The key of the line; a year before, months and years are those of that year."""
    earlier = {Dimension.MONTH: 100, Dimension.YEAR: 1}.get(cell.question.by, 0)
    a_year_before = cell.question.across is Across.YEAR_ON_YEAR and cell.column == BEFORE
    return str(int(cell.line) - earlier) if earlier and a_year_before else cell.line
