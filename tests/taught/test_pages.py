"""The ledger of taught periods in the browser, as a workbook and on paper: the same numbers everywhere."""

from __future__ import annotations

import io
from datetime import date, time, timedelta

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader
from sqlalchemy.orm import Session

from courses import clock
from courses.people.models import Person
from tests import factories
from tests.client import Browser

MONTH = (clock.today().replace(day=1) - timedelta(days=1)).replace(day=1)
"""The month before this one."""
ASKED = f"?month={MONTH}"


@pytest.fixture(autouse=True)
def taught(db: Session, cleo: Person) -> None:
    """Two days in it."""
    course = factories.a_course(db, title="엑셀 데이터 분석")
    ahead = (MONTH + timedelta(days=9) - clock.today()).days
    factories.a_run(db, course, starts_in=ahead, days=2, instructors=[cleo])


def test_the_officer_sees_everybody_and_the_workbook_agrees(client: Browser, dan: Person, cleo: Person) -> None:
    client.sign_in(dan)
    page = client.get(f"/operations/taught{ASKED}")
    assert cleo.name in page.text
    book = load_workbook(io.BytesIO(client.get(f"/operations/taught.xlsx{ASKED}").data))
    lines, sums = [list(sheet.iter_rows(min_row=2, values_only=True)) for sheet in book.worksheets]
    assert [line[0] for line in lines] == [cleo.name] * 2
    assert [(row[0], row[2], row[3]) for row in sums] == [(cleo.name, 2, sum(int(str(line[10])) for line in lines))]


def test_an_instructor_sees_the_own_ones_and_takes_them_along(client: Browser, cleo: Person) -> None:
    client.sign_in(cleo)
    assert "엑셀 데이터 분석" in client.get(f"/teaching/taught{ASKED}").text
    reader = PdfReader(io.BytesIO(client.get(f"/teaching/taught.pdf{ASKED}").data))
    words = " ".join(page.extract_text() for page in reader.pages)
    assert cleo.name in words
    assert "엑셀 데이터 분석" in words
    assert str(MONTH + timedelta(days=9)) in words


def test_nothing_taught_is_nothing_confirmed(client: Browser, dan: Person, cleo: Person) -> None:
    client.sign_in(dan)
    client.get("/operations/taught?month=2001-01-01")
    client.get(f"/operations/taught/{cleo.id}?month=2001-01-01")
    client.get(f"/operations/taught/{cleo.id}.pdf?month=2001-01-01", 404)


def test_who_does_not_teach_has_no_ledger(client: Browser, dan: Person, ana: Person) -> None:
    client.sign_in(dan).get(f"/operations/taught/{ana.id}", 404)


@pytest.mark.parametrize("path", ["", ".xlsx", ".csv", "/1", "/1.pdf"])
def test_instructors_and_employees_see_nobody_elses(client: Browser, ana: Person, cleo: Person, path: str) -> None:
    for person in (ana, cleo):
        client.sign_in(person).get(f"/operations/taught{path}{ASKED}", 403)


def test_employees_teach_nothing(client: Browser, ana: Person) -> None:
    client.sign_in(ana).get("/teaching/taught", 403)


def test_this_month_is_shown_unasked_and_what_lies_ahead_is_not_offered(client: Browser, dan: Person) -> None:
    with clock.frozen(clock.at(date(2026, 11, 23), time(9))):
        page = client.sign_in(dan).get("/operations/taught").text
    assert "month=2026-10-31" in page
    assert "month=2026-12-01" not in page
