"""`lms work`; and `lms serve`, which brings a worker along: a new one when it dies, none when the server has ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.db import Database
from lms.jobs.models import Job, JobState, JobWorker
from lms.jobs.queue import later
from tests.jobs.process import until
from tests.races.server import serving

pytestmark = pytest.mark.race


def workers(db: Session) -> list[int]:
    """The processes that have said they are there."""
    db.rollback()
    return [int(name.rpartition(":")[2]) for name in db.scalars(select(JobWorker.id).order_by(JobWorker.started_at))]


def lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


@contextmanager
def served(database: Database, store: Session, home: Path) -> Iterator[int]:
    """A server with its worker, whose process id this gives."""
    with serving(database.url, home, 1, jobs=True):
        until(lambda: workers(store))
        yield workers(store)[0]


def test_a_worker_that_dies_is_replaced_and_the_last_one_ends_with_the_server(
    database: Database, store: Session, tmp_path: Path
) -> None:
    with served(database, store, tmp_path) as first:
        os.kill(first, signal.SIGKILL)
        until(lambda: len(workers(store)) == 2)
        second = workers(store)[1]
        assert lives(second)
    until(lambda: not lives(first) and not lives(second))


def test_a_worker_does_not_outlive_a_server_that_is_killed(database: Database, store: Session, tmp_path: Path) -> None:
    with served(database, store, tmp_path) as worker:
        server = parent(worker)
        os.kill(server, signal.SIGKILL)
        until(lambda: not lives(worker))
        os.killpg(server, signal.SIGTERM)  # its web processes, which are of the same group


def lms_work(home: Path, url: str) -> subprocess.Popen[str]:
    env = {**os.environ, "LMS_HOME": str(home), "DATABASE_URL": url, "LANG": "en"}
    command = [sys.executable, "-m", "lms", "work"]
    return subprocess.Popen(command, env=env, stderr=subprocess.PIPE, text=True)


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_work_until_told_to_stop(database: Database, store: Session, tmp_path: Path, ending: signal.Signals) -> None:
    with database.begin() as db:
        job_id = later(db, "clean_up")
    with lms_work(tmp_path, database.url) as working:
        until(lambda: state_of(store, job_id) == JobState.DONE)
        working.send_signal(ending)
        assert working.wait() == 0
        assert working.stderr
        assert working.stderr.read() == ""


def state_of(db: Session, job_id: int | None) -> JobState | None:
    db.rollback()
    return db.scalar(select(Job.state).where(Job.id == job_id))


def test_no_work_on_a_database_of_another_version(tmp_path: Path) -> None:
    with lms_work(tmp_path, f"sqlite:///{tmp_path}/empty.db") as refused:
        _out, said = refused.communicate()
    assert refused.returncode == 1
    assert "lms migrate" in said
