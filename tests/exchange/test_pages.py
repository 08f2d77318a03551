"""Importing in the browser."""

from __future__ import annotations

import csv
import io

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from courses.exchange.formats import kinds
from courses.exchange.models import ImportFile
from courses.exchange.reading import read
from courses.people.models import OrgUnit, Person, Posting
from courses.scheduling.models import Room
from tests.client import Browser
from tests.exchange.files import HONG, KIM, file, organised, staff, take_in

GOOD = ("R1", "대강의실", "120", "0")
BAD = ("R2", "=소회의실", "many", "0")


@pytest.fixture
def officer(client: Browser, dan: Person) -> Browser:
    return client.sign_in(dan)


def upload(client: Browser, kind: str, data: bytes, status: int = 303, **fields: str) -> str:
    """Upload a file; the address of its preview, or the page that says what is wrong."""
    form = {"kind": kind, "file": (io.BytesIO(data), f"{kind}.csv"), **fields}
    answer = client.post("/imports", status, data=form, content_type="multipart/form-data")
    return answer.location if status == 303 else answer.text


def seen(page: str) -> str:
    return page.split('name="seen" type="hidden" value="')[1].split('"')[0]


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_seven_kinds_stand_in_their_order(client: Browser, dan: Person, language: str) -> None:
    take_in(client.db, "rooms", file("rooms", [GOOD]))
    page = client.sign_in(dan, language).get("/imports").text
    places = [page.index(f'id="kind-{kind}"') for kind in kinds]
    assert places == sorted(places)
    assert ("명령줄" if language == "ko" else "command line") in page
    assert 'value="organisation"' in page


def test_each_kind_asks_for_what_it_needs(officer: Browser) -> None:
    assert 'name="year"' in officer.get("/imports?kind=evidence").text
    page = officer.get("/imports?kind=staff").text
    assert 'name="effective"' in page
    assert 'name="year"' not in page


def test_upload_preview_import(officer: Browser, db: Session) -> None:
    address = upload(officer, "rooms", file("rooms", [GOOD]))
    page = officer.get(address).text
    assert "대강의실" in page
    assert db.scalar(select(func.count()).select_from(Room)) == 0
    officer.post(f"{address}/application", data={"seen": seen(page)})
    assert "The file is imported." in officer.get(address).text
    assert db.scalars(select(Room.code)).all() == ["R1"]


def test_changes_are_shown_field_by_field(officer: Browser, db: Session) -> None:
    organised(db)
    take_in(db, "staff", staff(HONG, KIM))
    page = officer.get(upload(officer, "staff", staff(HONG | {"직급": "6급", "재직상태": "휴직"}))).text
    assert "재직상태" in page
    assert "Leave of absence" in page
    assert "<b>6급</b>" in page
    assert "Deactivate the people who are not in the file" in page
    assert KIM["사번"] in page


def row_of(db: Session, person: Person) -> dict[str, str]:
    """The person's own row of a staff file."""
    unit = select(OrgUnit.code).join(Posting, Posting.unit_id == OrgUnit.id).where(Posting.person_id == person.id)
    return {"사번": person.employee_no or "", "성명": person.name, "부서코드": db.scalars(unit).one()}


def test_people_gone_are_deactivated_only_with_the_tick(officer: Browser, db: Session, dan: Person) -> None:
    organised(db)
    take_in(db, "staff", staff(HONG, KIM))
    gone = select(Person.left_on).where(Person.employee_no == KIM["사번"])
    data = staff(HONG, row_of(db, dan))
    address = upload(officer, "staff", data)
    officer.post(f"{address}/application", data={"seen": seen(officer.get(address).text)})
    assert db.scalar(gone) is None
    address = upload(officer, "staff", data)
    officer.post(f"{address}/application", data={"seen": seen(officer.get(address).text), "retire": "y"})
    assert db.scalar(gone) is not None


def test_officers_do_not_deactivate_themselves(officer: Browser, db: Session, dan: Person) -> None:
    organised(db)
    address = upload(officer, "staff", staff(HONG))
    page = officer.get(address).text
    officer.post(f"{address}/application", 409, data={"seen": seen(page), "retire": "y"})
    assert db.scalars(select(Person.employee_no)).all() == [dan.employee_no]


def test_bad_rows_stop_the_import_until_the_good_ones_are_asked_for(officer: Browser, db: Session) -> None:
    address = upload(officer, "rooms", file("rooms", [GOOD, BAD]))
    page = officer.get(address).text
    assert "This is not a whole number." in page
    assert "Write digits only" in page
    answer = officer.post(f"{address}/application", 422, data={"seen": seen(page)})
    assert "Nothing was imported. Bad rows: 1." in answer.text
    assert db.scalar(select(func.count()).select_from(Room)) == 0
    officer.post(f"{address}/application", data={"seen": seen(page), "only_good": "y"})
    assert db.scalars(select(Room.code)).all() == ["R1"]


