"""A backup: one zip of the rows of all tables, the files people put in, and a manifest that proves both.

    manifest.json                     revision of the schema, when, and the sum of every part
    tables/person.jsonl               a row a line
    files/contents/ab/ab12…           as they lie in the file store
    keys/current …                    the signing keys, where they were asked for

It is taken while people work, says nothing of the database it comes from, and goes into SQLite or PostgreSQL.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

from obstore.exceptions import BaseError
from sqlalchemy import Connection, func, inspect, select
from sqlalchemy.exc import DataError, IntegrityError

from courses import clock
from courses.errors import Refused
from courses.events.actions import record
from courses.events.facts import BackedUp
from courses.people.models import Person
from courses.text import text
from lms import migrate, transfer
from lms.db import Database
from lms.files import Files
from lms.i18n import _
from lms.transfer import Sum

_MANIFEST, _TABLES, _FILES, _KEYS = "manifest.json", "tables", "files", "keys"
_FORMAT = 1
_PIECE = 256 * 1024
_BROKEN = (
    BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError,  # the zip: cut, encrypted, packed otherwise
    AttributeError, LookupError, TypeError, ValueError, DataError, IntegrityError, BaseError,  # what it holds
)  # fmt: skip


@dataclass(frozen=True)
class Manifest:
    """What a backup holds: the sums of its tables, of its files, and of the signing keys if they were asked for."""

    format: int
    schema: str
    taken_at: str
    tables: dict[str, Sum]
    files: dict[str, Sum]
    keys: dict[str, Sum] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """How many rows in all."""
        return sum(one.count for one in self.tables.values())


def take(database: Database, files: Files, target: Path, keys: Path | None = None) -> Manifest:
    """Write a backup to `target`, which appears only once it is whole and was read again; notes that it was taken.

    With the folder `keys` it has the signing keys in it, too: whoever has such a backup can sign.
    """
    part = target.with_name(f".{target.name}.part")
    part.unlink(missing_ok=True)
    try:
        with _created(part) as stream, ZipFile(stream, "w", ZIP_DEFLATED, compresslevel=3) as archive:
            rows, kept = _rows_into(archive, database), _files_into(archive, files)
            manifest = Manifest(_FORMAT, *rows, kept, _keys_into(archive, keys) if keys else {})
            archive.writestr(_MANIFEST, json.dumps(asdict(manifest), ensure_ascii=False, indent=1))
        with _opened(part) as (archive, written):
            _prove(archive, written)
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)
    with database.begin() as db:
        record(db, None, BackedUp(target.name, manifest.rows, len(manifest.files), target.stat().st_size))
    return manifest


def bring_back(database: Database, files: Files, source: Path, keys: Path | None = None) -> Manifest:
    """Restore a backup into an empty database, prove that everything arrived, and bring the schema to this version.

    Signing keys in it go into the folder `keys`, unless there are some already.
    Raises `Refused`, having changed nothing, for a file that is no backup, is damaged or of a later version, and where
    people are already.
    """
    with _opened(source) as (archive, manifest):
        _prove(archive, manifest)
        _make_room(database, manifest.schema)
        for name in manifest.files:
            with archive.open(f"{_FILES}/{name}") as content:
                files.write(name, content)
        with database.begin(reacts=False) as db:
            _fill(db.connection(), lambda table: _lines(archive, table), manifest.tables)
        if manifest.keys and keys and not keys.exists():
            _bring_keys(archive, manifest, keys)
    migrate.upgrade(database.engine)
    return manifest


def carry(source: Database, target: Database) -> dict[str, Sum]:
    """Copy every row of one database into another, empty one, and prove that they arrived; their sums by table."""
    with transfer.moment(source) as here:
        _make_room(target, transfer.revision(here))
        tables = {table.name: table for table in transfer.tables(here)}
        before = transfer.sums(here)
        with target.begin(reacts=False) as db:
            _fill(db.connection(), lambda name: transfer.lines(here, tables[name]), before)
    migrate.upgrade(target.engine)
    return before


def summary(path: Path, manifest: Manifest) -> str:
    """One line for whoever took it or brought it back."""
    return _(
        "%(file)s: %(rows)s rows of %(tables)s tables and %(files)s files, read again and whole",
        file=path,
        rows=manifest.rows,
        tables=len(manifest.tables),
        files=len(manifest.files),
    )


def _rows_into(archive: ZipFile, database: Database) -> tuple[str, str, dict[str, Sum]]:
    """Writes all rows of one moment; the schema's revision, the moment, and the sums."""
    with transfer.moment(database) as connection:
        schema, taken_at = transfer.revision(connection), clock.now().isoformat()
        sums = {}
        for table in transfer.tables(connection):
            with archive.open(f"{_TABLES}/{table.name}.jsonl", "w", force_zip64=True) as part:
                sums[table.name] = transfer.summed(_passed(part, transfer.lines(connection, table)))
    return schema, taken_at, sums


