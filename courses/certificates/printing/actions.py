"""A print run is begun, resumed after a jam, repeated for single sheets, and finished.

Every sheet that goes out is a row before it is a file, in the transaction that says who wants it: nothing is printed
that the log does not know, whatever becomes of the file.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, exists, func, insert, select, update
from sqlalchemy.orm import Session

from courses import clock
from courses.certificates.models import Certificate
from courses.certificates.printing.drawing import mark
from courses.certificates.printing.models import PrintedSheet, PrintJob, PrintKind
from courses.certificates.printing.numbers import Number, meant, meant_all
from courses.certificates.printing.options import Options
from courses.certificates.printing.order import Placed, placed
from courses.certificates.printing.queries import title
from courses.certificates.queries import in_force
from courses.certificates.registers import use_seal
from courses.db import current, in_parts
from courses.errors import Refused, require_reason
from courses.events.actions import record
from courses.events.facts import PrintRunBegun
from courses.text import text

KEPT = timedelta(days=14)
"""So long the files of a print run are kept once they are made. The log stays."""
_AT_ONCE = 1000


def begin(db: Session, actor_id: int, run_ids: Collection[int], options: Options) -> PrintJob | None:
    """A print run of all certificates of these runs that are in force and were never printed; None for none at all.

    Of two officers who ask at once one gets the sheets, and the other what is left. Raises `Refused` where the sheets
    are for stock that carries the seal already and the log of the seal has fewer.
    """
    chosen = (Certificate.run_id.in_(run_ids), in_force())
    _hold(db, *chosen)
    never = ~exists().where(PrintedSheet.certificate_id == Certificate.id)
    ids = current(db, select(Certificate.id).where(*chosen, never).order_by(Certificate.id)).scalars().all()
    if not ids:
        return None
    runs = set(run_ids)
    run_id = runs.pop() if len(runs) == 1 else None
    return _begin(db, actor_id, PrintKind.FIRST, placed(db, ids, options.order), options, run_id=run_id)


def resume(db: Session, actor_id: int, job: PrintJob, typed: str) -> PrintJob:
    """The sheets of a print run from the typed number on: what a jam left unprinted or spoilt.

    Raises `Refused` for a number that is not among them.
    """
    numbers = _numbers(db, job)
    first = meant(numbers, typed)
    rest = [number for number in numbers if number.position >= first.position]
    return _again(db, actor_id, job, PrintKind.RESUMED, rest, job.reason)


def reprint(db: Session, actor_id: int, job: PrintJob, typed: str, reason: str) -> PrintJob:
    """Single sheets of a print run once more, marked 재발급 with today's date and the reason.

    `typed`: numbers, as in "12, 15-17". Raises `Refused` without a reason, for one that the sheet has no room for, and
    for a number that is not among them.
    """
    reason = require_reason(reason, text("Say why: it is printed on the sheet and stays in the log"))
    mark(clock.today(), reason)
    return _again(db, actor_id, job, PrintKind.REPRINT, meant_all(_numbers(db, job), typed), reason)


def finish(db: Session, print_job_id: int, files: Sequence[dict[str, Any]]) -> None:
    """The files of a print run are made, be it long after it was asked for."""
    made = {"files": list(files), "finished_at": clock.now(), "removed_at": None}
    db.execute(update(PrintJob).where(PrintJob.id == print_job_id).values(made))


def expired(db: Session) -> list[int]:
    """The print runs whose files have been kept long enough, and those whose files were never finished in that time."""
    old = func.coalesce(PrintJob.finished_at, PrintJob.asked_at) < clock.now() - KEPT
    return list(db.scalars(select(PrintJob.id).where(PrintJob.removed_at.is_(None), old).order_by(PrintJob.id)))


def forget_files(db: Session, print_job_ids: Collection[int]) -> None:
    """Their files are gone; who printed what is still known."""
    gone = {"files": [], "removed_at": clock.now()}
    db.execute(update(PrintJob).where(PrintJob.id.in_(print_job_ids)).values(gone))


def _again(
    db: Session, actor_id: int, job: PrintJob, kind: PrintKind, numbers: Sequence[Number], reason: str
) -> PrintJob:
    ids = [number.certificate_id for number in numbers]
    for some in in_parts(sorted(ids), _AT_ONCE):
        _hold(db, Certificate.id.in_(some))
    valid = {one for some in in_parts(ids, _AT_ONCE) for one in _in_force(db, some)}
    sheets = [Placed(one.certificate_id, one.department) for one in numbers if one.certificate_id in valid]
    if not sheets:
        raise Refused(text("None of these certificates is in force any more"), code="not_in_force")
    options = Options.from_json(job.options)
    return _begin(db, actor_id, kind, sheets, options, run_id=job.run_id, of=job, reason=reason)


def _begin(
    db: Session, actor_id: int, kind: PrintKind, sheets: Sequence[Placed], options: Options, *,
    run_id: int | None, of: PrintJob | None = None, reason: str = "",
) -> PrintJob:  # fmt: skip
    job = PrintJob(
        kind=kind,
        run_id=run_id,
        of_id=of.id if of else None,
        sheets=len(sheets),
        options=options.to_json(),
        reason=reason,
        asked_by=actor_id,
        asked_at=clock.now(),
    )
    db.add(job)
    db.flush()  # sheets and facts name its id
    _log(db, job.id, sheets)
    _note_seal(db, actor_id, job, sheets, options)
    record(db, actor_id, PrintRunBegun(job.id, run_id, kind, len(sheets), reason))
    return job


def _log(db: Session, job_id: int, sheets: Sequence[Placed]) -> None:
    """A row a sheet. Two that print a certificate as the same copy collide in the database."""
    copies: dict[int, int] = {}
    for some in in_parts([sheet.certificate_id for sheet in sheets], _AT_ONCE):
        printed = select(PrintedSheet.certificate_id, func.max(PrintedSheet.copy)).group_by(PrintedSheet.certificate_id)
        copies.update((one, copy) for one, copy in db.execute(printed.where(PrintedSheet.certificate_id.in_(some))))
    lines = [
        {
            "print_job_id": job_id,
            "position": position,
            "certificate_id": sheet.certificate_id,
            "copy": copies.get(sheet.certificate_id, 0) + 1,
            "department": sheet.department,
        }
        for position, sheet in enumerate(sheets, 1)
    ]
    db.connection().execute(insert(PrintedSheet), lines)


def _note_seal(db: Session, actor_id: int, job: PrintJob, sheets: Sequence[Placed], options: Options) -> None:
    """In the log of the seal, as far as the sheets carry one."""
    ids = [sheet.certificate_id for sheet in sheets]
    sealed = Certificate.facts["seal"].as_string() != ""
    many = select(func.count()).select_from(Certificate).where(sealed)
    count = sum(db.scalar(many.where(Certificate.id.in_(some))) or 0 for some in in_parts(ids, _AT_ONCE))
    if count:
        purpose = f"{title(db, job)} #{job.id}"
        use_seal(db, actor_id, count, purpose, stock=not options.background, run_id=job.run_id)


def _hold(db: Session, *chosen: ColumnElement[bool]) -> None:
    """Nobody else takes these certificates to be printed meanwhile, nor replaces or revokes one. By ascending id."""
    if db.get_bind().dialect.name != "sqlite":  # there the writing transaction stands for all locks
        held = select(Certificate.id).where(*chosen).order_by(Certificate.id).with_for_update(key_share=True)
        current(db, held).all()


def _in_force(db: Session, ids: Sequence[int]) -> Sequence[int]:
    return current(db, select(Certificate.id).where(Certificate.id.in_(ids), in_force())).scalars().all()


def _numbers(db: Session, job: PrintJob) -> list[Number]:
    """The sheets of a print run, in their order."""
    columns = (
        PrintedSheet.position, PrintedSheet.certificate_id, PrintedSheet.department, Certificate.year,
        Certificate.number,
    )  # fmt: skip
    of_job = select(*columns).join(Certificate, Certificate.id == PrintedSheet.certificate_id)
    found = db.execute(of_job.where(PrintedSheet.print_job_id == job.id).order_by(PrintedSheet.position))
    return [Number._make(row) for row in found]
