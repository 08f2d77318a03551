"""The rows of files that lie in the store."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from courses.files.models import StoredFile


@dataclass(frozen=True)
class SentFile:
    """A file of the store, under the name it was sent with."""

    sha256: str
    name: str


def stored(db: Session, sha256: str, size: int, media_type: str) -> StoredFile:
    """The row of a kept file; the same one for the same bytes, also when two send them at the same moment."""
    if found := db.get(StoredFile, sha256):
        return found
    new = _INSERTS[db.get_bind().dialect.name](StoredFile).on_conflict_do_nothing()
    db.execute(new, {"sha256": sha256, "size": size, "media_type": media_type})
    return db.get_one(StoredFile, sha256)


_INSERTS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
