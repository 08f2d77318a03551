"""A large file is brought in: parsed first, then all of it in one transaction, or nothing."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from courses.errors import Conflict
from courses.exchange.actions import apply_file
from courses.exchange.models import ImportFile
from courses.exchange.preview import Source, parse
from courses.text import text
from lms.jobs.handlers import handler
from lms.jobs.work import Work

IMPORTING = "import_file"


def key_of(file_id: int) -> str:
    """A file is imported by one job at a time."""
    return f"import:{file_id}"


@handler(IMPORTING)
def import_file(work: Work, file_id: int, seen: str, only_good: bool, retire: bool) -> None:
    """Apply a stored file as its preview said (`seen` is the preview's digest). What stands in the way is refused."""
    with work.database.look() as db:
        source = _source(db, file_id)
    rows = len(source.table.rows)
    work.progress(0, rows, text("The file is read. Its %(rows)s rows are being written", rows=f"{rows:,}"))
    with work.begin(last=True) as db:
        assert work.actor_id is not None  # only persons ask for this
        counts = apply_file(db, work.actor_id, file_id, source, seen=seen, only_good=only_good, retire=retire)
        done = text("%(added)s added, %(changed)s changed, %(same)s left alone", **_numbers(vars(counts)))
        work.progress(rows, rows, done)


def _source(db: Session, file_id: int) -> Source:
    file = db.scalar(select(ImportFile).where(ImportFile.id == file_id).options(undefer(ImportFile.data)))
    if file is None:
        raise Conflict(text("This file is no longer here. Send it again."))
    if file.data is None:
        raise Conflict(text("This file has been imported already."))
    return parse(file.kind, file.data, file.filename, file.year, file.effective_on, file.run_id)


def _numbers(counts: dict[str, int]) -> dict[str, str]:
    return {name: f"{count:,}" for name, count in counts.items()}
