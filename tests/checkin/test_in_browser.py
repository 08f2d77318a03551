"""The room's screen, a phone that checks in, and the instructor's list, in a real browser."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from courses import clock
from courses.attendance import checkin, codes, door, identity, queries
from courses.attendance.models import CheckInWindow
from courses.enrolment.models import Enrolment
from courses.people.models import Person
from courses.scheduling.models import ClassSession, Period, Run
from tests import factories
from tests.live import Browse, Live, follow, overflows
from tests.web.test_pages import faults

pytestmark = [pytest.mark.browser, pytest.mark.drawn]

NAMES = ("남궁황보제갈선우독고사공", "가은", "나리", "다솜", "라온")


@pytest.fixture(autouse=True)
def nine_o_clock() -> None:
    """The server's threads have the real clock, and so do these tests."""


@dataclass
class Room:
    """A class that is on, with its instructor and its people, by the real clock."""

    live: Live
    session: ClassSession
    cleo: Person
    people: list[Person]

    def at(self, what: str) -> str:
        return f"/sessions/{self.session.id}/{what}"

    def code(self, make: Any = codes.digits) -> str:
        window = self.live.db.get_one(CheckInWindow, self.session.id)
        return str(make(window.secret, self.session.id, codes.step(clock.now())))

    def marks(self) -> list[str]:
        db = self.live.db
        return [str(row.mark) for row in queries.roster(db, db.get_one(ClassSession, self.session.id))]


@pytest.fixture
def room(live: Live) -> Room:
    db = live.db
    cleo = factories.a_person(db, "이클레오", roles=["instructor"])
    run = factories.a_run(db, starts_in=0, instructors=[cleo], room=factories.a_room(db))
    people = [factories.a_person(db, name) for name in NAMES]
    for person in people:
        factories.an_enrolment(db, run, person)
    return Room(live, _on_now(live, run), cleo, people)


def _on_now(live: Live, run: Run) -> ClassSession:
    """It begins in a quarter of an hour, whatever time it is."""
    session = live.session.scalars(select(ClassSession).where(ClassSession.run_id == run.id)).one()
    session.starts_at, session.ends_at = (clock.now() + timedelta(minutes=n) for n in (15, 120))
    live.session.execute(delete(Period).where(Period.session_id == session.id))
    live.session.commit()
    return session


@pytest.fixture
def opened(room: Room) -> Room:
    db = room.live.db
    checkin.open_window(db, room.cleo.id, room.session.id)
    db.commit()
    return room


def phone(browse: Browse, person: Person, **how: Any) -> Page:
    return browse(person, language="en", width=390, height=844, **how)


def type_in(page: Page, code: str) -> None:
    page.goto("/check-in")
    page.get_by_label("Code on the screen").fill(code)
    follow(page.get_by_role("button", name="Check in"))


def test_from_opening_to_marks(browse: Browse, room: Room) -> None:
    """The instructor opens, two phones check in, the list shows them by itself, one click confirms."""
    page = browse(room.cleo, language="en")
    page.goto(room.at("attendance"))
    follow(page.get_by_role("link", name="Check-in"))
    follow(page.get_by_role("button", name="Open the check-in"))
    for person in room.people[1:3]:
        type_in(phone(browse, person), room.code())
    expect(page.get_by_role("button", name="Confirm 2 people")).to_be_visible()
    page.get_by_role("button", name="Not here").first.click()
    expect(page.get_by_role("heading", name="Taken out 1")).to_be_visible()
    follow(page.get_by_role("button", name="Confirm 1 person"))
    assert sorted(room.marks()) == ["", "", "", "", "present"]
    assert not faults(page)


def test_a_scanned_qr_checks_in_without_another_tap(browse: Browse, opened: Room) -> None:
    page = phone(browse, opened.people[0])
    page.goto(f"/check-in?session={opened.session.id}&code={opened.code(codes.link)}")
    expect(page.get_by_text("In since")).to_be_visible()
    assert "code=" not in page.url
    assert not overflows(page)
    assert not faults(page)


