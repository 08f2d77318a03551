"""The registers and the log of the seal: as page, table and paper, with the same figures everywhere."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from courses import clock
from courses.certificates import completions, registers
from courses.certificates.actions import issue
from courses.certificates.completions import Sought
from courses.certificates.models import Certificate, SealEntry, SealKind
from courses.certificates.revisions import reissue, revoke
from courses.certificates.searching import Wanted, account, numbered
from courses.enrolment.models import Enrolment, Outcome
from courses.errors import Refused
from courses.events.models import Event
from courses.people.models import Person
from courses.reporting.headcounts import headcounts
from courses.scheduling.models import Run
from lms.jobs.worker import Worker
from tests import factories
from tests.certificates.scenes import URL, a_closed_run, a_document, completed
from tests.client import Browser


@pytest.fixture
def run(db: Session, ana: Person, eve: Person, dan: Person) -> Run:
    """Four completed: one certificate in force after a reissue, one revoked, one in force, one never issued."""
    run = a_closed_run(db, starts_in=-3, seats=9)
    for name in ("가람", "나래", "다솜"):
        completed(db, run, factories.a_person(db, name))
    first, second, _ = issue(db, dan.id, run, URL)
    reissue(db, dan.id, first, "분실", URL)
    a_document(db, ana)
    revoke(db, dan.id, second, "대리출석")
    completed(db, run, eve)
    factories.an_enrolment(db, run, ana, outcome="not_completed")
    db.commit()
    return run


def pages_of(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def test_every_number_stands_in_the_register_once(db: Session, run: Run) -> None:
    year = clock.today().year
    listed = [one.number for one in numbered(db, Wanted(year=year))]
    assert listed == [1, 1, 2, 3, 4]
    of_year = account(db, year)
    assert (of_year.given, of_year.certificates, of_year.documents, of_year.missing) == (4, 3, 1, 0)
    assert (of_year.valid, of_year.revoked, of_year.reissues) == (2, 1, 1)


def test_a_number_that_stands_for_nothing_is_seen(client: Browser, db: Session, dan: Person, run: Run) -> None:
    last = db.scalars(select(Certificate).where(Certificate.number == 3)).one()
    last.number = 77
    last.year = 1999
    db.commit()
    assert account(db, clock.today().year).missing == 1
    assert "stand for nothing" in client.sign_in(dan).get("/certificates/register").text


def test_both_registers_and_the_reports_agree(db: Session, run: Run) -> None:
    found = completions.count(db, Sought(run_id=run.id))
    assert found == (4, 4, 2, 1, 1, 4 * 7 * 60)
    everybody = completions.count(db, Sought(run_id=run.id, outcome=None))
    assert (everybody.lines, everybody.completed) == (5, 4)
    lines = list(completions.everything(db, Sought(run_id=run.id)))
    assert sum(line.minutes for line in lines) == found.minutes
    assert [line.name for line in lines if not line.certificate_id] == [
        db.scalar(select(Person.name).join(Enrolment, Enrolment.person_id == Person.id).where(
            Enrolment.run_id == run.id, Enrolment.outcome == Outcome.COMPLETED,
            ~Enrolment.id.in_(select(Certificate.enrolment_id)),
        ))
    ]  # fmt: skip
    reported = sum(row.completions for row in db.execute(headcounts(run.year, Run.id)) if row.id == run.id)
    assert reported == found.completed
    in_force = select(func.count()).where(Certificate.run_id == run.id, Certificate.state == "valid")
    assert db.scalar(in_force) == found.certified


@pytest.mark.parametrize("language", ["en", "ko"])
def test_registers_as_page_table_and_paper(client: Browser, db: Session, dan: Person, run: Run, language: str) -> None:
    client.sign_in(dan, language)
    year, numbers = clock.today().year, set(db.scalars(select(Certificate.facts["number"].as_string())))
    paper = pages_of(client.get(f"/certificates/register.pdf?year={year}").data)
    book = load_workbook(io.BytesIO(client.get(f"/certificates/register.xlsx?year={year}").data)).active
    rows = list(book.iter_rows(values_only=True))
    assert len(rows) == 6
    for number in numbers:
        assert number in paper
        assert number in {row[0] for row in rows}
    lines = client.get(f"/certificates/completions?run={run.id}").text
    done = pages_of(client.get(f"/certificates/completions.pdf?run={run.id}").data)
    table = client.get(f"/certificates/completions.csv?run={run.id}").data.decode("utf-8-sig").splitlines()
    assert len(table) == 5
    for name in ("가람", "나래", "다솜"):
        assert name in lines
        assert name in done
    assert {"en": "Completion register", "ko": "수료대장"}[language] in done
    client.get(f"/certificates/completions.xlsx?run={run.id}&outcome=any&kind=odd&year=x")
    client.get("/certificates/completions.txt", 404)


def test_a_receipt_is_written_down_once(client: Browser, db: Session, dan: Person, run: Run) -> None:
    client.sign_in(dan)
    client.post(f"/runs/{run.id}/certificates/receipt", 409, data={"received_by": " "})
    client.post(f"/runs/{run.id}/certificates/receipt", data={"received_by": "서무 박하나"})
    client.post(f"/runs/{run.id}/certificates/receipt", data={"received_by": "다른 사람"})
    taken = db.scalars(select(Certificate.received_by).where(Certificate.state == "valid")).all()
    assert taken == ["서무 박하나"] * 2
    assert len(db.scalars(select(Event).where(Event.kind == "certificate_received")).all()) == 2


def test_the_log_of_the_seal_counts_what_is_left(db: Session, dan: Person) -> None:
    log = [(SealKind.RECEIVED, 100, 100), (SealKind.USED, 30, 70), (SealKind.SPOILT, 2, 68), (SealKind.PRINTED, 9, 68)]
    for kind, count, remaining in log:
        assert registers.log_seal(db, dan.id, kind, count, "상반기 수료증").remaining == remaining
    counted = registers.log_seal(db, dan.id, SealKind.COUNTED, 65, "재고 조사")
    assert (counted.count, counted.remaining, registers.left(db)) == (-3, 65, 65)
    with pytest.raises(Refused, match="Only 65 sheets"):
        registers.use_seal(db, dan.id, 66, "하반기 수료증", stock=True)
    assert registers.use_seal(db, dan.id, 66, "하반기 수료증").kind is SealKind.PRINTED
    lines = registers.seal_log(db, clock.today().year)
    assert [line.remaining for line in lines] == [100, 70, 68, 68, 65, 65]
    assert len(db.scalars(select(Event).where(Event.kind == "seal_logged")).all()) == len(lines)


@pytest.mark.parametrize(
    ("kind", "sheets", "days", "purpose"),
    [("received", 0, 0, "수령"), ("used", -1, 0, "사용"), ("received", 5, 1, "수령"), ("received", 5, 0, " ")],
)
def test_the_log_refuses_what_cannot_be(
    db: Session, dan: Person, kind: str, sheets: int, days: int, purpose: str
) -> None:
    day = clock.today() + timedelta(days=days)
    with pytest.raises(Refused):
        registers.log_seal(db, dan.id, SealKind(kind), sheets, purpose, day=day)
    assert not db.scalars(select(SealEntry)).all()


def test_the_log_in_the_browser(client: Browser, db: Session, dan: Person) -> None:
    today = clock.today().isoformat()
    sent = {"kind": "received", "sheets": "500", "day": today, "purpose": "=조달청"}
    client.sign_in(dan).post("/certificates/seal", 422, data=sent | {"sheets": "many"})
    client.post("/certificates/seal", data=sent)
    client.post("/certificates/seal", 409, data=sent | {"kind": "used", "sheets": "501"})
    assert "500 sheets are left" in client.get("/certificates/seal").text
    assert "=조달청" in pages_of(client.get("/certificates/seal.pdf").data)
    assert "'=조달청" in client.get("/certificates/seal.csv").data.decode("utf-8-sig")
    client.get("/certificates/seal.xlsx?year=1999")
    assert "남은 매수" in client.sign_in(dan, "ko").get("/certificates/seal.csv").data.decode("utf-8-sig")


@pytest.mark.parametrize(
    ("register", "asked", "lines"),
    [("register", "state=superseded", 1), ("register", "", 5), ("completions", "outcome=any", 5)],
)
def test_a_long_one_is_drawn_by_a_job(
    client: Browser, db: Session, dan: Person, run: Run, monkeypatch: pytest.MonkeyPatch,
    register: str, asked: str, lines: int,
) -> None:  # fmt: skip
    client.sign_in(dan, "en")
    short = pages_of(client.get(f"/certificates/{register}.pdf?{asked}").data)
    monkeypatch.setattr("lms.web.certificates.registers.LONG", lines)
    assert "/drawing" not in client.get(f"/certificates/{register}?{asked}").text
    monkeypatch.setattr("lms.web.certificates.registers.LONG", lines - 1)
    page = client.get(f"/certificates/{register}?{asked}").text
    assert f"/certificates/{register}/drawing" in page
    assert f"/certificates/{register}.pdf" not in page
    assert client.get(f"/certificates/{register}.pdf?{asked}", 303).location.startswith(f"/certificates/{register}")
    progress = client.post(f"/certificates/{register}/drawing?{asked}").location or ""
    job_id = int(progress.rsplit("/", 1)[1])
    assert client.post(f"/certificates/{register}/drawing?{asked}").location == progress, "it is being drawn already"
    assert client.post(f"/certificates/{register}/drawing?{asked}&year=2020").location != progress
    client.get(f"/jobs/{job_id}/register.pdf", 404)
    assert Worker(client.app.extensions["database"], client.app.extensions["config"]).step()
    db.expire_all()
    assert f"/jobs/{job_id}/register.pdf" in client.get(progress).text
    assert pages_of(client.get(f"/jobs/{job_id}/register.pdf").data) == short
    other = factories.a_person(db, "다른이", roles=["officer"])
    client.sign_in(other).get(f"/jobs/{job_id}/register.pdf", 404)


@pytest.mark.parametrize("who", ["ana", "ben", "cleo", "eve"])
@pytest.mark.parametrize("register", ["register", "completions"])
def test_nobody_else_has_one_drawn(
    client: Browser, request: pytest.FixtureRequest, who: str, register: str, db: Session
) -> None:
    person = request.getfixturevalue(who)
    db.commit()
    client.sign_in(person).post(f"/certificates/{register}/drawing", 403)
