"""Signed sheets: their codes, and their scans as evidence of a session."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from courses import clock
from courses.attendance.models import SheetScan
from courses.errors import Conflict, without_number
from courses.events.actions import record
from courses.events.facts import SheetKept, SheetRemoved
from courses.people.models import Person
from courses.scheduling.models import ClassSession
from courses.text import text

PER_PAGE = 30
"""People on one sheet."""
_CODE = re.compile(r"\s*(\d{1,12})-(\d{1,3})-(\d\d)\s*")
_CHECK = 97


@dataclass(frozen=True, slots=True)
class Scan:
    """A scan in the list of a session; `removed_by` '' while it stands."""

    id: int
    page: int | None
    name: str
    sha256: str
    added_by: str
    added_at: datetime
    removed_by: str
    removed_at: datetime | None
    reason: str


def sheet_code(session_id: int, page: int) -> str:
    """What stands on a sheet: session, page, two check digits (ISO 7064, MOD 97) by which a slip shows."""
    return f"{session_id}-{page}-{_checked(session_id, page):02}"


def read_code(typed: str) -> tuple[int, int] | None:
    """Session and page of a code as somebody typed it; None for what is none."""
    found = _CODE.fullmatch(typed)
    if not found:
        return None
    session_id, page, check = (int(part) for part in found.groups())
    return (session_id, page) if check == _checked(session_id, page) else None


def _checked(session_id: int, page: int) -> int:
    return 98 - (session_id * 1000 + page) * 100 % _CHECK


def keep_scan(db: Session, actor_id: int, session: ClassSession, sha256: str, name: str, page: int | None) -> SheetScan:
    """Keep a scan whose bytes and row of the file store are there. The same one twice is kept once."""
    same = select(SheetScan).where(SheetScan.session_id == session.id, SheetScan.sha256 == sha256)
    if known := db.scalar(same.where(SheetScan.removed_at.is_(None))):
        return known
    scan = SheetScan(
        session_id=session.id, page=page, sha256=sha256, name=name, added_by=actor_id, added_at=clock.now(), reason=""
    )
    db.add(scan)
    db.flush()  # the list is read right after
    record(db, actor_id, SheetKept(session.id, session.run_id, name, sha256))
    return scan


def remove_scan(db: Session, actor_id: int, session: ClassSession, scan: SheetScan, reason: str) -> None:
    """Take a scan out of the evidence; it stays in the table and in the store. Raises `Conflict` when it is out."""
    if scan.removed_at:
        raise Conflict(text("This sheet is removed already"), code="removed")
    reason = without_number(reason, text("Reason"))
    scan.removed_by, scan.removed_at, scan.reason = actor_id, clock.now(), reason
    record(db, actor_id, SheetRemoved(session.id, session.run_id, scan.name, scan.sha256, reason))


def scans(db: Session, session_id: int) -> list[Scan]:
    """All of a session, the newest first."""
    remover = aliased(Person)
    found = db.execute(
        select(SheetScan, Person.name.label("added_by"), remover.name.label("removed_by"))
        .join(Person, Person.id == SheetScan.added_by)
        .outerjoin(remover, remover.id == SheetScan.removed_by)
        .where(SheetScan.session_id == session_id)
        .order_by(SheetScan.id.desc())
    )
    return [
        Scan(
            scan.id, scan.page, scan.name, scan.sha256, added_by, scan.added_at, removed_by or "", scan.removed_at,
            scan.reason,
        )
        for scan, added_by, removed_by in found
    ]  # fmt: skip
