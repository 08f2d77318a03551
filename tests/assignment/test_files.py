"""Nominations as a file: out to a department, put in order there, and back."""

from __future__ import annotations

import io
import re

import openpyxl
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.enrolment.models import Enrolment
from courses.events.models import Event
from courses.exchange import preview
from courses.exchange.actions import keep
from courses.exchange.writing import Sheet, xlsx_bytes
from courses.people.models import Person
from courses.scheduling.models import Run
from tests import factories
from tests.approval.scenes import a_selection, an_application
from tests.client import Browser
from tests.nomination.scenes import a_clerk

HEADINGS = ["사번", "성명", "부서", "추천순위", "신청사유"]


@pytest.fixture
def run(db: Session) -> Run:
    return a_selection(db)


def sent(client: Browser, run: Run, rows: list[list[object]]) -> str:
    """The file is uploaded for the run; the address of its preview."""
    data = xlsx_bytes([Sheet("추천", HEADINGS, rows)])  # type: ignore[arg-type]  # cells
    form = {"kind": "nominations", "run": run.id, "file": (io.BytesIO(data), "추천.xlsx")}
    return str(client.post("/imports", data=form).location)


def apply(client: Browser, address: str, status: int = 303) -> str:
    (seen,) = re.findall(r'name="seen"[^>]*value="(\w+)"', client.get(address).text)
    return client.post(f"{address}/application", status, data={"seen": seen}).text


def ranks(db: Session, run: Run) -> dict[str, tuple[str, int | None]]:
    people = select(Person.name, Enrolment.status, Enrolment.rank).join(Enrolment, Enrolment.person_id == Person.id)
    return {row.name: (row.status.value, row.rank) for row in db.execute(people.where(Enrolment.run_id == run.id))}


def test_a_file_goes_out_and_an_independent_reader_opens_it(
    client: Browser, db: Session, dan: Person, ana: Person, eve: Person, run: Run
) -> None:
    an_application(db, run, ana)
    an_application(db, run, eve, status="approved")
    answer = client.sign_in(dan, "ko").get(f"/runs/{run.id}/nominations.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    assert rows[0] == HEADINGS
    assert [row[:3] for row in rows[1:]] == [
        [ana.employee_no, "김아나", "행정국 총무과"],
        [eve.employee_no, "정이브", "행정국 재무과"],
    ]
    own = client.sign_in(a_clerk(db, factories.a_unit(db, "총무과"))).get(f"/runs/{run.id}/nominations.csv").text
    assert "김아나" in own
    assert "정이브" not in own
    client.sign_in(eve).get(f"/runs/{run.id}/nominations.csv", 403)


def test_it_comes_back_with_ranks(
    client: Browser, db: Session, dan: Person, ana: Person, ben: Person, eve: Person, run: Run
) -> None:
    an_application(db, run, ana)
    rows: list[list[object]] = [
        [ana.employee_no, "김아나", "총무과", 2, "업무에 씁니다"],
        ["", "박벤", "총무과", 1, "자료를 정리합니다"],
        [eve.employee_no, "정이브", "재무과", "", "배우고 싶습니다"],
    ]
    address = sent(client.sign_in(dan), run, rows)
    assert ranks(db, run) == {"김아나": ("applied", None)}
    apply(client, address)
    assert ranks(db, run) == {"김아나": ("nominated", 2), "박벤": ("nominated", 1), "정이브": ("applied", None)}
    page = client.get(sent(client, run, rows)).text  # again
    assert "Everything in this file is known already" in page


def test_bad_rows_name_row_field_and_remedy(client: Browser, db: Session, dan: Person, ana: Person, run: Run) -> None:
    for unit in ("총무과", "재무과"):
        factories.a_person(db, "홍길동", unit=factories.a_unit(db, unit))
    rows: list[list[object]] = [
        ["", "홍길동", "", 1, ""], ["29999999", "", "", 1, ""], ["", "", "총무과", 1, ""], ["", "", "", 7, ""],
        [ana.employee_no, "", "", "첫째", ""], [ana.employee_no, "", "", 1, ""], [ana.employee_no, "", "", 2, ""],
    ]  # fmt: skip
    page = client.sign_in(dan).get(sent(client, run, rows)).text
    for said in (
        "Several people have this name.", "행정국 재무과", "Nobody has the number 29999999", "The row names nobody.",
        "This is not a whole number.", "The same key stands in row",
    ):  # fmt: skip
        assert said in page
    assert ranks(db, run) == {}


def test_who_cannot_apply_is_refused_with_the_reason(
    client: Browser, db: Session, dan: Person, ana: Person, run: Run
) -> None:
    other = factories.a_run(db, starts_in=(run.starts_on - clock.today()).days)
    factories.an_enrolment(db, other, ana)
    page = client.sign_in(dan).get(sent(client, run, [[ana.employee_no, "", "", 1, ""]])).text
    assert "The times overlap with" in page


def test_it_says_for_which_run(client: Browser, db: Session, dan: Person, run: Run) -> None:
    page = client.sign_in(dan).get(f"/imports?kind=nominations&run={run.id}").text
    assert f'<option selected value="{run.id}">' in page
    form = {"kind": "nominations", "file": (io.BytesIO("사번\n1\n".encode()), "a.csv")}
    assert "Say for which run the nominations are" in client.post("/imports", 422, data=form).text


def test_a_run_without_nominations_takes_none(db: Session, dan: Person, ana: Person) -> None:
    other = factories.a_run(db)
    data = f"사번,추천순위\n{ana.employee_no},1\n".encode()
    file = keep(db, dan.id, "nominations", data, "a.csv", run_id=other.id)
    shown = preview.look(db, preview.parse("nominations", data, "a.csv", run_id=file.run_id))
    assert [str(bad.reason) for bad in shown.bad] == ["Nobody is nominated for this run."]


def test_another_motive_in_a_file_is_written_down(
    client: Browser, db: Session, dan: Person, ana: Person, run: Run
) -> None:
    one = an_application(db, run, ana, motive="처음")
    apply(client, sent(client.sign_in(dan), run, [[ana.employee_no, "", "", None, "나중"]]))
    assert db.get_one(Enrolment, one.id).motive == "나중"
    said = db.scalars(select(Event.data).where(Event.kind == "changed", Event.person_id == ana.id)).all()
    assert [(data["before"], data["after"]) for data in said] == [({"motive": "처음"}, {"motive": "나중"})]
