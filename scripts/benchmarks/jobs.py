"""Jobs done a second, beside bare inserts committed one by one; what a reaction adds to an enrolment."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import insert

from courses import clock
from courses.enrolment.models import Status
from courses.events.actions import record
from courses.events.facts import Fact, Moved
from courses.events.models import Event
from lms import migrate
from lms.db import Database, opened
from lms.jobs import reactions
from lms.jobs.handlers import HANDLERS
from lms.jobs.queue import all_later
from lms.jobs.work import Work
from lms.jobs.worker import Worker
from scripts.benchmarks.result import Result
from scripts.benchmarks.stage import Stage
from tests.postgres import running_postgres

_JOBS = 500
_NAME = "measured"


def measure(stage: Stage) -> Iterator[Result]:
    """On the stage's SQLite, and on a PostgreSQL that is as careful as in production."""
    HANDLERS[_NAME] = _one_row
    yield from _rates(stage, stage.database, "SQLite")
    with running_postgres(durable=True) as url, opened(url) as server:
        migrate.upgrade(server.engine)
        yield from _rates(stage, server, "PostgreSQL")
    plain, reacting = _enrolments(stage.database)
    yield Result("reaction_added_cpu_ms", reacting - plain, "ms", None)


def _rates(stage: Stage, database: Database, where: str) -> Iterator[Result]:
    bare = _per_second(lambda: _insert(database))
    with database.begin() as db:
        all_later(db, _NAME, [{} for _ in range(_JOBS)])
    yield Result(f"jobs_per_second ({where})", _per_second(Worker(database, stage.config).step), "/s", bare)


def _per_second(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    for _ in range(_JOBS):
        work()
    return _JOBS / (time.perf_counter() - started)


def _insert(database: Database) -> None:
    with database.begin() as db:
        db.execute(insert(Event).values(at=clock.now(), kind=_NAME, data={}))


def _one_row(work: Work) -> None:
    with work.begin(last=True) as db:
        db.execute(insert(Event).values(at=clock.now(), kind=_NAME, data={}))


def _enrolments(database: Database) -> tuple[float, float]:
    """CPU milliseconds to record and commit the fact of an enrolment: without a reaction, and with one."""
    times = []
    for table in ({}, {Moved: (_NAME,)}):
        with _reacting(table):
            started = time.process_time()
            for n in range(_JOBS):
                with database.begin() as db:
                    record(db, None, Moved(n, 1, 1, Status.APPLIED, Status.ENROLLED))
            times.append(1000 * (time.process_time() - started) / _JOBS)
    return times[0], times[1]


@contextmanager
def _reacting(table: dict[type[Fact], tuple[str, ...]]) -> Iterator[None]:
    usual = reactions.REACTIONS
    reactions.REACTIONS = table
    try:
        yield
    finally:
        reactions.REACTIONS = usual
