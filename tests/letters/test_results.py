"""The letters after a run: their numbers are those of the reports and of the register."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.attendance.actions import mark
from courses.attendance.marks import MarkInput
from courses.attendance.models import AttendanceMark
from courses.certificates.actions import issue
from courses.certificates.queries import register
from courses.completion.actions import close
from courses.errors import Refused
from courses.letters import queries
from courses.letters.drafts import draft
from courses.letters.models import Letter, LetterKind
from courses.people.models import Person
from courses.reporting import queue
from courses.reporting.explorer import explore
from courses.reporting.question import Dimension, Filters, Measure, Question
from courses.reporting.queue import Task
from courses.reporting.tallies import ALL
from courses.scheduling.models import ClassSession, Run
from courses.settings.organisation import organisation
from lms.web.letters.words import Spoken, spoken
from tests import factories
from tests.client import Browser
from tests.letters.test_letters import written


@pytest.fixture
def closed(db: Session, dan: Person, cleo: Person) -> Run:
    """Two of three departments' people have completed, one was absent; certificates are issued."""
    course = factories.a_course(db, "엑셀 함수")
    run = factories.a_run(db, course, starts_in=-3, instructors=[cleo])
    people = [
        factories.a_person(db, "김하나", unit=factories.a_unit(db, "총무과")),
        factories.a_person(db, "이둘", unit=factories.a_unit(db, "총무과")),
        factories.a_person(db, "박셋", unit=factories.a_unit(db, "재무과", "재무국")),
    ]
    places = [factories.an_enrolment(db, run, person) for person in people]
    (session,) = db.scalars(select(ClassSession).where(ClassSession.run_id == run.id))
    marks = [AttendanceMark.PRESENT, AttendanceMark.ABSENT, AttendanceMark.PRESENT]
    mark(db, cleo.id, session.id, {one.id: MarkInput(said) for one, said in zip(places, marks, strict=True)})
    close(db, dan.id, run)
    issue(db, dan.id, run, "http://lms.example/verify")
    db.commit()
    return run


def said(db: Session, run: Run, kind: LetterKind, **more: Any) -> Spoken:
    """The draft in words; `more`: the unit it is for."""
    named = organisation(db)
    return spoken(draft(db, run, kind, named, **more), named)


def test_the_results_say_who_completed_and_why_others_did_not(
    client: Browser, db: Session, dan: Person, closed: Run
) -> None:
    letter = written(client, db, dan, closed, "results")
    rows = [(row[3], row[4], bool(row[5])) for row in letter.facts["tables"][0]["rows"]]
    assert rows == [("김하나", "수료", False), ("이둘", "미등록", True), ("박셋", "수료", False)]
    assert letter.facts["receivers"] == ["총무과장", "재무과장"]
    assert "인원: 3명" in letter.body
    assert letter.body.endswith("끝.")


def test_a_department_reads_of_its_own_people_alone(client: Browser, db: Session, dan: Person, closed: Run) -> None:
    unit = factories.a_unit(db, "재무과", "재무국")
    letter = written(client, db, dan, closed, "results", unit=unit.id)
    assert [row[3] for row in letter.facts["tables"][0]["rows"]] == ["박셋"]
    assert letter.facts["receivers"] == ["재무과장"]


def test_the_report_agrees_to_the_digit(client: Browser, db: Session, dan: Person, closed: Run) -> None:
    letter = written(client, db, dan, closed, "report")
    measures = (Measure.PLACES, Measure.JUDGED, Measure.ATTENDANCES)
    filters = Filters(first_year=closed.year, last_year=closed.year, course_id=closed.course_id)
    figures = explore(db, Question(Dimension.KIND, measures=measures, filters=filters)).total.at(ALL)
    by_unit, roster, numbers = (table["rows"] for table in letter.facts["tables"])
    assert (sum(row[2] for row in by_unit), sum(row[3] for row in by_unit)) == (figures.places, figures.completions)
    assert len(roster) == figures.judged == 3
    assert [row[1] for row in numbers] == [entry.facts.number for entry in register(db, closed.id)]
    assert len(numbers) == figures.completions == 2
    assert "수료율: 66.6 %" in letter.body
    assert "수료: 2명" in letter.body
    assert letter.facts["receivers"] == []
    assert client.get(f"/letters/{letter.id}.hwpx").data.startswith(b"PK")
    assert client.get(f"/letters/{letter.id}/enclosures/2.xlsx").data.startswith(b"PK")


def test_an_open_run_has_no_results(db: Session) -> None:
    run = factories.a_run(db)
    with pytest.raises(Refused, match="not closed yet"):
        said(db, run, LetterKind.RESULTS)
    assert not {LetterKind.RESULTS, LetterKind.REPORT} & {one.kind for one in queries.due(db, run)}


def test_both_are_due_ten_days_after_the_end_and_stand_in_the_queue(
    client: Browser, db: Session, dan: Person, closed: Run
) -> None:
    due = {one.kind: one for one in queries.due(db, closed)}
    assert due[LetterKind.RESULTS].until == due[LetterKind.REPORT].until == closed.ends_on + timedelta(days=10)
    assert due[LetterKind.RESULTS].people == 3
    assert [row.id for row in queue.waiting(db, Task.LETTERS)] == [closed.id]
    written(client, db, dan, closed, "results")
    assert [row.id for row in queue.waiting(db, Task.LETTERS)] == [closed.id]
    written(client, db, dan, closed, "report")
    assert queue.waiting(db, Task.LETTERS) == []
    assert {letter.kind for letter in db.scalars(select(Letter))} == {LetterKind.RESULTS, LetterKind.REPORT}


def test_runs_of_long_ago_are_asked_for_no_more(db: Session, closed: Run) -> None:
    closed.starts_on = closed.ends_on = clock.today() - timedelta(days=61)
    db.commit()
    assert queue.waiting(db, Task.LETTERS) == []