def _files_into(archive: ZipFile, files: Files) -> dict[str, Sum]:
    sums = {}
    for name in files.names():
        try:
            content = files.stream(name)
        except FileNotFoundError:  # a print file, cleaned up meanwhile
            continue
        with archive.open(f"{_FILES}/{name}", "w", force_zip64=True) as part:
            sums[name] = transfer.summed(_passed(part, content), by_bytes=True)
    return sums


def _keys_into(archive: ZipFile, folder: Path) -> dict[str, Sum]:
    sums = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = path.relative_to(folder).as_posix()
        with archive.open(f"{_KEYS}/{name}", "w") as part:
            sums[name] = transfer.summed(_passed(part, [path.read_bytes()]), by_bytes=True)
    return sums


def _bring_keys(archive: ZipFile, manifest: Manifest, folder: Path) -> None:
    folder.mkdir(mode=0o700)
    for name in manifest.keys:
        path = folder / name
        if not path.resolve().is_relative_to(folder.resolve()):
            raise ValueError(name)  # a backup of somebody else's making
        path.parent.mkdir(mode=0o700, exist_ok=True)
        with _created(path) as file:
            file.write(archive.read(f"{_KEYS}/{name}"))


def _passed(part: IO[bytes], pieces: Iterable[bytes]) -> Iterator[bytes]:
    for piece in pieces:
        part.write(piece)
        yield piece


def _created(path: Path) -> IO[bytes]:
    """A file that only its owner reads: everybody's data are in it."""
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b")


@contextmanager
def _opened(path: Path) -> Iterator[tuple[ZipFile, Manifest]]:
    try:
        with ZipFile(path) as archive:
            found = json.loads(archive.read(_MANIFEST))
            yield archive, _manifest(found)
    except _BROKEN as error:
        raise Refused(text("%(file)s is no whole backup. Take another one", file=path.name)) from error


def _manifest(found: dict[str, Any]) -> Manifest:
    if found["format"] != _FORMAT:
        raise Refused(text("The backup was made by a later version of this program. Install that one first"))
    found = {_KEYS: {}, **found}  # those taken before there were signing keys name none
    sums = {part: {name: Sum(**one) for name, one in found[part].items()} for part in (_TABLES, _FILES, _KEYS)}
    return Manifest(**{**found, **sums})


def _prove(archive: ZipFile, manifest: Manifest) -> None:
    """Read everything again; `Refused` where it is not what the manifest says."""
    for name, promised in manifest.tables.items():
        _compare(name, promised, transfer.summed(_lines(archive, name)))
    for folder, sums in ((_FILES, manifest.files), (_KEYS, manifest.keys)):
        for name, promised in sums.items():
            with archive.open(f"{folder}/{name}") as content:
                _compare(name, promised, transfer.summed(iter(lambda: content.read(_PIECE), b""), by_bytes=True))


def _lines(archive: ZipFile, table: str) -> Iterator[bytes]:
    with archive.open(f"{_TABLES}/{table}.jsonl") as found:
        yield from found


def _make_room(database: Database, schema: str) -> None:
    """An empty database with the tables of a revision."""
    if not migrate.knows(schema):
        raise Refused(text("The backup was made by a later version of this program. Install that one first"))
    with transfer.moment(database) as connection:
        peopled = inspect(connection).has_table(Person.__tablename__)
        if peopled and connection.scalar(select(func.count()).select_from(Person)):
            raise Refused(text("There are people in this database. Give an empty one (DATABASE_URL, LMS_HOME)"))
    migrate.downgrade(database.engine)
    migrate.upgrade(database.engine, schema)


def _fill(connection: Connection, found: Callable[[str], Iterable[bytes]], promised: dict[str, Sum]) -> None:
    """Load every table, and prove it while the transaction is open: what did not arrive whole is not kept."""
    for table in transfer.tables(connection):
        if table.name in promised:
            transfer.load(connection, table, found(table.name))
    transfer.go_on_counting(connection)
    arrived = transfer.sums(connection)
    for name, one in promised.items():
        _compare(name, one, arrived[name])


def _compare(name: str, promised: Sum, found: Sum) -> None:
    if promised != found:
        raise Refused(text("“%(name)s” did not arrive whole. Nothing was kept; take another backup", name=name))
