"""The results of a half-year: figures as the reports have them, the plan of the departments, and when it is owed."""

from __future__ import annotations

import re
from datetime import date, time, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.catalogue.models import Course
from courses.enrolment.models import Outcome
from courses.errors import Refused
from courses.events.facts import LetterWritten
from courses.events.models import Event
from courses.letters import half_year, halves
from courses.letters.models import Letter, LetterKind
from courses.notices.models import NoticeKind
from courses.people.models import Person, Posting
from courses.reporting.explorer import explore
from courses.reporting.question import Dimension, Filters, Measure, Question
from courses.reporting.tallies import ALL
from courses.scheduling.models import Run, RunState
from courses.settings.organisation import organisation
from courses.workplace import planning
from courses.workplace.planning import Half
from lms.web.letters.words import Spoken, spoken
from tests import factories
from tests.client import Browser

FIRST, SECOND = Half(2025, 1), Half(2025, 2)


def a_closed_run(db: Session, day: date, people: list[tuple[Person, str]], course: Course | None = None) -> Run:
    """It took place that day, and is closed; `people` with their outcomes."""
    run = factories.a_run(db, course or factories.a_course(db, "엑셀 함수"), starts_in=0)
    run.starts_on = run.ends_on = day
    run.year, run.state = day.year, RunState.CLOSED
    for person, outcome in people:
        place = factories.an_enrolment(db, run, person)
        place.outcome, place.unit_id = Outcome(outcome), serves_in(db, person)
    db.commit()
    return run


def serves_in(db: Session, person: Person) -> int:
    """Where they serve."""
    return db.scalars(select(Posting.unit_id).where(Posting.person_id == person.id)).one()


@pytest.fixture
def people(db: Session) -> list[Person]:
    general, finance = factories.a_unit(db), factories.a_unit(db, "재무과", "재무국")
    return [factories.a_person(db, "김하나", unit=general), factories.a_person(db, "이둘", unit=finance)]


@pytest.fixture
def held(db: Session, people: list[Person]) -> list[Run]:
    """In each half of 2025; who took part twice is one head."""
    one, two = people
    both = [(one, "completed"), (two, "not_completed")]
    return [
        a_closed_run(db, date(2025, 6, 30), both),
        a_closed_run(db, date(2025, 3, 3), [(one, "completed")], factories.a_course(db, "한글 보고서")),
        a_closed_run(db, date(2025, 7, 1), [(two, "completed")]),
    ]


def said(db: Session, half: Half, unit_id: int | None = None) -> Spoken:
    """The draft in words."""
    named = organisation(db)
    return spoken(half_year.draft(db, half, named, unit_id), named)


def test_departments_come_in_order_with_heads_and_attendances(db: Session, held: list[Run]) -> None:
    found = said(db, FIRST)
    by_unit, by_course = found.words.tables[:2]
    assert [row[1:7] for row in by_unit.rows] == [
        ["총무과", 1, 2, 2, 0, "100.0"],
        ["재무과", 1, 1, 0, 1, "0.0"],
        ["합계", 2, 3, 2, 1, "66.6"],
    ]
    assert [row[1:6] for row in by_course.rows] == [["엑셀 함수", "집합", 1, 2, 1], ["한글 보고서", "집합", 1, 1, 1]]
    assert found.title == "2025년 상반기 정보화교육 실적"
    assert "교육 인원: 2명(연인원 3명)" in found.body
    assert found.words.receivers == []
    assert [one.name for one in found.choices] == ["총무과", "재무과"]


def test_two_halves_are_the_year_of_the_reports(db: Session, held: list[Run]) -> None:
    """To the digit."""
    measures = (Measure.PLACES, Measure.JUDGED)
    wanted = Question(Dimension.KIND, measures=measures, filters=Filters(first_year=2025, last_year=2025))
    figures = explore(db, wanted).total.at(ALL)
    rows = [said(db, half).words.tables[0].rows[-1] for half in (FIRST, SECOND)]
    assert sum(int(row[3]) for row in rows) == figures.judged == 4
    assert sum(int(row[4]) for row in rows) == figures.completions == 3


def test_a_department_reads_of_its_own_people_alone(db: Session, held: list[Run]) -> None:
    found = said(db, FIRST, factories.a_unit(db, "재무과", "재무국").id)
    assert [row[1] for row in found.words.tables[0].rows] == ["재무과"]
    assert found.words.receivers == ["재무과장"]
    assert "귀 부서의" in found.body


def test_the_plan_stands_beside_what_was_taught(db: Session, held: list[Run], people: list[Person]) -> None:
    """Each subject once, over all departments."""
    subject = factories.a_course(db, "표 계산", kind="workplace")
    for unit in (factories.a_unit(db), factories.a_unit(db, "재무과", "재무국")):
        planning.set_plan(db, people[0].id, unit, FIRST, {subject.id: (3, 10)})
    a_closed_run(db, date(2025, 3, 4), [(people[0], "completed")], subject)
    found = said(db, FIRST)
    assert [table.name for table in found.words.tables[2:]] == [
        "부서별 직장내 교육 계획 대비 실적",
        "과목별 직장내 교육 실적",
    ]
    assert [row[2:] for row in found.words.tables[3].rows] == [["표 계산", 20, 1, 1, 1]]
    assert [row[1:] for row in found.words.tables[2].rows if row[2]] == [
        ["행정국 총무과", 1, 1, 10, 1, 1, 1],
        ["재무국 재무과", 1, 0, 10, 0, 0, 0],
    ]
    assert "계획 과목: 1개, 그중 실시: 1개" in found.body


