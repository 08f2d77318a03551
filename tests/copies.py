"""Copies of the migrated database on a PostgreSQL server, lent to one test after another.

To copy and drop one takes the system a thousand files; to empty what a test has filled takes a few rows.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy import URL

_GROWN = 8 << 20
"""Bytes beyond the template from which a new copy is cheaper than one full of dead rows."""

# Without triggers and foreign keys, which would refuse: events, for one, are never deleted.
_EMPTY = """
DO $$
DECLARE filled record;
BEGIN
  SET LOCAL session_replication_role = replica;
  FOR filled IN SELECT oid::regclass AS name FROM pg_class WHERE relkind = 'r'
    AND relnamespace = 'public'::regnamespace AND pg_relation_size(oid) > 0
  LOOP EXECUTE 'DELETE FROM ' || filled.name; END LOOP;
END $$
"""
_TABLES = "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
_SEQUENCES = "SELECT format('%I.%I', schemaname, sequencename)::regclass, last_value FROM pg_sequences"
_RESTART = """
SELECT setval(format('%%I.%%I', s.schemaname, s.sequencename)::regclass,
              coalesce(kept.last, s.start_value), kept.last IS NOT NULL)
FROM pg_sequences AS s JOIN unnest(%s::regclass[], %s::bigint[]) AS kept (name, last)
  ON kept.name = format('%%I.%%I', s.schemaname, s.sequencename)::regclass
WHERE s.last_value IS DISTINCT FROM kept.last
"""
_SHAPE = """
SELECT (SELECT array[count(*), max(oid::bigint)] FROM pg_class),
       (SELECT array[count(*), max(oid::bigint)] FROM pg_constraint),
       (SELECT array[count(*), max(oid::bigint)] FROM pg_trigger),
       (SELECT array[count(*), max(oid::bigint)] FROM pg_proc),
       (SELECT array[count(*), count(*) FILTER (WHERE attnotnull)] FROM pg_attribute),
       (SELECT count(*) FROM pg_largeobject_metadata)
"""
_OTHERS = "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = %s"


class Copies:
    """Of `template`, a database that nobody is connected to; named `prefix` and a number, never the same twice.

    Needs a superuser: others may not put constraints aside, and get a new copy each time.
    """

    def __init__(self, server: URL, template: str, prefix: str) -> None:
        self._server, self._template = server, template
        self._names = (f"{prefix}_{n}" for n in itertools.count(1))
        self._free: list[str] = []
        with self._connected(template) as db:
            self._shape = db.execute(_SHAPE).fetchone()
            self._sequences = [(str(name), last) for name, last in db.execute(_SEQUENCES)]
            self._rows = _filled(db)
            self._size = _size(db)
        with self._connected("postgres") as db:
            superuser = db.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
        self._again: Callable[[str], bool] = self._cleaned if superuser == (True,) else lambda _name: False

    @contextmanager
    def lent(self) -> Iterator[str]:
        """The SQLAlchemy URL of a database that equals the template, until the block ends."""
        name = self._free.pop() if self._free else self._new()
        try:
            yield self._server.set(database=name).render_as_string(hide_password=False)
        finally:
            self._taken_back(name)

    def _taken_back(self, name: str) -> None:
        name = self._away_from_others(name)
        if self._again(name):
            self._free.append(name)
        else:
            self._drop(name)

    def close(self) -> None:
        """Drop what lies ready."""
        while self._free:
            self._drop(self._free.pop())

    def _new(self) -> str:
        name = next(self._names)
        with self._connected("postgres") as db:
            db.execute(f'CREATE DATABASE "{name}" TEMPLATE "{self._template}"'.encode())
        return name

    def _away_from_others(self, name: str) -> str:
        """Ends all connections to it, and gives it a new name: what is kept in memory under the old one ends, too."""
        new = next(self._names)
        with self._connected("postgres") as db:
            db.execute(_OTHERS, [name])
            db.execute(f'ALTER DATABASE "{name}" RENAME TO "{new}"'.encode())
        return new

    def _cleaned(self, name: str) -> bool:
        """Whether it equals the template again: not when a test has changed a table itself, or filled it very much."""
        with self._connected(name) as db:
            if _size(db) > self._size + _GROWN or db.execute(_SHAPE).fetchone() != self._shape:
                return False
            with db.transaction():
                db.execute(_EMPTY)
                db.execute("SET LOCAL session_replication_role = replica")
                for table, rows in self._rows.items():
                    with db.cursor().copy(f"COPY {table} FROM STDIN".encode()) as copy:
                        copy.write(rows)
                db.execute(_RESTART, [list(column) for column in zip(*self._sequences, strict=True)])
            db.execute("SELECT pg_stat_reset()")  # else the server soon counts what is left, and plans for none
        return True

    def _drop(self, name: str) -> None:
        with self._connected("postgres") as db:
            db.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())

    def _connected(self, name: str) -> psycopg.Connection:
        url = self._server.set(drivername="postgresql", database=name)
        return psycopg.connect(url.render_as_string(hide_password=False), autocommit=True)


def _filled(db: psycopg.Connection) -> dict[str, bytes]:
    """The rows of each table that has some, as COPY writes them."""
    rows = {}
    for (table,) in db.execute(_TABLES).fetchall():
        with db.cursor().copy(f"COPY {table} TO STDOUT".encode()) as copy:
            if content := b"".join(bytes(part) for part in copy):
                rows[table] = content
    return rows


def _size(db: psycopg.Connection) -> int:
    """In bytes."""
    found = db.execute("SELECT pg_database_size(current_database())").fetchone()
    assert found
    return int(found[0])
