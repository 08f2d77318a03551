from __future__ import annotations

import secrets
from collections.abc import Collection
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, delete, select
from sqlalchemy.orm import Session

from courses import clock
from courses.errors import Refused
from courses.events.actions import record
from courses.events.facts import Changed, PasswordSet, RoleGranted, RoleTaken
from courses.people.models import Person, Role, RoleGrant
from courses.text import clean, initials, text


def add_staff(db: Session, actor_id: int | None, employee_no: str, name: str) -> Person:
    """Somebody with an employee number and no posting, such as the first administrator. `Refused` when it is taken."""
    require_free_number(db, employee_no)
    person = Person(
        employee_no=employee_no,
        name=clean(name),
        initials=initials(name),
        appointed_on=clock.today(),
        session_key=secrets.token_hex(8),
    )
    db.add(person)
    db.flush()  # the event needs the id
    after = {"employee_no": employee_no, "name": person.name}
    record(db, actor_id, Changed("person", person.id, {}, after, person_id=person.id))
    return person


def require_free_number(db: Session, employee_no: str) -> None:
    """An employee number belongs to one person. Raises `Refused` when it is taken."""
    if db.scalar(select(Person.id).where(Person.employee_no == employee_no)):
        raise Refused(text("Somebody has the employee number %(number)s already", number=employee_no), code="number")


def grant_role(db: Session, actor_id: int | None, person: Person, role: Role, unit_id: int | None = None) -> None:
    """Give a role (for a unit, where it is a unit's); nothing happens when the person has it already."""
    if db.scalar(select(RoleGrant.id).where(*_the_grant(person, role, unit_id))):
        return
    db.add(RoleGrant(person_id=person.id, role=role, unit_id=unit_id, granted_at=clock.now()))
    record(db, actor_id, RoleGranted(person.id, role, unit_id))


def take_role(db: Session, actor_id: int | None, person: Person, role: Role, unit_id: int | None = None) -> None:
    """Take a role back. Raises `Refused` when nobody would be an administrator any more."""
    if role is Role.ADMINISTRATOR:
        require_administrator_beside(db, {person.id})
    taken = db.execute(delete(RoleGrant).where(*_the_grant(person, role, unit_id)))
    if cast("CursorResult[Any]", taken).rowcount:
        record(db, actor_id, RoleTaken(person.id, role, unit_id))


def require_administrator_beside(db: Session, person_ids: Collection[int]) -> None:
    """Somebody has to be able to give roles. Raises `Refused` when only these persons are administrators."""
    holders = select(Person.id, Person.name).join(RoleGrant, RoleGrant.person_id == Person.id).order_by(Person.id)
    holders = holders.where(RoleGrant.role == Role.ADMINISTRATOR, Person.active_on(clock.today()))
    known = db.execute(holders.with_for_update(key_share=True)).all()  # two at a time would both see the other one
    if known and all(person.id in person_ids for person in known):
        name = ", ".join(person.name for person in known)
        raise Refused(text("Nobody but %(name)s is an administrator: give somebody else the role first", name=name))


def set_password(db: Session, actor_id: int | None, person: Person, hashed: str, *, how: str) -> None:
    """Store a new password (already hashed) and end every sign-in of the person. `how`: link, self, command."""
    person.password_hash = hashed
    person.session_key = secrets.token_hex(8)
    record(db, actor_id, PasswordSet(person.id, how))


def _the_grant(person: Person, role: Role, unit_id: int | None) -> tuple[ColumnElement[bool], ...]:
    return (
        RoleGrant.person_id == person.id,
        RoleGrant.role == role,
        RoleGrant.unit_id.is_not_distinct_from(unit_id),
    )
