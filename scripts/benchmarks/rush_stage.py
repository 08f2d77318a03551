"""Where the rush takes place: the demo city's staff in a database of its own, signed in, before real servers."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import delete, select
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from courses.people.models import Person
from lms import migrate
from lms.config import Config
from lms.db import Database, opened
from lms.jobs.models import Job, JobState
from scripts.benchmarks import served
from scripts.benchmarks.multitude import multiply
from scripts.benchmarks.rush_client import Press
from scripts.benchmarks.stage import FILES, Stage
from tests import factories
from tests.postgres import Postgres

SECRET = "rush only"  # of servers that live for one measurement
_CSRF = "0" * 40


@dataclass
class Rush:
    """A database with so many people, who are (id, session key); `nodes` servers of so many `workers` each."""

    home: Path
    url: str
    nodes: int
    workers: int
    people: list[tuple[int, str]] = field(default_factory=list)
    first_day: int = 20

    @property
    def name(self) -> str:
        """What the results are called by."""
        return make_url(self.url).get_backend_name()

    def runs(self, count: int, seats: int) -> list[int]:
        """New runs, open to all, on days on which nobody has anything else."""
        database = Database(self.url)
        with Session(database.engine) as db:
            course = factories.a_course(db, "정보보안")
            ids = [factories.a_run(db, course, seats=seats, starts_in=self.first_day + n).id for n in range(count)]
            self.first_day += count
        database.engine.dispose()
        return ids

    def quiet(self) -> None:
        """Nobody is told any more of what was measured before: a rush does not begin with thousands of news."""
        with opened(self.url) as database, database.begin(reacts=False) as db:
            db.execute(delete(Job).where(Job.state == JobState.READY))

    def presses(self, runs: Sequence[int]) -> list[Press]:
        """Everybody presses “enrol” once: the people in turn for each of the runs."""
        sign, run_ids = signer(SECRET), list(runs)
        return [
            Press(sign(f"/runs/{run_ids[n % len(run_ids)]}/enrolments?part=row", *person))
            for n, person in enumerate(self.people)
        ]


@contextmanager
def staged(folder: Path, url: str | None, people: int, staff: int = 0) -> Iterator[Rush]:
    """A new database at this address (an own PostgreSQL for `postgresql`, None: SQLite), with so many people.

    They are the first of at least so many `staff`.
    """
    with ExitStack() as stack:
        if url == "postgresql":
            server = Postgres(durable=True)
            stack.callback(server.stop)
            url = server.url
        sqlite = url is None
        rush = Rush(folder, url or f"sqlite:///{folder}/lms.db", *((1, 2) if sqlite else (2, 2)))
        database = Database(rush.url)
        stack.callback(database.engine.dispose)
        _fill(rush, database, people, max(people, staff))
        yield rush


def _fill(rush: Rush, database: Database, people: int, staff: int) -> None:
    os.environ.update(LMS_HOME=str(rush.home), DATABASE_URL=rush.url)
    migrate.upgrade(database.engine)
    stage = Stage(rush.home, Config.from_environment(), database)
    for kind in ("organisation", "staff"):
        stage.take_in(kind, FILES[kind])
    with database.begin() as db:
        multiply(db, staff)
    with database.look() as db:
        there = select(Person.id, Person.session_key).where(Person.employee_no.is_not(None), Person.left_on.is_(None))
        rush.people = [(row.id, row.session_key) for row in db.execute(there.order_by(Person.id).limit(people))]


@contextmanager
def serving(rush: Rush) -> Iterator[list[int]]:
    """The nodes: `lms serve` as in production, each with its job worker; gives their ports."""
    with ExitStack() as stack:
        yield [stack.enter_context(_node(rush, number)) for number in range(rush.nodes)]


@contextmanager
def _node(rush: Rush, number: int) -> Iterator[int]:
    own = {
        "LMS_HOME": str(rush.home),
        "DATABASE_URL": rush.url,
        "WORKERS": str(rush.workers),
        "SECRET_KEY": SECRET,
    }
    with (rush.home / f"node-{number}.log").open("w") as log, served.process(own, log) as port:
        yield port


def signer(secret: str) -> Callable[..., bytes]:
    """Makes requests of (path, person, session key): with signed cookie and token of the form, as a browser posts.

    With `method="GET"` as it asks for a page; with a `body` as a script sends JSON.
    """
    app = Flask("rush")
    app.secret_key = secret
    cookies: Any = SecureCookieSessionInterface().get_signing_serializer(app)
    token = URLSafeTimedSerializer(secret, salt="wtf-csrf-token").dumps(_CSRF)

    def request(path: str, person_id: int, session_key: str, *, method: str = "POST", body: bytes = b"") -> bytes:
        values = {"_user_id": f"{person_id}:{session_key}", "_fresh": True, "csrf_token": _CSRF, "language": "en"}
        kind = "Content-Type: application/json" if body else "Content-Type: application/x-www-form-urlencoded"
        posted = [f"X-CSRFToken: {token}", *([] if body else ["HX-Request: true"]), kind]
        lines = [
            f"{method} {quote(path, safe='/?&=')} HTTP/1.1",
            "Host: 127.0.0.1",
            f"Cookie: lms={cookies.dumps(values)}",
            *(posted if method == "POST" else []),
            f"Content-Length: {len(body)}",
            "",
            "",
        ]
        return "\r\n".join(lines).encode() + body

    return request
