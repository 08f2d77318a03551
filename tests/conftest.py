"""Databases, people and clients of every test. See CONTRIBUTING.md, "Tests"."""

from __future__ import annotations

import gc
import itertools
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from hypothesis import settings
from playwright.sync_api import Browser as Chromium
from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from courses import clock
from courses.people.models import Person
from lms import db as doors
from lms import migrate
from lms.app import create_app
from lms.auth import passwords
from lms.files import Files
from tests import factories
from tests.browser import launch
from tests.client import Browser
from tests.configuration import config
from tests.copies import Copies
from tests.live import Browse, Live, Profiles, committed, copied, served
from tests.world import World, a_world

SERVER = os.environ.get("TEST_DATABASE_URL")
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
STRONG = passwords._hasher
"""What passwords are really hashed with."""
COLLECTED = clock.now()
_numbers = itertools.count(1)
_copies: dict[str, Copies] = {}
"""Of a template on a server, by its address."""
_DATABASES = {"template_url", "empty", "empty_url"}
"""The fixtures that all others of a database are made from."""

settings.register_profile("untimed", deadline=None)  # a busy machine is no failure
settings.load_profile("untimed")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The longest begins, in whatever order. On a server only what meets it: the rest was tried on a file."""
    items.sort(key=lambda item: item.path.name != "contract.py")
    if SERVER is None:
        return
    meets = [item for item in items if _DATABASES.intersection(item.fixturenames) or item.get_closest_marker("race")]  # type: ignore[attr-defined]  # all of ours are functions
    config.hook.pytest_deselected(items=[item for item in items if item not in set(meets)])
    items[:] = meets


def pytest_collection_finish() -> None:
    """What is loaded by now stays to the end: not to look through it for garbage again and again saves a tenth."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


@pytest.fixture(scope="session", autouse=True)
def _quick_hashes() -> Iterator[None]:
    """Hashes are slow on purpose: a tenth of a second each, at hundreds of sign-ins."""
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", quick)
        patch.setattr(passwords, "_NOBODY", quick.hash("nobody has this password"))
        yield


@pytest.fixture(scope="session", autouse=True)
def _any_order() -> Iterator[None]:
    """SQLite gives rows without an ORDER BY backwards: nobody may count on their order, which no database promises."""

    def backwards(connection: Any, _record: object) -> None:
        if isinstance(connection, sqlite3.Connection):
            connection.execute("PRAGMA reverse_unordered_selects=ON")

    event.listen(Engine, "connect", backwards)
    yield
    event.remove(Engine, "connect", backwards)


@pytest.fixture
def one_day() -> Iterator[None]:
    """The clock stands still since the tests were collected, for those who count days: midnight may come meanwhile."""
    with clock.frozen(COLLECTED):
        yield


@pytest.fixture(scope="session")
def template_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A migrated database that is only copied: copying takes a tenth of migrating. Nobody connects to it."""
    if SERVER is None:
        url = f"sqlite:///{tmp_path_factory.mktemp('db')}/template.db"
        _migrate(url)
        yield url
        return
    with fresh_postgres_database(f"lms_template_{WORKER}_{os.getpid()}") as url:
        _migrate(url)
        _copies[url] = Copies(make_url(SERVER), str(make_url(url).database), f"lms_again_{WORKER}_{os.getpid()}")
        yield url
        _copies.pop(url).close()


@pytest.fixture(scope="session")
def database_url(template_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An own, migrated database for this process."""
    with own_database(template_url, tmp_path_factory.mktemp("db")) as url:
        yield url


@pytest.fixture(scope="session")
def engine(database_url: str) -> Iterator[Engine]:
    engine = doors.make_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def inhabited(template_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Engine, World]]:
    """A database with one of everything, for the tests of a file: to make that takes longer than most of them."""
    with own_database(template_url, tmp_path_factory.mktemp("world")) as url:
        engine = doors.make_engine(url)
        with Session(engine, expire_on_commit=False) as db:
            world = a_world(db)
        yield engine, world
        engine.dispose()


@pytest.fixture
def connection(request: pytest.FixtureRequest, engine: Engine) -> Iterator[Connection]:
    """One connection in an outer transaction that is rolled back after the test."""
    if "inhabited" in request.fixturenames:
        engine, _ = request.getfixturevalue("inhabited")
    with engine.connect() as connection:
        outer = connection.begin()
        yield connection
        outer.rollback()


@pytest.fixture
def db(connection: Connection) -> Iterator[Session]:
    """The test's own Session. Its commits reach only a savepoint."""
    with Session(connection, join_transaction_mode="create_savepoint", expire_on_commit=False) as session:
        yield session


