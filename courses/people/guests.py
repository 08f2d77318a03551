"""Guests who teach: instructors of other bodies, invited by a link with an expiry, who see their own runs only."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Date, bindparam, exists, select
from sqlalchemy.orm import Session

from courses import clock
from courses.db import rows
from courses.errors import Refused
from courses.events.actions import record
from courses.events.facts import Invited
from courses.people.models import Invitation, Person, Role, RoleGrant
from courses.text import text

INVITED_FOR = timedelta(days=14)


class Access(enum.StrEnum):
    """Whether a guest can come in."""

    OPEN = "open"  # has set a password
    INVITED = "invited"
    LAPSED = "lapsed"  # did not use the link in time
    NEVER = "never"  # was not invited


@dataclass(frozen=True, slots=True)
class Guest:
    """An instructor of another body; `until`: the last day of taking part, or that of the link."""

    id: int
    name: str
    institution: str
    mail: str
    expires_on: date | None
    access: Access
    invited_until: datetime | None
    mailed_at: datetime | None


def guests(db: Session) -> list[Guest]:
    """All who take part today, by name."""
    return [_guest(row) for row in rows(db, _GUESTS, {"today": clock.today()}).all()]


def invite(db: Session, actor_id: int, person: Person) -> Invitation:
    """A link that holds for two weeks, or until the person's last day; the links sent before hold no longer.

    Raises `Refused` for the own staff, and for who takes part no longer.
    """
    if person.employee_no is not None:
        raise Refused(text("Only instructors of other bodies are invited"), code="staff")
    today = clock.today()
    if person.left_on or (person.expires_on and person.expires_on < today):
        raise Refused(text("%(name)s takes part no longer. Set a later last day first", name=person.name), code="gone")
    invitation = db.get(Invitation, person.id, with_for_update=True)
    if invitation is None:
        invitation = Invitation(person_id=person.id, number=0)
        db.add(invitation)
    now = clock.now()
    last = clock.end_of(person.expires_on) if person.expires_on else now + INVITED_FOR
    invitation.number += 1
    invitation.invited_at, invitation.expires_at, invitation.mailed_at = now, min(now + INVITED_FOR, last), None
    db.flush()
    record(db, actor_id, Invited(person.id, invitation.number, invitation.expires_at.isoformat()))
    return invitation


def invited(db: Session, person_id: int, number: int, session_key: str) -> Person | None:
    """Whose invitation of that number it is, while it holds; setting a password changes the `session_key`."""
    return db.scalar(
        select(Person)
        .join(Invitation, Invitation.person_id == Person.id)
        .where(
            Person.id == person_id,
            Person.session_key == session_key,
            Invitation.number == number,
            Invitation.expires_at > clock.now(),
            Person.active_on(clock.today()),
        )
    )


def _guest(row: Any) -> Guest:
    access = Access.NEVER
    if row.has_password:
        access = Access.OPEN
    elif row.expires_at:
        access = Access.INVITED if row.expires_at > clock.now() else Access.LAPSED
    return Guest(
        row.id, row.name, row.institution, row.mail or "", row.expires_on, access, row.expires_at, row.mailed_at
    )


_GUESTS = (
    select(
        Person.id, Person.name, Person.institution, Person.mail, Person.expires_on,
        Person.password_hash.is_not(None).label("has_password"), Invitation.expires_at, Invitation.mailed_at,
    )
    .outerjoin(Invitation, Invitation.person_id == Person.id)
    .where(
        Person.employee_no.is_(None),
        Person.active_on(bindparam("today", type_=Date)),
        exists().where(RoleGrant.person_id == Person.id, RoleGrant.role == Role.INSTRUCTOR),
    )
    .order_by(Person.name, Person.id)
)  # fmt: skip
