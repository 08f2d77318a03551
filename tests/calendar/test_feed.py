"""The feed, read by two programs that did not write it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import vobject
from ics import Calendar
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.catalogue.models import Course
from courses.enrolment import actions as enrolment
from courses.enrolment.cancellation import cancel_run
from courses.people.models import Person
from courses.people.preferences import remove_calendar, renew_calendar
from courses.scheduling import actions, entries, summary
from courses.scheduling.models import ClassSession, Room, Run
from courses.scheduling.plan import RunPlan
from courses.scheduling.queries import plan_of
from tests import factories
from tests.client import Browser


@dataclass(frozen=True)
class Seen:
    """An event, as both readers agree on it."""

    uid: str
    sequence: int
    status: str
    title: str
    place: str
    begin: datetime | date
    end: datetime | date


@pytest.fixture
def run(db: Session, cleo: Person) -> Run:
    run = factories.a_run(db, days=2, room=factories.a_room(db, "본관 전산교육장 1"), instructors=[cleo])
    entries.refresh(db, run)
    db.commit()
    return run


def feed(client: Browser, db: Session, person: Person) -> str:
    key = renew_calendar(db, None, person.id)
    db.commit()
    return client.get(f"/calendar/{key}.ics").text


def seen(client: Browser, db: Session, person: Person) -> list[Seen]:
    """The events of the person's feed, by time."""
    words = feed(client, db, person)
    one, other = by_vobject(words), by_ics(words)
    assert one == other
    return one


def by_vobject(words: str) -> list[Seen]:
    found = [
        Seen(
            event.uid.value,
            int(event.sequence.value),
            event.status.value,
            event.summary.value,
            event.location.value if hasattr(event, "location") else "",
            utc(event.dtstart.value),
            utc(event.dtend.value),
        )
        for event in vobject.readOne(words).contents.get("vevent", [])
    ]
    return sorted(found, key=lambda event: (str(event.begin), event.uid))


def by_ics(words: str) -> list[Seen]:
    found = []
    for event in Calendar(words).events:
        more = {line.name: line.value for line in event.extra}
        begin, end = utc(event.begin.datetime), utc(event.end.datetime)
        if event.all_day:
            begin, end = event.begin.date(), event.end.date()
        place = event.location or ""
        found.append(Seen(event.uid, int(more["SEQUENCE"]), event.status, event.name, place, begin, end))
    return sorted(found, key=lambda event: (str(event.begin), event.uid))


def utc(value: Any) -> Any:
    return value.astimezone(clock.UTC) if isinstance(value, datetime) else value


def change(db: Session, run: Run, how: Callable[[RunPlan], RunPlan]) -> None:
    actions.change(db, None, run, how(plan_of(db, run)))
    db.commit()


def second_moved(plan: RunPlan) -> RunPlan:
    first, second = plan.sessions
    return replace(plan, sessions=(first, replace(second.on(second.day + timedelta(days=3)), id=second.id)))


def enrol(db: Session, person: Person, run: Run) -> int:
    place = enrolment.enrol(db, person.id, run.id, person.id)
    db.commit()
    return place.id


def test_both_readers_find_the_sessions_of_who_takes_part(client: Browser, db: Session, ana: Person, run: Run) -> None:
    assert seen(client, db, ana) == []
    enrol(db, ana, run)
    found = seen(client, db, ana)
    sessions = db.scalars(select(ClassSession).where(ClassSession.run_id == run.id).order_by(ClassSession.number)).all()
    assert [(one.begin, one.end) for one in found] == [(session.starts_at, session.ends_at) for session in sessions]
    assert {(one.title, one.place, one.status) for one in found} == {("엑셀 기초", "본관 전산교육장 1", "CONFIRMED")}
    assert len({one.uid for one in found}) == 2


def test_a_moved_session_keeps_its_uid_and_only_its_sequence_rises(
    client: Browser, db: Session, ana: Person, run: Run
) -> None:
    enrol(db, ana, run)
    before = seen(client, db, ana)
    change(db, run, second_moved)
    after = seen(client, db, ana)
    assert [one.uid for one in after] == [one.uid for one in before]
    assert [one.sequence for one in after] == [before[0].sequence, before[1].sequence + 1]
    assert after[1].begin == before[1].begin + timedelta(days=3)


