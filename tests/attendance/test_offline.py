"""A phone that loses the network: the sheet opens again, marks are sent once, and nothing is left to others."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from courses.people.models import Person
from tests import factories
from tests.attendance.scenes import Network, Room, a_room, opened, press, rows, saved
from tests.client import Browser
from tests.live import Browse, Live, follow

PEOPLE = 30


@pytest.fixture
def room(live: Live) -> Room:
    return a_room(live, tuple(f"가나{n:02}" for n in range(PEOPLE)))


def pages_kept(page: Page) -> list[str]:
    """The paths of all that this device keeps, but for what looks the same for everybody."""
    kept: list[str] = page.evaluate(
        """async () => {
            const found = [];
            for (const name of await caches.keys())
                for (const one of await (await caches.open(name)).keys()) found.push(new URL(one.url).pathname);
            return found.filter((path) => !path.startsWith("/static/")).sort();
        }"""
    )
    return kept


def until(page: Page, condition: str) -> None:
    """Wait until this asynchronous expression is true."""
    page.evaluate(f"async () => {{ while (!({condition})) await new Promise((go) => setTimeout(go, 20)) }}")


def until_kept(page: Page, room: Room) -> None:
    """Wait until the sheet could be opened without a network."""
    until(page, " && ".join(f"await caches.match('{path}')" for path in (room.address, f"{room.address}/marks")))


def until_dropped(page: Page) -> None:
    until(page, "(await caches.keys()).length === 0")


def tap(page: Page, number: int, mark: str) -> None:
    page.locator("tbody tr").nth(number).get_by_text(mark, exact=True).tap()


@pytest.mark.browser
def test_ten_marks_without_a_network_outlive_a_reload_and_are_saved_once(browse: Browse, room: Room) -> None:
    page = opened(browse, room, width=390)
    until_kept(page, room)
    network = Network(room.live, page)
    network.cut()
    for number in range(10):
        tap(page, number, "Late" if number == 4 else "Present")
    expect(page.locator(".status")).to_contain_text("10 kept on this device")
    page.reload()
    marks = ["present"] * 4 + ["late"] + ["present"] * 5
    expect(page.locator("[data-n=present]")).to_have_text("9")
    assert rows(page) == marks + [""] * (PEOPLE - 10)
    expect(page.locator(".status")).to_contain_text("10 kept on this device")
    assert room.changes() == []
    network.mend()
    saved(page)
    assert room.stored() == ["present"] * 4 + ["late 10"] + ["present"] * 5 + [""] * (PEOPLE - 10)
    written = [(key, after) for change in room.changes() for key, (_before, after) in change.items()]
    assert len(written) == len(set(written)) == 10
    assert page.evaluate("localStorage.length") == 0


@pytest.mark.browser
def test_a_sheet_opened_without_a_network_shows_what_was_saved_since_it_was_loaded(browse: Browse, room: Room) -> None:
    page = opened(browse, room, width=390)
    until_kept(page, room)
    page.get_by_role("button", name="Rest present").tap()
    saved(page)
    network = Network(room.live, page)
    network.cut()
    page.reload()
    expect(page.locator("[data-n=present]")).to_have_text(str(PEOPLE))
    tap(page, 2, "Absent")
    expect(page.locator(".status")).to_contain_text("1 kept on this device")
    network.mend()
    saved(page)
    assert room.stored() == ["present", "present", "absent"] + ["present"] * (PEOPLE - 3)


@pytest.mark.browser
def test_the_script_is_at_the_root_and_only_the_sheet_asks_for_it(browse: Browse, room: Room) -> None:
    page = browse(room.cleo, language="en")
    page.goto("/teaching?list=1")
    page.wait_for_load_state("networkidle")
    scopes = "async () => (await navigator.serviceWorker.getRegistrations()).map((one) => new URL(one.scope).pathname)"
    assert page.evaluate(scopes) == []
    page.goto(room.address)
    until_kept(page, room)
    assert page.evaluate(scopes) == ["/sessions/"]
    assert pages_kept(page) == [room.address, f"{room.address}/marks"]


@pytest.mark.browser
def test_signing_out_drops_what_was_kept(browse: Browse, room: Room) -> None:
    page = opened(browse, room)
    until_kept(page, room)
    page.get_by_role("button", name="my menu").click()
    follow(page.get_by_role("button", name="Sign out"))
    until_dropped(page)
    Network(room.live, page).cut()
    with pytest.raises(Exception, match="net::ERR"):
        page.goto(room.address)


@pytest.mark.browser
@pytest.mark.parametrize("where", ["/sign-in", "/", "/my-learning"])
def test_the_next_person_on_the_device_sees_nothing_of_it(browse: Browse, room: Room, where: str) -> None:
    """Even though nobody signed out: the cookie is simply another one."""
    page = opened(browse, room)
    until_kept(page, room)
    page.context.clear_cookies()
    if where != "/sign-in":
        sign_in(page, room, factories.a_person(room.live.db, "다른이"))
    page.goto(where)
    until_dropped(page)
    Network(room.live, page).cut()
    with pytest.raises(Exception, match="net::ERR"):
        page.goto(room.address)


def sign_in(page: Page, room: Room, person: Person) -> None:
    cookie: Any = {"name": "lms", "value": room.live.cookie(person, "en"), "url": room.live.url}
    page.context.add_cookies([cookie])


@pytest.mark.browser
@pytest.mark.parametrize("who", ["nobody", "employee", "another instructor"])
def test_who_may_not_see_the_sheet_any_more_finds_nothing_kept(browse: Browse, room: Room, who: str) -> None:
    """Asked to sign in, 403 and 404: the next look of the open sheet is refused, and drops what was kept."""
    page = opened(browse, room)
    until_kept(page, room)
    page.reload()
    page.context.clear_cookies()
    roles = {"employee": [], "another instructor": ["instructor"]}
    if who in roles:
        sign_in(page, room, factories.a_person(room.live.db, "다른이", roles=roles[who]))
    page.evaluate("dispatchEvent(new Event('focus'))")
    until_dropped(page)


@pytest.mark.browser
def test_saving_when_signed_out_drops_the_page_and_keeps_the_marks(browse: Browse, room: Room) -> None:
    page = opened(browse, room)
    until_kept(page, room)
    page.context.clear_cookies()
    press(page, "h")
    expect(page.locator(".status")).to_contain_text("You are signed out: 1 kept on this device")
    until_dropped(page)
    assert page.evaluate("localStorage.length") == 1


def test_the_worker_is_never_kept_by_caches_and_obeys_the_policy(client: Browser) -> None:
    answer = client.get("/service-worker.js")
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert "no-cache" in answer.headers["Cache-Control"]
    assert "worker-src 'self'" in answer.headers["Content-Security-Policy"]
