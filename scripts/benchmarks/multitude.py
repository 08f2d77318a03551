"""An organisation of any number of people, made within seconds of the staff that is there: for measuring alone."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, insert, literal, select, text
from sqlalchemy.orm import Session, aliased

from courses.people.models import Person, Posting


def multiply(db: Session, people: int) -> None:
    """The staff again, under other numbers and in the same units, until there are at least so many.

    A statement for the persons of each round, one for their postings; whoever is signed in is so in every round.
    """
    there = db.scalar(select(func.count()).select_from(Person).where(Person.employee_no.is_not(None))) or 0
    last = db.scalar(select(func.max(Person.id))) or 0
    for number in range(1, -(-people // max(there, 1))):
        _again(db, last, f"-{number}")
    db.execute(text("ANALYZE"))


def _again(db: Session, last: int, mark: str) -> None:
    """Those whose ids end with `last`, with `mark` behind their numbers; their mail stays with the first of them."""
    known, new = aliased(Person), aliased(Person)
    persons = _copied(Person, known, employee_no=known.employee_no + mark, mail=literal(None))
    db.execute(
        insert(Person).from_select(
            [*persons], select(*persons.values()).where(known.id <= last, known.employee_no.is_not(None))
        )
    )
    held = aliased(Posting)
    postings = _copied(Posting, held, person_id=new.id)
    found = (
        select(*postings.values())
        .join(known, known.id == held.person_id)
        .join(new, new.employee_no == known.employee_no + mark)
    )
    db.execute(insert(Posting).from_select([*postings], found.where(known.id <= last)))


def _copied(model: type[Person | Posting], source: Any, **instead: Any) -> dict[str, Any]:
    """Every column but the id as it stands in `source`, some with another value."""
    names = [column.key for column in model.__table__.columns if column.key != "id"]
    return {name: instead.get(name, getattr(source, name)) for name in names}
