"""Any report: figures as the named ones have them, rows behind every number, as of any day."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.attendance.actions import mark
from courses.attendance.marks import MarkInput
from courses.attendance.models import AttendanceMark
from courses.catalogue.models import Kind, Level
from courses.completion.actions import close
from courses.enrolment.models import Enrolment, Outcome, Renewal
from courses.enrolment.states import settle
from courses.people.models import OrgUnit, Posting
from courses.reporting import rows
from courses.reporting.departments import Level as UnitLevel
from courses.reporting.departments import departments
from courses.reporting.dimensions import NONE
from courses.reporting.explorer import BEFORE, CHANGE, NOW, Answer, explore
from courses.reporting.measures import MEANINGS
from courses.reporting.question import USUAL, Across, Dimension, Filters, Measure, Question
from courses.reporting.rows import Cell
from courses.reporting.tallies import ALL
from courses.reporting.training import training
from courses.scheduling.models import ClassSession, Run
from tests import factories
from tests.assignment.scenes import an_assignment
from tests.reporting.conftest import YEAR, Year, a_past_run, ended, in_year

IN_YEAR = Filters(first_year=YEAR, last_year=YEAR)
CELLS = 10
"""How many numbers of a report of dozens are followed to their rows; others in each."""


def lines(answer: Answer, *measures: Measure, column: str = ALL) -> dict[str, tuple[object, ...]]:
    return {
        str(line.member.name): tuple(MEANINGS[measure].cell(line.at(column)) for measure in measures)
        for line in (*answer.lines, answer.total)
    }


def test_the_kinds_add_up_as_in_the_training_table(db: Session, year: Year) -> None:
    answer = explore(db, Question(filters=IN_YEAR))
    named = training(db, YEAR)
    kinds = {str(line.kind): line.headcount for line in named.lines if not line.area}
    assert {line.member.key: line.at(ALL).completions for line in answer.lines} == {
        kind: headcount.completions for kind, headcount in kinds.items()
    }
    total, whole = answer.total.at(ALL), named.total.headcount
    assert (total.places, total.judged, total.completions, total.persons) == (
        whole.places,
        whole.judged,
        whole.completions,
        whole.persons,
    )


def test_bureaux_stand_as_in_the_report_by_department(db: Session, year: Year) -> None:
    answer = explore(db, Question(Dimension.BUREAU, filters=IN_YEAR))
    counted = {str(line.name): line.headcount.places for line in departments(db, YEAR, UnitLevel.BUREAU).lines}
    assert {str(line.member.name): line.at(ALL).places for line in answer.lines} == counted
    assert [line.member.key for line in answer.lines][-1] == NONE  # other bodies stand last


def test_the_tree_holds_divisions_under_their_bureau(db: Session, year: Year) -> None:
    answer = explore(db, Question(Dimension.DEPARTMENT, filters=IN_YEAR))
    found = [(str(line.member.name), line.member.depth, line.at(ALL).places) for line in answer.lines]
    assert found == [("행정국", 0, 4), ("총무과", 1, 4), ("재무국", 0, 1), ("세무과", 1, 1), ("Other bodies", 0, 1)]


def test_every_measure_counts_what_it_says(db: Session, year: Year) -> None:
    ended(db, a_past_run(db, "불참"), year.people["가"], year.general, "not_registered")
    ended(db, a_past_run(db, "퇴학"), year.people["나"], year.general, "expelled")
    answer = explore(db, Question(measures=tuple(Measure), filters=IN_YEAR))
    assert lines(answer, Measure.PLACES, Measure.IN_PROGRESS, Measure.JUDGED, Measure.ATTENDANCES, Measure.PERSONS)[
        "Together"
    ] == (8, 1, 7, 4, 3)
    assert lines(answer, Measure.NOT_COMPLETED, Measure.NOT_REGISTERED, Measure.HOURS)["Together"] == (2, 1, 28)
    rate, no_shows = lines(answer, Measure.RATE, Measure.NO_SHOW_RATE)["Together"]
    assert (str(rate), str(no_shows)) == ("57.1", "14.2")


def test_recognised_hours_are_the_courses_own_where_it_says_so(db: Session, year: Year) -> None:
    course = factories.a_course(db, "인정", hours=10, recognised_minutes=150)
    run = in_year(db, factories.a_run(db, course, starts_in=-300, state="closed"))
    ended(db, run, year.people["가"], year.general)
    answer = explore(db, Question(Dimension.COURSE, measures=(Measure.RECOGNISED,), filters=IN_YEAR))
    (hours,) = lines(answer, Measure.RECOGNISED)["인정"]
    assert str(hours) == "2.5"


def test_months_of_a_year_are_twelve(db: Session, year: Year) -> None:
    answer = explore(db, Question(Dimension.MONTH, filters=IN_YEAR))
    assert [int(line.member.key) for line in answer.lines][:12] == [YEAR * 100 + n for n in range(1, 13)]


def test_grades_stand_in_rank_order(db: Session, year: Year) -> None:
    run = a_past_run(db, "직급")
    for grade in ("9급", "연구관", "10급", "6급"):
        factories.an_enrolment(
            db, run, factories.a_person(db), outcome=Outcome.COMPLETED, unit_id=year.general.id, grade=grade
        )
    asked = Question(Dimension.GRADE, filters=Filters(course_id=run.course_id))
    assert [line.member.key for line in explore(db, asked).lines] == ["6급", "9급", "10급", "연구관"]


def test_a_year_is_compared_with_the_one_before(db: Session, year: Year) -> None:
    before = in_year(db, a_past_run(db, "전년"), YEAR - 1)
    ended(db, before, year.people["가"], year.general)
    ended(db, before, year.people["나"], year.general)
    answer = explore(db, Question(across=Across.YEAR_ON_YEAR, measures=(Measure.ATTENDANCES,), filters=IN_YEAR))
    assert [group.key for group in answer.groups] == [BEFORE, NOW, CHANGE]
    assert [str(column.cell(answer.total)) for column in answer.columns] == ["2", "4", "100.0"]


def test_a_month_stands_beside_the_same_month_of_the_year_before(db: Session, year: Year) -> None:
    here = factories.a_course(db, "같은 달")
    for past, people in ((0, ("가", "나", "다")), (1, ("가",))):
        run = in_year(db, factories.a_run(db, here, starts_in=-400, state="closed"), YEAR - past)
        run.starts_on = run.ends_on = date(YEAR - past, 3, 10)
        for name in people:
            ended(db, run, year.people[name], year.general)
    filters = replace(IN_YEAR, course_id=here.id)
    measures = (Measure.ATTENDANCES,)
    answer = explore(db, Question(Dimension.MONTH, Across.YEAR_ON_YEAR, measures=measures, filters=filters))
    march = next(line for line in answer.lines if line.at(NOW).places)
    assert [str(column.cell(march)) for column in answer.columns] == ["1", "3", "200.0"]


def test_who_must_and_who_did(db: Session, year: Year) -> None:
    course = factories.a_course(db, "의무", mandatory=True)
    run = in_year(db, factories.a_run(db, course, starts_in=-400, state="closed"))
    ended(db, run, year.people["가"], year.general)
    factories.a_person(db, "외부", external=True)
    answer = explore(db, Question(Dimension.DEPARTMENT, measures=tuple(Measure), filters=IN_YEAR))
    found = lines(answer, Measure.MUST, Measure.MUST_DONE, Measure.MUST_OPEN, Measure.MUST_RATE)
    assert found["총무과"] == (4, 1, 3, 25)
    assert found["세무과"] == (0, 0, 0, None)
    assert found["Together"] == (4, 1, 3, 25)


def test_who_must_twice_counts_once_and_has_done_it_when_nothing_is_open(db: Session, year: Year) -> None:
    course = factories.a_course(db, "의무", mandatory=True)
    an_assignment(db, course, date(YEAR, 6, 30), made=date(YEAR - 1, 1, 1), renewal=Renewal.YEARLY)
    for who, when in (("가", YEAR), ("나", YEAR - 1)):  # the mark is content with either, the assignment is not
        run = factories.a_run(db, course, starts_in=(date(when, 5, 5) - clock.today()).days, state="closed")
        ended(db, in_year(db, run, when), year.people[who], year.general)
    answer = explore(db, Question(Dimension.DEPARTMENT, measures=tuple(Measure), filters=IN_YEAR))
    assert lines(answer, Measure.MUST, Measure.MUST_DONE)["총무과"] == (4, 1)


def questions(seed: int, year: Year) -> Question:
    """Any question there is, the same for the same seed."""
    pick = random.Random(seed)
    maybe = [None, None]
    filters = Filters(
        first_year=pick.choice([YEAR, YEAR - 1, *maybe]),
        last_year=pick.choice([YEAR, *maybe]),
        first_day=pick.choice([factories.some_day().date() - timedelta(days=301), *maybe]),
        kinds=tuple(pick.sample(list(Kind), pick.choice([0, 0, 1, 2]))),
        levels=pick.choice([(), (), (Level.GENERAL,)]),
        unit_id=pick.choice([year.general.id, year.general.bureau_id, *maybe]),
        service=pick.choice(["일반직", *maybe]),
        grade=pick.choice(["7급", *maybe]),
        outcomes=tuple(pick.sample(list(Outcome), pick.choice([0, 0, 0, 2]))),
        as_of=pick.choice([factories.some_day().date() - timedelta(days=1), *maybe]),
        reach=pick.choice([OrgUnit.id == year.general.id, *maybe]),
    )
    if filters.unit_id is not None:
        depth = 2 if filters.unit_id == year.general.id else 1
        filters = Filters(**{**vars(filters), "unit_depth": depth})
    return Question(pick.choice(list(Dimension)), pick.choice([*Across, None]), tuple(Measure), filters)


@pytest.mark.parametrize("seed", range(60))
def test_every_number_leads_to_as_many_rows(db: Session, year: Year, seed: int) -> None:
    course = factories.a_course(db, "의무", mandatory=True)
    before = in_year(db, factories.a_run(db, course, starts_in=-640, state="closed"), YEAR - 1)
    for who, outcome in (("가", "completed"), ("나", "not_registered"), ("다", "completed")):
        ended(db, before, year.people[who], year.finance if who == "가" else None, outcome)
    question = questions(seed, year)
    shown = numbers(explore(db, question), question)
    looked_at = random.Random(seed).sample(sorted(shown, key=str), min(CELLS, len(shown)))
    behind = {cell: rows.total(db, cell) for cell in looked_at}
    assert behind == {cell: shown[cell] for cell in looked_at}


def numbers(answer: Answer, question: Question) -> dict[Cell, object]:
    """Every number of a report that leads to rows of its own."""
    of_attendances = {Measure.HOURS, Measure.RECOGNISED}
    return {
        Cell(question, line.member.key, column.group.key, column.measure): column.cell(line)
        for line in (*answer.lines, answer.total)
        for column in answer.columns
        if column.meaning.behind is not None and column.group.key != CHANGE and column.measure not in of_attendances
    }


def test_pages_of_rows_hold_each_once(db: Session, year: Year) -> None:
    run = in_year(db, factories.a_run(db, seats=None, starts_in=-300, state="closed"))
    people = [factories.a_person(db, "김같음") for _ in range(rows.PAGE + 3)]
    for person in people:
        factories.an_enrolment(db, run, person, outcome=Outcome.COMPLETED, unit_id=year.general.id)
    cell = Cell(Question(filters=Filters(course_id=run.course_id)))
    first, more = rows.page(db, cell)
    second, no_more = rows.page(db, cell, (first[-1].sort, first[-1].id))
    assert (more, no_more) == (True, False)
    assert sorted(row.person_id for row in [*first, *second]) == sorted(person.id for person in people)
    assert [row.id for row in rows.stream(db, cell)] == [row.id for row in [*first, *second]]


@pytest.mark.parametrize("key", ["x", "-1", "999999", "'; DROP TABLE run", "", "none"])
@pytest.mark.parametrize("by", list(Dimension))
def test_an_odd_key_has_no_rows_of_others(db: Session, year: Year, by: Dimension, key: str) -> None:
    everything = rows.total(db, Cell(Question(by, filters=IN_YEAR)))
    found = rows.total(db, Cell(Question(by, filters=IN_YEAR), line=key))
    assert found == everything if key == ALL else found < everything


def ended_today(db: Session) -> Run:
    """A run with two people, over and marked, about to be closed."""
    teacher = factories.a_person(db, "강사", roles=["instructor"])
    run = factories.a_run(db, factories.a_course(db, "어제 끝난"), starts_in=-1, instructors=[teacher])
    enrolments = [factories.an_enrolment(db, run, factories.a_person(db, name)) for name in ("하나", "둘")]
    factories.an_enrolment(db, run, factories.a_person(db, "대기"), status="waitlisted")
    session_id = db.scalars(select(ClassSession.id).where(ClassSession.run_id == run.id)).one()
    mark(db, teacher.id, session_id, {e.id: MarkInput(AttendanceMark.PRESENT) for e in enrolments})
    db.commit()
    return run


def test_a_report_as_of_yesterday_is_not_changed_by_todays_closing(db: Session) -> None:
    run = ended_today(db)
    yesterday = clock.today() - timedelta(days=1)
    asked = Question(Dimension.DEPARTMENT, filters=Filters(course_id=run.course_id, as_of=yesterday))
    before = explore(db, asked)
    close(db, None, run)
    db.flush()
    after, now = explore(db, asked), explore(db, Question(filters=Filters(course_id=run.course_id)))
    assert lines(before, *USUAL) == lines(after, *USUAL)
    assert (after.total.at(ALL).judged, now.total.at(ALL).judged) == (0, 2)
    assert after.total.at(ALL).places == 2


def test_a_transfer_after_the_day_changes_nothing_of_it(db: Session) -> None:
    run = ended_today(db)
    yesterday = clock.today() - timedelta(days=1)
    asked = Question(Dimension.DEPARTMENT, filters=Filters(course_id=run.course_id, as_of=yesterday))
    before = lines(explore(db, asked), *USUAL)
    moved = db.scalars(select(Posting).join(Enrolment, Enrolment.person_id == Posting.person_id)).first()
    assert moved
    moved.until_on = yesterday
    elsewhere = factories.a_unit(db, "재무과", "재무국")
    db.add(Posting(person_id=moved.person_id, unit_id=elsewhere.id, from_on=clock.today(), grade="7급"))
    db.flush()
    again = lines(explore(db, asked), *USUAL)
    assert {name: counts for name, counts in again.items() if name in before} == before


def test_a_withdrawal_after_the_day_is_taken_back(db: Session, ana: object) -> None:
    from courses.enrolment.actions import withdraw

    with clock.frozen(factories.some_day() - timedelta(days=2)):
        run = factories.a_run(db, starts_in=30)
        enrolment = factories.an_enrolment(db, run, factories.a_person(db))
    asked = Filters(course_id=run.course_id)
    yesterday = Filters(course_id=run.course_id, as_of=clock.today() - timedelta(days=1))
    withdraw(db, enrolment.person_id, enrolment.id)
    db.flush()
    assert explore(db, Question(filters=asked)).is_empty
    assert explore(db, Question(filters=yesterday)).total.at(ALL).places == 1


def test_what_was_judged_anew_today_was_otherwise_yesterday(db: Session, year: Year) -> None:
    enrolment = db.scalars(select(Enrolment).where(Enrolment.outcome == Outcome.NOT_COMPLETED)).one()
    settle(db, None, enrolment, Outcome.COMPLETED)
    db.flush()
    then = Filters(first_year=YEAR, last_year=YEAR, as_of=clock.today() - timedelta(days=1))
    assert explore(db, Question(filters=IN_YEAR)).total.at(ALL).completions == 5
    assert explore(db, Question(filters=then)).total.at(ALL).completions == 4
