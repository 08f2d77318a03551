"""The officer's first screen, its lists and the reports, with their files."""

from __future__ import annotations

import csv
import io
from typing import Any
from urllib.parse import unquote

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from courses import clock
from courses.enrolment.models import Outcome
from courses.people.models import OrgUnit, Person
from courses.reporting.queue import Task
from courses.scheduling.models import ClassSession
from tests import factories
from tests.client import Browser
from tests.draw.scenes import a_draw_run
from tests.reporting.conftest import YEAR, Year, a_past_run, ended
from tests.selection.scenes import a_closed_selection

PAGES = ("/operations", "/operations/work/unmarked", "/reports/training", "/reports/departments")
FILES = ("/reports/training.csv", "/reports/training.xlsx", "/reports/departments.csv", "/reports/departments.xlsx")


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["ko", "en"])
def test_an_officer_sees_every_page_even_when_there_is_nothing(
    client: Browser, dan: Person, path: str, language: str
) -> None:
    client.sign_in(dan, language).get(path)


@pytest.mark.parametrize("who", ["ana", "ben", "cleo", "eve"])
def test_nobody_else_sees_any(client: Browser, who: str, request: pytest.FixtureRequest) -> None:
    client.sign_in(request.getfixturevalue(who))
    for path in (*PAGES, *FILES):
        client.get(path, 403)


def test_a_stranger_is_asked_to_sign_in(client: Browser) -> None:
    for path in (*PAGES, *FILES):
        assert "/sign-in" in client.get(path, 303).location


def test_a_number_leads_to_the_thing_or_to_the_list_of_things(
    client: Browser, db: Session, dan: Person, ana: Person
) -> None:
    run = factories.a_run(db, starts_in=-3)
    factories.an_enrolment(db, run, ana)
    session_id = db.scalar(select(ClassSession.id).where(ClassSession.run_id == run.id))
    page = client.sign_in(dan).get("/operations").text
    assert f'href="/sessions/{session_id}/attendance"' in page
    assert f'href="/runs/{run.id}/closing"' in page
    factories.an_enrolment(db, factories.a_run(db, starts_in=-4), ana)
    assert 'href="/operations/work/unmarked"' in client.get("/operations").text
    assert f'href="/sessions/{session_id}/attendance"' in client.get("/operations/work/unmarked").text


ASKED_FOR = [Task.DOOR, Task.FILINGS, Task.ABSENCES, Task.APPEALS, Task.CONFIRMATIONS]
"""Tasks that somebody else asks for: `tests/web/test_work_queue.py`."""


@pytest.mark.parametrize("task", [task for task in Task if task not in ASKED_FOR])
def test_every_list_can_be_opened_and_tells_what_it_is(
    client: Browser, db: Session, dan: Person, ana: Person, task: Task
) -> None:
    for starts_in, state in ((-3, "published"), (3, "published"), (9, "draft")):
        factories.a_run(db, factories.a_course(db, "<b>굵게</b>"), starts_in=starts_in, state=state)
    full = factories.a_run(db, starts_in=20, seats=1)
    closed = factories.a_run(db, starts_in=-9, state="closed")
    factories.an_enrolment(db, full, dan)
    factories.an_enrolment(db, full, ana, status="waitlisted")
    factories.an_enrolment(db, closed, ana, outcome=Outcome.COMPLETED)
    factories.an_enrolment(db, factories.a_run(db, starts_in=-5), ana)
    factories.an_enrolment(db, a_closed_selection(db), ana, status="approved")
    drawn = a_draw_run(db)
    factories.an_enrolment(db, drawn, ana, status="applied")
    drawn.apply_until = clock.now()
    db.commit()
    page = client.sign_in(dan).get(f"/operations/work/{task}").text
    assert "<tbody>" in page
    assert "<b>굵게" not in page


def test_a_list_that_does_not_exist_is_not_found(client: Browser, dan: Person) -> None:
    client.sign_in(dan).get("/operations/work/everything", 404)


def test_the_timetable_follows_week_and_room(client: Browser, db: Session, dan: Person) -> None:
    rooms = [factories.a_room(db, name) for name in ("첫째 방", "둘째 방")]
    factories.a_run(db, factories.a_course(db, "다음 주 과정"), starts_in=7, room=rooms[1])
    client.sign_in(dan)
    assert "다음 주 과정" not in client.get("/operations").text
    assert "다음 주 과정" in client.get("/operations?week=2026-12-02").text  # the room in which something is on
    assert "다음 주 과정" not in client.get(f"/operations?week=2026-12-02&room={rooms[0].id}").text


@pytest.mark.parametrize("query", ["week=never", "week=0001-01-01", "week=9999-12-31", "room=x", "room=999", "week="])
def test_an_odd_week_or_room_shows_the_usual_ones(client: Browser, db: Session, dan: Person, query: str) -> None:
    factories.a_room(db)
    assert "본관 전산교육장 1" in client.sign_in(dan).get(f"/operations?{query}").text


def test_the_default_year_is_the_newest_with_outcomes(client: Browser, dan: Person, year: Year) -> None:
    client.sign_in(dan)
    for path in ("/reports/training", "/reports/departments"):
        assert f"{YEAR}</h1>" in client.get(path).text