def test_an_exchange_of_two_days_keeps_both_apart(client: Browser, db: Session, ana: Person, run: Run) -> None:
    enrol(db, ana, run)
    before = {one.uid: one.begin for one in seen(client, db, ana)}

    def exchanged(plan: RunPlan) -> RunPlan:
        first, second = plan.sessions
        swapped = (replace(second.on(first.day), id=second.id), replace(first.on(second.day), id=first.id))
        return replace(plan, sessions=swapped)

    change(db, run, exchanged)
    after = {one.uid: one.begin for one in seen(client, db, ana)}
    assert after == dict(zip(before, reversed(before.values()), strict=True))


def test_a_removed_session_arrives_as_cancelled(client: Browser, db: Session, ana: Person, run: Run) -> None:
    enrol(db, ana, run)
    before = seen(client, db, ana)
    change(db, run, lambda plan: replace(plan, sessions=plan.sessions[:1]))
    kept, gone = seen(client, db, ana)
    assert kept == before[0]
    assert gone == replace(before[1], status="CANCELLED", sequence=before[1].sequence + 1)


def test_a_session_added_later_takes_no_others_place(client: Browser, db: Session, ana: Person, run: Run) -> None:
    enrol(db, ana, run)
    change(db, run, lambda plan: replace(plan, sessions=plan.sessions[:1]))
    removed = seen(client, db, ana)[1]
    change(db, run, lambda plan: replace(plan, sessions=(*plan.sessions, plan.sessions[0].on(removed.begin.date()))))  # type: ignore[union-attr]  # a moment
    again = [one for one in seen(client, db, ana) if one.begin.date() == removed.begin.date()]  # type: ignore[union-attr]  # the same
    assert {one.status for one in again} == {"CANCELLED", "CONFIRMED"}
    assert len({one.uid for one in again}) == 2


def test_a_cancelled_run_arrives_as_cancelled_for_all(
    client: Browser, db: Session, ana: Person, cleo: Person, run: Run
) -> None:
    enrol(db, ana, run)
    before = seen(client, db, ana)
    taught = seen(client, db, cleo)
    cancel_run(db, None, run, "사정")
    actions.cancel(db, None, run, "사정")
    db.commit()
    for old, new in zip([*before, *taught], [*seen(client, db, ana), *seen(client, db, cleo)], strict=True):
        assert (new.uid, new.status) == (old.uid, "CANCELLED")
        assert new.sequence > old.sequence


def test_who_withdraws_and_comes_back_sees_each_step(client: Browser, db: Session, ana: Person, run: Run) -> None:
    place = enrol(db, ana, run)
    steps = [seen(client, db, ana)[0]]
    enrolment.withdraw(db, ana.id, place)
    db.commit()
    steps.append(seen(client, db, ana)[0])
    enrol(db, ana, run)
    steps.append(seen(client, db, ana)[0])
    assert [one.status for one in steps] == ["CONFIRMED", "CANCELLED", "CONFIRMED"]
    assert [one.sequence - steps[0].sequence for one in steps] == [0, 1, 2]
    assert len({one.uid for one in steps}) == 1


def test_who_only_waited_has_nothing_to_take_out(client: Browser, db: Session, ana: Person, eve: Person) -> None:
    run = factories.a_run(db, seats=1)
    entries.refresh(db, run)
    enrol(db, eve, run)
    waiting = enrol(db, ana, run)
    assert seen(client, db, ana) == []
    enrolment.withdraw(db, ana.id, waiting)
    db.commit()
    assert seen(client, db, ana) == []


def test_teachers_see_what_they_teach_and_lose_what_they_no_longer_do(
    client: Browser, db: Session, cleo: Person, run: Run
) -> None:
    before = seen(client, db, cleo)
    assert {one.title for one in before} == {"엑셀 기초 (강의)"}
    other = factories.a_person(db, "박강사", roles=["instructor"])
    change(db, run, lambda plan: replace(plan, instructor_ids=(other.id,)))
    after = seen(client, db, cleo)
    assert [(one.uid, one.status) for one in after] == [(one.uid, "CANCELLED") for one in before]
    assert all(new.sequence > old.sequence for new, old in zip(after, before, strict=True))
    assert [one.uid for one in seen(client, db, other)] == [one.uid for one in before]


