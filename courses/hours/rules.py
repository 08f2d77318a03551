"""What counts in which year: targets by grade, caps by type, types of learning elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.catalogue.models import Kind
from courses.catalogue.words import KINDS
from courses.errors import Refused
from courses.events.actions import record_change
from courses.hours.models import HoursRules
from courses.settings.organisation import organisation
from courses.text import Text, text

OUTSIDE: dict[str, Text] = {
    "seminar": text("Seminar or conference"),
    "qualification": text("Certificate of qualification"),
    "university": text("University course"),
    "course": text("Course elsewhere"),
    "reading": text("Reading"),
}
"""Types of learning elsewhere that there always are; an organisation adds its own by name."""
OWN = tuple(f"own-{number}" for number in range(1, 5))
"""The keys that types of the organisation's own get."""
_HOUR = 60
_MOST_HOURS = 2000
_MOST_GRADES = 60


@dataclass(frozen=True)
class Rules:
    """In force from a year on. `hours`: the target of grades that `grades` does not name (None: the organisation's).

    `caps`: hours a year that count at most, by type (a kind of course or a type of `OUTSIDE` or `OWN`); 0: nothing
    of that type counts, and it is not offered. `names`: own types by key.
    """

    hours: int | None = None
    grades: Mapping[str, int] = field(default_factory=dict)
    caps: Mapping[str, int] = field(default_factory=lambda: {"reading": 10})
    names: Mapping[str, str] = field(default_factory=dict)

    def target(self, grade: str) -> int:
        """Hours a year for somebody of a grade; 0: there is no target."""
        return self.grades.get(grade, self.hours or 0)

    @property
    def minutes(self) -> dict[str, int]:
        """The caps in minutes."""
        return {type_: hours * _HOUR for type_, hours in self.caps.items()}

    @property
    def types(self) -> dict[str, Text | str]:
        """Types of learning elsewhere that are offered, with their names."""
        known: dict[str, Text | str] = {**OUTSIDE, **self.names}
        return {type_: name for type_, name in known.items() if self.caps.get(type_) != 0}

    def name(self, type_: str) -> Text | str:
        """What a type is called; one that there is no more goes by its key."""
        if type_ in set(Kind):
            return KINDS[Kind(type_)]
        return OUTSIDE.get(type_) or self.names.get(type_, type_)


def stored(db: Session, year: int) -> tuple[int | None, Rules]:
    """The rules of a year as they were set, and from which year on they hold (None: nothing was ever set)."""
    latest = select(HoursRules).where(HoursRules.from_year <= year).order_by(HoursRules.from_year.desc()).limit(1)
    row = db.scalar(latest)
    return (row.from_year, Rules(**row.rules)) if row else (None, Rules())


def rules(db: Session, year: int, target_hours: int | None = None) -> Rules:
    """The rules of a year, with the organisation's target (`target_hours`, where it is at hand) if they name none."""
    return completed(db, stored(db, year)[1], target_hours)


def completed(db: Session, said: Rules, target_hours: int | None = None) -> Rules:
    """Rules with the organisation's target, where they name none."""
    if said.hours is not None:
        return said
    hours = organisation(db).target_hours if target_hours is None else target_hours
    return Rules(hours, said.grades, said.caps, said.names)


def change_rules(db: Session, actor_id: int, from_year: int, new: Rules) -> None:
    """Set what holds from a year on, until the next year that has its own. Raises `Refused` for what cannot be."""
    _check(new)
    row = db.get(HoursRules, from_year)
    before = row.rules if row else asdict(stored(db, from_year)[1])
    after = asdict(new)
    if row:
        row.rules = after
    else:
        db.add(HoursRules(from_year=from_year, rules=after))
    db.flush()
    record_change(db, actor_id, "hours_rules", from_year, before, after)


def years(db: Session) -> list[int]:
    """Years that have rules of their own, the latest first."""
    return list(db.scalars(select(HoursRules.from_year).order_by(HoursRules.from_year.desc())))


def _check(new: Rules) -> None:
    hours = [*new.grades.values(), *new.caps.values(), *([new.hours] if new.hours is not None else [])]
    if any(not 0 <= one <= _MOST_HOURS for one in hours):
        raise Refused(text("Enter whole hours from 0 to 2,000"), code="hours")
    if len(new.grades) > _MOST_GRADES:
        raise Refused(text("At most %(n)s grades can have a target of their own", n=_MOST_GRADES), code="grades")
    if len(set(new.names.values())) < len(new.names):
        raise Refused(text("Two types have the same name"), code="names")
    known = {*Kind, *OUTSIDE, *new.names}
    if unknown := set(new.caps) - known:
        raise Refused(text("There is no type “%(type)s”", type=min(unknown)), code="type")
