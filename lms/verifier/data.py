"""The file that the page stands on."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, fields
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock, paging
from courses.certificates.documents import numbered
from courses.certificates.models import Certificate, CertificateFile, CertificateState, DocumentFile, DocumentKind
from courses.certificates.queries import ENTRIES, digits, entry, read_code
from courses.certificates.verification import Shown, ShownDocument
from courses.db import in_parts, rows
from courses.errors import Refused
from courses.settings.organisation import organisation
from courses.settings.published import published
from courses.text import text

_VERSION = 2
_SHOWN = {
    "certificate": [field.name for field in fields(Shown)],
    "document": [field.name for field in fields(ShownDocument)],
}
_KEYS = "code TEXT PRIMARY KEY, file TEXT UNIQUE"
_TABLES = "CREATE TABLE about (version INTEGER NOT NULL, said TEXT NOT NULL);" + "".join(
    f"CREATE TABLE {table} ({_KEYS}, {', '.join(shown)}) WITHOUT ROWID;" for table, shown in _SHOWN.items()
)


@dataclass(frozen=True)
class About:
    """Whose certificates they are, as of when, and who vouches for their signatures."""

    organisation: str
    organisation_en: str
    site_name: str
    site_name_en: str
    made_at: str
    authorities: tuple[str, ...]
    lists: tuple[str, ...]  # hexadecimal


def export(db: Session, target: Path) -> int:
    """Write the file anew; it appears whole, in the place of the one before. How many papers are in it."""
    part = target.with_name(f".{target.name}.{os.getpid()}")
    part.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(part)) as file, file:
            file.executescript(_TABLES)
            file.execute(
                "INSERT INTO about VALUES (?, ?)", (_VERSION, json.dumps(vars(_about(db)), ensure_ascii=False))
            )
            count = _fill(file, "certificate", _rows(db)) + _fill(file, "document", _documents(db))
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return count


def _fill(file: sqlite3.Connection, table: str, entries: Iterable[tuple[Any, ...]]) -> int:
    places = ", ".join("?" * (len(_SHOWN[table]) + 2))
    count = file.executemany(f"INSERT INTO {table} VALUES ({places})", entries).rowcount  # noqa: S608  # our own columns
    return max(count, 0)


class Data:
    """A file that was exported, opened anew for each question, so that a newer one takes its place at once."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.about()

    def about(self) -> About:
        """Raises `Refused` for what is no such file."""
        try:
            version, said = self._one("SELECT version, said FROM about", ())
        except (sqlite3.Error, TypeError) as error:
            raise Refused(text("%(file)s is no file of lms verify export", file=self._path)) from error
        if version != _VERSION:
            raise Refused(text("%(file)s was written by another version. Export it again", file=self._path))
        told = json.loads(said)
        return About(**{**told, "authorities": tuple(told["authorities"]), "lists": tuple(told["lists"])})

    def by_code(self, code: str, number: str = "") -> Shown | ShownDocument | None:
        """What is behind a code as somebody typed it; the number, if one is given, must be its own."""
        found = self._shown("code", _digest(read_code(code)))
        return found if found and (not number.strip() or digits(number) == digits(found.number)) else None

    def by_file(self, sha256: str) -> Shown | ShownDocument | None:
        """The certificate or document whose file has this hash."""
        return self._shown("file", sha256)

    def _shown(self, column: str, value: str) -> Shown | ShownDocument | None:
        certificate, document = (self._row(table, column, value) for table in _SHOWN)
        return _read(certificate) if certificate else _read_document(document) if document else None

    def _row(self, table: str, column: str, value: str) -> dict[str, Any] | None:
        shown = _SHOWN[table]
        row = self._one(f"SELECT {', '.join(shown)} FROM {table} WHERE {column} = ?", (value,))  # noqa: S608  # ours
        return dict(zip(shown, row, strict=True)) if row else None

    def _one(self, statement: str, values: tuple[str, ...]) -> Any:
        with closing(sqlite3.connect(f"{self._path.absolute().as_uri()}?mode=ro", uri=True)) as file:
            return file.execute(statement, values).fetchone()


def _about(db: Session) -> About:
    here, known = organisation(db), published(db)
    return About(
        organisation=here.name,
        organisation_en=here.name_en,
        site_name=here.site_name,
        site_name_en=here.site_name_en,
        made_at=clock.now().isoformat(),
        authorities=known.authorities,
        lists=tuple(one.hex() for one in known.crls),
    )


def _rows(db: Session) -> Iterator[tuple[Any, ...]]:
    for batch in paging.batches(db, paging.latest(ENTRIES, Certificate.id)):
        found = [entry(row) for row in batch]
        hashes = _hashes(db, [one.id for one in found])
        for one in found:
            shown = vars(Shown.of(one))
            yield (
                _digest(one.facts.code),
                hashes.get(one.id),
                *(_plain(shown[name]) for name in _SHOWN["certificate"]),
            )


def _documents(db: Session) -> Iterator[tuple[Any, ...]]:
    found = rows(db, select(DocumentFile.document_id, DocumentFile.sha256))
    hashes = {row.document_id: row.sha256 for row in found}
    for one in numbered(db):
        shown = vars(ShownDocument.of(one))
        yield (_digest(one.code), hashes.get(one.id), *(_plain(shown[name]) for name in _SHOWN["document"]))


def _hashes(db: Session, certificate_ids: list[int]) -> dict[int, str]:
    known = select(CertificateFile.certificate_id, CertificateFile.sha256)
    parts = in_parts(certificate_ids, 500)
    return {
        key: sha256 for part in parts for key, sha256 in rows(db, known.where(CertificateFile.certificate_id.in_(part)))
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _read(row: dict[str, Any]) -> Shown:
    ended = row["ended_at"]
    return Shown(
        **{
            **row,
            **{name: date.fromisoformat(row[name]) for name in ("starts_on", "ends_on", "issued_on")},
            "state": CertificateState(row["state"]),
            "reissued": bool(row["reissued"]),
            "ended_at": datetime.fromisoformat(ended) if ended else None,
        }
    )


def _read_document(row: dict[str, Any]) -> ShownDocument:
    return ShownDocument(
        **{
            **row,
            "issued_on": date.fromisoformat(row["issued_on"]),
            "kind": DocumentKind(row["kind"]),
            "state": CertificateState(row["state"]),
            "ended_at": datetime.fromisoformat(row["ended_at"]) if row["ended_at"] else None,
        }
    )


def _digest(code: str) -> str:
    """Codes have 79 bits at random: nobody finds one from its hash."""
    return hashlib.sha256(code.encode()).hexdigest()
