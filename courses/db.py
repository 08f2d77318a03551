"""Base class, column types, naming convention, and the engine with what each database needs."""

from __future__ import annotations

import enum
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Any, TypeVar

from sqlalchemy import (
    BigInteger,
    CursorResult,
    DateTime,
    Dialect,
    Engine,
    Enum,
    Executable,
    Integer,
    MetaData,
    String,
    TypeDecorator,
    create_engine,
    event,
    func,
    make_url,
)
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column, registry

Thing = TypeVar("Thing")


class Moment(TypeDecorator[datetime]):
    """An aware moment, kept in UTC. Naive ones are refused, since nobody could say which hour they mean."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a naive datetime: {value!r}")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


KEY = BigInteger().with_variant(Integer, "sqlite")
_FRESH_SECONDS = 1.0
NAME = String(200).with_variant(String(200, collation="C"), "postgresql")
"""Text that is sorted: by code point, which is Korean alphabetical order for NFC hangul."""

Key = Annotated[int, mapped_column(KEY, primary_key=True)]
Name = Annotated[str, mapped_column(NAME)]


def choice(kind: type[enum.Enum]) -> Enum:
    """An enum column, stored as its value, so that a new member needs no migration."""
    return Enum(
        kind,
        native_enum=False,
        length=24,
        values_callable=lambda e: [m.value for m in e],
        create_constraint=False,
    )


class Base(DeclarativeBase):
    registry = registry(type_annotation_map={datetime: Moment, int: KEY})
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def make_engine(url: str, **options: Any) -> Engine:
    """An engine for SQLite (WAL, full sync, foreign keys, own BEGIN) or PostgreSQL.

    PostgreSQL keeps the plans of statements (preparing them took three quarters of an enrolment's time there), also
    behind PgBouncer from 1.22 on; `?prepared=no` in the address keeps none.
    """
    if url.startswith("sqlite"):
        alone = {"timeout": 30, "isolation_level": None}
        engine = create_engine(url, connect_args=alone, json_deserializer=_read_json, **options)
        event.listen(engine, "connect", _sqlite_connect)
        event.listen(engine, "begin", _sqlite_begin)
        return engine
    address = make_url(url)
    keeps_none = {"prepare_threshold": None} if address.query.get("prepared") == "no" else {}
    plain = address.difference_update_query(["prepared"])
    engine = create_engine(plain, connect_args=keeps_none, pool_size=16, max_overflow=16, **options)
    event.listen(engine, "checkout", partial(_postgres_checkout, engine.dialect))
    event.listen(engine, "checkin", _postgres_checkin)
    return engine


def _read_json(written: str) -> Any:
    """Most lists that are kept are empty; a page of runs has a hundred of them."""
    return [] if written == "[]" else json.loads(written)


def _postgres_checkout(dialect: Dialect, connection: Any, record: Any, _proxy: Any) -> None:
    """Ask whether a connection that nobody used for a while still lives; one in constant use need not be asked."""
    if time.monotonic() - record.info.get("used", 0.0) < _FRESH_SECONDS:
        return
    try:
        dialect.do_ping(connection)
    except dialect.loaded_dbapi.Error as error:
        raise DisconnectionError from error  # the pool brings another one


def _postgres_checkin(_connection: Any, record: Any) -> None:
    record.info["used"] = time.monotonic()


def _sqlite_connect(connection: Any, _record: Any) -> None:
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=30000",
        "cache_size=-32000",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _sqlite_begin(connection: Any) -> None:
    """`BEGIN IMMEDIATE` for writers: a deferred one that reads and then writes fails at once when others write."""
    writes = connection.get_execution_options().get("writes", True)
    connection.connection.driver_connection.execute("BEGIN IMMEDIATE" if writes else "BEGIN")


def rows(db: Session, statement: Executable, values: Mapping[str, Any] | None = None) -> CursorResult[*tuple[Any, ...]]:
    """What a statement of columns (not of entities) finds, in half the time the Session takes to look for entities.

    Nothing is flushed before: for what is shown, not for what was just changed.
    """
    return db.connection().execute(statement, values)


def current(
    db: Session, statement: Executable, values: Mapping[str, Any] | None = None
) -> CursorResult[*tuple[Any, ...]]:
    """`rows` of what may just have changed, or a statement that changes something: what is pending is written first."""
    db.flush()
    return db.connection().execute(statement, values)


def unsought(column: Any) -> Any:
    """SQL: a column as a mere condition: rows are found by something else, such as the person they are of.

    SQLite would rather look up all runs of a state than the few of somebody.
    """
    return func.coalesce(column, column)


def in_parts(things: Sequence[Thing], size: int) -> Iterator[Sequence[Thing]]:
    """So many at a time: a statement takes only so many parameters, and a transaction should be short."""
    return (things[first : first + size] for first in range(0, len(things), size))
