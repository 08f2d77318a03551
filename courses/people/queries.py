from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Date, Integer, Select, and_, bindparam, case, func, or_, select, union_all
from sqlalchemy.orm import Session

from courses import clock
from courses.db import rows
from courses.events.actions import kind_of
from courses.events.facts import RoleGranted
from courses.events.models import Event
from courses.people.models import Leave, OrgUnit, Person, Posting, Role, RoleGrant
from courses.people.units import below
from courses.text import asks_for_initials, like, search_key

PAGE = 50
MANY = 1000
"""So many are counted: who sees more looks for somebody in particular."""


class Standing(enum.StrEnum):
    """Whether somebody is at work today."""

    WORKING = "working"
    AWAY = "away"
    LEFT = "left"


@dataclass(frozen=True)
class Wanted:
    """Whom somebody looks for; what is not said is all the same. `unit_id`: who serves there or below today."""

    words: str = ""
    role: Role | None = None
    standing: Standing | None = None
    unit_id: int | None = None

    @property
    def is_all(self) -> bool:
        """Whether everybody is wanted."""
        return self == Wanted()

    @property
    def begins(self) -> str:
        """The one word in Hangul that alone is looked for, with which most names begin that it finds; or ''."""
        word = search_key(self.words)
        alone = self == Wanted(words=self.words) and word and not (" " in word or word.isascii())
        return word if alone and word == word.upper() and not asks_for_initials(word) else ""


def number_of(db: Session, wanted: Wanted) -> int:
    """How many there are; at most MANY + 1 are counted."""
    if wanted.begins:
        first = int(rows(db, _number_of_first(wanted)).scalar_one())
        if first > MANY:
            return first
    return int(rows(db, _number(wanted), {"today": clock.today()}).scalar_one())


def people(db: Session, wanted: Wanted, page: int | None = None) -> Sequence[Any]:
    """A page of them by name, or all; each with today's posting, `unit` (path), `away` (kind of leave), `gone`.

    On pages those whose name begins with what is looked for come first: they are found without reading all names.
    """
    size, skip = (None, 0) if page is None else (PAGE, (page - 1) * PAGE)
    asked = {"today": clock.today(), "skip": skip}
    if wanted.begins and size:
        first = rows(db, _first(wanted), asked).all()
        if len(first) == size:
            return first
    return rows(db, _list(wanted, size), asked).all()


@lru_cache(maxsize=256)
def _number(wanted: Wanted) -> Select[*tuple[Any, ...]]:
    some = select(Person.id).where(*_conditions(wanted)).limit(MANY + 1)
    return select(func.count()).select_from(some.subquery())


@lru_cache(maxsize=256)
def _list(wanted: Wanted, size: int | None) -> Select[*tuple[Any, ...]]:
    """The statement of a list; kept, since building and keying it costs more than running it."""
    statement = _LISTED.where(*_conditions(wanted))
    if size is None:
        return statement.order_by(Person.name, Person.id)
    if wanted.begins:
        statement = statement.order_by(case((_begins(wanted), 0), else_=1))
    return statement.order_by(Person.name, Person.id).limit(size).offset(_skip)


@lru_cache(maxsize=256)
def _first(wanted: Wanted) -> Select[*tuple[Any, ...]]:
    statement = _LISTED.where(Person.name >= wanted.begins, _begins(wanted))
    return statement.order_by(Person.name, Person.id).limit(PAGE).offset(_skip)


@lru_cache(maxsize=256)
def _number_of_first(wanted: Wanted) -> Select[*tuple[Any, ...]]:
    some = select(Person.id).where(Person.name >= wanted.begins, _begins(wanted)).limit(MANY + 1)
    return select(func.count()).select_from(some.subquery())


def _begins(wanted: Wanted) -> ColumnElement[bool]:
    return Person.name.like(f"{like(wanted.begins)}%", escape="\\")


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found = [matches(word) for word in search_key(wanted.words).split(" ") if word]
    if wanted.role:
        found.append(Person.id.in_(select(RoleGrant.person_id).where(RoleGrant.role == wanted.role)))
    if wanted.unit_id is not None:
        found.append(Person.id.in_(serving(wanted.unit_id, _today)))
    away = Person.id.in_(select(Leave.person_id).where(Leave.on(_today)))
    match wanted.standing:
        case Standing.WORKING:
            found += [Person.active_on(_today), ~away]
        case Standing.AWAY:
            found += [Person.active_on(_today), away]
        case Standing.LEFT:
            found.append(~Person.active_on(_today))
    return found


_today, _skip = bindparam("today", type_=Date), bindparam("skip", type_=Integer)
_AWAY = select(Leave.kind).where(Leave.person_id == Person.id, Leave.on(_today)).limit(1)
_LISTED: Select[*tuple[Any, ...]] = (
    select(
        Person.id, Person.name, Person.name_roman, Person.employee_no, Person.mail, Person.institution,
        Person.left_on, Person.expires_on, (~Person.active_on(_today)).label("gone"),
        Posting.service, Posting.grade, Posting.post, Posting.duty, OrgUnit.path.label("unit"),
        _AWAY.correlate(Person).scalar_subquery().label("away"),
    )
    .outerjoin(Posting, and_(Posting.person_id == Person.id, Posting.on(_today)))
    .outerjoin(OrgUnit, OrgUnit.id == Posting.unit_id)
)  # fmt: skip


