"""Files that people send as evidence: what is taken, under which name, and how it is given back."""

from __future__ import annotations

import io

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.attendance.models import SheetScan
from courses.hours.models import OutsideLearning
from courses.people.models import Person
from courses.scheduling.models import ClassSession
from lms.web import evidence
from tests import factories
from tests.client import Browser

PDF = b"%PDF-1.7\n<script>alert(1)</script>"
POLYGLOT = b"\xff\xd8\xff\xe0\x00\x10JFIF<html><script>alert(1)</script>%PDF-1.4"
NOTHING_TO_KEEP = {
    "empty.pdf": b"",
    "page.pdf": b"<!doctype html><script>alert(1)</script>",
    "drawing.png": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "drawing.jpg": b'\xff\xd8\xff<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "later.pdf": b"<html>%PDF-1.4",
    "zip.pdf": b"PK\x03\x04",
}


def sent(content: bytes, name: str) -> dict[str, object]:
    today = clock.today().isoformat()
    what = {"type": "seminar", "title": "학술대회", "provider": "학회", "hours": "2"}
    return {**what, "from_on": today, "until_on": today, "evidence": (io.BytesIO(content), name)}


@pytest.mark.parametrize("name", NOTHING_TO_KEEP)
def test_what_is_no_evidence_is_refused_with_its_name(client: Browser, db: Session, ana: Person, name: str) -> None:
    client.sign_in(ana)
    page = client.post("/my-hours/outside", 409, data=sent(NOTHING_TO_KEEP[name], name)).text
    assert name in page
    assert "<script>alert" not in page
    assert db.scalar(select(OutsideLearning.id)) is None


def test_it_is_not_too_large(client: Browser, db: Session, ana: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence, "LIMIT", 0)
    assert (
        "scan.pdf is larger than" in client.sign_in(ana).post("/my-hours/outside", 409, data=sent(PDF, "scan.pdf")).text
    )
    assert db.scalar(select(OutsideLearning.id)) is None


@pytest.mark.parametrize(
    ("content", "name", "kept", "shown"),
    [
        (PDF, "page.html", "page.html.pdf", "attachment"),
        (PDF, "../../etc/passwd", "passwd.pdf", "attachment"),
        (PDF, "n" * 5000 + ".pdf", "n" * 196 + ".pdf", "attachment"),
        (PDF, "invoice\u202efdp.exe", "invoicefdp.exe.pdf", "attachment"),
        (POLYGLOT, "both.pdf", "both.pdf.jpg", "inline"),
        (POLYGLOT, "사진 🏝.jpg", "사진 🏝.jpg", "inline"),
    ],
)
def test_it_is_called_what_it_is_and_runs_nowhere(
    client: Browser, db: Session, ana: Person, content: bytes, name: str, kept: str, shown: str
) -> None:
    client.sign_in(ana).post("/my-hours/outside", data=sent(content, name))
    one = db.scalars(select(OutsideLearning)).one()
    assert one.evidence_name == kept
    answer = client.http.get(f"/outside-learning/{one.id}/evidence")
    assert answer.data == content
    assert answer.mimetype == ("application/pdf" if content is PDF else "image/jpeg")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"].startswith(f"{shown};")
    policy = answer.headers["Content-Security-Policy"].split("; ")
    assert {"default-src 'none'", "sandbox"} <= set(policy)
    assert not any(part.startswith("script-src") for part in policy)


def test_a_scan_of_a_sheet_is_kept_alike(client: Browser, db: Session, cleo: Person) -> None:
    run = factories.a_run(db, starts_in=-1, instructors=[cleo])
    session_id = db.scalars(select(ClassSession.id).where(ClassSession.run_id == run.id)).one()
    address = f"/sessions/{session_id}/scans"
    client.sign_in(cleo)
    for name, content in NOTHING_TO_KEEP.items():
        assert name in client.post(address, 422, data={"file": (io.BytesIO(content), name)}).text
    client.post(address, data={"file": (io.BytesIO(PDF), "sheet.hta")})
    scan = db.scalars(select(SheetScan)).one()
    answer = client.http.get(f"{address}/{scan.id}")
    assert (scan.name, answer.mimetype) == ("sheet.hta.pdf", "application/pdf")
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_the_ticket_of_a_kept_file_cannot_be_made_up(client: Browser, db: Session, ana: Person) -> None:
    """The form shown again carries it: changed by a letter, the file has to be sent anew."""
    client.sign_in(ana)
    first = sent(PDF, "이수증.pdf") | {"title": ""}
    page = client.post("/my-hours/outside", 422, data=first).text
    ticket = page.partition('name="kept"')[2].partition('value="')[2].partition('"')[0]
    assert ticket
    for made_up in (ticket[:-1], "x" + ticket, '["..","1","text/html","x"]', "a.b"):
        again = {key: value for key, value in first.items() if key != "evidence"} | {"title": "학술대회"}
        client.post("/my-hours/outside", 422, data=again | {"kept": made_up})
    client.post("/my-hours/outside", data=again | {"kept": ticket})
    assert db.scalars(select(OutsideLearning)).one().evidence_name == "이수증.pdf"
