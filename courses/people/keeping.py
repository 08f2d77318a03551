"""One person at a time: added, edited, posted, sent on leave, gone and back, by the rules of the staff file."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from courses import clock
from courses.errors import Refused
from courses.events.actions import record
from courses.events.facts import Changed
from courses.people.actions import require_administrator_beside, require_free_number
from courses.people.directory import Directory, Record
from courses.people.models import INITIALS, LeaveKind, Person, Posting
from courses.text import initials, text


def hire(db: Session, actor_id: int, new: Record) -> Person:
    """Somebody of the own staff, with a first posting from the day of appointment (else today).

    Raises `Refused` when the employee number is taken or the unit is closed.
    """
    require_free_number(db, new.employee_no)
    _take(db, actor_id, new, clock.today())
    person = db.scalars(select(Person).where(Person.employee_no == new.employee_no)).one()
    after = {"employee_no": new.employee_no, "name": person.name, "unit_id": new.posting["unit_id"]}
    record(db, actor_id, Changed("person", person.id, {}, after, person_id=person.id))
    return person


def add_external(db: Session, actor_id: int, mail: str, **values: Any) -> Person:
    """Somebody of another body, who signs in with the mail. `values`: name, name_roman, institution, expires_on.

    Raises `Refused` when somebody else has the mail.
    """
    _require_own_mail(db, 0, mail)
    person = Person(
        external_key=mail,
        mail=mail,
        initials=initials(values["name"])[:INITIALS],
        session_key=secrets.token_hex(8),
        **values,
    )
    db.add(person)
    db.flush()
    after = {"mail": mail} | {name: _plain(value) for name, value in values.items() if value}
    record(db, actor_id, Changed("person", person.id, {}, after, person_id=person.id))
    return person


def edit(db: Session, actor_id: int, person: Person, values: Mapping[str, Any]) -> bool:
    """Other values of name, name_roman, mail, institution, expires_on; whether anything differs.

    The mail of somebody without an employee number is what they are known by: `Refused` when another person has it.
    So it is when the last administrator, or the acting person, would expire.
    """
    changes = {name: value for name, value in values.items() if getattr(person, name) != value}
    if not changes:
        return False
    before = {name: _plain(getattr(person, name)) for name in changes}
    if person.employee_no is None and "mail" in changes:
        _require_own_mail(db, person.id, changes["mail"])
        person.external_key = changes["mail"]
    if "expires_on" in changes and _ends(changes["expires_on"]):
        _require_may_go(db, actor_id, person)
    for name, value in changes.items():
        setattr(person, name, value)
    person.initials = initials(person.name)[:INITIALS]
    after = {name: _plain(value) for name, value in changes.items()}
    record(db, actor_id, Changed("person", person.id, before, after, person_id=person.id))
    db.flush()
    return True


def post(db: Session, actor_id: int, person: Person, day: date, posting: Mapping[str, Any]) -> None:
    """A posting from `day` on; the roles follow from post and duty. It brings back who had left.

    Raises `Refused` for a closed unit, for a day before a later posting, and for who has no employee number.
    """
    _take(db, actor_id, Record(_number(person), {}, posting), day)


def send_away(db: Session, actor_id: int, person: Person, day: date, kind: LeaveKind) -> None:
    """Leave, parental leave or a secondment, from `day` on."""
    _require_posted(db, person, day)
    _take(db, actor_id, Record(_number(person), {}, {}, state=kind, knows_state=True), day)


def welcome_back(db: Session, actor_id: int, person: Person, day: date) -> None:
    """`day` is the first one back at work."""
    _require_posted(db, person, day)
    _take(db, actor_id, Record(_number(person), {}, {}, state=None, knows_state=True), day)


def retire(db: Session, actor_id: int, person: Person, day: date) -> None:
    """The person takes part no longer from `day` on: sign-ins, posting, leave and the roles of the posting end.

    What is to become of seats ahead is `enrolment.leaving`. Raises `Refused` for oneself and the last administrator.
    """
    if person.left_on:
        raise Refused(text("%(name)s has left already", name=person.name), code="left")
    _require_may_go(db, actor_id, person)
    if person.employee_no is None:
        person.left_on, person.session_key = day, secrets.token_hex(8)
        _record_left(db, actor_id, person, None, day)
        return
    directory = Directory(db, day, only=[person.employee_no])
    directory.write(db, actor_id, [person.employee_no])
    db.refresh(person)


def take_back(db: Session, actor_id: int, person: Person) -> None:
    """Somebody of another body takes part again. The own staff comes back with a posting."""
    if person.employee_no is not None:
        raise Refused(text("Who comes back needs a posting"), code="posting")
    if before := person.left_on:
        person.left_on = None
        _record_left(db, actor_id, person, before, None)


def _take(db: Session, actor_id: int, wanted: Record, day: date) -> None:
    directory = Directory(db, day, only=[wanted.employee_no])
    unit_id = wanted.posting.get("unit_id")
    if unit_id is not None and (closed_on := directory.closed(unit_id)):
        raise Refused(text("This unit is closed since %(day)s.", day=closed_on), code="unit_closed")
    if problem := directory.problem(wanted):
        raise Refused(problem, code="later")
    directory.take(wanted)
    directory.write(db, actor_id)
    db.expire_all()  # it was written past the session


def _number(person: Person) -> str:
    if person.employee_no is None:
        raise Refused(text("Only who has an employee number is posted or goes on leave"), code="external")
    return person.employee_no


def _require_posted(db: Session, person: Person, day: date) -> None:
    posted = db.scalar(select(Posting.id).where(Posting.person_id == person.id, Posting.on(day)).limit(1))
    if person.left_on or posted is None:
        raise Refused(text("%(name)s has no posting on that day", name=person.name), code="not_posted")


def _require_may_go(db: Session, actor_id: int, person: Person) -> None:
    if person.id == actor_id:
        raise Refused(text("You cannot put yourself out of office. Ask another administrator"), code="oneself")
    require_administrator_beside(db, {person.id})


def _require_own_mail(db: Session, person_id: int, mail: str) -> None:
    same = select(Person.name).where(or_(Person.external_key == mail, Person.mail == mail), Person.id != person_id)
    if name := db.scalar(same.limit(1)):
        raise Refused(text("%(name)s has the e-mail %(mail)s already", name=name, mail=mail), code="mail")


def _record_left(db: Session, actor_id: int, person: Person, before: date | None, after: date | None) -> None:
    fields = {"left_on": _plain(before)}, {"left_on": _plain(after)}
    record(db, actor_id, Changed("person", person.id, *fields, person_id=person.id))
    db.flush()


def _ends(expires_on: date | None) -> bool:
    return expires_on is not None and expires_on < clock.today()


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value
