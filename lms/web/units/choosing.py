"""A unit, or a person of one, typed into a field."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from wtforms import StringField
from wtforms.validators import ValidationError

from courses.people.models import OrgUnit, Person
from courses.people.queries import by_key, serving
from courses.people.units import meant, shown_as
from courses.text import text
from lms import db as doors
from lms.i18n import words

_NAMED = 5


class UnitField(StringField):
    """By code or name, or as the list offers it; `unit` is the one once the form is valid, None for an empty field."""

    unit: OrgUnit | None = None

    def pre_validate(self, form: Any) -> None:
        """One unit, or the reason why not."""
        if typed := (self.data or "").strip()[:700]:
            self.unit = _only(typed, meant(doors.looking(), typed))


def _only(typed: str, units: Sequence[OrgUnit]) -> OrgUnit:
    if not units:
        raise ValidationError(words(text("There is no open unit with the code or name ‘%(typed)s’", typed=typed)))
    if len(units) > 1:
        named = ", ".join(shown_as(unit) for unit in units[:_NAMED])
        raise ValidationError(words(text("Several units are called that: %(units)s. Enter the code", units=named)))
    return units[0]


class ColleagueField(StringField):
    """Somebody of the staff by employee number, or by a name that one person in `unit_id` or below has."""

    unit_id = 0
    person: Person | None = None

    def pre_validate(self, form: Any) -> None:
        """One person, or the reason why not."""
        typed, db = (self.data or "").strip()[:300], doors.looking()
        self.person = by_key(db, typed.rpartition("(")[2].rstrip(")")) or self._named(typed)
        if typed and self.person is None:
            said = text(
                "Enter an employee number, or the full name of somebody in this unit whom nobody shares it with"
            )
            raise ValidationError(words(said))

    def _named(self, typed: str) -> Person | None:
        db = doors.looking()
        same = select(Person).where(Person.name == typed, Person.id.in_(serving(self.unit_id))).limit(2)
        people = db.scalars(same).all()
        return people[0] if len(people) == 1 else None
