"""Who is acting: the little that every request must know of a person, read in one statement."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Date, bindparam, literal, select, union_all
from sqlalchemy.orm import Session

from courses import clock
from courses.db import KEY, rows
from courses.people.models import Deputy, Person, Role, RoleGrant


@dataclass(frozen=True)
class Actor:
    """A signed-in person. `units` are those the person heads, stands in for or keeps as clerk: {(role, unit id)}."""

    id: int
    name: str
    language: str
    session_key: str
    is_staff: bool
    roles: frozenset[Role]
    units: frozenset[tuple[Role, int]]


def load_actor(db: Session, person_id: int) -> Actor | None:
    """The person as an actor, or None when there is none who takes part today."""
    found = rows(db, _ACTOR, {"person_id": person_id, "today": clock.today()}).all()
    if not found:
        return None
    first = found[0]
    return Actor(
        id=first.id,
        name=first.name,
        language=first.language,
        session_key=first.session_key,
        is_staff=first.employee_no is not None,
        roles=frozenset(row.role for row in found if row.role),
        units=frozenset((row.role, row.unit_id) for row in found if row.role and row.unit_id),
    )


_WHO, _TODAY = bindparam("person_id", type_=KEY), bindparam("today", type_=Date)
_HELD = union_all(
    select(RoleGrant.person_id, RoleGrant.role, RoleGrant.unit_id).where(RoleGrant.person_id == _WHO),
    select(Deputy.person_id, literal(Role.HEAD, RoleGrant.role.type), Deputy.unit_id).where(
        Deputy.person_id == _WHO, Deputy.from_on <= _TODAY, Deputy.until_on >= _TODAY
    ),
).subquery()
"""What was granted, and the units for whose heads the person stands in today."""
_ACTOR = (
    select(
        Person.id,
        Person.name,
        Person.language,
        Person.session_key,
        Person.employee_no,
        _HELD.c.role,
        _HELD.c.unit_id,
    )
    .outerjoin(_HELD, _HELD.c.person_id == Person.id)
    .where(Person.id == _WHO, Person.active_on(_TODAY))
)
"""Built once: every request asks it."""