def test_what_is_missing_is_said(db: Session, held: list[Run]) -> None:
    open_run = factories.a_run(db, starts_in=0)
    open_run.starts_on = open_run.ends_on = date(2025, 5, 2)
    db.commit()
    assert "수료처리 전이라 제외한 차수: 1개" in said(db, FIRST).body


def test_there_is_none_of_a_half_year_that_goes_on_or_in_which_nothing_was(db: Session) -> None:
    with pytest.raises(Refused, match="not over yet"):
        said(db, Half.of(clock.today()))
    with pytest.raises(Refused, match="Nothing was trained"):
        said(db, FIRST)


@pytest.fixture
def july(monkeypatch: pytest.MonkeyPatch) -> date:
    """The first of July 2025."""
    monkeypatch.setattr(clock, "now", lambda: clock.at(date(2025, 7, 1), time(9)))
    return date(2025, 7, 1)


@pytest.mark.parametrize(
    ("day", "stage"),
    [
        (date(2025, 7, 1), "over"),
        (date(2025, 7, 6), "over"),
        (date(2025, 7, 7), "soon"),
        (date(2025, 7, 10), "soon"),
        (date(2025, 7, 11), "late"),
        (date(2025, 9, 8), "late"),
        (date(2025, 9, 9), None),
    ],
)
def test_officers_are_told_in_time_and_once_late(
    db: Session, dan: Person, held: list[Run], monkeypatch: pytest.MonkeyPatch, day: date, stage: str | None
) -> None:
    """Until somebody has written it."""
    monkeypatch.setattr(clock, "now", lambda: clock.at(day, time(9)))
    told = halves.reminders(db)
    assert [one.key for one in told] == ([f"half_year:2025-1:{stage}:{dan.id}"] if stage else [])
    assert {one.kind for one in told} <= {NoticeKind.HALF_YEAR}


def test_an_officer_writes_it_and_is_asked_no_more(
    client: Browser, db: Session, dan: Person, held: list[Run], july: date
) -> None:
    """From the first page to the files."""
    client.sign_in(dan)
    assert "first half of 2025, by" in client.get("/operations").text
    page = client.get("/half-year-results/new?half=2025-1").text
    fields = {
        "title": "2025년 상반기 실적",
        "body": re.findall(r"<textarea[^>]*>\s*(.*?)</textarea>", page, re.DOTALL)[0],
    }
    answer = client.post("/half-year-results", data={"half": "2025-1", **fields})
    letter = db.scalars(select(Letter)).one()
    assert answer.location == f"/letters/{letter.id}"
    assert (letter.kind, letter.run_id, letter.half) == (LetterKind.HALF_YEAR, None, "2025-1")
    fact = db.scalars(select(Event).where(Event.kind == "letter_written")).one()
    assert (fact.run_id, fact.data["half"]) == (None, "2025-1")
    assert fact.data.keys() == {"letter_id", "kind", "unit_id", "half"} <= LetterWritten.__annotations__.keys()
    assert halves.owed(db) is None
    assert "2025년 상반기 실적" in client.get("/half-year-results?half=2025-1").text
    assert client.get(f"/letters/{letter.id}").status_code == 200
    assert client.get(f"/letters/{letter.id}.hwpx").data.startswith(b"PK")
    assert client.get(f"/letters/{letter.id}/enclosures/1.xlsx").data.startswith(b"PK")
    client.post(f"/letters/{letter.id}/number", data={"number": "교육지원과-1", "sent_on": "2025-07-01"})
    assert db.get_one(Letter, letter.id).number == "교육지원과-1"


@pytest.mark.parametrize("half", ["2025-3", "2025", "0-1", "eins-zwei", "2999-1"])
def test_there_are_two_halves_of_a_year(client: Browser, dan: Person, half: str) -> None:
    client.sign_in(dan)
    assert "There is nothing here" in client.get(f"/half-year-results?half={half}", 404).text


def test_it_is_no_letter_of_a_run(client: Browser, db: Session, dan: Person) -> None:
    """Nor anybody else's than an officer's."""
    run = factories.a_run(db)
    client.sign_in(dan)
    assert "/half-year-results" in client.get(f"/runs/{run.id}/letters/new?kind=half_year", 409).text


def test_who_plans_nothing_has_no_half_year(client: Browser, eve: Person) -> None:
    client.sign_in(eve)
    client.get("/half-year-results", 403)
    client.post("/half-year-results", 403, data={"half": "2025-1"})


def test_none_is_told_of_a_quiet_half_year(db: Session, dan: Person, july: date) -> None:
    """Nothing was closed: there is nothing to report."""
    assert halves.reminders(db) == []
    assert halves.until(SECOND) - timedelta(days=9) == date(2026, 1, 1)
