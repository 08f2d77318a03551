"""Whatever is sent, the answer is a problem in the client's language: never a page, never a 5xx."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from courses.certificates.models import DocumentFile
from courses.people.models import Person
from lms.api.places import PREFIX
from tests.api.conftest import Programs
from tests.certificates.scenes import a_document, document_signed
from tests.world import World

SHEET = "/sessions/{session_id}/attendance"


def test_a_problem_says_what_rfc_9457_asks_for(api: Programs, ana: Person) -> None:
    told = api(ana).get("/runs/999999", 404)
    assert told["type"] == "/api#not-found"
    assert told["title"] == "Not found"
    assert told["instance"] == f"{PREFIX}/runs/999999"


@pytest.mark.parametrize(
    ("sent", "title"), [("ko-KR,ko;q=0.9", "없음"), ("en", "Not found"), ("fr", "없음"), ("", "없음")]
)
def test_it_speaks_the_language_asked_for(api: Programs, ana: Person, sent: str, title: str) -> None:
    assert api(ana).get("/runs/999999", 404, headers={"Accept-Language": sent})["title"] == title


def test_without_a_wish_it_speaks_the_persons_language(api: Programs, ana: Person) -> None:
    ana.language = "en"
    program = api(ana)
    program.headers = {}
    assert program.get("/runs/999999", 404)["title"] == "Not found"


@pytest.mark.parametrize("path", ["/nowhere", "/runs/", "/runs/abc", "/runs/-1", "/runs/" + "9" * 30, "/people/0"])
def test_what_is_not_there(api: Programs, dan: Person, path: str) -> None:
    api(dan).get(path, 404)


def test_another_method_names_those_that_are(api: Programs, ana: Person) -> None:
    answer = api(ana).ask("PATCH", "/runs", 405)
    assert "GET" in answer.headers["Allow"]


def test_the_answer_to_options_is_no_page(api: Programs) -> None:
    answer = api(None).ask("OPTIONS", "/runs")
    assert "Content-Type" not in answer.headers
    assert "GET" in answer.headers["Allow"]


def test_a_stranger_learns_how_to_be_known(api: Programs) -> None:
    answer = api(None).ask("GET", "/runs", 401)
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="lms"'
    assert "Set-Cookie" not in answer.headers


def test_who_may_not_learns_who_may(api: Programs, ana: Person) -> None:
    assert api(ana).get("/reports/training", 403)["held_by"] == ["Training officer"]


@pytest.mark.parametrize("accept", ["text/html", "application/xml"])
def test_another_media_type_cannot_be_had(api: Programs, ana: Person, accept: str) -> None:
    api(ana).get("/runs", 406, headers={"Accept": accept})


@pytest.mark.parametrize("accept", ["*/*", "application/*", "application/json, text/html;q=0.1"])
def test_json_can_be_had(api: Programs, ana: Person, accept: str) -> None:
    api(ana).get("/runs", 200, headers={"Accept": accept})


def test_a_form_is_no_json(api: Programs, world: World) -> None:
    api(world.people["dan"]).ask("PUT", SHEET.format(**world.ids), 415, data={"marks": "[]"})


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("{", 400), ("[" * 200_000, 400), ('{"marks": [{"enrolment_id": ' + "9" * 5000 + "}]}", 400), (b"\xff", 400),
        ("null", 422), ("[]", 422), ("{}", 422), ('{"marks": 1}', 422), ('{"marks": [1]}', 422),
        ('{"marks": [], "more": 1}', 422),
        ('{"marks": [{"enrolment_id": "1", "mark": "present"}]}', 422),
        ('{"marks": [{"enrolment_id": true, "mark": "present"}]}', 422),
        ('{"marks": [{"enrolment_id": 1.5, "mark": "present"}]}', 422),
        ('{"marks": [{"enrolment_id": 99999999999999999999, "mark": "present"}]}', 422),
        ('{"marks": [{"enrolment_id": 1, "mark": "asleep"}]}', 422),
        ('{"marks": [{"enrolment_id": 1, "mark": "late", "minutes": NaN}]}', 422),
        ('{"marks": [{"enrolment_id": 1, "mark": "late", "minutes": -1}]}', 422),
        ('{"marks": [{"enrolment_id": 1, "mark": "present", "minutes": 5}]}', 422),
        ('{"marks": [{"enrolment_id": 1, "mark": "absent", "ground": "duty"}]}', 422),
        ('{"marks": [{"enrolment_id": 1, "mark": null}, {"enrolment_id": 1, "mark": null}]}', 422),
        (" " * 1_100_000, 413),
    ],
    ids=lambda value: str(value)[:60],
)  # fmt: skip
def test_what_is_no_sheet(api: Programs, world: World, body: str | bytes, status: int) -> None:
    program = api(world.people["dan"])
    program.ask("PUT", SHEET.format(**world.ids), status, data=body, content_type="application/json")


@pytest.mark.parametrize("number", ["a\0b", "\ud800", "x" * 300, "\n"])
def test_text_that_no_database_takes(api: Programs, world: World, number: str) -> None:
    path = f"/runs/{world.runs['long'].id}/enrolments"
    told = api(world.people["dan"]).post(path, {"employee_no": number}, 422)
    assert list(told["errors"]) == ["employee_no"]


@pytest.mark.parametrize(
    "query",
    [
        "limit=0", "limit=201", "limit=x", "limit=" + "9" * 400, "limit=²", "after=x", "after=WzFd",
        "after=" + "W" * 700,
        "kind=", "kind=online", "state=open", "from=2026-13-01", "from=tomorrow", "until=2026-1-1", "course_id=-1",
        "q=" + "x" * 81, "page=2",
    ],
)  # fmt: skip
def test_a_query_that_cannot_be(api: Programs, ana: Person, query: str) -> None:
    told = api(ana).get(f"/runs?{query}", 422)
    assert list(told["errors"]) == [query.partition("=")[0]] or list(told["errors"]) == [f"{query.partition('=')[0]}.0"]


def test_a_nul_is_no_text(api: Programs, ana: Person) -> None:
    api(ana).get("/runs?q=a%00b", 400)


def test_messages_of_fields_are_translated(api: Programs, world: World) -> None:
    path, korean = SHEET.format(**world.ids), {"Accept-Language": "ko"}
    told = api(world.people["dan"]).put(path, {"marks": [{}], "x": 1}, 422, headers=korean)
    assert told["errors"] == {
        "marks.0.enrolment_id": ["꼭 있어야 하는 항목입니다."],
        "marks.0.mark": ["꼭 있어야 하는 항목입니다."],
        "x": ["모르는 항목입니다."],
    }


def fail_with(app: Flask, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def fault(**_: object) -> str:
        raise error

    fault.guarded_by = None  # type: ignore[attr-defined]  # as the guard does
    monkeypatch.setitem(app.view_functions, "api-people.myself", fault)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)


def test_a_fault_gives_a_reference_and_no_more(
    app: Flask, api: Programs, ana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_with(app, monkeypatch, RuntimeError("on purpose"))
    told = api(ana).get("/people/me", 500)
    assert len(told["reference"]) == 8
    assert "on purpose" not in str(told)


def test_a_database_that_does_not_answer_is_busy(
    app: Flask, api: Programs, ana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_with(app, monkeypatch, OperationalError("select", {}, Exception("gone")))
    assert api(ana).ask("GET", "/people/me", 503).headers["Retry-After"] == "2"


def test_pages_still_answer_with_pages(app: Flask) -> None:
    assert app.test_client().get("/nowhere").mimetype == "text/html"


def test_a_damaged_file_is_a_problem_of_its_own(api: Programs, db: Session, ana: Person) -> None:
    document = a_document(db, ana)
    document_signed(db, document)
    db.execute(update(DocumentFile).values(data=b"broken"))
    db.commit()
    told = api(ana).get(f"/documents/{document.code}.pdf", 500)
    assert (told["code"], "not what was signed" in told["detail"], len(told["reference"])) == ("damaged", True, 8)