@pytest.mark.parametrize("language", ["ko", "en"])
def test_an_empty_year_says_what_to_do(client: Browser, dan: Person, year: Year, language: str) -> None:
    client.sign_in(dan, language)
    for path in ("/reports/training", "/reports/departments"):
        page = client.get(f"{path}?year=1999").text
        assert "1999" in page
        assert 'href="/imports"' in page


@pytest.mark.parametrize("query", ["year=x", "year=0", "year=99999999999999999999", "level=galaxy", "year=-1"])
def test_an_odd_question_is_answered_with_the_usual_report(
    client: Browser, dan: Person, year: Year, query: str
) -> None:
    assert f"{YEAR}</h1>" in client.sign_in(dan).get(f"/reports/departments?{query}").text


def test_a_bureau_leads_to_its_divisions_and_back(client: Browser, db: Session, dan: Person, year: Year) -> None:
    bureau = year.general.bureau_id
    page = client.sign_in(dan).get(f"/reports/departments?year={YEAR}").text
    assert f"/reports/departments?year={YEAR}&amp;level=division&amp;within={bureau}" in page
    inside = client.get(f"/reports/departments?year={YEAR}&level=division&within={bureau}").text
    assert "행정국 총무과" in inside
    assert "재무국" not in inside
    client.get("/reports/departments?within=999999", 404)


def test_every_page_of_figures_says_of_when_and_both_headcounts(client: Browser, dan: Person, year: Year) -> None:
    client.sign_in(dan)
    for path in ("/reports/training", "/reports/departments"):
        page = client.get(path).text
        assert "As of Mon 23 Nov 12:00" in page
        assert "Attendances" in page
        assert "Persons" in page


def test_the_files_hold_the_cells_of_the_page(client: Browser, dan: Person, year: Year) -> None:
    client.sign_in(dan, "en")
    wanted = [
        ["Classroom training", "", "2", "2", "2", "0", "2", "1", "100.0"],
        ["Cyber training", "", "1", "1", "2", "1", "1", "1", "100.0"],
        ["Workplace IT training", "1", "1", "1", "2", "0", "1", "1", "50.0"],
        ["사무자동화", "", "1", "1", "2", "0", "1", "1", "50.0"],
        ["Together", "1", "4", "4", "6", "1", "4", "3", "80.0"],
    ]
    assert from_csv(client.get("/reports/training.csv"))[1:] == wanted
    assert from_xlsx(client.get("/reports/training.xlsx"))[1:] == [[plain(cell) for cell in row] for row in wanted]


def test_a_workbook_says_of_when_it_is(client: Browser, dan: Person, year: Year) -> None:
    about = from_xlsx(client.sign_in(dan, "ko").get("/reports/departments.xlsx"), sheet=1)
    assert about[1] == [f"부서별 수료 현황 {YEAR}", "11월 23일(월) 12:00 기준"]
    assert {"연인원", "실인원", "수료율"} <= {row[0] for row in about}


def test_a_name_never_becomes_a_formula(client: Browser, db: Session, dan: Person, year: Year) -> None:
    assert year.general.bureau_id
    db.get_one(OrgUnit, year.general.bureau_id).path = "=1+1"
    db.commit()
    client.sign_in(dan)
    assert from_csv(client.get("/reports/departments.csv"))[1][0] == "'=1+1"
    assert from_xlsx(client.get("/reports/departments.xlsx"))[1][0] == "=1+1"


def test_a_file_has_a_readable_name_and_a_plain_one(client: Browser, dan: Person, year: Year) -> None:
    answer = client.sign_in(dan, "ko").get("/reports/training.csv")
    plain_name, encoded = answer.headers["Content-Disposition"].removeprefix("attachment; ").split("; ")
    assert plain_name == f'filename="training-{YEAR}.csv"'
    assert unquote(encoded.removeprefix("filename*=UTF-8''")) == f"교육실적 {YEAR} (2026-11-23).csv"
    assert answer.mimetype == "text/csv"


def test_there_are_no_other_kinds_of_file(client: Browser, dan: Person) -> None:
    client.sign_in(dan).get("/reports/training.docx", 404)
    client.get("/reports/departments.pdf", 404)


def test_a_department_that_closed_keeps_its_figures(client: Browser, db: Session, dan: Person, year: Year) -> None:
    closed = factories.a_unit(db, "옛과", "없어진국")
    ended(db, a_past_run(db, "옛 과정"), year.people["라"], closed)
    for unit in db.scalars(select(OrgUnit).where(OrgUnit.bureau_id == closed.bureau_id)):
        unit.closed_on = unit.closed_on or factories.some_day().date()
    db.commit()
    client.sign_in(dan)
    assert "없어진국" in client.get(f"/reports/departments?year={YEAR}").text
    assert "없어진국" not in client.get("/reports/departments?year=1999").text


def from_csv(answer: TestResponse) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))


def from_xlsx(answer: TestResponse, sheet: int = 0) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(sheet).to_python()


def plain(cell: str) -> str | float:
    return float(cell) if cell.replace(".", "").isdigit() else cell
