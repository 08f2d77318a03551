"""Two officers at once, and a worker that dies while it draws: no sheet is lost, doubled, or printed unlogged."""

from __future__ import annotations

import os
import signal
import threading
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from courses.certificates.actions import issue
from courses.certificates.models import Certificate
from courses.certificates.printing import actions
from courses.certificates.printing.files import Part, PrintFile
from courses.certificates.printing.models import PrintedSheet, PrintJob
from courses.certificates.printing.options import Options
from courses.events.models import Event
from courses.scheduling.models import Run
from lms.config import Config
from lms.db import Database, opened
from lms.files import Files
from lms.jobs import lease
from lms.jobs.models import Job, JobState
from lms.jobs.tasks import printing
from lms.jobs.worker import Worker, work_off
from tests import factories
from tests.certificates.scenes import URL, a_closed_run, completed
from tests.configuration import config
from tests.races.together import at_once

pytestmark = pytest.mark.race

_PEOPLE, _OFFICERS = 5, 6
_FORKING = get_context("forkserver")


def test_officers_who_print_the_same_run_at_once(database: Database) -> None:
    """Four issue and print one of two runs, as its page does; two print whatever is there of both."""
    with database.begin() as db:
        officers = [factories.a_person(db, roles=["officer"]).id for _ in range(_OFFICERS)]
        runs = [_a_run(db) for _ in range(2)]

    def work(db: Session, n: int) -> None:
        wanted = runs if n % 3 == 2 else [runs[n % 3]]
        if len(wanted) == 1:
            issue(db, officers[n], db.get_one(Run, wanted[0]), URL)
        actions.begin(db, officers[n], wanted, Options())

    assert at_once(database, _OFFICERS, work) == ["done"] * _OFFICERS
    with database.look() as db:
        sheets = db.execute(select(PrintedSheet.certificate_id, PrintedSheet.copy)).all()
        numbers = db.scalars(select(Certificate.number).order_by(Certificate.number)).all()
        jobs = dict(db.execute(select(PrintJob.id, PrintJob.sheets)).all())
        logged = db.scalars(select(Event.data).where(Event.kind == "print_run_begun")).all()
    assert numbers == list(range(1, 2 * _PEOPLE + 1))
    assert sorted(sheet.certificate_id for sheet in sheets) == sorted({sheet.certificate_id for sheet in sheets})
    assert len(sheets) == len(numbers) == sum(jobs.values())
    assert {sheet.copy for sheet in sheets} == {1}
    assert {data["print_job_id"]: data["sheets"] for data in logged} == jobs


def test_officers_who_print_the_same_sheets_again_at_once(database: Database) -> None:
    with database.begin() as db:
        officer = factories.a_person(db, roles=["officer"]).id
        run_id = _a_run(db)
        issue(db, officer, db.get_one(Run, run_id), URL)
        job = actions.begin(db, officer, [run_id], Options())
        assert job
        job_id = job.id

    def work(db: Session, n: int) -> None:
        if n % 2:
            actions.resume(db, officer, db.get_one(PrintJob, job_id), "1")
        else:
            actions.reprint(db, officer, db.get_one(PrintJob, job_id), f"1-{_PEOPLE}", "잉크가 번짐")

    assert at_once(database, _OFFICERS, work) == ["done"] * _OFFICERS
    with database.look() as db:
        copies = db.execute(select(PrintedSheet.certificate_id, PrintedSheet.copy).order_by(PrintedSheet.copy)).all()
    assert sorted(copies) == sorted({(one.certificate_id, copy) for one in copies for copy in range(1, _OFFICERS + 2)})


def test_a_kill_in_the_middle_of_a_print_run(database: Database, tmp_path: Path) -> None:
    """After the second file was written, before anything of it is known."""
    with database.begin() as db:
        officer = factories.a_person(db, roles=["officer"]).id
        run_id = _a_run(db)
        issue(db, officer, db.get_one(Run, run_id), URL)
        job = actions.begin(db, officer, [run_id], Options())
        assert job
        printing.print_later(db, officer, job.id, "ko")
    here = config(tmp_path, database.url)
    victim = _FORKING.Process(target=_die_in_the_middle, args=(database.url, here), daemon=True)
    victim.start()
    victim.join()
    assert victim.exitcode == -signal.SIGKILL
    assert len(Files(here).names("print-runs")) == 2
    assert _known(database) == (JobState.RUNNING, [], _PEOPLE)
    with database.begin() as db:
        db.query(Job).update({"lease_until": Job.created_at})
        lease.sweep(db)
    work_off(database, here)
    state, parts, sheets = _known(database)
    assert (state, sheets) == (JobState.DONE, _PEOPLE)
    assert [(one.part, one.sheets) for one in parts][:2] == [(Part.SHEETS, _PEOPLE), (Part.MANIFESTS, 0)]
    assert all(Files(here).content(one.stored) for one in parts)
    with database.look() as db:
        assert db.scalar(select(func.count()).where(Event.kind == "print_run_begun")) == 1
        assert db.scalars(select(Certificate.number).order_by(Certificate.number)).all() == [1, 2, 3, 4, 5]


def _a_run(db: Session) -> int:
    run = a_closed_run(db)
    for _ in range(_PEOPLE):
        completed(db, run, factories.a_person(db))
    return run.id


def _known(database: Database) -> tuple[JobState, list[PrintFile], int]:
    """How the job stands, which files are known, and how many sheets are logged."""
    with database.look() as db:
        job = db.scalars(select(PrintJob)).one()
        sheets = db.scalar(select(func.count()).select_from(PrintedSheet)) or 0
        state = db.scalars(select(Job.state).where(Job.name == printing.PRINT_RUN)).one()
        return state, [PrintFile.from_json(one) for one in job.files], sheets


def _die_in_the_middle(url: str, here: Config) -> None:
    """In a process of its own: a worker that is killed once it has written two files."""
    write = Files.write

    def write_and_die(self: Files, name: str, data: Any) -> None:
        write(self, name, data)
        if len(self.names("print-runs")) == 2:
            os.kill(os.getpid(), signal.SIGKILL)

    Files.write = write_and_die  # type: ignore[method-assign]  # it does not return for long
    with opened(url) as database:
        Worker(database, here, timedelta(minutes=1), threading.Event()).step()
