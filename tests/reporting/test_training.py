"""The training table: what was offered, attendances (연인원) and persons (실인원)."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy.orm import Session

from courses.catalogue.models import Kind
from courses.reporting.headcounts import Headcount, latest_judged_year, years
from courses.reporting.training import training
from tests import factories
from tests.reporting.conftest import YEAR, Year, in_year


def test_kinds_count_completions_and_the_total_counts_each_person_once(db: Session, year: Year) -> None:
    report = training(db, YEAR)
    counted = {line.kind: line.headcount for line in report.lines if not line.area}
    assert counted == {
        Kind.CLASSROOM: Headcount(places=2, judged=2, completions=2, persons=1),
        Kind.CYBER: Headcount(places=2, judged=1, completions=1, persons=1),
        Kind.WORKPLACE: Headcount(places=2, judged=2, completions=1, persons=1),
    }
    assert report.total.headcount == Headcount(places=6, judged=5, completions=4, persons=3)


def test_offered_is_what_had_a_run_that_is_neither_a_plan_nor_called_off(db: Session, year: Year) -> None:
    in_year(db, factories.a_run(db, factories.a_course(db, "폐강된 과정"), state="cancelled"))
    report = training(db, YEAR)
    assert [(line.courses, line.runs) for line in report.lines if line.kind == Kind.CLASSROOM] == [(2, 2)]
    assert (report.total.courses, report.total.runs) == (4, 4)


def test_a_course_with_two_runs_is_offered_once(db: Session, year: Year) -> None:
    course = factories.a_course(db, "되풀이")
    for _ in range(2):
        in_year(db, factories.a_run(db, course))
    assert (training(db, YEAR).total.courses, training(db, YEAR).total.runs) == (5, 6)


def test_workplace_courses_stand_by_area_too(db: Session, year: Year) -> None:
    workplace = [line for line in training(db, YEAR).lines if line.kind == Kind.WORKPLACE]
    assert [(line.area, line.areas, line.courses) for line in workplace] == [("", 1, 1), ("사무자동화", 0, 1)]
    assert workplace[0].headcount == workplace[1].headcount


def test_another_year_is_empty(db: Session, year: Year) -> None:
    assert training(db, YEAR - 1).is_empty
    assert not training(db, YEAR).is_empty


def test_the_rate_counts_only_those_judged_and_is_never_rounded_up() -> None:
    assert Headcount(places=10, judged=0).rate is None
    assert Headcount(places=10, judged=3, completions=2).rate == Decimal("66.6")
    assert Headcount(places=10_000, judged=10_000, completions=9_999).rate == Decimal("99.9")
    assert Headcount(places=10, judged=3).in_progress == 7


def test_the_newest_year_with_outcomes_is_not_the_newest_year(db: Session, year: Year) -> None:
    in_year(db, factories.a_run(db), YEAR + 5)
    assert latest_judged_year(db) == YEAR
    assert years(db) == [YEAR + 5, YEAR]


def test_without_training_there_is_no_year(db: Session) -> None:
    assert latest_judged_year(db) is None
    assert years(db) == []
