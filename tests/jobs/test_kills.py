"""Workers that are killed, stopped and woken in the middle of their work: everything is done, nothing twice."""

from __future__ import annotations

import signal
import threading
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from courses.events.models import Event
from courses.exchange.actions import keep
from courses.exchange.models import ImportFile
from courses.people.models import Person
from lms.db import Database
from lms.jobs import lease
from lms.jobs.handlers import known
from lms.jobs.models import Job, JobState
from lms.jobs.queue import later
from lms.jobs.work import Work
from lms.jobs.worker import Worker
from tests import factories
from tests.configuration import config
from tests.exchange.files import HONG, organised, staff
from tests.jobs.deeds import in_state, the_job, traces
from tests.jobs.process import until, working

pytestmark = pytest.mark.race

JOBS, KILLS = 60, 4
UNFINISHED = (JobState.READY, JobState.RUNNING)


def test_four_kills_in_the_middle_of_many_jobs(database: Database, store: Session, tmp_path: Path) -> None:
    with database.begin() as db:
        for n in range(JOBS):
            later(db, "deed", n=n, rests=0.02)
    with ExitStack() as stack:
        stack.enter_context(working(tmp_path, database.url))
        victim = stack.enter_context(working(tmp_path, database.url))
        for kill in range(1, KILLS + 1):
            until(lambda done=kill * JOBS // (KILLS + 2): in_state(store, JobState.DONE) >= done)
            victim.hit(signal.SIGKILL)
            victim.wait()
            victim = stack.enter_context(working(tmp_path, database.url))
        until(lambda: not in_state(store, *UNFINISHED))
    assert traces(store) == list(range(JOBS))
    assert in_state(store, JobState.DONE) == JOBS


@pytest.mark.parametrize(("name", "times"), [("deed", 1), ("careless", 2)])
def test_a_kill_before_the_end(database: Database, store: Session, tmp_path: Path, name: str, times: int) -> None:
    """The careless one shows that the kill hits where it hurts."""
    with database.begin() as db:
        later(db, name, n=1, hit="SIGKILL")
    with working(tmp_path, database.url) as victim:
        victim.wait()
    assert in_state(store, JobState.RUNNING) == 1
    with working(tmp_path, database.url):
        until(lambda: in_state(store, JobState.DONE))
    assert traces(store) == [1] * times
    assert the_job(store).attempts > 1


@pytest.mark.parametrize(("name", "times"), [("deed", 1), ("careless", 2)])
def test_a_worker_that_wakes_after_its_lease(
    database: Database, store: Session, tmp_path: Path, name: str, times: int
) -> None:
    with database.begin() as db:
        later(db, name, n=1, hit="SIGSTOP")
    with working(tmp_path, database.url) as sleeper:
        until(sleeper.is_stopped)
        with working(tmp_path, database.url):
            until(lambda: in_state(store, JobState.DONE))
        assert traces(store) == [1]
        sleeper.hit(signal.SIGCONT)
        sleeper.hit(signal.SIGTERM)
        assert sleeper.wait() == 0
    assert traces(store) == [1] * times
    assert the_job(store).state == JobState.DONE


def test_a_job_that_kills_its_worker_fails_in_the_end(database: Database, store: Session, tmp_path: Path) -> None:
    with database.begin() as db:
        later(db, "deadly", max_attempts=3)
    for _ in range(3):
        with working(tmp_path, database.url) as victim:
            assert victim.wait() == -signal.SIGKILL
    with working(tmp_path, database.url) as survivor:
        until(lambda: in_state(store, JobState.FAILED))
        assert survivor.ended() is None
    job = the_job(store)
    assert job.attempts == 3
    assert job.error["msgid"] == "The worker ended in the middle of this job."


def test_a_worker_told_to_end_hands_its_job_back(database: Database, store: Session, tmp_path: Path) -> None:
    with database.begin() as db:
        later(db, "in_steps", steps=100_000)
    with working(tmp_path, database.url) as ending:
        until(lambda: traces(store))
        ending.hit(signal.SIGTERM)
        assert ending.wait() == 0
    job = the_job(store)
    assert (job.state, job.attempts, job.token) == (JobState.READY, 0, None)


def test_nobody_takes_a_job_whose_transaction_is_open(database: Database, store: Session, worker: Worker) -> None:
    """The all-or-nothing import outlasts any lease. (On SQLite nobody else writes at all meanwhile.)"""
    with database.begin() as db:
        later(db, "deed", n=1)
    with database.begin() as db:
        claim = lease.claim(db, timedelta(0))
    assert claim
    sweeper = threading.Thread(target=worker.keep_house)
    with database.begin() as long_one:
        lease.change(long_one, claim, done=1)
        sweeper.start()
        if database.engine.dialect.name == "postgresql":
            sweeper.join()
        assert the_job(store).state == JobState.RUNNING
    sweeper.join()
    worker.keep_house()
    assert the_job(store).state == JobState.READY


def test_a_kill_in_the_middle_of_an_import(database: Database, store: Session, tmp_path: Path) -> None:
    rows = 2_100
    _to_import(database, rows)
    with working(tmp_path, database.url, dies_in="import") as victim:
        assert victim.wait() == -signal.SIGKILL
    assert _imported(store) == (0, 0, 0)
    with working(tmp_path, database.url):
        until(lambda: not in_state(store, *UNFINISHED))
    assert not in_state(store, JobState.FAILED)
    assert _imported(store) == (rows, 1, 1)


def test_an_import_and_the_end_of_its_job_are_one_transaction(
    database: Database, store: Session, tmp_path: Path
) -> None:
    """So there is no moment at which a kill leaves a job that would find its file imported already, and fail."""
    _to_import(database, 1)
    with database.begin() as db:
        claim = lease.claim(db, timedelta(minutes=1))
    assert claim
    known()[claim.name](Work(database, config(tmp_path, database.url), claim, timedelta(minutes=1)), **claim.args)
    assert _imported(store) == (1, 1, 1)
    assert store.get_one(Job, claim.id).state == JobState.DONE


def _to_import(database: Database, rows: int) -> None:
    with database.begin() as db:
        organised(db)
        dan = factories.a_person(db, "최단", roles=["officer"])
        people = [{**HONG, "사번": f"{300_000_000 + n}"} for n in range(rows)]
        file = keep(db, dan.id, "staff", staff(*people), "staff.csv")
        later(db, "import_file", actor_id=dan.id, file_id=file.id, seen="", only_good=False, retire=False)


def _imported(store: Session) -> tuple[int | None, ...]:
    """People of the file, events of an import, applied files."""
    store.rollback()
    return tuple(
        store.scalar(select(func.count()).where(condition))
        for condition in (
            Person.employee_no.like("3000%"),
            (Event.kind == "imported") & (Event.data["format"].as_string() == "staff"),
            (ImportFile.kind == "staff") & ImportFile.applied_at.is_not(None),
        )
    )
