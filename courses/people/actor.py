"""Who is acting: the little that every request must know of a person, read in one statement."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Date, bindparam, select
from sqlalchemy.orm import Session

from courses import clock
from courses.db import KEY
from courses.people.models import Person, Role, RoleGrant


@dataclass(frozen=True)
class Actor:
    """A signed-in person. `units` are those the person heads or keeps as clerk: {(role, unit id)}."""

    id: int
    name: str
    language: str
    session_key: str
    is_staff: bool
    roles: frozenset[Role]
    units: frozenset[tuple[Role, int]]


def load_actor(db: Session, person_id: int) -> Actor | None:
    """The person as an actor, or None when there is none who takes part today."""
    rows = db.execute(_ACTOR, {"person_id": person_id, "today": clock.today()}).all()
    if not rows:
        return None
    first = rows[0]
    return Actor(
        id=first.id,
        name=first.name,
        language=first.language,
        session_key=first.session_key,
        is_staff=first.employee_no is not None,
        roles=frozenset(row.role for row in rows if row.role),
        units=frozenset((row.role, row.unit_id) for row in rows if row.role and row.unit_id),
    )


_ACTOR = (
    select(
        Person.id,
        Person.name,
        Person.language,
        Person.session_key,
        Person.employee_no,
        RoleGrant.role,
        RoleGrant.unit_id,
    )
    .outerjoin(RoleGrant, RoleGrant.person_id == Person.id)
    .where(Person.id == bindparam("person_id", type_=KEY), Person.active_on(bindparam("today", type_=Date)))
)
"""Built once: every request asks it."""