def serving(unit_id: int, day: date | ColumnElement[date] | None = None) -> Select[int]:
    """SQL: the ids of those who serve on a day (usually today) in a unit or below."""
    here = Posting.unit_id.in_(select(below(unit_id).c.id))
    return select(Posting.person_id).where(Posting.on(clock.today() if day is None else day), here)


def serves_in(db: Session, person_id: int, unit_id: int) -> bool:
    """Whether somebody serves today in a unit or below."""
    return db.scalar(serving(unit_id).where(Posting.person_id == person_id)) is not None


def colleagues(db: Session, unit_id: int, query: str, *, most: int = 20) -> Sequence[Any]:
    """Name and employee number of those in a unit or below whom a search may mean."""
    asked = [matches(word) for word in search_key(query).split(" ") if word]
    people = select(Person.name, Person.employee_no).where(Person.id.in_(serving(unit_id)), *asked)
    return db.execute(people.order_by(Person.name, Person.id).limit(most)).all()


def matches(word: str) -> ColumnElement[bool]:
    """SQL: persons whom a word of a search (by `search_key`) may mean. Without case there is none to look past."""
    if asks_for_initials(word):
        return Person.initials.like(f"%{like(word)}%", escape="\\")
    name, mail = (
        (func.lower(Person.name), func.lower(Person.mail)) if word != word.upper() else (Person.name, Person.mail)
    )
    number = Person.employee_no.like(f"{like(word)}%", escape="\\")
    address = mail.like(f"{like(word)}%", escape="\\")
    named = name.like(f"%{like(word)}%", escape="\\")
    return or_(named, number, address) if word.isascii() else or_(named, _keyed(word, number, address))


def _keyed(word: str, number: ColumnElement[bool], address: ColumnElement[bool]) -> ColumnElement[bool]:
    """Hangul comes after the alphabet: few numbers and addresses do, found by their indexes. Only names are read."""
    numbered = select(Person.id).where(Person.employee_no >= word, number)
    return Person.id.in_(union_all(numbered, select(Person.id).where(Person.mail >= word, address)))


def find(db: Session, query: str, *, most: int) -> list[int]:
    """The ids of at most so many persons whom a search may mean, whether or not they still work here."""
    asked = [matches(word) for word in search_key(query).split(" ") if word]
    return list(db.scalars(select(Person.id).where(*asked).order_by(Person.id).limit(most)))


def by_key(db: Session, key: str) -> Person | None:
    """Whom an officer means: an employee number, or the mail of somebody without one; None for nobody or several."""
    key = key.strip()
    people = db.scalars(
        select(Person).where(or_(Person.employee_no == key, Person.external_key == key.lower())).limit(2)
    ).all()
    return people[0] if len(people) == 1 else None


def postings(db: Session, person_id: int) -> list[Any]:
    """All postings of a person with their units, the newest first."""
    return list(
        db.execute(
            select(
                Posting.from_on, Posting.until_on, Posting.service, Posting.series, Posting.grade, Posting.post,
                Posting.duty, OrgUnit.path, OrgUnit.code, OrgUnit.id.label("unit_id"),
            )
            .join(OrgUnit, OrgUnit.id == Posting.unit_id)
            .where(Posting.person_id == person_id)
            .order_by(Posting.from_on.desc())
        ).all()
    )  # fmt: skip


def leaves(db: Session, person_id: int) -> list[Leave]:
    """All times away, the newest first."""
    return list(db.scalars(select(Leave).where(Leave.person_id == person_id).order_by(Leave.from_on.desc())))


@dataclass(frozen=True)
class Grant:
    """A role somebody holds; `unit`: its path, where the role is a unit's; `by`: who gave it, as far as it is known."""

    role: Role
    unit_id: int | None
    unit: str | None
    origin: str
    granted_at: datetime
    by: str | None


def grants(db: Session, person_id: int) -> list[Grant]:
    """The roles a person holds."""
    held = rows(
        db,
        select(RoleGrant.role, RoleGrant.unit_id, OrgUnit.path.label("unit"), RoleGrant.origin, RoleGrant.granted_at)
        .outerjoin(OrgUnit, OrgUnit.id == RoleGrant.unit_id)
        .where(RoleGrant.person_id == person_id)
        .order_by(RoleGrant.role, OrgUnit.position),
    ).all()
    givers = _givers(db, person_id)
    return [
        Grant(row.role, row.unit_id, row.unit, row.origin, row.granted_at, givers.get((row.role, row.unit_id)))
        for row in held
    ]


def _givers(db: Session, person_id: int) -> dict[tuple[str, int | None], str]:
    """Who gave each role last, by the events."""
    told = (
        select(Event.data, Person.name)
        .join(Person, Person.id == Event.actor_id)
        .where(Event.person_id == person_id, Event.kind == kind_of(RoleGranted))
        .order_by(Event.id)
    )
    return {(event.data["role"], event.data.get("unit_id")): event.name for event in db.execute(told)}


def holders(db: Session) -> dict[Role, int]:
    """How many people hold each role and take part today."""
    counted = (
        select(RoleGrant.role, func.count(RoleGrant.person_id.distinct()))
        .join(Person, Person.id == RoleGrant.person_id)
        .where(Person.active_on(clock.today()))
        .group_by(RoleGrant.role)
    )
    return {row.role: row[1] for row in db.execute(counted)}
