"""The page of any report and of its rows: who sees what, files, kept reports."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

import pytest
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from courses import clock
from courses.enrolment.models import Outcome
from courses.people.models import OrgUnit, Person, Role, RoleGrant
from courses.reporting.models import SavedReport
from courses.reporting.question import DUTY, Across, Dimension, Measure
from courses.reporting.saved import MOST
from tests import factories
from tests.client import Browser
from tests.reporting.conftest import YEAR, Year, a_past_run, ended

ALL_MEASURES = "".join(f"&show={measure}" for measure in Measure)
SECRET = "남의부서사람"


@pytest.fixture
def head(db: Session, year: Year) -> Person:
    """Of the department 총무과; 세무과 is somebody else's."""
    other = factories.a_person(db, SECRET, unit=year.finance)
    ended(db, a_past_run(db, "남의 과정"), other, year.finance)
    return factories.a_person(db, "과장", unit=year.general, roles=["head"])


def sheet(answer: TestResponse, name: str | None = None) -> list[tuple[object, ...]]:
    book = load_workbook(io.BytesIO(answer.data), read_only=True)
    return list((book[name] if name else book.worksheets[0]).iter_rows(values_only=True))


def lines(answer: TestResponse) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))


@pytest.mark.parametrize("by", list(Dimension))
@pytest.mark.parametrize("across", ["", *Across])
def test_every_report_can_be_opened(client: Browser, dan: Person, year: Year, by: str, across: str) -> None:
    page = client.sign_in(dan).get(f"/reports?by={by}&across={across}&year={YEAR}{ALL_MEASURES}").text
    assert 'class="total' in page or "total" in page
    assert "/reports/rows?" in page


@pytest.mark.parametrize("by", list(Dimension))
@pytest.mark.parametrize("key", ["9" * 5000, "9" * 19, "99999999999", "202613", "-1", "²", "1_0", "none", "x"])
def test_what_is_no_line_has_no_rows(client: Browser, dan: Person, year: Year, by: str, key: str) -> None:
    client.sign_in(dan)
    for place in (f"line={key}", f"across=month&column={key}", f"across=year-on-year&column=a-year-before&line={key}"):
        assert client.http.get(f"/reports/rows?by={by}&year={YEAR}&{place}").status_code == 200


@pytest.mark.parametrize("of", sorted(DUTY))
def test_what_is_mandatory_says_whose_rows_it_shows(client: Browser, dan: Person, year: Year, of: str) -> None:
    page = client.sign_in(dan).get(f"/reports/rows?by=department&year={YEAR}&line={year.general.id}&of={of}")
    assert year.general.name in page.text


@pytest.mark.parametrize(
    "query", ["by=galaxy", "from=x&to=0", "first=never", "kind=x&level=y", "course=-1", "on=0001-01-01"]
)
def test_what_cannot_be_understood_is_as_if_not_asked(client: Browser, dan: Person, year: Year, query: str) -> None:
    assert str(YEAR) in client.sign_in(dan).get(f"/reports?{query}").text


def test_the_number_on_the_page_is_the_number_of_rows(client: Browser, dan: Person, year: Year) -> None:
    page = client.sign_in(dan).get(f"/reports?by=department&year={YEAR}{ALL_MEASURES}").text
    found = re.findall(r'<a href="(/reports/rows\?[^"]+)">([\d,.]+)</a>', page)
    assert len(found) > 20
    for address, number in found[:40]:
        if "of=hours" not in address and "of=recognised" not in address:
            rows = lines(client.get(address.replace("&amp;", "&").replace("/rows?", "/rows.csv?")))
            assert len(rows) - 1 == int(number), address


def test_who_heads_two_teams_far_down_sees_both_and_nothing_else(client: Browser, db: Session, year: Year) -> None:
    teams = [factories.a_team(db, name, division) for name, division in (("가팀", "가과"), ("나팀", "나과"))]
    run = a_past_run(db, "과정")
    for unit in (*teams, year.general):
        ended(db, run, factories.a_person(db, f"{unit.name} 사람", unit=unit), unit)
    head = factories.a_person(db, "팀장", unit=teams[0], roles=["head"])
    db.add(RoleGrant(person_id=head.id, role=Role.HEAD, unit_id=teams[1].id, granted_at=clock.now()))
    db.commit()
    shown = lines(client.sign_in(head).get(f"/reports.csv?by=department&year={YEAR}&show=places"))
    assert [(name, places) for name, places, *_ in shown[1:]] == [("가팀", "1"), ("나팀", "1"), ("Together", "2")]
    for unit in teams:
        rows = lines(client.get(f"/reports/rows.csv?by=department&year={YEAR}&line={unit.id}"))
        assert [row[0] for row in rows[1:]] == [f"{unit.name} 사람"]


