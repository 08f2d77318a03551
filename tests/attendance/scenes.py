"""The sheet as a browser meets it: people in a session of yesterday, which the real clock has left behind."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page, expect
from sqlalchemy import select

from courses.attendance import queries
from courses.events.models import Event
from courses.people.models import Person
from courses.scheduling.models import ClassSession
from tests import factories
from tests.attendance.conftest import Class, a_class
from tests.live import Browse, Live

_NAMES = (
    "강하늘 고은비 구본승 권나라 김가람 김나래 김다온 김라희 김민수 김보람 "
    "김서준 김지우 남궁민 노하린 도경수 류승아 문채원 박보검 박서연 배두나 "
    "백예린 서인국 선우은 손예진 송강호 신하균 안보현 양세찬 엄정화 오나라 "
    "유재석 윤여정 이도현 이서진 임시완 장나라 전지현 정유미 조승우 한효주"
)
NAMES = tuple(_NAMES.split())
"""Forty names in the order of a roster."""


@dataclass
class Room:
    """Yesterday's session, its instructor, and what is stored of it."""

    live: Live
    course: Class
    cleo: Person

    @property
    def address(self) -> str:
        return f"/sessions/{self.course.yesterday.id}/attendance"

    def stored(self) -> list[str]:
        """The marks in words, in the order of the roster."""
        db = self.live.db
        return [str(row.mark) for row in queries.roster(db, db.get_one(ClassSession, self.course.yesterday.id))]

    def changes(self) -> list[dict[str, list[str]]]:
        """What was ever written, save by save: {enrolment: [before, after]}."""
        return [event.data["marks"] for event in self.live.db.scalars(_SAVES)]


_SAVES = select(Event).where(Event.kind == "marked").order_by(Event.id)


def a_room(live: Live, names: tuple[str, ...]) -> Room:
    db = live.db
    cleo = factories.a_person(db, "이클레오", roles=["instructor"])
    return Room(live, a_class(db, cleo, names), cleo)


def opened(browse: Browse, room: Room, person: Person | None = None, **how: object) -> Page:
    page = browse(person or room.cleo, **{"language": "en"} | how)  # type: ignore[arg-type]  # the fixture's own options
    page.goto(room.address)
    return page


def rows(page: Page) -> list[str]:
    """The marks as they are shown, in words."""
    shown: list[str] = page.evaluate(
        """() => [...document.querySelectorAll("tbody tr")].map(
            (row) => row.querySelector("[type=radio]:checked")?.value ?? "")"""
    )
    return shown


def saved(page: Page) -> None:
    """Wait until nothing is left to be saved: only then the sheet says so."""
    expect(page.locator(".status")).to_contain_text("Saved")


def press(page: Page, *keys: str) -> int:
    """Press keys one after the other; how many were pressed (a chord such as Shift+A is two)."""
    for key in keys:
        page.keyboard.press(key)
    return sum(1 + key.count("+") for key in keys)


class Network:
    """The way between a page and the server. When it is cut nothing comes through.

    (The browser's own switch lets through what a page sends while it is being left.)
    """

    def __init__(self, live: Live, page: Page) -> None:
        self._page, self._app, self._whole = page, live.app, live.app.wsgi_app

    def cut(self) -> None:
        self._app.wsgi_app = _break_off  # type: ignore[method-assign]  # the usual way to wrap
        self._page.context.set_offline(True)

    def mend(self) -> None:
        self._app.wsgi_app = self._whole  # type: ignore[method-assign]  # the usual way to wrap
        self._page.context.set_offline(False)


def _break_off(environ: dict[str, Any], _start: object) -> list[bytes]:
    environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
    raise ConnectionAbortedError
