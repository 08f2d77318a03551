"""The rows of files that lie in the store."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from courses.files.models import StoredFile


@dataclass(frozen=True)
class SentFile:
    """A file of the store, under the name it was sent with."""

    sha256: str
    name: str


def stored(db: Session, sha256: str, size: int, media_type: str) -> StoredFile:
    """The row of a kept file; the same one for the same bytes."""
    found = db.get(StoredFile, sha256)
    if found is None:
        found = StoredFile(sha256=sha256, size=size, media_type=media_type)
        db.add(found)
        db.flush()  # what it belongs to points at it
    return found
