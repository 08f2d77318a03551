"""`scripts/bench verdict`: verdicts a second, and closing a run of a thousand people, on both databases."""

from __future__ import annotations

import argparse
import gc
import statistics
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from courses import clock
from courses.attendance.models import Attendance, AttendanceMark
from courses.completion.actions import close
from courses.completion.advice import advice
from courses.completion.facts import Component, Facts
from courses.completion.facts import Session as Attended
from courses.completion.policy import pack
from courses.completion.queries import preview
from courses.completion.rules import verdict
from courses.completion.whatif import Thresholds, Which, what_if
from courses.db import in_parts
from courses.enrolment.models import Enrolment, Status
from courses.people.models import OrgUnit, Person, Posting
from courses.scheduling.models import ClassSession, Run
from lms import migrate
from lms.db import Database
from scripts.benchmarks.result import HEAD, Result, seconds
from tests import factories
from tests.postgres import running_postgres

PEOPLE, SESSIONS = 1000, 5
_TIMES, _VERDICTS = 5, 20_000


def main(arguments: Sequence[str]) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="scripts/bench verdict", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument("--people", type=int, default=PEOPLE, help="people in the run that is closed")
    options = parser.parse_args(arguments)
    if not options.json:
        print(HEAD)
    for result in (*_pure(), *_on_databases(options.people)):
        print(result.to_json() if options.json else result.to_row(), flush=True)


def _pure() -> Iterator[Result]:
    """Without a database: five days marked, two parts scored."""
    policy = pack("plain", 1)
    parts = (Component("필기", 60, 5000, 7000), Component("실기", 40, None, 8000))
    facts = Facts("classroom", True, tuple(Attended(420, 420, "present") for _ in range(SESSIONS)), components=parts)
    for name, work in {"verdict": verdict, "advice": advice}.items():
        taken = seconds(lambda work=work: [work(policy, facts) for _ in range(_VERDICTS)], 3)  # type: ignore[misc]  # bound now
        yield Result(f"{name}s a second", _VERDICTS / taken, "/s", None)


def _on_databases(people: int) -> Iterator[Result]:
    with tempfile.TemporaryDirectory(prefix="lms-bench-") as folder:
        yield from _closing("sqlite", f"sqlite:///{Path(folder) / 'bench.db'}", people)
    with running_postgres(durable=True) as url:
        yield from _closing("postgresql", url, people)


def _closing(name: str, url: str, people: int) -> Iterator[Result]:
    database = Database(url)
    migrate.upgrade(database.engine)
    try:
        with Session(database.engine, expire_on_commit=False) as db:
            officer_id, run_ids = _full_runs(db, people, _TIMES)
        yield Result(f"preview of {people} {name}", _preview(database, run_ids[0]), "s", 1)
        taken = statistics.median(_close(database, officer_id, run_id) for run_id in run_ids)
        yield Result(f"closing of {people} {name}", taken, "s", 1)
        with database.look() as db:
            taken = _calm(lambda: what_if(db, Which(run_id=run_ids[0]), Thresholds(attendance=9000)))
        yield Result(f"what if of {people} {name}", taken, "s", 1)
    finally:
        database.engine.dispose()


def _preview(database: Database, run_id: int) -> float:
    with database.look() as db:
        return _calm(lambda: preview(db, db.get_one(Run, run_id)))


def _close(database: Database, officer_id: int, run_id: int) -> float:
    def closing() -> None:
        with database.begin() as db:
            close(db, officer_id, db.get_one(Run, run_id))

    return _calm(closing)


def _calm(work: Callable[[], object]) -> float:
    """Its seconds; what was thrown away before is not cleared up meanwhile."""
    gc.collect()
    return seconds(work)


def _full_runs(db: Session, people: int, runs: int) -> tuple[int, list[int]]:
    """So many runs of five days that ended yesterday, everybody of one department marked and in each of them."""
    unit = factories.a_unit(db)
    officer = factories.a_person(db, "최단", unit=unit, roles=["officer"])
    ids = _staff(db, unit, people)
    found = [factories.a_run(db, seats=None, starts_in=-SESSIONS, days=SESSIONS) for _ in range(runs)]
    for run in found:
        _mark(db, run, ids, officer)
    return officer.id, [run.id for run in found]


def _staff(db: Session, unit: OrgUnit, people: int) -> list[int]:
    rows = [
        {"name": f"직원{n:05}", "initials": "ㅈㅇ", "employee_no": f"B{n:06}", "session_key": f"b{n}"}
        for n in range(people)
    ]
    ids = list(db.scalars(insert(Person).returning(Person.id), rows))
    since = clock.today() - timedelta(days=400)
    posted = {"unit_id": unit.id, "from_on": since, "grade": "7급", "service": "일반직"}
    db.execute(insert(Posting), [{"person_id": one, **posted} for one in ids])
    return ids


def _mark(db: Session, run: Run, people: Sequence[int], officer: Person) -> None:
    now = clock.now()
    enrolled = {"run_id": run.id, "status": Status.ENROLLED, "applied_at": now, "moved_at": now}
    ids = list(
        db.scalars(insert(Enrolment).returning(Enrolment.id), [{"person_id": one, **enrolled} for one in people])
    )
    run.taken = len(ids)
    sessions = db.scalars(select(ClassSession.id).where(ClassSession.run_id == run.id)).all()
    mark = {"mark": AttendanceMark.PRESENT, "minutes_missed": 0, "marked_by": officer.id, "marked_at": now}
    marks = [{"session_id": session, "enrolment_id": one, **mark} for session in sessions for one in ids]
    for some in in_parts(marks, 1000):
        db.execute(insert(Attendance), some)
    db.commit()