@pytest.fixture(scope="session")
def whole_app(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    app = create_app(config(tmp_path_factory.mktemp("home"), database_url))
    app.config.update(TESTING=False, PROPAGATE_EXCEPTIONS=True, WTF_CSRF_ENABLED=False)
    yield app
    app.extensions["database"].engine.dispose()


@pytest.fixture
def app(whole_app: Flask, connection: Connection) -> Iterator[Flask]:
    """The application, on this test's connection."""
    usual = whole_app.extensions["database"]
    whole_app.extensions["database"] = InTransaction(connection)
    yield whole_app
    whole_app.extensions["database"] = usual


@pytest.fixture
def client(app: Flask, db: Session) -> Browser:
    """A browser without windows: `client.sign_in(person)`, `client.get(path)`, every page checked."""
    return Browser(app, db)


@pytest.fixture
def world(inhabited: tuple[Engine, World], db: Session) -> World:
    """One of everything, in the test's own Session."""
    return inhabited[1].seen_by(db)


# A real server and a real browser: see tests/live.py.


@pytest.fixture
def live(whole_app: Flask, template_url: str, tmp_path: Path) -> Iterator[Live]:
    """The application, served; `live.url`, `live.db`. Its database and its files are this test's alone."""
    with own_database(template_url, tmp_path) as url:
        own = config(tmp_path, url)
        store = {"config": own, "database": doors.Database(url), "files": Files(own)}
        with as_in_production(whole_app, store), committed(url) as session, served(whole_app) as address:
            yield Live(address, whole_app, session)


@contextmanager
def as_in_production(app: Flask, store: dict[str, object]) -> Iterator[None]:
    """Until the block ends: another application takes longer than most pages, and would compile its own templates."""
    extensions, settings, answer = dict(app.extensions), app.config.copy(), app.wsgi_app
    app.extensions.update(store)
    app.config.update(PROPAGATE_EXCEPTIONS=None, WTF_CSRF_ENABLED=True)
    yield
    app.extensions.update(extensions)
    app.config.update(settings)
    app.wsgi_app = answer  # type: ignore[method-assign]  # a test may have wrapped it


@pytest.fixture
def database(template_url: str, tmp_path: Path) -> Iterator[doors.Database]:
    """The doors' database, this test's alone, in which commits are real."""
    with own_database(template_url, tmp_path) as url:
        own = doors.Database(url)
        yield own
        own.engine.dispose()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    """The browser, started once."""
    with launch() as browser:
        yield browser


@pytest.fixture
def browse(chromium: Chromium, live: Live) -> Iterator[Browse]:
    """`page = browse(person)`: a page of a signed-in person."""
    profiles = Profiles(chromium, live)
    yield profiles.browse
    profiles.close()


@contextmanager
def own_database(template: str, folder: Path) -> Iterator[str]:
    """A copy of a template until the block ends; gives its address. One of the migrated database may be lent again."""
    if SERVER is None:
        yield copied(template, folder)
        return
    if template in _copies:
        with _copies[template].lent() as url:
            yield url
        return
    name = f"lms_copy_{WORKER}_{os.getpid()}_{next(_numbers)}"
    with fresh_postgres_database(name, template=str(make_url(template).database)) as url:
        yield url


class InTransaction(doors.Database):
    """The doors' database on a connection that is rolled back. Reading sessions cannot write here either."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.engine = connection.engine

    def reading(self) -> Session:
        session = self.writing()
        read_only = "PRAGMA query_only=ON" if self._sqlite else "SET LOCAL transaction_read_only=on"
        session.execute(text(read_only))
        session.info["read_only"] = True
        return session

    def glancing(self) -> Session:
        return self.reading()

    def writing(self) -> Session:
        return Session(self.connection, join_transaction_mode="create_savepoint", expire_on_commit=False)

    def close(self, db: Session) -> None:
        db.close()
        if db.info.pop("read_only", False) and self._sqlite:
            self.connection.exec_driver_sql("PRAGMA query_only=OFF")

    @property
    def _sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"


# The people of every test.


@pytest.fixture
def ana(db: Session) -> Person:
    """An employee."""
    return factories.a_person(db, "김아나", unit=factories.a_unit(db, "총무과"))


@pytest.fixture
def ben(db: Session) -> Person:
    """Ana's head of department."""
    return factories.a_person(db, "박벤", unit=factories.a_unit(db, "총무과"), roles=["head"])


@pytest.fixture
def cleo(db: Session) -> Person:
    """An instructor."""
    return factories.a_person(db, "이클레오", unit=factories.a_unit(db, "교육과"), roles=["instructor"])


@pytest.fixture
def dan(db: Session) -> Person:
    """A training officer."""
    return factories.a_person(db, "최단", unit=factories.a_unit(db, "교육과"), roles=["officer"])


@pytest.fixture
def eve(db: Session) -> Person:
    """An employee of another department, who may see nothing here."""
    return factories.a_person(db, "정이브", unit=factories.a_unit(db, "재무과"))


def _migrate(url: str) -> None:
    engine = doors.make_engine(url)
    migrate.upgrade(engine)
    engine.dispose()


def fresh_postgres_database(name: str, *, template: str = "template0") -> _PostgresDatabase:
    """A context manager: a database of that name on the test server, dropped at the end; gives its URL.

    It is empty, or a copy of a `template` that nobody is connected to.
    """
    return _PostgresDatabase(name, template)


class _PostgresDatabase:
    def __init__(self, name: str, template: str) -> None:
        assert SERVER is not None
        self.name = name
        self.template = template
        self.server = make_url(SERVER)

    def __enter__(self) -> str:
        self._run(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')
        with_what = f"TEMPLATE \"{self.template}\" ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"
        self._run(f'CREATE DATABASE "{self.name}" {with_what}')
        return self.server.set(database=self.name).render_as_string(hide_password=False)

    def __exit__(self, *_: object) -> None:
        self._run(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')

    def _run(self, statement: str) -> None:
        engine = doors.make_engine(self.server.render_as_string(hide_password=False), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(statement)
        engine.dispose()