def test_a_report_as_files_has_the_same_cells(client: Browser, dan: Person, year: Year) -> None:
    client.sign_in(dan)
    query = f"by=bureau&year={YEAR}"
    from_csv, book = lines(client.get(f"/reports.csv?{query}")), sheet(client.get(f"/reports.xlsx?{query}"))
    assert from_csv[0][:4] == ["Bureau", "Places", "Attendances", "Persons"]
    assert from_csv[1][:4] == ["행정국", "4", "2", "2"]
    assert [tuple(str(cell) for cell in row[:4]) for row in book] == [tuple(row[:4]) for row in from_csv]
    about = sheet(client.get(f"/reports.xlsx?{query}"), "About these figures")
    assert any(row[0] == "Attendances" for row in about)
    client.get(f"/reports.pdf?{query}", 404)
    client.get(f"/reports/rows.pdf?{query}", 404)


def test_no_cell_becomes_a_formula(client: Browser, db: Session, dan: Person, year: Year) -> None:
    evil = factories.a_person(db, "=1+1", unit=year.general)
    ended(db, a_past_run(db, "@SUM(A1)"), evil, year.general)
    client.sign_in(dan)
    rows = lines(client.get(f"/reports/rows.csv?year={YEAR}"))
    assert [row for row in rows if row[0] == "'=1+1" and row[5] == "'@SUM(A1)"]
    cells = [
        cell
        for row in load_workbook(io.BytesIO(client.get(f"/reports/rows.xlsx?year={YEAR}").data)).worksheets[0]
        for cell in row
    ]
    assert "=1+1" in {cell.value for cell in cells}
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}


def test_a_stream_ends_its_transaction(client: Browser, dan: Person, year: Year) -> None:
    database = client.app.extensions["database"]
    opened: list[object] = []
    closed: list[object] = []
    reading, close = database.reading, database.close
    database.reading = lambda: opened.append(session := reading()) or session
    database.close = lambda session: (closed.append(session), close(session))[1]
    client.sign_in(dan)
    answer = client.http.get(f"/reports/rows.csv?year={YEAR}")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    answer.close()
    assert opened
    assert {id(one) for one in opened} <= {id(one) for one in closed}


# The wrong side.


def everywhere(query: str) -> Iterator[str]:
    for path in ("/reports", "/reports.csv", "/reports/rows", "/reports/rows.csv"):
        yield f"{path}?{query}"


@pytest.mark.parametrize("who", ["ana", "cleo", "eve"])
def test_reports_are_for_officers_and_heads(client: Browser, who: str, request: pytest.FixtureRequest) -> None:
    client.sign_in(request.getfixturevalue(who))
    for path in (*everywhere("year=2025"), f"/people/{request.getfixturevalue('dan').id}/transcript"):
        client.get(path, 403)


@pytest.mark.parametrize("by", list(Dimension))
def test_a_head_sees_the_own_department_only(client: Browser, head: Person, year: Year, by: str) -> None:
    client.sign_in(head)
    for line in ("", f"&line={year.finance.id}", f"&line={year.finance.bureau_id}", "&line=none", "&line=classroom"):
        for path in everywhere(f"by={by}&year=all{line}{ALL_MEASURES}"):
            answer = client.get(path)
            assert SECRET not in answer.data.decode()
            assert "세무과" not in answer.data.decode()


def test_a_heads_figures_are_those_of_the_department(client: Browser, head: Person, dan: Person, year: Year) -> None:
    own = lines(client.sign_in(head).get(f"/reports.csv?by=kind&year={YEAR}"))
    same = lines(client.sign_in(dan).get(f"/reports.csv?by=kind&year={YEAR}&unit={year.general.id}"))
    assert own == same
    assert own[-1][1] == "4"


def test_a_unit_out_of_reach_is_not_there(client: Browser, db: Session, head: Person, year: Year) -> None:
    root = db.scalars(select(OrgUnit.id).where(OrgUnit.parent_id.is_(None))).one()
    client.sign_in(head)
    for unit in (year.finance.id, year.finance.bureau_id, year.general.bureau_id, root, 999_999):
        for path in everywhere(f"unit={unit}&year={YEAR}"):
            client.get(path, 404)


def test_a_head_of_nothing_sees_nothing(client: Browser, db: Session, year: Year) -> None:
    nobody = factories.a_person(db, "보직 없음", roles=["head"], external=True)
    page = client.sign_in(nobody).get("/reports?year=all").text
    assert "Nothing to report" in page
    assert len(lines(client.get("/reports/rows.csv?year=all"))) == 1


