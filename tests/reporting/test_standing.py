"""A unit's own figures say what the report says of people who did not move."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import timedelta

from sqlalchemy.orm import Session

from courses import clock
from courses.enrolment import assignments, reckoned
from courses.enrolment.models import Renewal
from courses.hours.progress import members, summed
from courses.people.models import OrgUnit, Person
from courses.reporting import standing
from courses.reporting.explorer import explore
from courses.reporting.question import Dimension, Filters, Measure, Question
from courses.reporting.tallies import ALL
from tests import factories
from tests.assignment.scenes import an_assignment, completed, on_leave


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
    assert standing.of_unit(db, unit.id, year) == (figures.must, figures.must_done, figures.persons)
    assert standing.of_unit(db, unit.id, year) == (4, 2, 1)
    assert summed(members(db, year, unit.id)).recognised == figures.recognised == 180 + 60 + 420


def test_nobody_is_nothing(db: Session) -> None:
    assert standing.of_unit(db, factories.a_unit(db, "총무과").id, 2026) == (0, 0, 0)


def test_assignments_are_counted_alike(db: Session, ana: Person, ben: Person, eve: Person) -> None:
    """Our department, the report and the list of mandatory courses: one of a unit, one of a grade, one for all staff;
    reckoned when asked and kept before; somebody who is away is among those who must.
    """
    year, unit = clock.today().year, factories.a_unit(db, "총무과")
    of_unit, of_grade, of_all = (factories.a_course(db, name) for name in ("정보보호", "청렴", "엑셀"))
    of_all.mandatory = True
    yesterday = clock.today() - timedelta(days=1)
    an_assignment(db, of_unit, yesterday, unit_id=unit.id)
    an_assignment(db, of_grade, yesterday, grade="7급", renewal=Renewal.YEARLY)
    completed(db, of_unit, ana, yesterday)
    completed(db, of_grade, ana, clock.today() - timedelta(days=400))  # of an earlier year
    completed(db, of_all, ana, clock.today() - timedelta(days=400))
    on_leave(db, ben, yesterday)
    expected = counted(db, unit, year)
    assert expected[0] == (6, 2)
    reckoned.renew(lambda: nullcontext(db), lambda: nullcontext(db))
    assert reckoned.is_right(db)
    assert counted(db, unit, year) == expected


def counted(db: Session, unit: OrgUnit, year: int) -> list[tuple[int, int]]:
    """Must and done: all three, which are the same; then by course, as the report and the list have them."""
    filters = Filters(first_year=year, last_year=year, unit_id=unit.id, unit_depth=unit.depth)
    report = explore(db, Question(Dimension.COURSE, measures=(Measure.MUST, Measure.MUST_DONE), filters=filters))
    by_course = {line.member.key: (line.at(ALL).must, line.at(ALL).must_done) for line in report.lines}
    listed = {
        str(one.assignment.course_id): (number.people, number.done)
        for one in assignments.listed(db)
        if (number := assignments.standings(db, [unit.id]).get(one.assignment.id))
    }
    assert listed.items() <= by_course.items()
    total = report.total.at(ALL)
    assert standing.of_unit(db, unit.id, year)[:2] == (total.must, total.must_done)
    return [(total.must, total.must_done), *sorted(by_course.values())]
