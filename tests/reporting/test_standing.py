"""A unit's own figures say what the report says of people who did not move."""

from __future__ import annotations

from sqlalchemy.orm import Session

from courses import clock
from courses.people.models import Person
from courses.reporting import standing
from courses.reporting.explorer import explore
from courses.reporting.question import Dimension, Filters, Measure, Question
from courses.reporting.tallies import ALL
from tests import factories


def test_it_agrees_with_the_report(db: Session, ana: Person, ben: Person, eve: Person) -> None:
    year = clock.today().year
    mandatory = factories.a_course(db, "정보보호", mandatory=True, hours=3)
    other = factories.a_course(db, "청렴", mandatory=True, hours=2, recognised_minutes=60)
    for course, person, outcome in (
        (mandatory, ana, "completed"),
        (other, ana, "completed"),
        (other, ben, "not_completed"),
        (other, eve, "completed"),
        (factories.a_course(db), ana, "completed"),
    ):
        run = factories.a_run(db, course, starts_in=0, state="closed")
        run.year = year
        unit = factories.a_unit(db, "재무과" if person is eve else "총무과")
        factories.an_enrolment(db, run, person, outcome=outcome, unit_id=unit.id)
    unit = factories.a_unit(db, "총무과")
    measures = (Measure.PERSONS, Measure.RECOGNISED, Measure.MUST, Measure.MUST_DONE)
    filters = Filters(first_year=year, last_year=year, unit_id=unit.id, unit_depth=unit.depth)
    figures = explore(db, Question(Dimension.KIND, measures=measures, filters=filters)).total.at(ALL)
    assert standing.of_unit(db, unit.id, year) == (figures.must, figures.must_done, figures.persons, figures.recognised)
    assert standing.of_unit(db, unit.id, year) == (4, 2, 1, 180 + 60 + 420)


def test_nobody_is_nothing(db: Session) -> None:
    assert standing.of_unit(db, factories.a_unit(db, "총무과").id, 2026) == (0, 0, 0, 0)
