"""The pages around the paper of a session, and who may see what was signed."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from courses.attendance.models import SheetScan
from courses.attendance.paper import sheet_code
from courses.enrolment import actions
from courses.events.models import Event
from courses.people.models import Person
from courses.scheduling.models import ClassSession, Run
from tests import factories
from tests.client import Browser


def a_picture() -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (40, 60), "white").save(target, "JPEG")
    return target.getvalue()


@pytest.fixture
def session(db: Session, cleo: Person, ana: Person) -> ClassSession:
    """Cleo teaches Ana."""
    run: Run = factories.a_run(db, instructors=[cleo])
    actions.enrol(db, ana.id, run.id, ana.id)
    db.commit()
    return db.scalars(select(ClassSession).where(ClassSession.run_id == run.id)).one()


def send(
    client: Browser, session: ClassSession, content: bytes, name: str = "sheet.jpg", status: int = 303, **form: str
) -> str:
    sent = {"file": (io.BytesIO(content), name), **form}
    return client.post(f"/sessions/{session.id}/scans", status, data=sent, content_type="multipart/form-data").text


@pytest.mark.parametrize("paper", ["sign-in-sheet", "absentees", "name-plates", "room-notice"])
def test_everything_can_be_printed(client: Browser, session: ClassSession, cleo: Person, paper: str) -> None:
    answer = client.sign_in(cleo).get(f"/sessions/{session.id}/{paper}.pdf")
    assert answer.data.startswith(b"%PDF-")


def test_a_signed_sheet_comes_back_and_is_shown(
    client: Browser, db: Session, session: ClassSession, cleo: Person
) -> None:
    client.sign_in(cleo)
    content = a_picture()
    send(client, session, content, sheet=sheet_code(session.id, 2))
    scan = db.scalars(select(SheetScan)).one()
    assert (scan.page, scan.name, scan.added_by) == (2, "sheet.jpg", cleo.id)
    assert client.get(f"/sessions/{session.id}/scans/{scan.id}").data == content
    send(client, session, content)
    assert db.scalar(select(func.count(SheetScan.id))) == 1


def test_the_code_of_another_session_is_not_this_ones(
    client: Browser, db: Session, session: ClassSession, cleo: Person
) -> None:
    client.sign_in(cleo)
    send(client, session, a_picture(), sheet=sheet_code(session.id + 1, 2))
    assert db.scalars(select(SheetScan.page)).one() is None


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "is empty"), (b"PK\x03\x04 a letter", "is no PDF, JPEG or PNG"), (b"<svg/>", "is no PDF")],
)
def test_what_is_no_scan_is_refused(
    client: Browser, db: Session, session: ClassSession, cleo: Person, content: bytes, said: str
) -> None:
    page = send(client.sign_in(cleo), session, content, status=422)
    assert said in page
    assert db.scalar(select(func.count(SheetScan.id))) == 0


def test_it_is_removed_with_a_reason_and_stays_in_the_list(
    client: Browser, db: Session, session: ClassSession, cleo: Person
) -> None:
    client.sign_in(cleo)
    send(client, session, a_picture())
    scan = db.scalars(select(SheetScan)).one()
    path = f"/sessions/{session.id}/scans/{scan.id}/removal"
    client.post(path, 422, data={"reason": " "})
    client.post(path, data={"reason": "다른 날의 출석부"})
    assert "다른 날의 출석부" in client.get(f"/sessions/{session.id}/paper").text
    client.post(path, 409, data={"reason": "다시"})
    kinds = db.scalars(select(Event.kind).where(Event.run_id == session.run_id).order_by(Event.id)).all()
    assert kinds[-2:] == ["sheet_kept", "sheet_removed"]


def test_the_code_of_a_sheet_leads_to_its_session(client: Browser, session: ClassSession, cleo: Person) -> None:
    client.sign_in(cleo)
    code = sheet_code(session.id, 1)
    for path in (f"/sheets/{code}", f"/sheets?code={code}"):
        assert client.get(path, 303).headers["Location"].startswith(f"/sessions/{session.id}/paper")
    client.get("/sheets/1-1-99", 404)


@pytest.mark.parametrize(
    "path", ["paper", "sign-in-sheet.pdf", "absentees.pdf", "name-plates.pdf", "room-notice.pdf", "scans/1"]
)
def test_only_who_teaches_it_sees_it(
    client: Browser, db: Session, session: ClassSession, ana: Person, cleo: Person, path: str
) -> None:
    send(client.sign_in(cleo), session, a_picture())
    client.sign_in(ana).get(f"/sessions/{session.id}/{path}", 403)
    another = factories.a_person(db, "강강사", roles=["instructor"])
    client.sign_in(another).get(f"/sessions/{session.id}/{path}", 404)
    client.get(f"/sheets/{sheet_code(session.id, 1)}", 404)
    client.post(f"/sessions/{session.id}/scans/1/removal", 404, data={"reason": "몰래"})
    send(client, session, a_picture(), status=404)