def test_a_scanned_qr_that_is_old_says_so_and_stops(browse: Browse, opened: Room) -> None:
    window = opened.live.db.get_one(CheckInWindow, opened.session.id)
    old = codes.link(window.secret, opened.session.id, codes.step(clock.now()) - 3)
    page = phone(browse, opened.people[0])
    page.goto(f"/check-in?session={opened.session.id}&code={old}")
    expect(page.get_by_text("This code is old")).to_be_visible()
    assert not faults(page)


def test_the_phones_own_clock_does_not_matter(browse: Browse, opened: Room) -> None:
    page = phone(browse, opened.people[0])
    page.clock.set_fixed_time(datetime(2031, 1, 1))  # noqa: DTZ001  # a phone that is years ahead
    type_in(page, opened.code())
    expect(page.get_by_text("In since")).to_be_visible()


def test_without_scripts_it_takes_one_tap(browse: Browse, opened: Room) -> None:
    page = phone(browse, opened.people[0], javascript=False)
    page.goto(f"/check-in?session={opened.session.id}&code={opened.code(codes.link)}")
    follow(page.get_by_role("button", name="Check in"))
    expect(page.get_by_text("In since")).to_be_visible()


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1280, 720), (1024, 768), (390, 844)])
def test_the_rooms_screen_is_large_whole_and_clean(
    browse: Browse, opened: Room, language: str, dark: bool, width: int, height: int
) -> None:
    page = browse(opened.cleo, language=language, dark=dark, width=width, height=height)
    page.goto(opened.at("check-in/screen"))
    digits, qr = page.locator(".digits").bounding_box(), page.locator(".qr svg").bounding_box()
    assert digits
    assert qr
    if width > 1000:  # read from the last row: an eighth of the height, and the QR more than half of it
        assert digits["height"] > height / 8
        assert qr["height"] > height / 2
        assert max(box["y"] + box["height"] for box in (digits, qr)) <= height
    assert not overflows(page)
    assert not faults(page)


def test_the_screen_changes_its_code_by_itself(browse: Browse, opened: Room) -> None:
    page = browse(opened.cleo, language="en")
    page.goto(opened.at("check-in/screen"))
    before = page.locator(".digits").inner_text()
    expect(page.locator(".digits")).not_to_have_text(before, timeout=40_000)
    type_in(phone(browse, opened.people[0]), page.locator(".digits").inner_text())
    expect(page.locator(".in b")).to_have_text("1")


def test_the_list_renews_itself_without_taking_the_focus(browse: Browse, opened: Room) -> None:
    type_in(phone(browse, opened.people[1]), opened.code())
    page = browse(opened.cleo, language="en")
    page.goto(opened.at("check-in"))
    page.get_by_role("button", name="Not here").focus()
    type_in(phone(browse, opened.people[2]), opened.code())
    expect(page.get_by_role("button", name="Confirm 2 people")).to_be_visible()
    assert page.evaluate("document.activeElement.textContent") == "Not here"


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("width", [1280, 320])
def test_the_pages_of_the_door_are_clean(browse: Browse, opened: Room, language: str, width: int) -> None:
    db = opened.live.db
    dan = factories.a_person(db, "최단", roles=["officer"])
    guest = factories.a_person(db, "선우독고")
    ids = list(db.scalars(select(Enrolment.id).order_by(Enrolment.id)))
    identity.fail(db, opened.cleo.id, opened.session.id, ids[0], "이름과 소속을 대답하지 못함")
    identity.by_colleague(db, opened.cleo.id, opened.session.id, ids[1], ids[2])
    door.ask(db, opened.cleo.id, opened.session.id, guest.id, "선정 문서가 늦게 왔습니다")
    for number in range(2):
        checkin.check_in(db, opened.people[number].id, _code(db, opened.session.id), device="a phone")
    db.commit()
    for who, address in (
        (opened.cleo, opened.at("door")),
        (opened.cleo, opened.at(f"door/{ids[0]}")),
        (opened.cleo, opened.at("check-in")),
        (dan, "/operations/door"),
    ):
        page = browse(who, language=language, width=width)
        page.goto(address)
        assert not faults(page), address


def _code(db: Session, session_id: int) -> str:
    return codes.digits(db.get_one(CheckInWindow, session_id).secret, session_id, codes.step(clock.now()))
