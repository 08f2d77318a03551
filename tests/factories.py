"""Things to test with: plain functions, each makes one thing and commits it (to the test's savepoint)."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.catalogue.models import Area, Course, Kind, Level
from courses.enrolment.models import Enrolment, Status
from courses.people.models import OrgUnit, Person, Posting, Role, RoleGrant
from courses.scheduling.models import ClassSession, Period, Room, Run, RunInstructor, RunState
from courses.text import initials, search_key

_numbers = itertools.count(1)
_run_numbers = itertools.count(1)


def a_unit(db: Session, name: str = "총무과", bureau: str = "행정국") -> OrgUnit:
    """A division of a bureau of 한빛시; the same one for the same name."""
    found = db.scalar(select(OrgUnit).where(OrgUnit.name == name, OrgUnit.depth == 2))
    if found:
        return found
    root = _unit(db, "한빛시", None)
    return _unit(db, name, _unit(db, bureau, root))


def a_team(db: Session, name: str, division: str) -> OrgUnit:
    """A team of a division, one level below `a_unit`."""
    return _unit(db, name, a_unit(db, division))


def _unit(db: Session, name: str, parent: OrgUnit | None) -> OrgUnit:
    found = db.scalar(
        select(OrgUnit).where(
            OrgUnit.name == name, OrgUnit.parent_id.is_not_distinct_from(parent.id if parent else None)
        )
    )
    if found:
        return found
    n = next(_numbers)
    depth = parent.depth + 1 if parent else 0
    unit = OrgUnit(
        code=f"U{n}",
        parent_id=parent.id if parent else None,
        name=name,
        position=n,
        path=f"{parent.path} {name}".strip() if parent and parent.depth else name if parent else "",
        depth=depth,
        bureau_id=parent.bureau_id if parent else None,
    )
    db.add(unit)
    db.flush()
    if depth == 1:
        unit.bureau_id = unit.id
    db.commit()
    return unit


def a_person(
    db: Session,
    name: str = "홍길동",
    *,
    unit: OrgUnit | None = None,
    roles: Sequence[str] = (),
    grade: str = "7급",
    employee_no: str | None = None,
    external: bool = False,
    **fields: Any,
) -> Person:
    """A person; staff with a posting since 2000 unless `external`."""
    n = next(_numbers)
    person = Person(
        employee_no=None if external else employee_no or f"2000{n:05}",
        external_key=f"lecturer{n}@academy.example" if external else None,
        name=name,
        initials=initials(name),
        mail=f"p{n}@city.example",
        appointed_on=date(2000, 1, 1),
        session_key=f"{n:x}",
        **fields,
    )
    db.add(person)
    db.flush()
    if not external:
        unit = unit or a_unit(db)
        db.add(Posting(person_id=person.id, unit_id=unit.id, from_on=date(2000, 1, 1), grade=grade, service="일반직"))
    for role in roles:
        unit_id = unit.id if unit and role in {"head", "clerk"} else None
        db.add(RoleGrant(person_id=person.id, role=Role(role), unit_id=unit_id, granted_at=clock.now()))
    db.commit()
    return person


def a_course(
    db: Session,
    title: str = "엑셀 기초",
    *,
    kind: str = "classroom",
    scored: bool = False,
    hours: int = 7,
    **fields: Any,
) -> Course:
    """A course; a workplace one has an area."""
    n = next(_numbers)
    area = None
    if kind == "workplace":
        area = db.scalar(select(Area).limit(1)) or Area(name="사무자동화", position=1)
        db.add(area)
        db.flush()
    course = Course(
        code=f"K{n:03}",
        title=title,
        kind=Kind(kind),
        level=Level.GENERAL,
        area_id=area.id if area else None,
        minutes=hours * 60,
        capacity=30,
        scored=scored,
        **fields,
    )
    db.add(course)
    db.commit()
    return course


def a_room(db: Session, name: str = "본관 전산교육장 1", seats: int = 30) -> Room:
    """A room."""
    room = Room(code=f"R{next(_numbers)}", name=name, seats=seats, computers=seats)
    db.add(room)
    db.commit()
    return room


def a_run(
    db: Session,
    course: Course | None = None,
    *,
    seats: int | None = 30,
    starts_in: int = 10,
    days: int = 1,
    state: str = "published",
    instructors: Sequence[Person] = (),
    room: Room | None = None,
    **fields: Any,
) -> Run:
    """A run, open for applications, that starts in so many days: one session of 09:00–17:00 a day, lunch at 12."""
    course = course or a_course(db)
    first = clock.today() + timedelta(days=starts_in)
    run = Run(
        course_id=course.id,
        year=first.year,
        number=next(_run_numbers),
        state=RunState(state),
        starts_on=first,
        ends_on=first + timedelta(days=days - 1),
        capacity=seats,
        **{
            "apply_from": clock.now() - timedelta(days=1),
            "apply_until": clock.now() + timedelta(days=5),
            "cancel_until": clock.now() + timedelta(days=5),
            "place": room.name if room else "",
            "teachers": ", ".join(person.name for person in instructors),
            "days": days if course.kind != Kind.CYBER else 0,
            "search_text": search_key(f"{course.title} {room.name if room else ''}"),
            "search_initials": initials(course.title),
            "policy": "plain 1",
            **fields,
        },
    )
    db.add(run)
    db.flush()
    for position, person in enumerate(instructors):
        db.add(RunInstructor(run_id=run.id, person_id=person.id, position=position))
    if course.kind != Kind.CYBER:
        for number in range(1, days + 1):
            db.add(a_session(run, first + timedelta(days=number - 1), number, room))
    db.commit()
    return run


def a_session(run: Run, day: date, number: int = 1, room: Room | None = None) -> ClassSession:
    """A session of seven periods of 50 minutes, from 09:00, lunch at 12 (not yet added to the database)."""
    hours = [9, 10, 11, 13, 14, 15, 16]
    return ClassSession(
        run_id=run.id,
        number=number,
        starts_at=clock.at(day, time(9)),
        ends_at=clock.at(day, time(16, 50)),
        room_id=room.id if room else None,
        periods=[
            Period(number=n, starts_at=clock.at(day, time(hour)), ends_at=clock.at(day, time(hour, 50)))
            for n, hour in enumerate(hours, 1)
        ],
    )


def an_enrolment(db: Session, run: Run, person: Person, *, status: str = "enrolled", **fields: Any) -> Enrolment:
    """A place in a run, counted in the run's seats (written directly, past the rules)."""
    enrolment = Enrolment(
        run_id=run.id,
        person_id=person.id,
        status=Status(status),
        applied_at=clock.now(),
        moved_at=clock.now(),
        **fields,
    )
    db.add(enrolment)
    if status in {"enrolled", "offered"}:
        run.taken += 1
    elif status == "waitlisted":
        run.queue_last += 1
        enrolment.queue_no = run.queue_last
    db.commit()
    return enrolment


def some_day(hour: int = 9) -> datetime:
    """A fixed Monday for tests that stop the clock."""
    return clock.at(date(2026, 11, 23), time(hour))