def test_bad_rows_come_back_as_a_file_with_reasons(officer: Browser) -> None:
    address = upload(officer, "rooms", file("rooms", [GOOD, BAD]))
    answer = officer.get(f"{address}/bad-rows.csv")
    [headings, row] = csv.reader(io.StringIO(answer.data.decode("utf-8-sig")))
    assert headings == ["Row", "교육장코드", "교육장", "좌석", "PC", "Reason", "Remedy"]
    assert row == [
        "3",
        "R2",
        "'=소회의실",
        "many",
        "0",
        "좌석: This is not a whole number.",
        "Write digits only, for example 30.",
    ]
    assert [bad.row for bad in read(answer.data, "again.csv", kinds["rooms"].columns).bad] == [2]


def test_a_file_that_changes_nothing_says_so(officer: Browser, db: Session) -> None:
    take_in(db, "rooms", file("rooms", [GOOD]))
    page = officer.get(upload(officer, "rooms", file("rooms", [GOOD]))).text
    assert "Nothing would change." in page
    assert 'name="seen"' not in page


def test_long_lists_are_cut_and_counted(officer: Browser) -> None:
    many = [(f"R{n}", f"교육장 {n}", "30", "30") for n in range(1, 131)]
    page = officer.get(upload(officer, "rooms", file("rooms", many))).text
    assert page.count("<tr><td") == 100
    assert "The first 100 are shown; 30 more follow." in page


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "is empty"),
        (b"%PDF-1.7", "is a PDF"),
        ("이름,나이\r\n홍길동,3\r\n".encode(), "No row with headings was found"),
        ("교육장코드,교육장\r\nR1,대강의실\r\n".encode(), "A needed column is missing"),
    ],
)
def test_a_file_that_cannot_be_understood_is_refused_on_the_spot(
    officer: Browser, db: Session, data: bytes, says: str
) -> None:
    assert says in upload(officer, "rooms", data, 422)
    assert db.scalar(select(func.count()).select_from(ImportFile)) == 0


def test_what_is_missing_from_the_form_is_said(officer: Browser) -> None:
    answer = officer.post("/imports", 422, data={"kind": "rooms"})
    assert "Choose a file first" in answer.text
    assert "Say of which year the results are" in upload(officer, "evidence", b"x", 422)
    assert "Write a year from 1990 to 2199" in upload(officer, "evidence", b"x", 422, year="3")
    assert "Choose what the file holds" in upload(officer, "everything", b"x", 422)


def test_somebody_else_was_faster(officer: Browser) -> None:
    address = upload(officer, "rooms", file("rooms", [GOOD]))
    page = officer.get(address).text
    officer.post(f"{address}/application", data={"seen": seen(page)})
    answer = officer.post(f"{address}/application", 409, data={"seen": seen(page)})
    assert "This file has been imported already." in answer.text
    officer.get(f"{address}/bad-rows.csv", 409)


def test_the_data_changed_since_the_preview(officer: Browser, db: Session) -> None:
    address = upload(officer, "rooms", file("rooms", [GOOD]))
    page = officer.get(address).text
    take_in(db, "rooms", file("rooms", [(*GOOD[:2], "80", "0")]))
    answer = officer.post(f"{address}/application", 409, data={"seen": seen(page)})
    assert "The data has changed since this preview was shown." in answer.text
    assert db.scalars(select(Room.seats)).all() == [80]


@pytest.mark.parametrize("kind", list(kinds))
@pytest.mark.parametrize("language", ["ko", "en"])
def test_an_empty_template_has_headings_that_are_understood(
    client: Browser, dan: Person, kind: str, language: str
) -> None:
    client.sign_in(dan, language)
    for form in ("csv", "xlsx"):
        answer = client.get(f"/imports/templates/{kind}.{form}")
        assert f"{kind}.{form}" in answer.headers["Content-Disposition"]
    text = client.get(f"/imports/templates/{kind}.csv").data.decode("utf-8-sig")
    [headings] = csv.reader(io.StringIO(text))
    by_name = {name: column.field for column in kinds[kind].columns for name in column.names()}
    assert [by_name[heading.casefold().replace(" ", "")] for heading in headings] == [
        column.field for column in kinds[kind].columns
    ]


def test_unknown_templates_and_files_are_not_found(officer: Browser) -> None:
    for address in ("/imports/templates/cats.csv", "/imports/templates/rooms.pdf", "/imports/4711"):
        officer.get(address, 404)
    officer.get("/imports/4711/bad-rows.csv", 404)
    officer.post("/imports/4711/application", 404)


@pytest.mark.parametrize("who", ["ana", "ben", "cleo", "eve"])
def test_only_officers_import(client: Browser, dan: Person, who: str, request: pytest.FixtureRequest) -> None:
    address = upload(client.sign_in(dan), "rooms", file("rooms", [GOOD]))
    client.sign_in(request.getfixturevalue(who))
    for path in ("/imports", address, f"{address}/bad-rows.csv", "/imports/templates/rooms.csv"):
        client.get(path, 403)
    upload(client, "rooms", file("rooms", [GOOD]), 403)
    client.post(f"{address}/application", 403)
    assert client.db.scalar(select(func.count()).select_from(Room)) == 0


def test_strangers_are_asked_to_sign_in(client: Browser) -> None:
    client.get("/imports", 303)
