from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from courses import clock
from courses.people.models import Leave, OrgUnit, Person, Posting, Role, RoleGrant
from courses.text import asks_for_initials, like, search_key

PAGE = 50


def search(db: Session, query: str, *, role: Role | None = None, page: int = 1) -> tuple[list[Any], bool]:
    """One page of persons by name, initial consonants, employee number or mail, and whether there are more."""
    statement = _with_posting(clock.today()).order_by(Person.name, Person.id)
    for word in search_key(query).split(" "):
        if word:
            statement = statement.where(matches(word))
    if role:
        statement = statement.where(Person.id.in_(select(RoleGrant.person_id).where(RoleGrant.role == role)))
    rows = db.execute(statement.limit(PAGE + 1).offset((page - 1) * PAGE)).all()
    return list(rows[:PAGE]), len(rows) > PAGE


def _with_posting(day: date) -> Any:
    return (
        select(
            Person.id, Person.name, Person.employee_no, Person.mail, Person.institution, Person.left_on,
            Posting.grade, Posting.post, OrgUnit.path.label("unit"),
        )
        .outerjoin(Posting, and_(Posting.person_id == Person.id, Posting.on(day)))
        .outerjoin(OrgUnit, OrgUnit.id == Posting.unit_id)
    )  # fmt: skip


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
            select(Posting.from_on, Posting.until_on, Posting.grade, Posting.post, Posting.duty, OrgUnit.path)
            .join(OrgUnit, OrgUnit.id == Posting.unit_id)
            .where(Posting.person_id == person_id)
            .order_by(Posting.from_on.desc())
        ).all()
    )


def leaves(db: Session, person_id: int) -> list[Leave]:
    """All times away, the newest first."""
    return list(db.scalars(select(Leave).where(Leave.person_id == person_id).order_by(Leave.from_on.desc())))


def grants(db: Session, person_id: int) -> list[Any]:
    """The roles a person holds, with the unit where the role is a unit's."""
    return list(
        db.execute(
            select(RoleGrant.role, RoleGrant.unit_id, RoleGrant.origin, OrgUnit.path.label("unit"))
            .outerjoin(OrgUnit, OrgUnit.id == RoleGrant.unit_id)
            .where(RoleGrant.person_id == person_id)
            .order_by(RoleGrant.role)
        ).all()
    )
