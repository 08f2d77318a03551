"""Who acts for the head of a unit while the head is away (대결)."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.errors import Refused, without_number
from courses.events.actions import record
from courses.events.facts import DeputyEnded, DeputyNamed
from courses.people.models import Deputy, OrgUnit, Person, Role, RoleGrant
from courses.text import text


def name_deputy(
    db: Session, actor_id: int, unit: OrgUnit, person: Person, from_on: date, until_on: date, reason: str = ""
) -> Deputy:
    """Let a person stand in from the one day to the other, both inclusive.

    Raises `Refused` for days that are over or in the wrong order, for who is head of the unit or takes no part, and
    when somebody else stands in on one of the days.
    """
    reason = without_number(reason, text("Reason"))
    db.execute(select(OrgUnit.id).where(OrgUnit.id == unit.id).with_for_update(key_share=True))
    if until_on < from_on or until_on < clock.today():
        raise Refused(text("The last day is over, or before the first one"), code="days")
    if person.id in _heads(db, unit.id, from_on):
        raise Refused(text("%(name)s is head of this unit already", name=person.name), code="is_head")
    if not _takes_part(db, person, from_on, until_on):
        raise Refused(text("%(name)s does not work here on all of these days", name=person.name), code="gone")
    _require_free(db, unit, from_on, until_on)
    deputy = Deputy(
        unit_id=unit.id, person_id=person.id, from_on=from_on, until_on=until_on, reason=reason, created_at=clock.now()
    )
    db.add(deputy)
    db.flush()
    days = from_on.isoformat(), until_on.isoformat()
    record(db, actor_id, DeputyNamed(person.id, unit.id, *days, reason))
    return deputy


def end_deputy(db: Session, actor_id: int, deputy: Deputy) -> None:
    """From now on the person does not stand in any more; who has not begun by today never did."""
    today = clock.today()
    if deputy.until_on < today:
        raise Refused(text("This is over already"), code="over")
    days = deputy.from_on.isoformat(), deputy.until_on.isoformat()
    record(db, actor_id, DeputyEnded(deputy.person_id, deputy.unit_id, *days))
    if deputy.from_on >= today:
        db.delete(deputy)
    else:
        deputy.until_on = today - timedelta(days=1)
    db.flush()


def deputies(db: Session, unit_id: int, *, most: int = 20) -> list[tuple[Deputy, str]]:
    """Of a unit, with their names, the latest first."""
    rows = select(Deputy, Person.name).join(Person, Person.id == Deputy.person_id).where(Deputy.unit_id == unit_id)
    return [(row.Deputy, row.name) for row in db.execute(rows.order_by(Deputy.from_on.desc()).limit(most))]


def _heads(db: Session, unit_id: int, day: date) -> list[int]:
    """Who holds the role of head for the unit, and takes part on `day`."""
    granted = select(Person.id).join(RoleGrant, RoleGrant.person_id == Person.id)
    held = (RoleGrant.role == Role.HEAD, RoleGrant.unit_id == unit_id)
    return list(db.scalars(granted.where(*held, Person.active_on(day))))


def _takes_part(db: Session, person: Person, from_on: date, until_on: date) -> bool:
    days = (Person.active_on(from_on), Person.active_on(until_on))
    own_staff = Person.employee_no.is_not(None)
    return db.scalar(select(Person.id).where(Person.id == person.id, own_staff, *days)) is not None


def _require_free(db: Session, unit: OrgUnit, from_on: date, until_on: date) -> None:
    meeting = select(Deputy, Person.name).join(Person, Person.id == Deputy.person_id).order_by(Deputy.from_on)
    meeting = meeting.where(Deputy.unit_id == unit.id, Deputy.from_on <= until_on, Deputy.until_on >= from_on)
    if other := db.execute(meeting.limit(1)).first():
        said = text(
            "%(name)s stands in from %(first)s to %(last)s already. End that, or choose other days",
            name=other.name,
            first=other.Deputy.from_on,
            last=other.Deputy.until_on,
        )
        raise Refused(said, code="overlaps")
