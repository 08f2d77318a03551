"""What is summed up of closed years says what their places say, whatever happened before and since."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from itertools import combinations
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.catalogue.models import Course, Kind, Level
from courses.completion.actions import close
from courses.enrolment.models import Enrolment, Outcome
from courses.enrolment.states import settle
from courses.exchange.actions import apply
from courses.exchange.preview import preview
from courses.people.models import OrgUnit, Person
from courses.reporting import explorer, summaries, summing
from courses.reporting.persons import Persons, packed
from courses.reporting.question import Across, Dimension, Filters, Measure, Question
from courses.reporting.summaries import ALL_YEARS
from courses.scheduling.models import Run
from tests import factories
from tests.reporting.conftest import YEAR, in_year

PERIODS = [Filters(), Filters(YEAR, YEAR), Filters(first_year=YEAR), Filters(last_year=YEAR - 1)]
USUAL = [
    Question(by, across, tuple(Measure), period) for by in Dimension for across in (None, *Across) for period in PERIODS
]

YESTERDAY = factories.some_day().date() - timedelta(days=1)
NARROWED = [
    Question(by, across, tuple(Measure), narrowed)
    for by in Dimension
    for across in (None, Across.KIND, Across.YEAR_ON_YEAR)
    for narrowed in (
        Filters(kinds=(Kind.CYBER, Kind.CLASSROOM)),
        Filters(YEAR, YEAR, kinds=(Kind.WORKPLACE,)),
        Filters(grade="7급"),
        Filters(YEAR, YEAR, service="일반직"),
        Filters(levels=(Level.GENERAL,), as_of=YESTERDAY),
        Filters(grade="7급", service="일반직"),
    )
]
FEW = [*USUAL[::19], *NARROWED[::37], *(replace(one, filters=Filters(as_of=YESTERDAY)) for one in USUAL[::61])]


@pytest.fixture
def city(db: Session) -> list[Person]:
    """Twelve people of four divisions in two bureaux, with three years behind them; nothing is summed up."""
    units = [factories.a_unit(db, f"{n}과", f"{n % 2}국") for n in range(4)]
    people = [factories.a_person(db, f"사람{n}", unit=units[n % 4], employee_no=f"{1000 + n}") for n in range(12)]
    for year in (YEAR - 2, YEAR - 1, YEAR):
        for number in range(4):
            kind = ["classroom", "cyber", "workplace"][number % 3]
            _a_run(db, factories.a_course(db, f"{year} {number}", kind=kind), year, people, units, year + number)
    return people


def _a_run(db: Session, course: Course, year: int, people: list[Person], units: list[OrgUnit], seed: int) -> Run:
    pick = random.Random(seed)
    starts_in = -300 - 365 * (YEAR - year) + seed % 4 * 30
    run = in_year(db, factories.a_run(db, course, starts_in=starts_in, state="closed"), year)
    for person in pick.sample(people, 8):
        served = {
            "unit_id": pick.choice([*(unit.id for unit in units), None]),
            "grade": pick.choice(["7급", "8급", ""]),
        }
        factories.an_enrolment(db, run, person, outcome=pick.choice(list(Outcome)), service="일반직", **served)
    return run


def sum_up(db: Session) -> None:
    for year in summing.stale(db):
        summing.keep(db, year, summing.made(db, year))


def wrong(db: Session, monkeypatch: pytest.MonkeyPatch, asked: list[Question] = FEW) -> list[Question]:
    """The questions to which summaries give another answer than places."""
    said = [_figures(db, question) for question in asked]
    with monkeypatch.context() as without:
        without.setattr(summaries, "for_question", lambda *_: None)
        return [question for question, found in zip(asked, said, strict=True) if found != _figures(db, question)]


def _figures(db: Session, question: Question) -> Any:
    answer = explorer.explore(db, question)
    return [(line.member, dict(line.figures)) for line in (*answer.lines, answer.total)], answer.groups


def right(db: Session) -> set[int]:
    known = summaries.known(db)
    return set(known.years) if known else set()


def test_every_usual_question_is_answered_as_from_places(
    db: Session, city: list[Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    factories.an_enrolment(db, factories.a_run(db, starts_in=-5), city[0])  # still open
    sum_up(db)
    assert right(db) == {YEAR - 2, YEAR - 1, YEAR, ALL_YEARS}
    assert not wrong(db, monkeypatch, [*USUAL[::3], *NARROWED[::7]])


@pytest.mark.parametrize("across", [None, Across.KIND, Across.YEAR])
def test_every_pair_of_filters_is_answered_as_from_places(
    db: Session, city: list[Person], monkeypatch: pytest.MonkeyPatch, across: Across | None
) -> None:
    factories.an_enrolment(db, factories.a_run(db, starts_in=-5), city[0])  # still open
    sum_up(db)
    unit = db.scalars(select(OrgUnit).where(OrgUnit.name == "1국")).one()
    wide: list[dict[str, Any]] = [
        {"kinds": (Kind.CYBER, Kind.WORKPLACE)},
        {"levels": (Level.GENERAL,)},
        {"grade": "7급"},
        {"service": "일반직"},
        {"outcomes": (Outcome.COMPLETED, Outcome.NOT_REGISTERED)},
        {"unit_id": unit.id, "unit_depth": unit.depth},
        {"reach": OrgUnit.name != "2과"},
    ]
    filters = [Filters(**one, **other) for one, other in combinations(wide, 2)]
    lines = [one for one in Dimension if one is not Dimension.RUN]
    asked = [
        Question(lines[at % len(lines)], across, tuple(Measure), replace(one, last_year=[None, YEAR, YEAR - 1][at % 3]))
        for at, one in enumerate(filters * 3)
    ]
    assert not wrong(db, monkeypatch, asked)
    outcome = db.scalars(select(Enrolment).join(Run).where(Run.year == YEAR - 1)).first()
    assert outcome
    settle(db, None, outcome, Outcome.EXPELLED)
    assert not wrong(db, monkeypatch, asked[::7])


def test_pairs_of_filters_are_not_counted_from_places(db: Session, city: list[Person]) -> None:
    sum_up(db)
    filters = Filters(grade="7급", service="일반직"), Filters(kinds=(Kind.CYBER,), outcomes=(Outcome.COMPLETED,))
    asked = [Question(by, filters=one) for one in filters for by in (Dimension.DEPARTMENT, Dimension.MONTH)]
    before = [_figures(db, one) for one in asked]
    assert any(figures for _, figures in before[0][0])
    db.execute(Enrolment.__table__.delete())
    assert [_figures(db, one) for one in asked] == before


def test_a_year_of_runs_that_nobody_had_a_place_in_is_answered(db: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    in_year(db, factories.a_run(db, starts_in=-370, state="closed"), YEAR - 1)
    unit = factories.a_unit(db, "1과", "1국")
    sum_up(db)
    assert right(db) == {YEAR - 1, ALL_YEARS}
    pairs = Filters(grade="7급", service="일반직"), Filters(unit_id=unit.id, unit_depth=unit.depth)
    asked = [Question(by, across, filters=one) for one in pairs for by in Dimension for across in (None, Across.KIND)]
    assert not wrong(db, monkeypatch, asked)
    run = in_year(db, factories.a_run(db, starts_in=-20, state="closed"), YEAR)
    person = factories.a_person(db, unit=unit)
    served = {"unit_id": unit.id, "grade": "7급", "service": "일반직"}
    factories.an_enrolment(db, run, person, outcome=Outcome.COMPLETED, **served)
    sum_up(db)
    assert not wrong(db, monkeypatch, asked)


def test_what_is_summed_up_is_not_counted_from_places(db: Session, city: list[Person]) -> None:
    sum_up(db)
    before = _figures(db, USUAL[0])
    db.execute(Enrolment.__table__.delete().where(Enrolment.outcome == Outcome.COMPLETED))
    assert _figures(db, USUAL[0]) == before


def test_one_grade_of_one_kind_is_read_from_what_is_summed_up(db: Session, city: list[Person]) -> None:
    sum_up(db)
    asked = [
        Question(Dimension.DEPARTMENT, filters=one) for one in (Filters(grade="7급"), Filters(kinds=(Kind.CYBER,)))
    ]
    before = [_figures(db, one) for one in asked]
    db.execute(Enrolment.__table__.delete())
    assert [_figures(db, one) for one in asked] == before


def test_what_was_known_yesterday_is_summed_up_where_nothing_has_changed_since(db: Session, city: list[Person]) -> None:
    sum_up(db)
    last = db.scalars(select(Enrolment).join(Run).where(Run.year == YEAR).order_by(Enrolment.id)).first()
    assert last
    settle(db, None, last, Outcome.EXPELLED if last.outcome is not Outcome.EXPELLED else Outcome.COMPLETED)
    db.flush()
    sum_up(db)
    assert right(db) == {YEAR - 2, YEAR - 1, YEAR, ALL_YEARS}
    known = summaries.known(db, day=YESTERDAY)
    assert known
    assert known.years == {YEAR - 2, YEAR - 1} | ({ALL_YEARS} if clock.today().year == YEAR else set())


@pytest.mark.parametrize("narrowed", [Filters(kinds=(Kind.CYBER,)), Filters(levels=(Level.GENERAL,), first_year=YEAR)])
def test_the_first_runs_of_a_kind_stand_as_among_all(db: Session, city: list[Person], narrowed: Filters) -> None:
    sum_up(db)
    question = Question(Dimension.RUN, filters=narrowed)
    first, whole = explorer.explore(db, question, 2), explorer.explore(db, question)
    assert (first.lines, first.total) == (whole.lines[:2], whole.total)


@pytest.mark.parametrize("seed", range(4))
def test_a_changed_outcome_counts_at_once(
    db: Session, city: list[Person], monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    sum_up(db)
    pick = random.Random(seed)
    for enrolment in pick.sample(list(db.scalars(select(Enrolment).order_by(Enrolment.id))), 2):
        settle(db, None, enrolment, pick.choice(list(Outcome)) if seed else None)
        assert enrolment.run_id
    assert not wrong(db, monkeypatch)
    sum_up(db)
    assert not wrong(db, monkeypatch)
    assert (ALL_YEARS in right(db)) == bool(seed), "a closed run with an open place cannot be summed up"


def test_a_run_that_is_closed_counts_at_once(db: Session, city: list[Person], monkeypatch: pytest.MonkeyPatch) -> None:
    run = in_year(db, factories.a_run(db, starts_in=-250), YEAR)
    for person in city[:3]:
        factories.an_enrolment(db, run, person)
    sum_up(db)
    assert YEAR in right(db)
    close(db, None, run, anyway=True)
    assert YEAR not in right(db)
    assert not wrong(db, monkeypatch)
    sum_up(db)
    assert YEAR in right(db)
    assert not wrong(db, monkeypatch)


def test_imported_results_count_at_once(db: Session, city: list[Person], monkeypatch: pytest.MonkeyPatch) -> None:
    course = factories.a_course(db, "옛 과정")
    run = in_year(db, factories.a_run(db, course, starts_in=-280, imported=True), YEAR)
    for minutes in (600, 0):
        sum_up(db)
        head = "사번,과정코드,차수,출석시간(분),총시간(분),평정점"
        rows = "\n".join(f"{person.employee_no},{course.code},{run.number},{minutes},600,90" for person in city[:3])
        apply(db, None, preview(db, "evidence", f"{head}\n{rows}\n".encode(), "old.csv", year=YEAR))
        db.expire_all()
        assert run.results_mark
        assert YEAR not in right(db)
        assert not wrong(db, monkeypatch)


def test_a_course_of_another_kind_and_a_unit_elsewhere_count_at_once(
    db: Session, city: list[Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    sum_up(db)
    course = db.scalars(select(Course).where(Course.title == f"{YEAR} 0")).one()
    course.kind, course.minutes = Kind.BLENDED, 60
    db.flush()
    assert right(db) == {YEAR - 2, YEAR - 1}
    assert not wrong(db, monkeypatch)
    sum_up(db)
    one, other = (db.scalars(select(OrgUnit).where(OrgUnit.name == name)).one() for name in ("0과", "1국"))
    one.parent_id = one.bureau_id = other.id
    db.flush()
    assert right(db) == set()
    assert not wrong(db, monkeypatch)


def test_a_year_that_is_over_is_put_to_the_others(db: Session, city: list[Person]) -> None:
    sum_up(db)
    with clock.frozen(clock.now().replace(year=YEAR)):
        assert ALL_YEARS not in right(db)
        sum_up(db)
        assert ALL_YEARS in right(db)


@pytest.mark.parametrize("across", [None, Across.KIND, Across.YEAR])
@pytest.mark.parametrize("most", [5, 100])
def test_the_first_runs_stand_as_among_all(db: Session, city: list[Person], across: Across | None, most: int) -> None:
    factories.a_run(db)  # nobody is in it
    sum_up(db)
    question = Question(Dimension.RUN, across, filters=Filters(first_year=YEAR - 1))
    first, whole = explorer.explore(db, question, most), explorer.explore(db, question)
    assert first.lines == whole.lines[:most]
    assert first.total == whole.total
    assert list(first.groups) == list(whole.groups)
    assert first.more == max(0, len(whole.lines) - most)
    assert len(whole.lines) == 8


@pytest.mark.parametrize("ids", [set(), {1}, {7, 8, 9, 4_000_000_000}, set(range(3, 900)), set(range(0, 5000, 7))])
def test_persons_are_kept_as_they_are(ids: set[int]) -> None:
    kept = Persons()
    kept.add_packed(packed(ids))
    assert (kept.ids(), len(kept)) == (ids, len(ids))
    kept.add([2, 7, 100_000])
    kept.add_packed(packed(set(range(500))))
    assert len(kept) == len(ids | {2, 7, 100_000} | set(range(500))) == len(kept.ids())
