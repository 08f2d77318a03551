"""The database as the doors use it: read-only sessions for looking, one writing session for acting."""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from flask import current_app, g, request
from sqlalchemy import Engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from courses.db import make_engine
from courses.settings.organisation import Organisation, organisation
from lms.jobs.reactions import react

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
_ORGANISATION_SECONDS = 5.0


class Sessions(Protocol):
    """What hands out sessions (the tests have another one, inside a transaction that is rolled back)."""

    def reading(self) -> Session: ...
    def glancing(self) -> Session: ...
    def writing(self) -> Session: ...
    def close(self, db: Session) -> None: ...
    def settle(self) -> None: ...


class Database:
    """An engine, and the rules of `reading` and `writing` on it."""

    _lock: WriteLock | None = None
    _journal: Journal | None = None

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine: Engine = make_engine(url)
        reader = self._writer = self.engine
        if self.engine.dialect.name == "sqlite":
            path = self.engine.url.database or ":memory:"
            self._lock, self._journal = WriteLock(path), Journal(path)
            reader, self._writer = _beside(self.engine, "query_only=ON"), _beside(self.engine, "synchronous=NORMAL")
        else:
            keep_statements(self.engine.dialect)
        self._read_only = reader.execution_options(writes=False, postgresql_readonly=True)
        alone = self.engine.execution_options(isolation_level="AUTOCOMMIT") if self._lock is None else None
        self._glance = alone or self._read_only

    def reading(self) -> Session:
        """A session whose transaction cannot write."""
        return Session(self._read_only)

    def glancing(self) -> Session:
        """A session to look with before and after a change: on PostgreSQL each statement stands alone, and costs one
        way to the server instead of three (between `BEGIN` and `COMMIT` each of them sees a moment of its own, too).
        """
        return Session(self._glance)

    def writing(self) -> Session:
        """A session that holds the right to write from its first statement on (on SQLite: one at a time, in turn)."""
        db = Session(self._writer, expire_on_commit=False)
        if self._lock:
            self._lock.acquire()
            db.info["lock"] = self._lock
        return db

    def close(self, db: Session) -> None:
        """End the session and its transaction; whatever was not committed is gone."""
        try:
            db.close()
        except DBAPIError as error:
            if not error.connection_invalidated:  # else the connection broke first: the server has rolled back itself
                raise
        finally:
            lock = db.info.pop("lock", None)
            if lock:
                lock.release()

    def settle(self) -> None:
        """Wait until what was committed before is on the disk: called by who commits, after `close`."""
        if self._journal:
            self._journal.settle()

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
        self.settle()

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

    def __init__(self, path: str) -> None:
        self._thread = threading.Lock()
        self._path = f"{path}.lock" if path != ":memory:" else None
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


class Journal:
    """Has the journal of a SQLite file written to disk after the commit, when the next writer is at work already.

    Nothing is answered before, so that nothing that was is ever lost; and one writing serves all who wait for it.
    (What is not yet on the disk when the power fails is lost from the end on, never from the middle.)
    """

    def __init__(self, path: str) -> None:
        self._path = Path(f"{path}-wal")
        self._turn, self._count = threading.Lock(), threading.Lock()
        self._asked = self._settled = 0
        self._known: tuple[int, int] | None = None

    def settle(self) -> None:
        """Return when all is on the disk that was committed before this call."""
        with self._count:
            self._asked = mine = self._asked + 1
        with self._turn:
            if self._settled < mine:
                until = self._asked
                self._write()
                self._settled = until

    @property
    def waiting(self) -> int:
        """How many wait for it, with whom it is being written for."""
        return self._asked - self._settled

    def _write(self) -> None:
        try:
            file = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:  # no journal, or none any more: all is in the database file itself
            return
        try:
            os.fdatasync(file)
            self._keep_name(os.fstat(file))
        finally:
            os.close(file)

    def _keep_name(self, status: os.stat_result) -> None:
        """A new journal's name has to be on the disk too."""
        if self._known != (status.st_dev, status.st_ino):
            folder = os.open(self._path.parent, os.O_RDONLY | os.O_CLOEXEC)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
            self._known = status.st_dev, status.st_ino


def keep_statements(dialect: Any) -> None:
    """On PostgreSQL what only read ends by COMMIT: at ROLLBACK the driver forgets all the statements it keeps."""
    usual = dialect.do_rollback

    def do_rollback(connection: Any) -> None:
        if connection.read_only:
            connection.commit()
        else:
            usual(connection)

    dialect.do_rollback = do_rollback


def _beside(engine: Engine, pragma: str) -> Engine:
    """Other connections to a SQLite file, that do it in another way; disposed of together with those of the engine.

    They are others, since switching one to and fro makes SQLite prepare all its statements anew.
    """
    beside = make_engine(str(engine.url))
    event.listen(beside, "connect", lambda connection, _record: connection.execute(f"PRAGMA {pragma}"))
    event.listen(engine, "engine_disposed", lambda _engine: beside.dispose())
    return beside


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
        store = database()
        g.db, g.db_writes = store.reading() if request.method in SAFE_METHODS else store.glancing(), False
    return _open()


def _open() -> Session:
    db: Session = g.db
    return db


def commit() -> None:
    """Make this request's changes last, and the jobs that follow from them.

    Called once, by the view, as the last thing before it answers.
    """
    react(g.db)
    g.commit_sent = True  # from here on nothing of this request is run again because the database was away
    g.db.commit()
    release()
    database().settle()


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
