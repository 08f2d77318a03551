"""Letters and the outbox by program: the same rules as on the pages."""

from __future__ import annotations

import io
from datetime import timedelta

import openpyxl
import pytest
from hwpx import HwpxDocument
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.letters import hwpx
from courses.letters.models import Letter
from courses.notices import texts
from courses.notices.actions import Letter as Going
from courses.notices.actions import tell
from courses.notices.models import Channel, Message, MessageState, NoticeKind
from courses.notices.occasions import Note
from courses.people.models import Person
from courses.scheduling.models import Run
from tests import factories
from tests.api.conftest import Programs


@pytest.fixture
def run(db: Session, ana: Person) -> Run:
    run = factories.a_run(db, starts_in=30)
    factories.an_enrolment(db, run, ana)
    return run


def test_a_letter_is_drafted_written_and_numbered(api: Programs, db: Session, run: Run, dan: Person) -> None:
    program, address = api(dan), f"/runs/{run.id}/letters"
    draft = program.get(f"{address}/draft?kind=selection")
    assert draft["enclosures"][0]["rows"][0][-1] == "김아나"
    letter = program.post(address, {"kind": "selection", "title": "선정 알림", "body": "1. 알립니다.\n2. 끝."})
    assert (letter["title"], letter["body"], letter["number"]) == ("선정 알림", "1. 알립니다.\n2. 끝.", "")
    assert letter["enclosures"] == draft["enclosures"]
    day = clock.today().isoformat()
    numbered = program.put(f"/letters/{letter['id']}/number", {"number": "교육-12", "sent_on": day})
    assert (numbered["number"], numbered["sent_on"]) == ("교육-12", day)
    listed = program.get(address)
    assert [(one["id"], one["number"], one["by"]) for one in listed["items"]] == [(letter["id"], "교육-12", dan.name)]
    assert {one["kind"]: one["written"] for one in listed["due"]}["selection"] == 1
    assert program.get(f"/letters/{letter['id']}") == numbered


def test_the_draft_is_what_is_written_where_nothing_else_is_said(
    api: Programs, db: Session, run: Run, dan: Person
) -> None:
    draft = api(dan).get(f"/runs/{run.id}/letters/draft?kind=recruitment")
    letter = api(dan).post(f"/runs/{run.id}/letters", {"kind": "recruitment"})
    assert {name: letter[name] for name in draft} == draft


def test_the_files_are_those_of_the_pages(api: Programs, db: Session, run: Run, dan: Person) -> None:
    program = api(dan)
    letter = program.post(f"/runs/{run.id}/letters", {"kind": "selection"})
    text, document, table, workbook = (
        program.ask("GET", name.removeprefix("/api/v1"), headers={"Accept": "*/*"}).data for name in letter["files"]
    )
    assert letter["title"] in text.decode()
    assert any(letter["title"] in one.text for one in HwpxDocument.open(io.BytesIO(document)).paragraphs)
    assert HwpxDocument.open(io.BytesIO(table)).paragraphs
    rows = list(openpyxl.load_workbook(io.BytesIO(workbook)).active.values)  # type: ignore[union-attr]  # a new workbook has a sheet
    assert rows[1][-1] == "김아나"
    program.get(f"/letters/{letter['id']}/enclosures/2.xlsx", 404, headers={"Accept": "*/*"})


def test_a_letter_that_cannot_be_is_refused_with_its_reason(
    api: Programs, db: Session, run: Run, dan: Person, eve: Person
) -> None:
    program, address = api(dan), f"/runs/{run.id}/letters"
    assert program.get(f"{address}/draft?kind=non_selection", 409)["code"] == "nobody"
    assert program.post(address, {"kind": "selection", "title": " "}, 409)["code"] == "empty"
    assert program.post(address, {"kind": "selection", "body": "가\n" * 600}, 409)["code"] == "lines"
    assert program.post(address, {"kind": "selection", "unit_id": 987}, 422)["errors"]["unit_id"]
    assert program.post(address, {"kind": "selection", "body": "가\x00나"}, 422)["errors"]["body"]
    assert db.scalars(select(Letter)).all() == []
    letter = program.post(address, {"kind": "selection"})
    early = (clock.today() - timedelta(days=1)).isoformat()
    number = f"/letters/{letter['id']}/number"
    assert program.put(number, {"number": "교육-1", "sent_on": early}, 409)["code"] == "day"
    stale = {"If-Match": '"another"'}
    program.put(number, {"number": "교육-1", "sent_on": clock.today().isoformat()}, 412, headers=stale)
    api(eve).get(f"/letters/{letter['id']}", 403)


def test_a_long_enclosure_is_had_as_a_workbook(
    api: Programs, db: Session, run: Run, dan: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = api(dan)
    address = f"/letters/{program.post(f'/runs/{run.id}/letters', {'kind': 'selection'})['id']}/enclosures/1"
    monkeypatch.setattr(hwpx, "MANY", 0)
    refused = program.get(f"{address}.hwpx", 409, headers={"Accept": "*/*"})
    assert (refused["code"], refused["way_out"]["href"]) == ("large", f"/runs/{run.id}/letters")
    program.ask("GET", f"{address}.xlsx", headers={"Accept": "*/*"})


def waiting(db: Session, person: Person, count: int) -> None:
    """So many text messages that wait, and a mail."""
    for number in range(count):
        note = Note(f"occasion {number}", NoticeKind.OFFERED, person.id, None, {})
        body = f"자리가 났습니다 {number}" + "!" * 90 * number
        line = Going(person.employee_no or "", person.name, "ko", "", body, channel=Channel.TEXT)
        tell(db, [(note, [line, Going("ana@example.org", person.name, "ko", "확정 제안", "본문")])])
    db.commit()


def test_what_waits_is_handed_over_once(api: Programs, db: Session, ana: Person, dan: Person) -> None:
    waiting(db, ana, 2)
    program = api(dan)
    found = program.get("/outbox?channel=text&state=waiting")["items"]
    assert [(one["address"], one["kind"], one["file"]) for one in found] == [(ana.employee_no, "offered", None)] * 2
    handed = program.post("/outbox/texts")
    assert (handed["number"], [one["long"] for one in handed["items"]]) == (1, [False, True])
    assert program.get("/outbox/texts/1") == handed
    assert program.post("/outbox/texts", None, 409)["code"] == "nothing"
    assert program.get("/outbox?channel=text&state=waiting")["items"] == []
    assert [one["file"] for one in program.get("/outbox?channel=text")["items"]] == [1, 1]
    assert len(program.get("/outbox?limit=3")["items"]) == 3
    assert program.get("/outbox?limit=3")["next"]
    program.get("/outbox/texts/2", 404)
    assert [line.words for line in texts.lines(db, 1)] == [one["words"] for one in handed["items"]]
    left = select(Message.state).where(Message.channel == Channel.MAIL)
    assert set(db.scalars(left)) == {MessageState.WAITING}
