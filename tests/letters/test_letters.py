"""Letters of a run: what they say, who stands in them, their files and their number."""

from __future__ import annotations

import html
import io
import re
import zipfile
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pytest
from hwpx import HwpxDocument
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.enrolment.models import Quota, Status
from courses.enrolment.states import move_to
from courses.events.models import Event
from courses.letters import hwpx, queries
from courses.letters.models import Letter, LetterKind
from courses.people.models import Person
from courses.scheduling.models import Mode, Run
from courses.settings.organisation import Organisation, change_organisation
from tests import factories
from tests.client import Browser

OWPML = {"hp": "http://www.hancom.co.kr/hwpml/2011/paragraph", "hs": "http://www.hancom.co.kr/hwpml/2011/section"}


@pytest.fixture
def run(db: Session) -> Run:
    course = factories.a_course(db, "엑셀 함수", description="함수를\n익힌다.", for_grades=["7급", "8급"])
    return factories.a_run(
        db, course, starts_in=30, days=2, mode=Mode.SELECTION, place="본관 전산교육장 1", from_clock="09:00",
        until_clock="17:00",
    )  # fmt: skip


@pytest.fixture
def people(db: Session, run: Run) -> list[Person]:
    """Two are selected, of two departments; one is not, with a reason."""
    factories.a_unit(db)
    finance = factories.a_unit(db, "재무과", "재무국")
    found = [
        factories.a_person(db, "김하나"),
        factories.a_person(db, "이둘", unit=finance),
        factories.a_person(db, "박셋"),
    ]
    factories.an_enrolment(db, run, found[0], rank=1)
    factories.an_enrolment(db, run, found[1], rank=2)
    third = factories.an_enrolment(db, run, found[2], status="nominated", rank=2)
    move_to(db, None, third, Status.NOT_SELECTED, reason="정원 초과")
    db.commit()
    return found


def written(client: Browser, db: Session, dan: Person, run: Run, kind: str, **more: Any) -> Letter:
    """The letter of a kind as its draft reads."""
    client.sign_in(dan)
    said = draft_of(client, run, kind, **more)
    client.post(f"/runs/{run.id}/letters", data={"kind": kind, **said, **more})
    letter = db.scalar(select(Letter).order_by(Letter.id.desc()).limit(1))
    assert letter
    return letter


def draft_of(client: Browser, run: Run, kind: str, **more: Any) -> dict[str, str]:
    """What stands in the fields of a draft's page."""
    page = client.get(f"/runs/{run.id}/letters/new", query_string={"kind": kind, **more}).text
    title = re.search(r'<input[^>]* name="title"[^>]* value="([^"]*)"', page) or re.search(
        r'name="title".*?value="([^"]*)"', page
    )
    body = re.search(r'<textarea[^>]*name="body"[^>]*>\r?\n?(.*?)</textarea>', page, re.DOTALL)
    assert title
    assert body
    return {"title": html.unescape(title[1]), "body": html.unescape(body[1])}


def test_a_recruitment_says_all_one_must_know(client: Browser, db: Session, dan: Person, run: Run) -> None:
    unit = factories.a_unit(db)
    db.add(Quota(run_id=run.id, unit_id=unit.bureau_id, floor=3, cap=10))
    db.commit()
    letter = written(client, db, dan, run, "recruitment")
    lines = letter.body.split("\n")
    assert letter.title == f"「엑셀 함수」 과정({run.year}년 제{run.number}기) 교육생 모집 안내"
    assert lines[0].startswith("1. 다음과 같이 교육생을 모집하오니")
    assert "  가. 과정: 엑셀 함수(일반과정, 집합교육, 7시간)" in lines
    assert "  나. 교육목적 및 내용: 함수를 익힌다." in lines
    assert any(line.startswith("  다. 교육기간: 2") and line.endswith(", 09:00~17:00") for line in lines)
    assert "  마. 교육인원: 30명(부서별 배정 인원은 붙임 참조)" in lines
    assert "  바. 교육대상: 7급, 8급" in lines
    assert any(line.startswith("2. 각 부서에서는 소속 신청자의 추천순위를") for line in lines)
    assert lines[-3:] == [
        "붙임  1. 교육 신청서 1부.",
        "      2. 교육대상자 추천서 1부.",
        "      3. 부서별 정원 배정표 1부.  끝.",
    ]
    assert [table["name"] for table in letter.facts["tables"]] == [
        "교육 신청서",
        "교육대상자 추천서",
        "부서별 정원 배정표",
    ]
    assert letter.facts["tables"][2]["rows"] == [[1, "행정국", 3, 10]]


