"""All rows of a database, as they are carried to another: into a backup, back from it, from SQLite to PostgreSQL.

Tables are read as the database describes them, not as this version's models do, so an older schema is carried too.
What is read is the state of one moment, and nobody who writes has to wait for it.
"""

from __future__ import annotations

import hashlib
import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any

from sqlalchemy import Column, Connection, MetaData, Table, collate, func, insert, inspect, select, update
from sqlalchemy import text as sql
from sqlalchemy.types import JSON, Date, DateTime, LargeBinary, String

from courses.errors import Refused
from courses.text import text
from lms.db import Database

_BATCH = 1000
_SCHEMA = "alembic_version"


@dataclass(frozen=True)
class Sum:
    """What proves that something arrived: the rows of a table or the bytes of a file, and the SHA-256 of its content.

    A table's content are its lines in the order of the key.
    """

    count: int
    sha256: str


@contextmanager
def moment(database: Database) -> Iterator[Connection]:
    """A connection that sees the state of one moment, however long it reads, and cannot write."""
    one = {"isolation_level": "REPEATABLE READ"} if database.engine.dialect.name == "postgresql" else {}
    db = database.reading()
    try:
        yield db.connection(execution_options=one)
    finally:
        database.close(db)


def tables(connection: Connection) -> list[Table]:
    """Every table, each behind those that it refers to."""
    found = MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if table.name != _SCHEMA]


def revision(connection: Connection) -> str:
    """The revision of the schema; `Refused` for a database that has none."""
    if not inspect(connection).has_table(_SCHEMA):
        raise Refused(text("This database has no tables yet. Run “lms migrate” first"))
    return str(connection.scalar(sql("SELECT version_num FROM alembic_version")))


def lines(connection: Connection, table: Table) -> Iterator[bytes]:
    """A table as lines of JSON in the order of its key; the same rows give the same lines from every database."""
    keys = [_by_code_point(connection, column) for column in table.primary_key.columns]
    rows = connection.execution_options(yield_per=_BATCH).execute(select(table).order_by(*keys))
    for row in rows.mappings():
        plain = {name: _plain(value) for name, value in row.items()}
        line = json.dumps(plain, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        yield line.encode(errors="surrogatepass") + b"\n"  # what a program sent may hold half a character


def load(connection: Connection, table: Table, found: Iterable[bytes]) -> None:
    """Write lines into an empty table. A row may refer to a later one of the same table."""
    readers, own = _readers(table), [key.parent.name for key in table.foreign_keys if key.column.table is table]
    held: list[tuple[dict[str, Any], dict[str, Any]]] = []
    pending = iter(found)
    while rows := [_row(readers, line) for line in islice(pending, _BATCH)]:
        ahead = [_ahead(row, own) for row in rows]
        held += ((row, later) for row, later in zip(rows, ahead, strict=True) if later)
        connection.execute(insert(table), [row | dict.fromkeys(later) for row, later in zip(rows, ahead, strict=True)])
    for row, later in held:
        same = (column == row[column.name] for column in table.primary_key.columns)
        connection.execute(update(table).where(*same).values(later))


def _ahead(row: dict[str, Any], own: Sequence[str]) -> dict[str, Any]:
    """What refers to a row of the same table that is not there yet: lines come in order of their keys."""
    return {name: row[name] for name in own if row[name] is not None and row[name] >= row.get("id", row[name])}


def go_on_counting(connection: Connection) -> None:
    """Let PostgreSQL's counters of ids go on behind the rows that were written."""
    if connection.dialect.name != "postgresql":
        return
    for table in tables(connection):
        counted = table.c.get("id")
        if counted is not None and counted.server_default is not None:
            sequence = func.pg_get_serial_sequence(table.name, "id")
            connection.execute(select(func.setval(sequence, func.coalesce(func.max(counted), 0) + 1, False)))


def summed(pieces: Iterable[bytes], *, by_bytes: bool = False) -> Sum:
    """The sum of lines, or of a file's pieces, however it is cut into them."""
    digest, count = hashlib.sha256(), 0
    for piece in pieces:
        digest.update(piece)
        count += len(piece) if by_bytes else 1
    return Sum(count, digest.hexdigest())


def sums(connection: Connection) -> dict[str, Sum]:
    """The sum of every table."""
    return {table.name: summed(lines(connection, table)) for table in tables(connection)}


def _by_code_point(connection: Connection, column: Column[Any]) -> Any:
    words = connection.dialect.name == "postgresql" and isinstance(column.type, String)
    return collate(column, "C") if words else column


def _plain(value: Any) -> Any:
    """A value of a row as JSON has it; moments in UTC, which is what SQLite's naive ones mean."""
    if isinstance(value, datetime):
        return (value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return b64encode(value).decode() if isinstance(value, bytes) else value


def _row(readers: dict[str, Callable[[Any], Any]], line: bytes) -> dict[str, Any]:
    row: dict[str, Any] = json.loads(line)
    return {
        name: value if value is None or name not in readers else readers[name](value) for name, value in row.items()
    }


def _readers(table: Table) -> dict[str, Callable[[Any], Any]]:
    """By column, how a value becomes again what the database takes."""
    readers: dict[str, Callable[[Any], Any]] = {}
    for column in table.columns:
        if isinstance(column.type, DateTime):
            readers[column.name] = _aware if column.type.timezone else _naive
        elif isinstance(column.type, Date):
            readers[column.name] = date.fromisoformat
        elif isinstance(column.type, LargeBinary):
            readers[column.name] = b64decode
        elif isinstance(column.type, JSON) and column.nullable:
            column.type = JSON(none_as_null=True)
    return readers


def _aware(value: str) -> datetime:
    return datetime.fromisoformat(value)


def _naive(value: str) -> datetime:
    return datetime.fromisoformat(value).replace(tzinfo=None)
