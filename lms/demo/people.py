"""Who plays which part: real staff of the demo's files whose post, duty and unit fit."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, fields

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from courses import clock
from courses.people.actions import grant_role, set_password
from courses.people.models import Leave, OrgUnit, Person, Posting, Role, RoleGrant
from courses.people.units import unit_path
from lms.auth.passwords import hash_password

GRADE = "8급"
"""Of the employee."""
_BUREAU = "정보화기획단"
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _LENGTH = 4, 4
_KOREAN = {
    "employee": "직원",
    "instructor": "강사",
    "officer": "교육담당자",
    "head": "부서장",
    "clerk": "서무",
    "administrator": "관리자",
}


@dataclass(frozen=True)
class Cast:
    """One person a role; `head` and `clerk` are those of the employee's division."""

    employee: Person
    instructor: Person
    officer: Person
    head: Person
    clerk: Person
    administrator: Person

    def parts(self) -> Iterator[tuple[str, Person]]:
        """(role, person), in order."""
        return ((part.name, getattr(self, part.name)) for part in fields(self))


class Passwords:
    """A random password for each part, and its hash (slow to make)."""

    def __init__(self) -> None:
        self.plain = {role: _password() for role in _KOREAN}
        self.hashed = {role: hash_password(plain) for role, plain in self.plain.items()}


def cast(db: Session, passwords: Passwords) -> Cast:
    """Choose the people, grant what no file grants, and let them sign in."""
    division, head, clerk = _a_division(db)
    informatics = db.scalars(_working().where(OrgUnit.path.startswith(f"{_BUREAU} "), Posting.grade == "7급")).all()
    teachers = select(RoleGrant.person_id).where(RoleGrant.role == Role.INSTRUCTOR)
    people = Cast(
        employee=db.scalars(_working().where(OrgUnit.path.startswith(division.path), Posting.grade == GRADE)).all()[0],
        instructor=db.scalars(_working().where(Person.id.in_(teachers))).all()[0],
        officer=informatics[0],
        head=head,
        clerk=clerk,
        administrator=informatics[-1],
    )
    grant_role(db, None, people.officer, Role.OFFICER)
    grant_role(db, None, people.administrator, Role.ADMINISTRATOR)
    for role, person in people.parts():
        set_password(db, None, person, passwords.hashed[role], how="command")
    return people


def sign_in_lines(db: Session, people: Cast, passwords: Passwords) -> list[str]:
    """`officer  교육담당자  199701267  password  name  unit`, one line a role."""
    places = select(Person.id, unit_path(clock.today())).where(Person.id.in_([p.id for _, p in people.parts()]))
    units = {row.id: row[1] for row in db.execute(places)}
    return [
        f"{role:<14}{_wide(_KOREAN[role], 12)}{person.employee_no}  {passwords.plain[role]}  {person.name}  "
        f"{units[person.id]}"
        for role, person in people.parts()
    ]


def _working() -> Select[Person]:
    """Staff who are not away and have neither a post nor a duty, in official order."""
    today = clock.today()
    away = select(Leave.person_id).where(Leave.on(today))
    return (
        select(Person)
        .join(Posting, Posting.person_id == Person.id)
        .join(OrgUnit, OrgUnit.id == Posting.unit_id)
        .where(Posting.on(today), Posting.post == "", Posting.duty == "", Person.id.not_in(away))
        .order_by(OrgUnit.position, Person.employee_no)
    )


def _a_division(db: Session) -> tuple[OrgUnit, Person, Person]:
    """The first division outside the informatics bureau that has a head and a clerk."""
    grants = (
        select(OrgUnit, RoleGrant.role, Person)
        .join(RoleGrant, RoleGrant.unit_id == OrgUnit.id)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(OrgUnit.depth == 2, ~OrgUnit.path.startswith(_BUREAU), Person.active_on(clock.today()))
        .order_by(OrgUnit.position, Person.employee_no)
    )
    found: dict[int, dict[Role, Person]] = {}
    for unit, role, person in db.execute(grants):
        holders = found.setdefault(unit.id, {})
        holders.setdefault(role, person)
        if len(holders) == 2:
            return unit, holders[Role.HEAD], holders[Role.CLERK]
    raise LookupError("no division of the demo has both a head and a clerk")


def _password() -> str:
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(_LENGTH)) for _ in range(_GROUPS))


def _wide(text: str, width: int) -> str:
    """Padded for a terminal, where a hangul syllable takes two columns."""
    return text + " " * (width - 2 * len(text))