def test_another_title_or_room_name_is_a_new_sequence(client: Browser, db: Session, ana: Person, run: Run) -> None:
    enrol(db, ana, run)
    before = seen(client, db, ana)
    course = run.course_id
    db.get_one(Course, course).title = "엑셀 심화"
    db.flush()
    summary.refresh_all(db, [course])
    db.scalars(select(Room)).one().name = "별관"
    db.flush()
    summary.refresh_renamed(db)
    db.commit()
    after = seen(client, db, ana)
    assert {(one.title, one.place) for one in after} == {("엑셀 심화", "별관")}
    assert [one.sequence for one in after] == [one.sequence + 2 for one in before]


def test_a_cyber_run_is_a_span_of_whole_days(client: Browser, db: Session, ana: Person) -> None:
    run = factories.a_run(db, factories.a_course(db, "정보보호", kind="cyber"), starts_in=0, days=30)
    entries.refresh(db, run)
    enrol(db, ana, run)
    (one,) = seen(client, db, ana)
    assert (one.begin, one.end) == (run.starts_on, run.ends_on + timedelta(days=1))
    words = feed(client, db, ana)
    assert "TRANSP:TRANSPARENT" in words
    assert "BEGIN:VTIMEZONE" not in words


def test_it_says_where_it_comes_from(client: Browser, db: Session, ana: Person, run: Run) -> None:
    enrol(db, ana, run)
    words = feed(client, db, ana)
    flat = re.sub(r"\r\n[ \t]", "", words)
    assert "BEGIN:VTIMEZONE\r\nTZID:Asia/Seoul" in words
    assert "DTSTART;TZID=Asia/Seoul:" in words
    assert f"URL:http://lms.example/runs/{run.id}" in flat
    assert "ORGANIZER;CN=" in flat
    assert "ATTENDEE" not in flat
    assert max(len(line.encode()) for line in words.split("\r\n")) <= 75


def test_it_is_in_the_owners_language(client: Browser, db: Session, cleo: Person, run: Run) -> None:
    cleo.language = "en"
    db.commit()
    assert {one.title for one in seen(client, db, cleo)} == {"엑셀 기초 (you teach)"}


def test_nothing_new_is_not_sent_again(client: Browser, db: Session, ana: Person, run: Run) -> None:
    enrol(db, ana, run)
    key = renew_calendar(db, None, ana.id)
    db.commit()
    mark = client.get(f"/calendar/{key}.ics").headers["ETag"]
    same = client.get(f"/calendar/{key}.ics", 304, headers={"If-None-Match": mark})
    assert same.data == b""
    change(db, run, second_moved)
    assert client.get(f"/calendar/{key}.ics", headers={"If-None-Match": mark}).headers["ETag"] != mark


def test_only_the_present_secret_opens_it(client: Browser, db: Session, ana: Person) -> None:
    old = renew_calendar(db, None, ana.id)
    new = renew_calendar(db, None, ana.id)
    db.commit()
    client.get(f"/calendar/{old}.ics", 404)
    client.get("/calendar/None.ics", 404)
    client.get(f"/calendar/{new}.ics")
    remove_calendar(db, None, ana.id)
    db.commit()
    client.get(f"/calendar/{new}.ics", 404)


def test_who_has_left_has_no_calendar(client: Browser, db: Session, ana: Person) -> None:
    key = renew_calendar(db, None, ana.id)
    ana.left_on = clock.today()
    db.commit()
    client.get(f"/calendar/{key}.ics", 404)


def test_the_page_makes_renews_and_takes_away_the_address(client: Browser, db: Session, ana: Person) -> None:
    client.sign_in(ana)
    assert "has no address yet" in client.get("/my-settings/calendar").text
    addresses = []
    for _ in range(2):
        client.post("/my-settings/calendar")
        (address,) = re.findall(r"http://lms.example(/calendar/[\w-]+\.ics)", client.get("/my-settings/calendar").text)
        addresses.append(address)
        client.get(address)
    client.get(addresses[0], 404)
    client.post("/my-settings/calendar/removal")
    client.get(addresses[1], 404)
