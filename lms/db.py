"""The database as the doors use it: read-only sessions for looking, one writing session for acting."""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from flask import current_app, g, request
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from courses.db import make_engine
from courses.settings.organisation import Organisation, organisation
from lms.jobs.reactions import react

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
_ORGANISATION_SECONDS = 5.0


class Sessions(Protocol):
    """What hands out sessions (the tests have another one, inside a transaction that is rolled back)."""

    def reading(self) -> Session: ...
    def writing(self) -> Session: ...
    def close(self, db: Session) -> None: ...


class Database:
    """An engine, and the rules of `reading` and `writing` on it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine: Engine = make_engine(url)
        self._lock = WriteLock(self.engine.url.database) if self.engine.dialect.name == "sqlite" else None
        reader = _reader(self.engine) if self._lock else self.engine
        self._read_only = reader.execution_options(writes=False, postgresql_readonly=True)

    def reading(self) -> Session:
        """A session whose transaction cannot write."""
        return Session(self._read_only)

    def writing(self) -> Session:
        """A session that holds the right to write from its first statement on (on SQLite: one at a time, in turn)."""
        db = Session(self.engine, expire_on_commit=False)
        if self._lock:
            self._lock.acquire()
            db.info["lock"] = self._lock
        return db

    def close(self, db: Session) -> None:
        """End the session and its transaction; whatever was not committed is gone."""
        try:
            db.close()
        finally:
            lock = db.info.pop("lock", None)
            if lock:
                lock.release()

    @contextmanager
    def begin(self, *, reacts: bool = True) -> Iterator[Session]:
        """One writing transaction for commands and jobs: commits when the block ends well.

        With `reacts=False` nothing follows from what is recorded in it (a history that is written down).
        """
        db = self.writing()
        try:
            yield db
            if reacts:
                react(db)
            db.commit()
        finally:
            self.close(db)

    @contextmanager
    def look(self) -> Iterator[Session]:
        """One reading transaction for commands."""
        db = self.reading()
        try:
            yield db
        finally:
            self.close(db)


@contextmanager
def opened(url: str) -> Iterator[Database]:
    """The database of a command; its connections are closed when the block ends."""
    database = Database(url)
    try:
        yield database
    finally:
        database.engine.dispose()


class WriteLock:
    """One writer at a time over all threads and processes on a SQLite file: fairer and faster than its busy handler."""

    def __init__(self, path: str | None) -> None:
        self._thread = threading.Lock()
        self._path = f"{path}.lock" if path and path != ":memory:" else None
        self._file: int | None = None

    def acquire(self) -> None:
        self._thread.acquire()
        if self._path:
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(self._file, fcntl.LOCK_EX)

    def release(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None
        self._thread.release()


def _reader(writer: Engine) -> Engine:
    """Connections to a SQLite file that cannot write, disposed of together with those that can.

    They are others, since switching one to and fro makes SQLite prepare all its statements anew.
    """
    reader = make_engine(str(writer.url))
    event.listen(reader, "connect", lambda connection, _record: connection.execute("PRAGMA query_only=ON"))
    event.listen(writer, "engine_disposed", lambda _engine: reader.dispose())
    return reader


def database() -> Any:
    """The application's `Database`."""
    return current_app.extensions["database"]


def session() -> Session:
    """This request's session. On GET a reading one; otherwise the first call opens the writing transaction.

    Do slow work (hashing a password, parsing an upload) before the first call in a POST: everybody else waits for it.
    """
    if request.method in SAFE_METHODS or g.get("failed"):
        return looking()
    if g.get("db_writes"):
        return _open()
    release()
    g.db, g.db_writes = database().writing(), True
    return _open()


def looking() -> Session:
    """Whatever session is open, else a reading one. For what every page shows, and for who is asking."""
    if "db" not in g:
        g.db, g.db_writes = database().reading(), False
    return _open()


def _open() -> Session:
    db: Session = g.db
    return db


def commit() -> None:
    """Make this request's changes last, and the jobs that follow from them.

    Called once, by the view, as the last thing before it answers.
    """
    react(g.db)
    g.db.commit()
    release()


def release(_error: BaseException | None = None) -> None:
    """End this request's session, if there is one, without keeping anything."""
    db = g.pop("db", None)
    g.pop("db_writes", None)
    if db is not None:
        database().close(db)


def current_organisation() -> Organisation:
    """The organisation's settings, at most five seconds old (every page shows the name)."""
    store = database()
    known: tuple[float, Organisation] | None = getattr(store, "known_organisation", None)
    if known is None or time.monotonic() - known[0] > _ORGANISATION_SECONDS:
        known = (time.monotonic(), organisation(looking()))
        store.known_organisation = known
    return known[1]
