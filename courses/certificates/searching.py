"""The issue register (증명서 발급대장) of the whole organisation: searched, filtered, paged, the latest first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from courses.certificates.models import Certificate, CertificateState
from courses.certificates.queries import Entry, digits, entries, read_code
from courses.people.models import Person
from courses.people.queries import matches
from courses.text import search_key

PAGE = 50
_BATCH = 1000
_CODE = 16


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for: `words` are a name, its initials, an employee number, a number or a code."""

    words: str = ""
    year: int | None = None
    state: CertificateState | None = None


def page(db: Session, wanted: Wanted, before: int | None = None) -> tuple[list[Entry], bool]:
    """The page of certificates below the id `before`, and whether there are more."""
    rows = entries(db, *_conditions(wanted), *_below(before), limit=PAGE + 1)
    return rows[:PAGE], len(rows) > PAGE


def everything(db: Session, wanted: Wanted) -> Iterator[Entry]:
    """All that fit, read a thousand at a time."""
    before: int | None = None
    while batch := entries(db, *_conditions(wanted), *_below(before), limit=_BATCH):
        yield from batch
        before = batch[-1].id


def total(db: Session, wanted: Wanted) -> int:
    """How many certificates fit."""
    counted = select(func.count()).select_from(Certificate).join(Person, Person.id == Certificate.person_id)
    return db.scalar(counted.where(*_conditions(wanted))) or 0


def years(db: Session) -> list[int]:
    """The years in which certificates were issued, the latest first."""
    return list(db.scalars(select(Certificate.year).distinct().order_by(Certificate.year.desc())))


def _below(before: int | None) -> list[ColumnElement[bool]]:
    return [] if before is None else [Certificate.id < before]


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found = [] if wanted.year is None else [Certificate.year == wanted.year]
    found += [] if wanted.state is None else [Certificate.state == wanted.state]
    return found + ([_fits(wanted.words)] if wanted.words.strip() else [])


def _fits(words: str) -> ColumnElement[bool]:
    ways = [and_(*(matches(word) for word in search_key(words).split(" ") if word))]
    code = read_code(words)
    is_code = len(code) == _CODE
    if is_code:
        ways.append(Certificate.code == code)
    match digits(words):
        case [year, number]:
            ways.append(and_(Certificate.year == year, Certificate.number == number))
        case [number] if not is_code:  # most codes have some digits
            ways.append(Certificate.number == number)
    return or_(*ways)
