"""Rooms are added, changed and retired; planning leaves out those no longer used."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.events.models import Event
from courses.people.models import Person
from courses.scheduling import queries, timetable
from courses.scheduling.models import Room, Run
from tests import factories
from tests.client import Browser

pytestmark = pytest.mark.usefixtures("one_day")

TODAY = clock.today()
NEW = {"code": "R-9", "name": "별관 교육장", "seats": "24", "computers": "20"}


def test_a_room_is_added_once(client: Browser, db: Session, dan: Person) -> None:
    client.sign_in(dan).post("/rooms/new", data=NEW)
    room = db.scalars(select(Room).where(Room.code == "R-9")).one()
    assert (room.name, room.seats, room.computers) == ("별관 교육장", 24, 20)
    assert "has the code R-9 already" in client.post("/rooms/new", 409, data=NEW).text
    client.post("/rooms/new", 422, data={"code": "R 8", "name": "", "seats": "0"})
    assert "별관 교육장" in client.get("/rooms").text


def test_a_new_name_is_that_of_runs_ahead(client: Browser, db: Session, dan: Person) -> None:
    room = factories.a_room(db, "옛 이름")
    run = factories.a_run(db, room=room)
    client.sign_in(dan).post(f"/rooms/{room.id}", data=NEW | {"name": "새 이름"})
    assert db.get_one(Run, run.id).place == "새 이름"
    event = db.scalars(select(Event).where(Event.kind == "changed").order_by(Event.id.desc())).first()
    assert event
    assert event.data["before"]["name"] == "옛 이름"


def test_a_room_in_use_stays_in_use(client: Browser, db: Session, dan: Person) -> None:
    room = factories.a_room(db)
    factories.a_run(db, room=room, starts_in=10)
    client.sign_in(dan)
    said = client.post(f"/rooms/{room.id}/retirement", 409, data={"day": TODAY.isoformat()}).text
    assert "‘엑셀 기초’, run" in said
    assert db.get_one(Room, room.id).retired_on is None
    later = TODAY + timedelta(days=11)
    client.post(f"/rooms/{room.id}/retirement", data={"day": later.isoformat()})
    assert db.get_one(Room, room.id).retired_on == later


def test_a_retired_room_is_not_offered_and_comes_back(client: Browser, db: Session, dan: Person) -> None:
    room = factories.a_room(db, "옛 교육장")
    client.sign_in(dan).post(f"/rooms/{room.id}/retirement", data={"day": TODAY.isoformat()})
    assert room.id not in {one.id for one in queries.rooms(db)}
    assert room.id in {one.id for one in queries.rooms(db, [room.id])}
    assert not timetable.rooms(db, TODAY)
    assert timetable.rooms(db, TODAY - timedelta(days=1))
    course = factories.a_course(db)
    assert "옛 교육장" not in client.get(f"/operations/runs/new?course={course.id}").text
    client.post(f"/rooms/{room.id}/use")
    assert "옛 교육장" in client.get(f"/operations/runs/new?course={course.id}").text


def test_officers_and_administrators_keep_rooms(client: Browser, db: Session, ana: Person, cleo: Person) -> None:
    room = factories.a_room(db)
    for person in (ana, cleo):
        client.sign_in(person).get("/rooms", 403)
        client.post(f"/rooms/{room.id}/retirement", 403, data={"day": TODAY.isoformat()})
    client.sign_in(factories.a_person(db, "한페이", roles=["administrator"])).get("/rooms")
