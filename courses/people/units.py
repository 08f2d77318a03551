"""Where somebody serves, as a part of other rooms' statements."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, select

from courses.people.models import OrgUnit, Person, Posting


def unit_path(day: date | ColumnElement[date]) -> ScalarSelect[Any]:
    """SQL: the path of the unit that `Person` (of the enclosing statement) serves in on `day`."""
    return (
        select(OrgUnit.path)
        .join(Posting, Posting.unit_id == OrgUnit.id)
        .where(Posting.person_id == Person.id, Posting.on(day))
        .order_by(Posting.from_on.desc())
        .limit(1)
        .correlate(Person)
        .scalar_subquery()
    )