def test_a_selection_lists_people_by_department(
    client: Browser, db: Session, dan: Person, run: Run, people: list[Person]
) -> None:
    letter = written(client, db, dan, run, "selection")
    assert [row[3] for row in letter.facts["tables"][0]["rows"]] == ["김하나", "이둘"]
    assert letter.facts["receivers"] == ["총무과장", "재무과장"]
    assert "  다. 인원: 2명" in letter.body
    assert letter.body.endswith("붙임  교육대상자 선정 명단 1부.  끝.")
    finance = factories.a_unit(db, "재무과", "재무국")
    own = written(client, db, dan, run, "selection", unit=finance.id)
    assert (own.unit_id, own.facts["receivers"]) == (finance.id, ["재무과장"])
    assert [row[3] for row in own.facts["tables"][0]["rows"]] == ["이둘"]


def test_who_is_not_selected_stands_there_with_the_reason_of_then(
    client: Browser, db: Session, dan: Person, run: Run, people: list[Person]
) -> None:
    letter = written(client, db, dan, run, "non_selection")
    assert letter.facts["tables"][0]["rows"] == [[1, "행정국 총무과", "7급", "박셋", "정원 초과"]]


def test_nominees_stand_by_unit_and_rank(
    client: Browser, db: Session, dan: Person, run: Run, people: list[Person]
) -> None:
    letter = written(client, db, dan, run, "nomination")
    rows = [(row[1], row[2], row[4]) for row in letter.facts["tables"][0]["rows"]]
    assert rows == [("행정국 총무과", 1, "김하나"), ("행정국 총무과", 2, "박셋"), ("재무국 재무과", 2, "이둘")]
    assert letter.facts["receivers"] == []


def test_a_letter_stays_as_it_was_written(
    client: Browser, db: Session, dan: Person, run: Run, people: list[Person]
) -> None:
    letter = written(client, db, dan, run, "selection")
    people[0].name = "김바뀜"
    db.commit()
    assert "김하나" in client.get(f"/letters/{letter.id}").text
    assert "김바뀜" not in client.get(f"/letters/{letter.id}").text


def test_the_number_is_written_back_and_later_letters_refer_to_it(
    client: Browser, db: Session, dan: Person, run: Run, people: list[Person]
) -> None:
    letter = written(client, db, dan, run, "recruitment")
    today = clock.today()
    client.post(f"/letters/{letter.id}/number", data={"number": "교육과-12", "sent_on": today.isoformat()})
    later = written(client, db, dan, run, "selection")
    assert later.body.startswith(f"1. 관련: 교육과-12({today.year}. {today.month}. {today.day}.)\n2. ")
    whole = client.get(f"/letters/{letter.id}.txt").data.decode()
    assert whole.startswith("수신  ")
    assert f"시행  교육과-12 ({today.year}. {today.month}. {today.day}.)" in whole
    written_down = select(Event.kind).where(Event.run_id == run.id, Event.kind.like("letter_%")).order_by(Event.id)
    assert list(db.scalars(written_down)) == ["letter_written", "letter_numbered", "letter_written"]


@pytest.mark.parametrize(
    ("number", "day", "status"), [("", "today", 422), ("가-1", "2001-01-01", 409), ("가-1", "x", 422)]
)
def test_a_number_that_cannot_be_is_refused(
    client: Browser, db: Session, dan: Person, run: Run, number: str, day: str, status: int
) -> None:
    letter = written(client, db, dan, run, "recruitment")
    sent_on = clock.today().isoformat() if day == "today" else day
    client.post(f"/letters/{letter.id}/number", status, data={"number": number, "sent_on": sent_on})
    db.refresh(letter)
    assert letter.number == ""


def test_the_letter_as_hwpx_is_read_by_others(
    client: Browser, db: Session, dan: Person, run: Run, people: list[Person]
) -> None:
    letter = written(client, db, dan, run, "selection")
    answer = client.get(f"/letters/{letter.id}.hwpx")
    assert answer.mimetype == "application/hwp+zip"
    package = zipfile.ZipFile(io.BytesIO(answer.data))
    assert package.testzip() is None
    assert (package.namelist()[0], package.read("mimetype")) == ("mimetype", b"application/hwp+zip")
    assert package.getinfo("mimetype").compress_type == zipfile.ZIP_STORED
    section = ElementTree.fromstring(package.read("Contents/section0.xml"))
    lines = ["".join(t.text or "" for t in p.iterfind(".//hp:t", OWPML)) for p in section.iterfind("hp:p", OWPML)]
    assert section.tag == f"{{{OWPML['hs']}}}sec"
    assert lines[0] == "우리 기관"
    assert [line for line in lines if line][1:3] == ["수신  수신자 참조", f"제목  {letter.title}"]
    assert set(letter.body.split("\n")) <= set(lines)
    with HwpxDocument.open(io.BytesIO(answer.data)) as document:
        assert not document.validate().issues


