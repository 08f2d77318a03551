"""Results of past runs: judged, stored, and their runs closed."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.certificates.models import Certificate
from courses.completion.facts import Facts
from courses.completion.models import ImportedResult, Judgement
from courses.enrolment.models import Enrolment, Outcome, Status
from courses.errors import Refused
from courses.events.models import Event
from courses.people.models import OrgUnit, Person
from courses.scheduling.models import Run, RunState
from tests.exchange.files import HONG, KIM, complaints, file, look_at, organised, staff, take_in

LEE = HONG | {"사번": "200300003", "성명": "이나중", "임용일": "2003-12-28", "부서코드": "13", "직급": "9급"}
CLASSROOM = (HONG["사번"], "C001", "1", "1008", "1260", "", "60")
CYBER = (KIM["사번"], "E001", "1", "", "", "89.99", "100")


@pytest.fixture
def past(db: Session) -> Session:
    """Two courses with a past run each, and three persons, one of them moved since."""
    organised(db)
    take_in(db, "staff", staff(HONG, KIM, LEE), effective=date(2000, 1, 1))
    take_in(db, "staff", staff(HONG | {"부서코드": "13", "직급": "6급"}, KIM, LEE), effective=date(2003, 10, 16))
    courses = [
        ("C001", "출석", "", "엑셀 기초", "일반", "21", "1", "Y"),
        ("E001", "사이버", "", "엑셀 활용", "일반", "20", "", "Y"),
    ]
    take_in(db, "catalogue", file("catalogue", courses))
    runs = [("C001", "1", "2003-10-13", "2003-10-15", "1"), ("E001", "1", "2003-03-01", "2003-03-31", "")]
    take_in(db, "runs", file("runs", runs))
    return db


def evidence(*rows: tuple[str, ...]) -> bytes:
    return file("evidence", rows)


def enrolled(db: Session, name: str) -> Enrolment:
    return db.scalars(select(Enrolment).join(Person).where(Person.name == name)).one()


def test_results_are_judged_and_their_runs_closed(past: Session) -> None:
    assert take_in(past, "evidence", evidence(CLASSROOM, CYBER), year=2003).added == 2
    hong, kim = enrolled(past, "홍길동"), enrolled(past, "김미나")
    assert (hong.status, hong.outcome, kim.outcome) == (Status.ENROLLED, Outcome.COMPLETED, Outcome.NOT_COMPLETED)
    result = past.get_one(ImportedResult, kim.id)
    assert (result.progress, result.score, result.attended) == (8999, 10_000, None)
    judgement = past.get_one(Judgement, hong.id)
    assert (judgement.policy, judgement.outcome) == ("plain 1", Outcome.COMPLETED)
    assert Facts.from_json(judgement.facts).attended == 1008
    assert [reason["rule"] for reason in judgement.reasons] == ["attendance", "score"]
    runs = past.execute(select(Run.state, Run.taken, Run.policy, Run.closed_at.is_not(None))).all()
    assert [tuple(run) for run in runs] == [(RunState.CLOSED, 1, "plain 1", True)] * 2


def test_everything_that_happened_is_recorded(past: Session) -> None:
    take_in(past, "evidence", evidence(CLASSROOM, CYBER), year=2003)
    events = past.scalars(select(Event).where(Event.run_id.is_not(None)).order_by(Event.id)).all()
    assert sorted(event.kind for event in events) == ["moved"] * 2 + ["run_closed"] * 2 + ["settled"] * 2
    settled = next(event for event in events if event.kind == "settled")
    assert (settled.person_id, settled.data["after"]) == (enrolled(past, "홍길동").person_id, "completed")


def test_unit_and_grade_are_those_of_the_last_day_of_the_run(past: Session) -> None:
    take_in(past, "evidence", evidence(CLASSROOM), year=2003)
    hong = enrolled(past, "홍길동")
    assert (past.get_one(OrgUnit, hong.unit_id).code, hong.grade) == ("12", "7급")


def test_before_the_first_posting_the_first_one_counts(past: Session) -> None:
    take_in(past, "evidence", evidence((LEE["사번"], *CLASSROOM[1:])), year=2003)
    lee = enrolled(past, "이나중")
    assert (past.get_one(OrgUnit, lee.unit_id).code, lee.grade) == ("13", "9급")


def test_a_capacity_below_those_who_took_part_is_raised_and_stays_so(past: Session) -> None:
    rows = evidence(CLASSROOM, (KIM["사번"], *CLASSROOM[1:]))
    notes = look_at(past, "evidence", rows, year=2003).plan.notes
    assert [str(note) for note in notes] == [
        "엑셀 기초, run 1: more people took part than its capacity of 1, which is raised."
    ]
    take_in(past, "evidence", rows, year=2003)
    run = past.scalars(select(Run).where(Run.capacity.is_not(None))).one()
    assert (run.taken, run.capacity) == (2, 2)
    again = look_at(past, "runs", file("runs", [("C001", "1", "2003-10-13", "2003-10-15", "1")]))
    assert again.plan.same == 1


def test_a_corrected_score_is_judged_again(past: Session) -> None:
    take_in(past, "evidence", evidence(CLASSROOM), year=2003)
    corrected = evidence((*CLASSROOM[:6], "59.99"))
    [entry] = look_at(past, "evidence", corrected, year=2003).plan.changed
    assert [(change.field, change.before, change.after) for change in entry.differences] == [("score", 6000, 5999)]
    take_in(past, "evidence", corrected, year=2003)
    hong = enrolled(past, "홍길동")
    assert hong.outcome is Outcome.NOT_COMPLETED
    assert past.get_one(Judgement, hong.id).outcome is Outcome.NOT_COMPLETED
    assert past.get_one(ImportedResult, hong.id).score == 5999
    settled = [event.data for event in past.scalars(select(Event).where(Event.kind == "settled").order_by(Event.id))]
    assert [(data["before"], data["after"]) for data in settled] == [("", "completed"), ("completed", "not_completed")]


def test_later_rows_join_a_run_that_is_closed(past: Session) -> None:
    take_in(past, "evidence", evidence(CLASSROOM), year=2003)
    take_in(past, "evidence", evidence((KIM["사번"], *CLASSROOM[1:])), year=2003)
    run = past.scalars(select(Run).where(Run.capacity.is_not(None))).one()
    assert run.taken == 2
    assert len(past.scalars(select(Event).where(Event.kind == "run_closed")).all()) == 1


def test_a_certified_completion_is_not_taken_back_by_a_file(past: Session) -> None:
    take_in(past, "evidence", evidence(CLASSROOM), year=2003)
    hong = enrolled(past, "홍길동")
    issued = {"issued_at": clock.now(), "issued_by": hong.person_id, "facts": {}, "facts_sha256": "0", "code": "C"}
    past.add(
        Certificate(year=2003, number=1, enrolment_id=hong.id, run_id=hong.run_id, person_id=hong.person_id, **issued)
    )
    past.commit()
    [bad] = look_at(past, "evidence", evidence((*CLASSROOM[:6], "10")), year=2003).bad
    assert str(bad.remedy) == "Revoke the certificate first, or correct the row."
    assert len(look_at(past, "evidence", evidence((*CLASSROOM[:6], "99")), year=2003).plan.changed) == 1


def test_what_is_wrong_with_a_result_is_said(past: Session) -> None:
    own = past.scalars(select(Run).where(Run.capacity.is_(None))).one()
    own.imported = False
    past.commit()
    rows = evidence(
        ("209999999", *CLASSROOM[1:]),
        (HONG["사번"], "C999", *CLASSROOM[2:]),
        (HONG["사번"], "C001", "9", *CLASSROOM[3:]),
        (HONG["사번"], "C001", "1", "1300", "1260", "", "60"),
        (KIM["사번"], "C001", "1", "1008", "1260", "", ""),
        (LEE["사번"], "C001", "1", "", "", "", "60"),
        CYBER,
    )
    assert complaints(look_at(past, "evidence", rows, year=2003)) == [
        (2, "employee_no", "There is no employee with this number."),
        (3, "course_code", "There is no course with this code."),
        (4, "number", "The course has no run with this number in 2003."),
        (5, "attended", "More minutes are attended than scheduled (1260)."),
        (6, "score", "Score is missing"),
        (7, "attended", "Attendance is missing: there are neither sessions nor totals"),
        (8, "number", "This run was planned here and keeps its own attendance and scores."),
    ]


def test_the_same_person_twice_in_a_run_names_both_rows(past: Session) -> None:
    assert [row for row, _, _ in complaints(look_at(past, "evidence", evidence(CLASSROOM, CLASSROOM), year=2003))] == [
        2,
        3,
    ]


def test_who_is_listed_but_not_enrolled_gets_no_result(past: Session) -> None:
    take_in(past, "evidence", evidence(CLASSROOM), year=2003)
    enrolled(past, "홍길동").status = Status.WITHDRAWN
    past.commit()
    [bad] = look_at(past, "evidence", evidence(CLASSROOM), year=2003).bad
    assert str(bad.reason) == "This person is on the list of the run, but not enrolled."


def test_the_year_must_be_said(past: Session) -> None:
    with pytest.raises(Refused, match="Say of which year"):
        look_at(past, "evidence", evidence(CLASSROOM))
    assert [field for _, field, _ in complaints(look_at(past, "evidence", evidence(CLASSROOM), year=2004))] == [
        "number"
    ]
