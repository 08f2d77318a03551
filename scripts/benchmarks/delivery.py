"""50 instructors save their grids at once while 200 employees browse: `scripts/bench delivery [options]`.

Each instructor has 30 people: all rooms are marked present in the same moment, then ten exceptions follow, one every
second and a half or so, as the sheet itself sends them. Each employee opens a page about every six seconds. Beside it
stands the limit: the same saving by the same number of threads without the web, on the same database. Afterwards every
mark is held against the database and against the events; the program fails when one is lost, or was written twice.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.attendance import actions
from courses.attendance.marks import MarkInput
from courses.attendance.models import Attendance
from courses.catalogue.models import Course
from courses.events.models import Event
from courses.people.models import Person, Role, RoleGrant
from courses.scheduling.models import ClassSession
from lms.cli.serve import THREADS
from lms.db import Database, opened
from scripts.benchmarks import rush_options
from scripts.benchmarks.delivery_client import Someone, all_at_once
from scripts.benchmarks.result import Result
from scripts.benchmarks.rush_stage import SECRET, Rush, serving, signer
from tests import factories

_INSTRUCTORS, _BROWSERS, _PEOPLE, _EXCEPTIONS = 50, 200, 30, 10
_THINKING, _MARKING = 6.0, 1.5
_SAVE_MS, _PAGE_MS = 250.0, 250.0
"""What 95 of 100 wait at most."""
_PAGES = ("/", "/runs", "/my-learning", "/runs?q=보안", "/certificates", "/my-timetable")
_OK = 200


@dataclass(frozen=True)
class Class:
    """A session that is on, its instructor (id, session key), and the enrolments of its people."""

    session_id: int
    teacher: tuple[int, str]
    people: list[int]

    def grids(self) -> list[dict[int, str]]:
        """The marks in the order in which they are saved: the room, then one exception after the other."""
        return [dict.fromkeys(self.people, "present"), *({one: "late 20"} for one in self.people[:_EXCEPTIONS])]

    def bodies(self) -> list[dict[str, object]]:
        """The same as the sheet sends them."""
        return [{"marks": grid, "seen": {}} for grid in self.grids()]

    @property
    def address(self) -> str:
        """Where they are sent."""
        return f"/sessions/{self.session_id}/attendance"

    def expected(self) -> dict[int, str]:
        """What stands at the end."""
        late = set(self.people[:_EXCEPTIONS])
        return {one: "late" if one in late else "present" for one in self.people}


def main(arguments: Sequence[str]) -> None:
    """Measure and print, each as soon as it is there."""
    parser = rush_options.parser("delivery", __doc__)
    parser.add_argument("--instructors", type=int, default=_INSTRUCTORS, help=f"who save (usually {_INSTRUCTORS})")
    parser.add_argument("--employees", type=int, default=_BROWSERS, help=f"who browse (usually {_BROWSERS})")
    options = parser.parse_args(arguments)
    rush_options.measure("delivery", options, _INSTRUCTORS * _PEOPLE + _BROWSERS, _results)


def _results(rush: Rush, options: argparse.Namespace) -> Iterator[Result]:
    classes = _classes(rush, 2 * options.instructors)
    alone, taught = classes[: options.instructors], classes[options.instructors :]
    yield from _waits(f"delivery limit {rush.name}", _without_web(rush, alone), None)
    saving, browsing = _saving(taught), _browsing(rush.people[-options.employees :])
    with serving(rush) as ports:
        took = all_at_once(ports, saving, browsing)
    yield Result(f"delivery took {rush.name}", took, "s", None)
    for name, crowd, limit in (("saves", saving, _SAVE_MS), ("pages", browsing, _PAGE_MS)):
        answers = [answer for someone in crowd for answer in someone.answers]
        yield Result(f"delivery {name} {rush.name}", len(answers) / took, "/s", None)
        yield from _waits(f"delivery {name} {rush.name}", [wait for _status, wait in answers], limit)
        if refused := Counter(status for status, _wait in answers if status != _OK):
            raise SystemExit(f"{name} answered {dict(refused)}")
    wrong = _faults(rush, [*alone, *taught])
    yield Result(f"delivery lost {rush.name}", len(wrong), "marks", None)
    if wrong:
        raise SystemExit("\n".join(wrong[:20]))


def _saving(classes: Sequence[Class]) -> list[Someone]:
    request = signer(SECRET)
    return [
        Someone([request(one.address, *one.teacher, body=json.dumps(sent).encode()) for sent in one.bodies()], _MARKING)
        for one in classes
    ]


def _browsing(people: Sequence[tuple[int, str]]) -> list[Someone]:
    request = signer(SECRET)
    return [
        Someone([request(page, *person, method="GET") for page in _PAGES], _THINKING, repeats=True) for person in people
    ]


def _waits(name: str, waits: Sequence[float], limit: float | None) -> Iterator[Result]:
    """Within how many milliseconds 50, 95 and 99 of 100 were answered; the limit is for 95."""
    ordered = sorted(waits)
    for percent in (50, 95, 99):
        wait = ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]
        yield Result(f"{name} p{percent}", wait, "ms", limit if percent == 95 else None)


def _classes(rush: Rush, count: int) -> list[Class]:
    """Sessions of today, each with an instructor and people of its own (who may sit in two)."""
    database = Database(rush.url)
    with Session(database.engine) as db:
        course = factories.a_course(db, "정보보안")
        made = [_class(db, course, rush, n) for n in range(count)]
        db.commit()
    database.engine.dispose()
    return made


def _class(db: Session, course: Course, rush: Rush, number: int) -> Class:
    teacher = db.get_one(Person, rush.people[number][0])
    db.add(RoleGrant(person_id=teacher.id, role=Role.INSTRUCTOR, granted_at=clock.now()))
    run = factories.a_run(db, course, starts_in=-1, seats=_PEOPLE, instructors=[teacher])
    first = number * _PEOPLE % (len(rush.people) - _PEOPLE)
    staff = [db.get_one(Person, person) for person, _key in rush.people[first : first + _PEOPLE]]
    people = [factories.an_enrolment(db, run, person).id for person in staff]
    session_id = db.scalars(select(ClassSession.id).where(ClassSession.run_id == run.id)).one()
    return Class(session_id, (teacher.id, teacher.session_key), people)


def _without_web(rush: Rush, classes: Sequence[Class]) -> list[float]:
    """Milliseconds of each save, by as many threads as the servers have, one after the other in each."""
    with opened(rush.url) as database, ThreadPoolExecutor(rush.workers * THREADS) as pool:
        return [wait for waits in pool.map(lambda one: _save_all(database, one), classes) for wait in waits]


def _save_all(database: Database, one: Class) -> list[float]:
    waits = []
    for grid in one.grids():
        marks = {key: MarkInput.parse(words) for key, words in grid.items()}
        started = time.perf_counter()
        with database.begin() as db:
            actions.mark(db, one.teacher[0], one.session_id, marks)
        waits.append((time.perf_counter() - started) * 1000)
    return waits


def _faults(rush: Rush, classes: Sequence[Class]) -> list[str]:
    """Marks that are not there, or that the events know otherwise than once each."""
    with opened(rush.url) as database, database.look() as db:
        return [fault for one in classes for fault in _faults_of(db, one)]


def _faults_of(db: Session, one: Class) -> Iterator[str]:
    rows = db.execute(select(Attendance.enrolment_id, Attendance.mark).where(Attendance.session_id == one.session_id))
    marks = {row.enrolment_id: row.mark.value for row in rows}
    for key, mark in one.expected().items():
        if marks.get(key) != mark:
            yield f"session {one.session_id}: {key} is {marks.get(key)}, not {mark}"
    run_id = db.get_one(ClassSession, one.session_id).run_id
    saves = db.scalars(select(Event.data).where(Event.kind == "marked", Event.run_id == run_id)).all()
    written = Counter((key, after) for save in saves for key, (_before, after) in save["marks"].items())
    wanted = Counter((str(key), words) for grid in one.grids() for key, words in grid.items())
    if written != wanted:
        yield f"session {one.session_id}: written {written - wanted} too often, {wanted - written} too rarely"