def test_enclosures_come_as_hwpx_and_as_a_workbook(
    client: Browser, db: Session, dan: Person, run: Run, people: list[Person]
) -> None:
    letter = written(client, db, dan, run, "non_selection")
    table = client.get(f"/letters/{letter.id}/enclosures/1.hwpx").data
    with HwpxDocument.open(io.BytesIO(table)) as document:
        assert not document.validate().issues
        assert "1\t행정국 총무과\t7급\t박셋\t정원 초과" in document.text.plain()
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/letters/{letter.id}/enclosures/1.xlsx").data))
    assert [cell.value for cell in list(book.active.rows)[1]] == [1, "행정국 총무과", "7급", "박셋", "정원 초과"]
    client.get(f"/letters/{letter.id}/enclosures/2.xlsx", 404)
    client.get(f"/letters/{letter.id}.pdf", 404)


def test_a_long_name_and_an_empty_list_make_a_file(db: Session) -> None:
    wide = hwpx.enclosure("명단", ["연번", "부서"], [[1, "행정정보 공동이용 " * 10]])
    with HwpxDocument.open(io.BytesIO(wide)) as document:
        assert not document.validate().issues
    with HwpxDocument.open(io.BytesIO(hwpx.enclosure("명단", ["연번"], []))) as document:
        assert "명단" in document.text.plain()


def test_what_is_due_follows_the_steps(db: Session, run: Run, people: list[Person]) -> None:
    due = {one.kind: one for one in queries.due(db, run)}
    before_the_start = [LetterKind.RECRUITMENT, LetterKind.NOMINATION, LetterKind.SELECTION, LetterKind.NON_SELECTION]
    assert list(due) == before_the_start
    assert [due[kind].people for kind in before_the_start] == [None, 3, 2, 1]
    assert (run.starts_on - due[LetterKind.SELECTION].until).days == 10
    assert due[LetterKind.RECRUITMENT].is_late
    assert not due[LetterKind.SELECTION].is_late


def test_nothing_to_say_is_refused(client: Browser, dan: Person, run: Run) -> None:
    client.sign_in(dan)
    assert "Nobody is selected yet." in client.get(f"/runs/{run.id}/letters/new?kind=selection", 409).text
    client.get(f"/runs/{run.id}/letters/new?kind=party", 404)
    client.get(f"/runs/{run.id}/letters/new?kind=selection&unit=999999", 404)


def test_an_empty_letter_keeps_what_was_typed(
    client: Browser, db: Session, dan: Person, run: Run, people: list[Person]
) -> None:
    client.sign_in(dan)
    answer = client.post(f"/runs/{run.id}/letters", 422, data={"kind": "selection", "title": "고친 제목", "body": ""})
    assert "고친 제목" in answer.text
    assert db.scalar(select(Letter)) is None


def test_a_letter_of_nothing_but_lines_is_refused(client: Browser, db: Session, dan: Person, run: Run) -> None:
    """Each of them is a paragraph of the file."""
    form = {"kind": "recruitment", "title": "모집", "body": "끝.\n" * 600}
    assert "at most 500 lines" in client.sign_in(dan).post(f"/runs/{run.id}/letters", 409, data=form).text
    assert db.scalars(select(Letter)).all() == []


def test_english_where_the_organisation_speaks_it(
    client: Browser, db: Session, dan: Person, run: Run, people: list[Person]
) -> None:
    change_organisation(db, None, Organisation(language="en", name_en="Hanbit City", issuer="The Mayor"))
    db.commit()
    letter = written(client, db, dan, run, "selection")
    assert letter.title.startswith("Trainees selected: “엑셀 함수”")
    assert letter.body.endswith("Encl.  List of trainees, 1 copy.  End.")
    assert client.get(f"/letters/{letter.id}.txt").data.decode().startswith("To  See receivers\nSubject  ")


@pytest.mark.parametrize("who", ["ana", "ben", "cleo", "eve"])
def test_letters_are_the_officers(
    client: Browser, db: Session, request: pytest.FixtureRequest, dan: Person, run: Run, who: str
) -> None:
    letter = written(client, db, dan, run, "recruitment")
    client.sign_in(request.getfixturevalue(who))
    for path in (f"/runs/{run.id}/letters", f"/letters/{letter.id}", f"/letters/{letter.id}.hwpx"):
        client.get(path, 403)
    client.post(f"/letters/{letter.id}/number", 403, data={"number": "가-1", "sent_on": clock.today().isoformat()})
