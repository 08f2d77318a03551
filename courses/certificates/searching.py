"""The issue register (증명서 발급대장) of the whole organisation: searched, filtered, paged, the latest first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from heapq import merge
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Integer, Select, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session

from courses import paging
from courses.certificates.actions import SERIES
from courses.certificates.documents import LISTED, Listed, listed
from courses.certificates.documents import numbered as numbered_documents
from courses.certificates.models import Certificate, CertificateState, IssuedDocument, NumberSeries
from courses.certificates.queries import ENTRIES, Entry, digits, entry, read_code
from courses.db import rows
from courses.people.models import Person
from courses.people.queries import matches
from courses.text import search_key

MANY = 1000
"""So many are counted: a register grows without end, and who sees more asks for less."""
_CODE = 16
_FEW = 200
"""People whose certificates are fetched at once."""


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for: `words` are a name, its initials, an employee number, a number or a code."""

    words: str = ""
    year: int | None = None
    state: CertificateState | None = None


class Page(NamedTuple):
    """Certificates, the latest first; whether there are `more` after them; `total`: at most MANY + 1 are counted."""

    entries: list[Entry]
    more: bool
    total: int


def page(db: Session, wanted: Wanted, before: int | None = None) -> Page:
    """The page of certificates below the id `before`."""
    few = _few(db, wanted.words)
    found, more = paging.page(db, _listed(wanted, few), before)
    is_all = before is None and not more
    total: int = len(found) if is_all else rows(db, _counted(wanted, few)).scalar_one()
    return Page([entry(row) for row in found], more, total)


def more_than(db: Session, wanted: Wanted, most: int, certificates: int | None = None) -> bool:
    """Whether more certificates and other documents fit than so many; `certificates`: how many a page has counted."""
    if certificates is None or most > MANY:
        ids = select(Certificate.id).where(*_conditions(wanted, _few(db, wanted.words))).limit(most + 1)
        certificates = int(rows(db, select(func.count()).select_from(ids.subquery())).scalar_one())
    found = certificates
    if found <= most:
        of = select(IssuedDocument.id).join(Person, Person.id == IssuedDocument.person_id)
        others = of.where(*_of_documents(wanted)).limit(most + 1)
        found += rows(db, select(func.count()).select_from(others.subquery())).scalar_one()
    return found > most


class Papers(NamedTuple):
    """Other documents, the latest first; `more` and `total` as of a `Page`."""

    entries: list[Listed]
    more: bool
    total: int


def papers(db: Session, wanted: Wanted, before: int | None = None) -> Papers:
    """The page of other documents below the id `before`."""
    conditions = tuple(_of_documents(wanted))
    found, more = paging.page(db, paging.latest(LISTED, IssuedDocument.id, *conditions), before)
    some = select(IssuedDocument.id).join(Person, Person.id == IssuedDocument.person_id).where(*conditions)
    total: int = rows(db, select(func.count()).select_from(some.limit(MANY + 1).subquery())).scalar_one()
    return Papers([listed(row) for row in found], more, total)


def everything(db: Session, wanted: Wanted) -> Iterator[Entry]:
    """All that fit, read a thousand at a time."""
    for batch in paging.batches(db, _listed(wanted, _few(db, wanted.words))):
        yield from map(entry, batch)


def numbered(db: Session, wanted: Wanted) -> Iterator[Entry | Listed]:
    """All that fit in the order of their numbers, as the register stands on paper, the other documents among them."""
    found = rows(db, ENTRIES.where(*_conditions(wanted, _few(db, wanted.words))).order_by(*_ORDER))
    certificates: Iterator[Entry | Listed] = map(entry, found)
    documents: Iterator[Entry | Listed] = numbered_documents(db, *_of_documents(wanted))
    yield from merge(certificates, documents, key=_place)


def _place(one: Entry | Listed) -> tuple[int, int, int]:
    return (one.year, one.number, one.revision) if isinstance(one, Entry) else (one.year, one.number, 0)


