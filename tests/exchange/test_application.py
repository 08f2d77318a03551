"""From preview to application: all or nothing, once, and only what was seen."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from courses.errors import Conflict
from courses.events.models import Event
from courses.exchange import actions
from courses.exchange.models import ImportFile
from courses.exchange.preview import Source, parse
from courses.exchange.queries import last_imports
from courses.people.models import Person
from courses.scheduling.models import Room
from tests.exchange.files import complaints, file, look_at, take_in

GOOD = ("R1", "대강의실", "120", "0")
BAD = ("R2", "소회의실", "many", "0")


def rooms(db: Session) -> list[str]:
    return sorted(db.scalars(select(Room.code)))


def kept(db: Session, dan: Person, *rows: tuple[str, ...]) -> tuple[int, Source, str]:
    """A stored file, its source, and the digest of its preview."""
    data = file("rooms", rows)
    stored = actions.keep(db, dan.id, "rooms", data, "rooms.csv")
    db.commit()
    return stored.id, parse("rooms", data, "rooms.csv"), look_at(db, "rooms", data).digest


def test_a_preview_writes_nothing(db: Session) -> None:
    assert len(look_at(db, "rooms", file("rooms", [GOOD])).plan.added) == 1
    assert not db.new
    assert rooms(db) == []
    assert db.scalar(select(func.count()).select_from(Event)) == 0


def test_one_bad_row_stops_the_whole_file(db: Session) -> None:
    found = look_at(db, "rooms", file("rooms", [GOOD, BAD]))
    assert complaints(found) == [(3, "seats", "This is not a whole number.")]
    assert (found.bad[0].value, str(found.bad[0].remedy)) == ("many", "Write digits only, for example 30.")
    with pytest.raises(actions.BadRows, match="Bad rows: 1"):
        actions.apply(db, None, found)
    assert rooms(db) == []


def test_the_good_rows_alone_when_asked(db: Session) -> None:
    counts = take_in(db, "rooms", file("rooms", [GOOD, BAD]), only_good=True)
    assert (counts.added, counts.left_out, rooms(db)) == (1, 1, ["R1"])
    [event] = db.scalars(select(Event).where(Event.kind == "imported"))
    assert (event.data["format"], event.data["added"], event.data["left_out"]) == ("rooms", 1, 1)


def test_a_file_is_planned_again_when_it_is_applied(db: Session) -> None:
    stale = look_at(db, "rooms", file("rooms", [GOOD]))
    take_in(db, "rooms", file("rooms", [GOOD]))
    counts = actions.apply(db, None, stale)
    assert (counts.added, counts.same, rooms(db)) == (0, 1, ["R1"])


def test_a_stored_file_is_applied_once_and_its_bytes_go(db: Session, dan: Person) -> None:
    file_id, source, seen = kept(db, dan, GOOD)
    assert actions.apply_file(db, dan.id, file_id, source, seen=seen).added == 1
    db.commit()
    db.expire_all()
    stored = db.get_one(ImportFile, file_id)
    assert stored.result == {"added": 1, "changed": 0, "same": 0, "left_out": 0, "retired": 0}
    assert db.scalar(select(ImportFile.data)) is None
    with pytest.raises(Conflict, match="imported already"):
        actions.apply_file(db, dan.id, file_id, source)


def test_what_was_not_seen_is_not_done(db: Session, dan: Person) -> None:
    file_id, source, seen = kept(db, dan, GOOD)
    take_in(db, "rooms", file("rooms", [(*GOOD[:2], "80", "0")]))
    with pytest.raises(Conflict, match="has changed since"):
        actions.apply_file(db, dan.id, file_id, source, seen=seen)
    assert db.scalars(select(Room.seats)).all() == [80]


def test_a_new_upload_replaces_ones_own_unused_one(db: Session, dan: Person, ana: Person) -> None:
    kept(db, dan, GOOD)
    kept(db, ana, GOOD)
    newest, *_ = kept(db, dan, GOOD, BAD)
    left = db.execute(select(ImportFile.id, ImportFile.uploaded_by)).all()
    assert {row.uploaded_by for row in left} == {ana.id, dan.id}
    assert newest in {row.id for row in left}
    assert len(left) == 2


def test_the_last_import_of_each_kind_is_known(db: Session, dan: Person) -> None:
    assert last_imports(db) == {}
    take_in(db, "rooms", file("rooms", [GOOD]))
    assert last_imports(db)["rooms"].name is None
    file_id, source, _seen = kept(db, dan, GOOD)
    actions.apply_file(db, dan.id, file_id, source)
    assert last_imports(db)["rooms"].name == dan.name