def test_a_head_opens_the_transcripts_of_the_own_people(client: Browser, db: Session, head: Person, year: Year) -> None:
    client.sign_in(head)
    own, other = year.people["가"], db.scalars(select(Person).where(Person.name == SECRET)).one()
    client.get(f"/people/{own.id}/transcript")
    for ending in ("", ".csv", ".xlsx"):
        client.get(f"/people/{other.id}/transcript{ending}", 404)
    assert f"/people/{own.id}/transcript" in client.get(f"/reports/rows?year={YEAR}").text


# Kept reports.


def test_a_report_is_kept_renamed_and_deleted(client: Browser, db: Session, dan: Person, year: Year) -> None:
    client.sign_in(dan)
    query = f"by=grade&year={YEAR}&kind=cyber"
    assert client.post("/reports/saved", data={"name": " 직급별 ", "query": query}).location.endswith(f"?{query}")
    kept = db.scalars(select(SavedReport)).one()
    assert (kept.name, kept.query, kept.shared) == ("직급별", query, False)
    assert f"/reports?{query.replace('&', '&amp;')}" in client.get("/reports").text
    client.post(f"/reports/saved/{kept.id}/name", data={"name": "새 이름", "shared": "on"})
    assert db.scalars(select(SavedReport.name)).one() == "새 이름"
    client.post(f"/reports/saved/{kept.id}/removal")
    assert db.scalars(select(SavedReport)).all() == []


def test_others_see_a_kept_report_only_when_it_is_shared(client: Browser, dan: Person, head: Person) -> None:
    client.sign_in(dan)
    client.post("/reports/saved", data={"name": "나만 보기", "query": "by=kind&year=2025"})
    client.post("/reports/saved", data={"name": "함께 보기", "query": "by=level&year=2025", "shared": "on"})
    page = client.sign_in(head).get("/reports").text
    assert "함께 보기" in page
    assert "나만 보기" not in page


@pytest.mark.parametrize("name", ["", "   ", "가" * 101])
def test_a_name_must_be_one(client: Browser, dan: Person, name: str) -> None:
    client.sign_in(dan).post("/reports/saved", 409, data={"name": name, "query": "by=kind"})


def test_a_name_is_used_once(client: Browser, db: Session, dan: Person) -> None:
    client.sign_in(dan)
    for name in ("하나", "둘"):
        client.post("/reports/saved", data={"name": name, "query": "by=kind&year=2025"})
    client.post("/reports/saved", data={"name": "하나", "query": "by=level&year=2025"})
    kept = {one.name: one for one in db.scalars(select(SavedReport))}
    assert (len(kept), kept["하나"].query) == (2, "by=level&year=2025")
    client.post(f"/reports/saved/{kept['둘'].id}/name", 409, data={"name": "하나"})


def test_nobody_keeps_more_than_fits_on_a_page(client: Browser, db: Session, dan: Person) -> None:
    db.add_all(
        SavedReport(owner_id=dan.id, name=f"{n}", query="by=kind", saved_at=factories.some_day()) for n in range(MOST)
    )
    db.commit()
    client.sign_in(dan).post("/reports/saved", 409, data={"name": "하나 더", "query": "by=kind"})


def test_an_address_that_was_sent_does_not_lead_elsewhere(client: Browser, db: Session, dan: Person) -> None:
    evil = "by=kind&year=2025\r\nSet-Cookie: x=y&next=//evil.example"
    answer = client.sign_in(dan).post("/reports/saved", data={"name": "나쁜", "query": evil})
    assert answer.location.startswith("/reports?by=kind")
    assert "evil" not in answer.location
    assert "evil" not in db.scalars(select(SavedReport.query)).one()


def test_nobody_changes_what_another_one_keeps(client: Browser, db: Session, dan: Person, head: Person) -> None:
    client.sign_in(dan).post("/reports/saved", data={"name": "내 것", "query": "by=kind", "shared": "on"})
    kept = db.scalars(select(SavedReport.id)).one()
    client.sign_in(head)
    client.post(f"/reports/saved/{kept}/name", 404, data={"name": "남의 것"})
    client.post(f"/reports/saved/{kept}/removal", 404)
    assert db.scalars(select(SavedReport.name)).one() == "내 것"


def test_the_page_draws_bars_and_curves(client: Browser, db: Session, dan: Person, year: Year) -> None:
    run = a_past_run(db, "직급")
    for n in range(1, 30):
        factories.an_enrolment(
            db, run, factories.a_person(db), outcome=Outcome.COMPLETED, unit_id=year.general.id, grade=f"{n}급"
        )
    client.sign_in(dan)
    assert client.get(f"/reports?by=grade&year={YEAR}").text.count("<rect") >= 60
    curves = client.get(f"/reports?by=month&across=year-on-year&year={YEAR}").text
    assert curves.count("<circle") == 2 * curves.count('<tr class="i0"')
    assert "<desc" in curves
