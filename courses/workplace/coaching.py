"""Who coaches whom: one coach at a time, from a day on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Row, and_, case, select
from sqlalchemy.orm import Session, aliased

from courses import clock
from courses.db import rows
from courses.errors import Refused
from courses.events.actions import record
from courses.events.facts import CoachingEnded, CoachNamed
from courses.people.models import OrgUnit, Person, Posting
from courses.people.units import below
from courses.scheduling.locks import lock_people
from courses.text import text
from courses.workplace.models import Coaching
from courses.workplace.signing import coached_on

PROBATION = timedelta(days=183)
"""So long after the appointment somebody is on probation (시보), and needs a coach."""
_DAY = timedelta(days=1)


def name_coach(db: Session, actor_id: int, person: Person, coach: Person, from_on: date) -> Coaching:
    """`coach` coaches the person from a day on; whoever did so until then, does until the day before.

    Raises `Refused` for oneself, for who takes no part that day, and when somebody is named for later already.
    """
    lock_people(db, {person.id, coach.id})
    if person.id == coach.id:
        raise Refused(text("Nobody coaches themselves"), code="oneself")
    for one in (person, coach):
        _require_staff(db, one, from_on)
    if before := _latest(db, person.id):
        if before.coach_id == coach.id and before.until_on is None:
            raise Refused(text("%(name)s is the coach already", name=coach.name), code="same")
        _make_way(db, before, from_on)
    coaching = Coaching(person_id=person.id, coach_id=coach.id, from_on=from_on)
    db.add(coaching)
    db.flush()
    record(db, actor_id, CoachNamed(person.id, coach.id, from_on.isoformat()))
    return coaching


def end_coaching(db: Session, actor_id: int, coaching: Coaching) -> None:
    """From today on the person has no coach; what has not begun before today never was."""
    lock_people(db, [coaching.person_id])
    if db.scalar(select(Coaching.id).where(Coaching.id == coaching.id)) is None:  # two at once: it was taken away
        raise Refused(text("This is over already"), code="over")
    db.refresh(coaching)
    yesterday = clock.today() - _DAY
    if coaching.until_on and coaching.until_on <= yesterday:
        raise Refused(text("This is over already"), code="over")
    if coaching.from_on > yesterday:
        db.delete(coaching)
    else:
        coaching.until_on = yesterday
    db.flush()
    until = "" if coaching.from_on > yesterday else yesterday.isoformat()
    record(db, actor_id, CoachingEnded(coaching.person_id, coaching.coach_id, until))


def _require_staff(db: Session, person: Person, day: date) -> None:
    here = select(Person.id).where(Person.id == person.id, Person.active_on(day), Person.employee_no.is_not(None))
    if db.scalar(here) is None:
        raise Refused(text("%(name)s does not work here on that day", name=person.name), code="gone")


def _latest(db: Session, person_id: int) -> Coaching | None:
    return db.scalar(select(Coaching).where(Coaching.person_id == person_id).order_by(Coaching.from_on.desc()).limit(1))


def _make_way(db: Session, before: Coaching, from_on: date) -> None:
    if before.from_on > from_on:
        said = text("Somebody is named from %(day)s on already: choose a later day", day=before.from_on)
        raise Refused(said, code="later")
    if before.from_on == from_on:  # another name for the same day: the first one never coached
        db.delete(before)
        db.flush()
    elif before.until_on is None or before.until_on >= from_on:
        before.until_on = from_on - _DAY


def of_unit(db: Session, unit_id: int) -> Sequence[Row[Any]]:
    """Those who serve in a unit or below and have a coach, or need one: first who needs one and has none.

    Columns: person_id, name, employee_no, unit, grade, appointed_on, probation (bool), coaching_id, coach, from_on.
    """
    today = clock.today()
    coach = aliased(Person)
    new = and_(Person.appointed_on.is_not(None), Person.appointed_on > today - PROBATION)
    lacking = and_(new, Coaching.id.is_(None))
    statement = (
        select(
            Person.id.label("person_id"), Person.name, Person.employee_no, OrgUnit.path.label("unit"), Posting.grade,
            Person.appointed_on, new.label("probation"), Coaching.id.label("coaching_id"), coach.name.label("coach"),
            Coaching.from_on,
        )
        .join(Posting, and_(Posting.person_id == Person.id, Posting.on(today)))
        .join(OrgUnit, OrgUnit.id == Posting.unit_id)
        .outerjoin(Coaching, and_(Coaching.person_id == Person.id, coached_on(today)))
        .outerjoin(coach, coach.id == Coaching.coach_id)
        .where(Posting.unit_id.in_(select(below(unit_id).c.id)), Person.active_on(today))
        .where(new | Coaching.id.is_not(None))
        .order_by(case((lacking, 0), else_=1), OrgUnit.position, Person.name, Person.id)
    )  # fmt: skip
    return rows(db, statement).all()
