"""The issue register (증명서 발급대장) of the whole organisation: searched, filtered, paged, the latest first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from courses import paging
from courses.certificates.models import Certificate, CertificateState, NumberSeries
from courses.certificates.queries import ENTRIES, Entry, digits, entry, read_code
from courses.db import rows
from courses.people.models import Person
from courses.people.queries import matches
from courses.text import search_key

_CODE = 16


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for: `words` are a name, its initials, an employee number, a number or a code."""

    words: str = ""
    year: int | None = None
    state: CertificateState | None = None


def page(db: Session, wanted: Wanted, before: int | None = None) -> tuple[list[Entry], bool]:
    """The page of certificates below the id `before`, and whether there are more."""
    found, more = paging.page(db, _listed(wanted), before)
    return [entry(row) for row in found], more


def everything(db: Session, wanted: Wanted) -> Iterator[Entry]:
    """All that fit, read a thousand at a time."""
    for batch in paging.batches(db, _listed(wanted)):
        yield from map(entry, batch)


def total(db: Session, wanted: Wanted) -> int:
    """How many certificates fit."""
    found: int = rows(db, _counted(wanted)).scalar_one()
    return found


def years(db: Session) -> list[int]:
    """The years in which certificates were issued, the latest first."""
    return list(rows(db, _YEARS).scalars())


@lru_cache
def _listed(wanted: Wanted) -> Select[*tuple[Any, ...]]:
    return paging.latest(ENTRIES, Certificate.id, *_conditions(wanted))


@lru_cache
def _counted(wanted: Wanted) -> Select[int]:
    counted = select(func.count()).select_from(Certificate).where(*_conditions(wanted))
    return counted.join(Person, Person.id == Certificate.person_id) if wanted.words else counted


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found = [] if wanted.year is None else [Certificate.year == wanted.year]
    found += [] if wanted.state is None else [Certificate.state == wanted.state]
    return found + ([_fits(wanted.words)] if wanted.words else [])


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


_YEARS = select(NumberSeries.year).distinct().order_by(NumberSeries.year.desc())
