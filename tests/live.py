"""The application as a browser meets it: a server thread on a database of its own, whose data is committed.

Two fixtures, for tests marked `browser`:

    def test_it(live: Live, browse: Browse) -> None:
        cleo = factories.a_person(live.db, "이클레오", roles=["instructor"])
        page = browse(cleo, language="en", width=390)
        page.goto("/teaching")
"""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, cast

from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from sqlalchemy import Engine, QueuePool
from sqlalchemy.orm import Session
from werkzeug.serving import WSGIRequestHandler, make_server

from courses.people.models import Person
from lms import db as doors

PATIENCE = 30_000
"""Milliseconds after which what does not come is a fault. Long, for slow machines: only failures take it."""

expect.set_options(timeout=PATIENCE)


@dataclass
class Live:
    """A running application: its address, and a Session on its database."""

    url: str
    app: Flask
    session: Session

    @property
    def db(self) -> Session:
        """The Session, in a new transaction: it sees what the application has committed since, and blocks nobody.

        What is loaded becomes fresh. Give it to factories, which commit; read it anew after the browser acted.
        """
        self.session.rollback()
        return self.session

    def cookie(self, person: Person, language: str) -> str:
        """The session cookie of `person`, signed in."""
        signer: Any = self.app.session_interface.get_signing_serializer(self.app)  # type: ignore[attr-defined]  # the cookie kind
        values = {"_user_id": f"{person.id}:{person.session_key}", "_fresh": True, "language": language}
        return str(signer.dumps(values))


class Browse(Protocol):
    """Open a page as `person`, in a browser profile of its own; addresses are relative to the application's.

    `width` under 768 is a phone with touch. Nothing is loaded yet: `page.goto("/teaching")`.
    """

    def __call__(
        self,
        person: Person | None,
        *,
        language: str = "ko",
        width: int = 1280,
        height: int = 860,
        dark: bool = False,
        javascript: bool = True,
    ) -> Page: ...


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """Serve on a free port of this machine until the block ends; gives the address."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()
        _finish(app.extensions["database"].engine)


def _finish(engine: Engine) -> None:
    """Wait, ten seconds at most, for requests that are still being worked on."""
    pool = cast("QueuePool", engine.pool)
    for _ in range(1000):
        if not pool.checkedout():
            break
        time.sleep(0.01)
    engine.dispose()


@contextmanager
def committed(url: str) -> Iterator[Session]:
    """A Session that really commits. It begins without the right to write, so that looking never blocks the server."""
    engine = doors.make_engine(url).execution_options(writes=False)
    with Session(engine, expire_on_commit=False) as session:
        yield session
    engine.dispose()


def copied(template: str, folder: Path) -> str:
    """The address of a copy of an SQLite database."""
    path = folder / "live.db"
    shutil.copyfile(template.removeprefix("sqlite:///"), path)
    return f"sqlite:///{path}"


@dataclass
class Profiles:
    """The browser profiles a test opened; every one is checked for faults when it ends."""

    browser: Browser
    live: Live
    contexts: list[BrowserContext] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def browse(
        self,
        person: Person | None,
        *,
        language: str = "ko",
        width: int = 1280,
        height: int = 860,
        dark: bool = False,
        javascript: bool = True,
    ) -> Page:
        """See `Browse`."""
        context = self.browser.new_context(
            base_url=self.live.url,
            viewport={"width": width, "height": height},
            has_touch=width < 768,
            is_mobile=width < 768,
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",  # no page fades into the next one while a test looks
            locale="ko-KR" if language == "ko" else "en-GB",
            timezone_id="Asia/Seoul",
            java_script_enabled=javascript,
        )
        self.contexts.append(context)
        if person:
            value = self.live.cookie(person, language)
            context.add_cookies([{"name": "lms", "value": value, "url": self.live.url}])
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", lambda message: self._listen(message.text))
        return page

    def close(self) -> None:
        """Close all, and fail on script errors and on anything the content security policy refused."""
        for context in self.contexts:
            context.close()
        assert not self.faults, self.faults

    def _listen(self, message: str) -> None:
        if "Content Security Policy" in message:
            self.faults.append(message)


def follow(target: Locator) -> None:
    """Click a link or button that leads to another page, and wait until that page is loaded."""
    with target.page.expect_navigation():
        target.click()


def overflows(page: Page) -> bool:
    """Whether the loaded page is wider than its window. After a click, wait for the new page first (`follow`)."""
    page.wait_for_load_state()
    assert page.viewport_size
    return int(page.evaluate("document.documentElement.scrollWidth")) > page.viewport_size["width"]


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002  # the parent's name
        """Say nothing: the test tells what went wrong."""
