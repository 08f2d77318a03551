"""What a person has learned, and how far it is to the yearly target."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

import pytest
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from courses import clock
from courses.certificates.actions import issue
from courses.certificates.revisions import reissue, revoke
from courses.enrolment.models import Outcome
from courses.hours.queries import days_away
from courses.people.models import Leave, LeaveKind, Person
from courses.reporting.transcript import transcript
from courses.settings.organisation import Organisation, change_organisation
from tests import factories
from tests.certificates.scenes import URL, a_closed_run, completed
from tests.client import Browser
from tests.reporting.conftest import Year

FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)


@pytest.mark.parametrize(
    ("leaves", "days"),
    [
        ([], 0),
        ([(date(2026, 3, 1), date(2026, 3, 31))], 31),
        ([(date(2025, 7, 1), date(2026, 1, 10))], 10),
        ([(date(2026, 12, 22), None)], 10),
        ([(date(2026, 3, 1), date(2026, 3, 31)), (date(2026, 3, 15), date(2026, 4, 10))], 41),
        ([(date(2024, 1, 1), None)], 365),
    ],
)
def test_days_away_count_once_and_only_within_the_year(leaves: list[tuple[date, date | None]], days: int) -> None:
    assert days_away(leaves, FIRST, LAST) == days


def test_years_stand_newest_first_with_their_hours(db: Session, year: Year) -> None:
    done = transcript(db, year.people["가"])
    assert [(one.year, one.minutes) for one in done.years] == [(2025, 840)]
    assert (done.completions, done.recognised) == (2, 840)


def test_only_what_was_completed_gives_hours(db: Session, year: Year) -> None:
    done = transcript(db, year.people["나"])
    assert (len(done.years[0].rows), done.completions, done.minutes) == (2, 1, 420)


def test_a_run_stands_once_with_the_certificate_in_force(db: Session, ana: Person, dan: Person) -> None:
    run = a_closed_run(db)
    completed(db, run, ana)
    (first,) = issue(db, dan.id, run, URL)
    second = reissue(db, dan.id, first, "이름 정정", URL)
    ((row,),) = (year.rows for year in transcript(db, ana).years)
    assert row.certificate == second.facts["number"]
    revoke(db, dan.id, second, "대리출석")
    ((row,),) = (year.rows for year in transcript(db, ana).years)
    assert row.certificate is None


def test_the_target_shrinks_with_leave(db: Session, ana: Person) -> None:
    change_organisation(db, None, Organisation(target_hours=73))
    course = factories.a_course(db, "인정", hours=10, recognised_minutes=300)
    run = factories.a_run(db, course, starts_in=-30, state="closed")
    factories.an_enrolment(db, run, ana, outcome=Outcome.COMPLETED)
    assert (target := transcript(db, ana).target)
    assert (target.due_minutes, target.recognised, target.left, target.percent) == (4380, 300, 4080, 6)
    first = date(clock.today().year, 3, 1)
    db.add(Leave(person_id=ana.id, kind=LeaveKind.LEAVE, from_on=first, until_on=first + timedelta(days=72)))
    db.flush()
    assert (target := transcript(db, ana).target)
    assert (target.days_away, target.due_minutes) == (73, 3504)


def test_there_is_no_target_unless_one_is_set(client: Browser, ana: Person) -> None:
    assert "Target of" not in client.sign_in(ana).get("/my-learning/transcript").text


@pytest.mark.parametrize("language", ["ko", "en"])
def test_everybody_sees_the_own_one(client: Browser, db: Session, year: Year, language: str) -> None:
    change_organisation(db, None, Organisation(target_hours=40))
    db.commit()
    page = client.sign_in(year.people["가"], language).get("/my-learning/transcript").text
    assert "엑셀" in page
    assert "40" in page


def test_the_files_hold_every_run(client: Browser, year: Year) -> None:
    client.sign_in(year.people["나"])
    rows = list(csv.reader(io.StringIO(client.get("/my-learning/transcript.csv").data.decode("utf-8-sig"))))
    assert sorted(row[8] for row in rows[1:]) == ["Completed", "Not completed"]
    book = load_workbook(io.BytesIO(client.get("/my-learning/transcript.xlsx").data))
    assert book.worksheets[0].max_row == 3
    client.get("/my-learning/transcript.txt", 404)
