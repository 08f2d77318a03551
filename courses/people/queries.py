from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from courses import clock
from courses.events.actions import kind_of
from courses.events.facts import RoleGranted
from courses.events.models import Event
from courses.people.models import Leave, OrgUnit, Person, Posting, Role, RoleGrant
from courses.people.units import below
from courses.text import asks_for_initials, like, search_key

PAGE = 50


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


def number_of(db: Session, wanted: Wanted) -> int:
    """How many there are."""
    return db.scalars(select(func.count(Person.id)).where(*_conditions(wanted))).one()


def people(db: Session, wanted: Wanted, page: int | None = None) -> Sequence[Any]:
    """A page of them by name, or all; each with today's posting, `unit` (path), `away` (kind of leave), `gone`."""
    statement = _with_posting(clock.today()).where(*_conditions(wanted)).order_by(Person.name, Person.id)
    if page is not None:
        statement = statement.limit(PAGE).offset((page - 1) * PAGE)
    return db.execute(statement).all()


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    today = clock.today()
    found = [matches(word) for word in search_key(wanted.words).split(" ") if word]
    if wanted.role:
        found.append(Person.id.in_(select(RoleGrant.person_id).where(RoleGrant.role == wanted.role)))
    if wanted.unit_id is not None:
        found.append(Person.id.in_(serving(wanted.unit_id)))
    away = Person.id.in_(select(Leave.person_id).where(Leave.on(today)))
    match wanted.standing:
        case Standing.WORKING:
            found += [Person.active_on(today), ~away]
        case Standing.AWAY:
            found += [Person.active_on(today), away]
        case Standing.LEFT:
            found.append(~Person.active_on(today))
    return found


def _with_posting(day: date) -> Any:
    away = select(Leave.kind).where(Leave.person_id == Person.id, Leave.on(day)).limit(1)
    return (
        select(
            Person.id, Person.name, Person.name_roman, Person.employee_no, Person.mail, Person.institution,
            Person.left_on, Person.expires_on, (~Person.active_on(day)).label("gone"),
            Posting.service, Posting.grade, Posting.post, Posting.duty, OrgUnit.path.label("unit"),
            away.correlate(Person).scalar_subquery().label("away"),
        )
        .outerjoin(Posting, and_(Posting.person_id == Person.id, Posting.on(day)))
        .outerjoin(OrgUnit, OrgUnit.id == Posting.unit_id)
    )  # fmt: skip


def serving(unit_id: int) -> Select[int]:
    """SQL: the ids of those who serve today in a unit or below."""
    here = Posting.unit_id.in_(select(below(unit_id).c.id))
    return select(Posting.person_id).where(Posting.on(clock.today()), here)


def serves_in(db: Session, person_id: int, unit_id: int) -> bool:
    """Whether somebody serves today in a unit or below."""
    return db.scalar(serving(unit_id).where(Posting.person_id == person_id)) is not None


def colleagues(db: Session, unit_id: int, query: str, *, most: int = 20) -> Sequence[Any]:
    """Name and employee number of those in a unit or below whom a search may mean."""
    asked = [matches(word) for word in search_key(query).split(" ") if word]
    people = select(Person.name, Person.employee_no).where(Person.id.in_(serving(unit_id)), *asked)
    return db.execute(people.order_by(Person.name, Person.id).limit(most)).all()


def matches(word: str) -> ColumnElement[bool]:
    """SQL: persons whom a word of a search (by `search_key`) may mean."""
    if asks_for_initials(word):
        return Person.initials.like(f"%{like(word)}%", escape="\\")
    pattern = f"%{like(word)}%"
    return or_(
        func.lower(Person.name).like(pattern, escape="\\"),
        Person.employee_no.like(f"{like(word)}%", escape="\\"),
        func.lower(Person.mail).like(f"{like(word)}%", escape="\\"),
    )


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
    rows = db.execute(
        select(RoleGrant.role, RoleGrant.unit_id, OrgUnit.path.label("unit"), RoleGrant.origin, RoleGrant.granted_at)
        .outerjoin(OrgUnit, OrgUnit.id == RoleGrant.unit_id)
        .where(RoleGrant.person_id == person_id)
        .order_by(RoleGrant.role, OrgUnit.position)
    ).all()
    givers = _givers(db, person_id)
    return [Grant(*row, by=givers.get((row.role, row.unit_id))) for row in rows]


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
