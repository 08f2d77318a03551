"""How far a job is, the administrator's list, and the doors that hand work over."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from hwpx import HwpxDocument
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from courses import clock
from courses.exchange.actions import keep
from courses.exchange.models import ImportFile
from courses.letters import hwpx
from courses.people.models import Person
from courses.scheduling.models import Run
from lms.jobs import lease
from lms.jobs.handlers import known
from lms.jobs.models import Job, JobState
from lms.jobs.queue import later
from lms.jobs.reactions import REACTIONS
from lms.jobs.worker import LEASE, Worker, work_off
from lms.web.jobs.words import NAMES
from tests import factories, world
from tests.client import Browser
from tests.exchange.files import HONG, organised, staff
from tests.jobs import deeds

HTMX = {"HX-Request": "true"}
MANY = 2_001


@pytest.fixture
def work(client: Browser) -> Callable[[], int]:
    """Do what waits."""
    return lambda: work_off(client.app.extensions["database"], client.app.extensions["config"])


@pytest.fixture
def fay(db: Session) -> Person:
    """An administrator."""
    return factories.a_person(db, "한페이", roles=["administrator"])


def a_job(db: Session, name: str = "deed", actor: Person | None = None, **fields: object) -> Job:
    job_id = later(db, name, actor_id=actor.id if actor else None, n=1)
    job = db.get_one(Job, job_id)
    for field, value in fields.items():
        setattr(job, field, value)
    db.commit()
    return job


def upload(client: Browser, rows: int) -> str:
    data = staff(*({**HONG, "사번": f"{300_000_000 + n}"} for n in range(rows)))
    form = {"kind": "staff", "file": (io.BytesIO(data), "staff.csv")}
    return str(client.post("/imports", 303, data=form, content_type="multipart/form-data").location)


def seen(page: str) -> str:
    return page.split('name="seen" type="hidden" value="')[1].split('"')[0]


def people_of_the_file(db: Session) -> int:
    return len(db.scalars(select(Person.id).where(Person.employee_no.like("3000%"))).all())


def test_a_large_import_is_handed_over(client: Browser, db: Session, dan: Person, work: Callable[[], int]) -> None:
    organised(db)
    preview = upload(client.sign_in(dan, "en"), MANY)
    digest = seen(client.get(preview).text)
    page = client.post(f"{preview}/application", 303, data={"seen": digest}).location
    assert client.post(f"{preview}/application", 303, data={"seen": digest}).location == page  # pressed twice
    assert re.fullmatch(r"/jobs/\d+", page)
    waiting = client.get(page).text
    assert "Waiting" in waiting
    assert f'hx-get="{page}"' in waiting
    assert ">Refresh<" in waiting
    assert client.get(preview, 303).location == page
    assert people_of_the_file(db) == 0

    assert work() == 2  # the import, and what reports sum up of it
    assert people_of_the_file(db) == MANY
    answer = client.get(page, headers=HTMX)
    done = answer.text
    assert "HX-Refresh" not in answer.headers
    there = client.get(page, headers={**HTMX, "HX-Current-URL": f"http://localhost{preview}"})
    assert there.headers["HX-Refresh"] == "true"  # whoever waits where it ends sees the end
    assert not done.lstrip().startswith("<!doctype")
    assert "hx-get" not in done
    assert "2,001 added" in done
    assert f'href="{preview}"' in done
    assert "The file is imported." in client.get(preview).text
    assert client.post(f"{preview}/application", 409, data={"seen": digest})


def test_a_large_import_of_another_preview_says_why(
    client: Browser, db: Session, dan: Person, work: Callable[[], int]
) -> None:
    organised(db)
    preview = upload(client.sign_in(dan, "en"), MANY)
    first = client.post(f"{preview}/application", 303, data={"seen": "another"}).location
    work()
    page = client.get(first).text
    assert "The data has changed since this preview was shown" in page
    assert f'href="{preview}"' in page
    assert people_of_the_file(db) == 0
    digest = seen(client.get(preview).text)
    assert client.post(f"{preview}/application", 303, data={"seen": digest}).location
    work()
    assert people_of_the_file(db) == MANY


def test_a_small_import_is_done_at_once(client: Browser, db: Session, dan: Person) -> None:
    organised(db)
    preview = upload(client.sign_in(dan), 2)
    assert client.post(f"{preview}/application", 303).location == preview
    assert people_of_the_file(db) == 2
    assert db.scalars(select(Job.name)).all() == ["sum_up"]  # which follows, for reports


def test_a_long_enclosure_is_drawn_in_the_background(
    client: Browser, db: Session, ana: Person, dan: Person, work: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = factories.a_run(db, starts_in=30)
    factories.an_enrolment(db, run, ana)
    letter = world.a_letter(db, dan, db.get_one(Run, run.id, options=[joinedload(Run.course)], populate_existing=True))
    address, at_once = f"/letters/{letter.id}", client.sign_in(dan, "en").get(f"/letters/{letter.id}/enclosures/1.hwpx")
    monkeypatch.setattr(hwpx, "MANY", 0)
    assert client.get(f"{address}/enclosures/1.hwpx", 303).location == f"{address}#enclosure-1"
    assert f'action="{address}/enclosures/1/drawing"' in client.get(address).text
    page = client.post(f"{address}/enclosures/1/drawing", 303).location
    assert client.post(f"{address}/enclosures/1/drawing", 303).location == page, "asked twice, drawn once"
    client.get(f"{page}/enclosure.hwpx", 404)
    work()
    assert f'href="{page}/enclosure.hwpx"' in client.get(page).text
    drawn = client.get(f"{page}/enclosure.hwpx")
    assert drawn.headers["Content-Disposition"] == at_once.headers["Content-Disposition"]
    texts = [[one.text for one in HwpxDocument.open(io.BytesIO(file.data)).paragraphs] for file in (drawn, at_once)]
    assert texts[0] == texts[1]
    client.post(f"{address}/enclosures/2/drawing", 404)
    client.sign_in(factories.a_person(db, "남궁단", roles=["officer"])).get(f"{page}/enclosure.hwpx", 404)


@pytest.mark.parametrize(("who", "status"), [("owner", 200), ("fay", 200), ("another", 404), ("cleo", 404)])
def test_a_job_is_for_who_asked_and_for_administrators(
    client: Browser, db: Session, dan: Person, fay: Person, cleo: Person, who: str, status: int
) -> None:
    job = a_job(db, actor=dan)
    another = factories.a_person(db, "남궁단", roles=["officer"])
    people = {"owner": dan, "fay": fay, "another": another, "cleo": cleo}
    page = client.sign_in(people[who]).get(f"/jobs/{job.id}", status).text
    assert ("/cancellation" in page) == (who == "fay")


@pytest.mark.parametrize("who", ["dan", "cleo", "ana"])
def test_only_administrators_try_again_and_cancel(
    client: Browser, db: Session, dan: Person, cleo: Person, ana: Person, who: str
) -> None:
    person = {"dan": dan, "cleo": cleo, "ana": ana}[who]
    job = a_job(db, actor=person)
    client.sign_in(person).post(f"/jobs/{job.id}/cancellation", 403)
    client.post(f"/jobs/{job.id}/retry", 403)
    client.get("/settings/jobs", 403)
    db.expire_all()
    assert job.state == JobState.READY


def test_the_administrator_sees_and_mends(client: Browser, db: Session, fay: Person, dan: Person) -> None:
    failed = a_job(db, "broken", dan, state=JobState.FAILED, error="ZeroDivisionError: as ever")
    waiting = a_job(db)
    client.sign_in(fay, "en")
    page = client.get("/settings/jobs").text
    assert "ZeroDivisionError: as ever" in page
    assert dan.name in page
    assert f'/jobs/{failed.id}"' not in client.get("/settings/jobs?state=ready").text
    assert f'/jobs/{waiting.id}"' not in client.get("/settings/jobs?state=failed").text
    assert "No jobs here" in client.get("/settings/jobs?state=running").text
    client.post(f"/jobs/{failed.id}/retry", 303)
    client.post(f"/jobs/{waiting.id}/cancellation", 303)
    db.expire_all()
    assert (failed.state, waiting.state) == (JobState.READY, JobState.CANCELLED)
    client.post(f"/jobs/{failed.id}/retry", 409)
    client.post(f"/jobs/{waiting.id}/cancellation", 409)
    client.post("/jobs/987654/retry", 404)


def test_programmers_words_are_not_for_officers(client: Browser, db: Session, dan: Person) -> None:
    job = a_job(db, "broken", dan, state=JobState.FAILED, error="ZeroDivisionError: as ever")
    page = client.sign_in(dan, "en").get(f"/jobs/{job.id}").text
    assert "ZeroDivisionError" not in page
    assert f"The administrator sees it as job {job.id}" in page


def test_every_job_has_a_name() -> None:
    tests = {name for name, function in known().items() if function.__module__ == deeds.__name__}
    assert set(known()) - tests == set(NAMES)
    assert {name for names in REACTIONS.values() for name in names} <= set(known())


def test_many_jobs_are_paged(client: Browser, db: Session, fay: Person) -> None:
    for _ in range(51):
        later(db, "deed", n=1)
    db.commit()
    page = client.sign_in(fay).get("/settings/jobs").text
    assert page.count("/cancellation") == 50
    assert "/settings/jobs?page=2" in page
    assert client.get("/settings/jobs?page=2&state=ready").text.count("/cancellation") == 1


def test_a_silent_worker_is_noticed(client: Browser, db: Session, fay: Person) -> None:
    assert "lms work" in client.sign_in(fay).get("/settings/jobs").text
    Worker(client.app.extensions["database"], client.app.extensions["config"]).keep_house()
    assert "lms work" not in client.get("/settings/jobs").text


def test_progress_is_shown(client: Browser, db: Session, dan: Person) -> None:
    a_job(db, actor=dan)
    claim = lease.claim(db, LEASE)
    assert claim
    lease.change(db, claim, done=30, total=120, line="thirty so far")
    db.commit()
    page = client.sign_in(dan, "en").get(f"/jobs/{claim.id}").text
    assert "30 of 120" in page
    assert "w25" in page
    assert "thirty so far" in page


def test_files_that_were_never_imported_go(client: Browser, db: Session, dan: Person, work: Callable[[], int]) -> None:
    old, new = keep(db, dan.id, "rooms", b"x", "a.csv"), keep(db, dan.id, "staff", b"x", "b.csv")
    old.uploaded_at = clock.now() - timedelta(days=8)
    applied = keep(db, dan.id, "units", b"x", "c.csv")  # what came of it is told for ever
    applied.uploaded_at, applied.applied_at = old.uploaded_at, old.uploaded_at
    done = a_job(db, state=JobState.DONE, finished_at=clock.now() - timedelta(days=31))
    fresh = a_job(db, state=JobState.DONE, finished_at=clock.now())
    files = client.app.extensions["files"]
    for job in (done, fresh):
        files.write(f"what-if/{job.id}.xlsx", b"PK")
    gone = done.id
    later(db, "clean_up")
    db.commit()
    assert work() == 1
    db.expire_all()
    assert set(db.scalars(select(ImportFile.id))) == {new.id, applied.id}
    assert set(db.scalars(select(Job.id).where(Job.name == "deed"))) == {fresh.id}
    assert f"what-if/{gone}.xlsx" not in files.names("what-if")
    assert f"what-if/{fresh.id}.xlsx" in files.names("what-if")


def test_a_large_file_with_bad_rows_is_not_handed_over(client: Browser, db: Session, dan: Person) -> None:
    organised(db)
    rows = [{**HONG, "사번": f"{300_000_000 + n}"} for n in range(MANY)]
    data = staff(*rows, {**HONG, "사번": "", "성명": "이름만"})
    form = {"kind": "staff", "file": (io.BytesIO(data), "staff.csv")}
    preview = str(
        client.sign_in(dan, "en").post("/imports", 303, data=form, content_type="multipart/form-data").location
    )
    digest = seen(client.get(preview).text)
    assert "Bad rows: 1" in client.post(f"{preview}/application", 422, data={"seen": digest}).text
    assert not db.scalars(select(Job)).all()
    assert client.post(f"{preview}/application", 303, data={"seen": digest, "only_good": "y"}).location
    assert len(db.scalars(select(Job)).all()) == 1