class Account(NamedTuple):
    """What became of a year's numbers: `given` out, one certificate or document each; `missing` is 0, or it is wrong.

    Of the certificates `valid` are in force and `revoked` not any more; `reissues` are their later revisions.
    """

    year: int
    given: int
    certificates: int
    documents: int
    valid: int
    revoked: int
    reissues: int

    @property
    def missing(self) -> int:
        """Numbers that nothing stands under."""
        return self.given - self.certificates - self.documents


def account(db: Session, year: int) -> Account:
    """The numbers of a year."""
    found = rows(db, _ACCOUNT, {"year": year}).one()
    return Account(year, *(int(figure or 0) for figure in found))


def years(db: Session) -> list[int]:
    """The years in which certificates were issued, the latest first."""
    return list(rows(db, _YEARS).scalars())


def _few(db: Session, words: str) -> tuple[int, ...] | None:
    """Whom the words may mean; None for many, whose certificates soon turn up among the latest."""
    found = rows(db, _people(words)).scalars().all() if words else ()
    return tuple(found) if len(found) <= _FEW else None


@lru_cache
def _people(words: str) -> Select[int]:
    return select(Person.id).where(*_named(words)).limit(_FEW + 1)


@lru_cache
def _listed(wanted: Wanted, few: tuple[int, ...] | None) -> Select[*tuple[Any, ...]]:
    return paging.latest(ENTRIES, Certificate.id, *_conditions(wanted, few))


@lru_cache
def _counted(wanted: Wanted, few: tuple[int, ...] | None) -> Select[int]:
    some = select(Certificate.id).where(*_conditions(wanted, few)).limit(MANY + 1)
    return select(func.count()).select_from(some.subquery())


def _conditions(wanted: Wanted, few: tuple[int, ...] | None) -> Iterator[ColumnElement[bool]]:
    if wanted.year is not None:
        yield Certificate.year == wanted.year
    if wanted.state is not None:
        yield Certificate.state == wanted.state
    if wanted.words:
        many = exists().where(Person.id == Certificate.person_id, *_named(wanted.words)).correlate(Certificate)
        yield or_(many if few is None else Certificate.person_id.in_(few), *_numbered(wanted.words))


def _named(words: str) -> list[ColumnElement[bool]]:
    return [matches(word) for word in search_key(words).split(" ") if word]


def _numbered(words: str, of: type[Certificate | IssuedDocument] = Certificate) -> Iterator[ColumnElement[bool]]:
    code = read_code(words)
    is_code = len(code) == _CODE
    if is_code:
        yield of.code == code
    match digits(words):
        case [year, number]:
            yield and_(of.series == SERIES, of.year == year, of.number == number)
        case [number] if not is_code:  # most codes have some digits
            in_a_year = and_(of.series == SERIES, of.year.in_(select(NumberSeries.year)))
            yield and_(in_a_year, of.number == number)


_ORDER = (Certificate.year, Certificate.number, Certificate.revision)


def _of_documents(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.year is not None:
        yield IssuedDocument.year == wanted.year
    if wanted.state is not None:
        yield IssuedDocument.state == wanted.state
    if wanted.words:
        yield or_(and_(*_named(wanted.words)), *_numbered(wanted.words, IssuedDocument))


def _figure(*conditions: ColumnElement[bool]) -> Any:
    of_year = (Certificate.series == SERIES, Certificate.year == bindparam("year", type_=Integer))
    return select(func.count(Certificate.id)).where(*of_year, *conditions).scalar_subquery()


_DOCUMENTS = (IssuedDocument.series == SERIES, IssuedDocument.year == bindparam("year", type_=Integer))
_SERIES = (NumberSeries.name == SERIES, NumberSeries.year == bindparam("year", type_=Integer))
_ACCOUNT = select(
    select(NumberSeries.last).where(*_SERIES).scalar_subquery(),
    _figure(Certificate.revision == 1),
    select(func.count(IssuedDocument.id)).where(*_DOCUMENTS).scalar_subquery(),
    _figure(Certificate.state == CertificateState.VALID),
    _figure(Certificate.state == CertificateState.REVOKED),
    _figure(Certificate.revision > 1),
)
_YEARS = select(NumberSeries.year).distinct().order_by(NumberSeries.year.desc())
