"""The log of the printed seal's use (관인인쇄용지 관리대장): sheets received, used, spoilt, counted, and left."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from courses import clock, paging
from courses.certificates.models import SealEntry, SealKind, SealStock
from courses.db import Moment, rows
from courses.errors import Refused, require_reason
from courses.events.actions import record
from courses.events.facts import SealLogged
from courses.people.models import Person
from courses.text import text

MOST = 1_000_000
"""Sheets in one entry."""
_PURPOSE = 200
_STOCK = 1


class SealLine(NamedTuple):
    """A line of the log, with who wrote it."""

    id: int
    day: date
    kind: SealKind
    sheets: int
    remaining: int
    purpose: str
    name: str
    at: datetime


def use_seal(
    db: Session, actor_id: int, count: int, purpose: str, *, stock: bool = False, run_id: int | None = None
) -> SealEntry:
    """The seal went on so many sheets: printed with them, or (`stock`) on paper that carries it already.

    Raises `Refused` for more sheets of the stock than are left, without a purpose, and for no sheet at all.
    """
    return log_seal(db, actor_id, SealKind.USED if stock else SealKind.PRINTED, count, purpose, run_id=run_id)


def log_seal(
    db: Session, actor_id: int, kind: SealKind, count: int, purpose: str, *, day: date | None = None,
    run_id: int | None = None,
) -> SealEntry:  # fmt: skip
    """One line of the log, on a day up to today. Of `COUNTED`, `count` is how many sheets there are in fact.

    Raises `Refused` where sheets would be missing, without a purpose, and for a day to come.
    """
    purpose = require_reason(purpose, text("Say what for: it stays in the log"))[:_PURPOSE]
    day = day or clock.today()
    _check(kind, count, day)
    remaining, difference = _take(db, kind, count)
    entry = SealEntry(
        day=day,
        kind=kind,
        count=difference if kind is SealKind.COUNTED else count,
        remaining=remaining,
        purpose=purpose,
        run_id=run_id,
        actor_id=actor_id,
        at=clock.now(),
    )
    db.add(entry)
    db.flush()  # the fact names its id
    record(db, actor_id, SealLogged(entry.id, kind, entry.count, remaining, purpose, run_id))
    return entry


def left(db: Session) -> int:
    """Sheets of the stock that are left."""
    return db.scalar(select(SealStock.sheets).where(SealStock.id == _STOCK)) or 0


def seal_page(db: Session, before: int | None = None) -> tuple[list[SealLine], bool]:
    """A page of lines, the last one first, and whether there are more."""
    found, more = paging.page(db, _LATEST, before)
    return [SealLine._make(row) for row in found], more


def seal_log(db: Session, year: int) -> list[SealLine]:
    """All lines written down in a year, in their order."""
    first, end = clock.start_of(date(year, 1, 1)), clock.start_of(date(year + 1, 1, 1))
    return [SealLine._make(row) for row in rows(db, _OF_YEAR, {"first": first, "end": end})]


def _check(kind: SealKind, count: int, day: date) -> None:
    least = 0 if kind is SealKind.COUNTED else 1
    if not least <= count <= MOST:
        said = text("Enter a number of sheets between %(least)s and %(most)s", least=least, most=f"{MOST:,}")
        raise Refused(said, code="count")
    if day > clock.today():
        raise Refused(text("Enter today or a day before: the log says what was done"), code="day")


_SIGNS = {SealKind.RECEIVED: 1, SealKind.USED: -1, SealKind.SPOILT: -1, SealKind.PRINTED: 0}


def _take(db: Session, kind: SealKind, count: int) -> tuple[int, int]:
    """Sheets left, and by how many they changed. The stock stays locked until the transaction ends."""
    before = _locked(db)
    difference = count - before if kind is SealKind.COUNTED else _SIGNS[kind] * count
    if before + difference < 0:
        said = text("Only %(left)s sheets are left. Enter first what was received, or what was counted", left=before)
        raise Refused(said, code="stock")
    db.execute(update(SealStock).where(SealStock.id == _STOCK).values(sheets=before + difference))
    return before + difference, difference


def _locked(db: Session) -> int:
    one = select(SealStock.sheets).where(SealStock.id == _STOCK).with_for_update()
    sheets = db.scalar(one)
    if sheets is None:
        _begin(db)
        sheets = db.scalars(one).one()
    return sheets


def _begin(db: Session) -> None:
    try:
        with db.begin_nested():
            db.add(SealStock(id=_STOCK, sheets=0))
    except IntegrityError:  # somebody else wrote the first line at the same moment
        pass


_LINES: Select[*tuple[Any, ...]] = select(
    SealEntry.id, SealEntry.day, SealEntry.kind, SealEntry.count, SealEntry.remaining, SealEntry.purpose,
    Person.name, SealEntry.at,
).join(Person, Person.id == SealEntry.actor_id)  # fmt: skip
_LATEST = paging.latest(_LINES, SealEntry.id)
_OF_YEAR = _LINES.where(
    SealEntry.at >= bindparam("first", type_=Moment), SealEntry.at < bindparam("end", type_=Moment)
).order_by(SealEntry.id)
