from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, cast

from sqlalchemy import CursorResult, delete, func, insert, select, update
from sqlalchemy.orm import Session

from courses import clock
from courses.enrolment.leaving import withdraw_leavers
from courses.errors import Conflict, Refused, WayOut
from courses.events.actions import record
from courses.events.facts import Imported
from courses.exchange.models import ImportFile
from courses.exchange.preview import Preview, Source, look
from courses.scheduling import summary
from courses.scheduling.locks import lock_year
from courses.text import text

_MUTEX = 0x696D706F  # any number that no other advisory lock uses
_IMPORTS = WayOut("imports", text("To the imports"))


@dataclass(frozen=True)
class Counts:
    """What an applied file did."""

    added: int
    changed: int
    same: int
    left_out: int
    retired: int


class BadRows(Refused):
    """The file has bad rows, so nothing of it was imported."""

    def __init__(self, preview: Preview) -> None:
        super().__init__(
            text("Nothing was imported. Bad rows: %(count)s.", count=preview.bad_rows),
            code="bad_rows",
            way_out=_IMPORTS,
        )
        self.preview = preview


def keep(
    db: Session,
    actor_id: int,
    kind: str,
    data: bytes,
    filename: str,
    year: int | None = None,
    effective: date | None = None,
    run_id: int | None = None,
) -> ImportFile:
    """Store an uploaded file until it is applied. The person's earlier files of this kind, never applied, go."""
    db.execute(
        delete(ImportFile).where(
            ImportFile.kind == kind, ImportFile.uploaded_by == actor_id, ImportFile.applied_at.is_(None)
        )
    )
    file = ImportFile(
        kind=kind,
        filename=filename[:200],
        sha256=hashlib.sha256(data).hexdigest(),
        data=data,
        year=year,
        effective_on=effective,
        run_id=run_id,
        uploaded_by=actor_id,
        uploaded_at=clock.now(),
    )
    db.add(file)
    db.flush()  # the door needs its id
    return file


def apply(
    db: Session, actor_id: int | None, preview: Preview, *, only_good: bool = False, retire: bool = False
) -> Counts:
    """Do what the preview's file does *now*: it is planned again in this transaction.

    With `retire` those who are gone are deactivated. Raises `BadRows` when there are any, unless `only_good`.
    """
    _one_at_a_time(db)
    source = preview.source
    counts = _carry_out(db, actor_id, source, only_good, retire)
    now = clock.now()
    db.execute(
        insert(ImportFile).values(
            kind=source.format.kind,
            filename=source.filename[:200],
            sha256=source.sha256,
            year=source.options.year,
            effective_on=source.options.effective,
            run_id=source.options.run_id,
            uploaded_by=actor_id,
            uploaded_at=now,
            applied_at=now,
            result=asdict(counts),
        )
    )
    return counts


def apply_file(
    db: Session,
    actor_id: int,
    file_id: int,
    source: Source,
    *,
    seen: str = "",
    only_good: bool = False,
    retire: bool = False,
) -> Counts:
    """Apply a stored file, once; `source` is that file parsed, `seen` the digest of the preview agreed to.

    Raises `BadRows` like `apply`, `Conflict` when the file was applied meanwhile or would by now do something else.
    """
    _one_at_a_time(db)
    claimed = db.execute(
        update(ImportFile)
        .where(ImportFile.id == file_id, ImportFile.applied_at.is_(None))
        .values(applied_at=clock.now(), data=None)
    )
    if cast("CursorResult[Any]", claimed).rowcount != 1:
        raise Conflict(text("This file has been imported already."), way_out=_IMPORTS)
    counts = _carry_out(db, actor_id, source, only_good, retire, seen)
    db.execute(update(ImportFile).where(ImportFile.id == file_id).values(result=asdict(counts)))
    return counts


def _carry_out(
    db: Session, actor_id: int | None, source: Source, only_good: bool, retire: bool, seen: str = ""
) -> Counts:
    if source.options.year:
        lock_year(db, source.options.year)
    fresh = look(db, source)
    if seen and seen != fresh.digest:
        raise Conflict(
            text("The data has changed since this preview was shown. Look at the preview again."), way_out=_IMPORTS
        )
    if fresh.bad and not only_good:
        raise BadRows(fresh)
    plan = fresh.plan
    plan.write(db, actor_id, retire)
    if source.format.kind in _NAMES_REPEATED_ON_RUNS:
        db.flush()  # the summaries read the new names
        summary.refresh_renamed(db)
        withdraw_leavers(db, actor_id)
    retired = len(plan.gone) if retire else 0
    counts = Counts(len(plan.added), len(plan.changed), plan.same, fresh.bad_rows, retired)
    record(
        db,
        actor_id,
        Imported(
            source.format.kind,
            source.filename,
            source.sha256,
            counts.added,
            counts.changed + retired,
            counts.same,
            counts.left_out,
        ),
    )
    return counts


_NAMES_REPEATED_ON_RUNS = {"rooms", "staff", "instructors"}


def _one_at_a_time(db: Session) -> None:
    """Two files never apply at the same time. SQLite has one writer anyway."""
    if db.get_bind().dialect.name == "postgresql":
        db.execute(select(func.pg_advisory_xact_lock(_MUTEX)))
