"""Check-ins at the same moment, on a database that is really committed to."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from courses import clock
from courses.attendance import checkin, codes, door
from courses.attendance.actions import mark
from courses.attendance.marks import MarkInput
from courses.attendance.models import Attendance, AttendanceMark, CheckIn, CheckInState, CheckInWindow, DoorRequest
from courses.enrolment.models import Enrolment
from courses.errors import Refused
from courses.events.models import Event
from courses.scheduling.models import Run
from lms.db import Database
from tests import factories
from tests.attendance.conftest import a_class
from tests.checkin.conftest import NINE

pytestmark = pytest.mark.race

AT_ONCE = 8


def together(database: Database, acts: list[Callable[[Session], object]]) -> list[str]:
    """What each came to ('' or the code of a refusal), in transactions that begin at the same moment."""
    gate = threading.Barrier(len(acts))

    def one(act: Callable[[Session], object]) -> str:
        gate.wait(30)
        with clock.frozen(NINE):
            try:
                with database.begin() as db:
                    act(db)
            except Refused as refused:
                return refused.code
        return ""

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


def a_room(database: Database, people: int = AT_ONCE) -> tuple[int, int, list[tuple[int, int]]]:
    """Ids of the session and its instructor, and of the people with their enrolments."""
    with database.begin(reacts=False) as db:
        cleo = factories.a_person(db, "이클레오", roles=["instructor"])
        course = a_class(db, cleo, tuple(f"가나{n:02}" for n in range(people)))
        checkin.open_window(db, cleo.id, course.today.id)
        return course.today.id, cleo.id, [(one.person_id, one.id) for one in course.people]


def code(db: Session, session_id: int) -> str:
    return codes.digits(db.get_one(CheckInWindow, session_id).secret, session_id, codes.step(clock.now()))


def count(database: Database, what: type[object], *conditions: object) -> int:
    with database.look() as db:
        return db.scalar(select(func.count()).select_from(what).where(*conditions)) or 0  # type: ignore[arg-type]  # SQL


def test_one_person_from_many_devices_is_in_once(database: Database) -> None:
    session_id, _, people = a_room(database)
    enter = lambda db: checkin.check_in(db, people[0][0], code(db, session_id))  # noqa: E731  # said eight times
    assert together(database, [enter] * AT_ONCE) == [""] * AT_ONCE
    assert (count(database, CheckIn), count(database, Event, Event.kind == "checked_in")) == (1, 1)


def test_a_whole_class_at_once_while_the_instructor_confirms_loses_nobody(database: Database) -> None:
    session_id, cleo_id, people = a_room(database)
    ids = [enrolment_id for _, enrolment_id in people]

    def entering(person_id: int) -> Callable[[Session], object]:
        return lambda db: checkin.check_in(db, person_id, code(db, session_id))

    acts = [entering(person_id) for person_id, _ in people]
    together(database, [*acts, lambda db: checkin.confirm(db, cleo_id, session_id, ids)])
    with clock.frozen(NINE), database.begin() as db:
        checkin.confirm(db, cleo_id, session_id, ids)
    assert count(database, CheckIn, CheckIn.state == CheckInState.CONFIRMED) == len(people)
    assert count(database, Attendance) == len(people)


def test_two_people_of_one_browser_at_once_are_both_doubtful(database: Database) -> None:
    session_id, _, people = a_room(database)

    def entering(person_id: int) -> Callable[[Session], object]:
        return lambda db: checkin.check_in(db, person_id, code(db, session_id), device="a phone")

    together(database, [entering(person_id) for person_id, _ in people[:2]])
    assert count(database, CheckIn, CheckIn.state == CheckInState.DOUBTFUL) == 2


def test_nobody_gets_in_while_it_is_closed(database: Database) -> None:
    """Whoever is refused has no row, whoever is not has one: never anything between."""
    session_id, cleo_id, people = a_room(database)

    def entering(person_id: int) -> Callable[[Session], object]:
        return lambda db: checkin.check_in(db, person_id, code(db, session_id))

    acts = [entering(person_id) for person_id, _ in people]
    *outcomes, _ = together(database, [*acts, lambda db: checkin.close_window(db, cleo_id, session_id)])
    assert set(outcomes) <= {"", "closed"}
    assert count(database, CheckIn) == outcomes.count("")


def test_one_request_is_granted_once_and_the_last_seat_goes_to_one(database: Database) -> None:
    session_id, cleo_id, people = a_room(database, 2)
    with clock.frozen(NINE), database.begin(reacts=False) as db:
        dan = factories.a_person(db, "최단", roles=["officer"]).id
        coming = [factories.a_person(db, f"온{n}").id for n in range(2)]
        run = db.get_one(Run, db.get_one(Enrolment, people[0][1]).run_id)
        run.capacity = run.taken + 1
        asked = [door.ask(db, cleo_id, session_id, person_id, "늦게 선정됨").id for person_id in coming]
    outcomes = together(
        database,
        [lambda db, one=one: door.grant(db, dan, one) for one in asked for _ in range(3)],  # type: ignore[misc]  # bound now
    )
    assert outcomes.count("") == 1
    assert set(outcomes) <= {"", "full", "decided"}
    assert count(database, DoorRequest, DoorRequest.granted.is_(True)) == 1


def test_a_sheet_that_is_saved_while_check_ins_are_confirmed_loses_no_mark(database: Database) -> None:
    """Half of the class is in by the code, the other half is marked late on the sheet at the same moment."""
    session_id, cleo_id, people = a_room(database)
    coming, marked = people[::2], people[1::2]
    with clock.frozen(NINE), database.begin() as db:
        for person_id, _ in coming:
            checkin.check_in(db, person_id, code(db, session_id))
    ids = [enrolment_id for _, enrolment_id in coming]

    def late(enrolment_id: int) -> Callable[[Session], object]:
        return lambda db: mark(db, cleo_id, session_id, {enrolment_id: MarkInput(AttendanceMark.LATE, 10)})

    acts = [late(enrolment_id) for _, enrolment_id in marked]
    assert set(together(database, [*acts, lambda db: checkin.confirm(db, cleo_id, session_id, ids)])) == {""}
    with database.look() as db:
        found = {row.enrolment_id: row.mark for row in db.execute(select(Attendance.enrolment_id, Attendance.mark))}
    expected = dict.fromkeys(ids, AttendanceMark.PRESENT) | {id_: AttendanceMark.LATE for _, id_ in marked}
    assert found == expected
