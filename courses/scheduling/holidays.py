"""Working days: neither weekend, nor public holiday of Korea (with its substitutes), nor a closed day of our own.

Whatever plans or proposes days asks a `Calendar`, so that there is one rule. Public holidays come from the library
`holidays`, which reckons the lunar ones and knows elections and single holidays as far as they are announced; what is
announced later is added as a closed day.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from types import MappingProxyType

from holidays import country_holidays
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.db import rows
from courses.errors import Refused
from courses.events.actions import record
from courses.events.facts import Changed
from courses.scheduling.models import ClosedDay
from courses.scheduling.plan import RunPlan
from courses.text import Text, text

FIRST_YEAR, LAST_YEAR = 1948, 2100
"""The years whose public holidays are known; of others only weekends and closed days are."""

_SATURDAY = 5
_DAY = timedelta(days=1)
_NONE: Mapping[date, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class DayOff:
    """A public holiday or closed day by name; an own closed day has one name for both languages."""

    day: date
    name: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Calendar:
    """The office's year. `closed`: its own closed days by name."""

    closed: Mapping[date, str] = field(default_factory=lambda: _NONE)

    def day_off(self, day: date) -> DayOff | None:
        """The holiday or closed day on that day; None for every other, weekends included."""
        own, public = self.closed.get(day), _public(day.year).get(day)
        if own:
            return DayOff(day, own, own)
        return DayOff(day, *public) if public else None

    def days_off(self, year: int) -> list[DayOff]:
        """Every holiday and closed day of a year, in order."""
        days = {*_public(year), *(day for day in self.closed if day.year == year)}
        return [off for day in sorted(days) if (off := self.day_off(day))]

    def is_working(self, day: date) -> bool:
        """Whether the office works on that day."""
        return day.weekday() < _SATURDAY and self.day_off(day) is None

    def working_days(self, first: date) -> Iterator[date]:
        """Every working day from `first` on."""
        day = first
        while True:
            if self.is_working(day):
                yield day
            day += _DAY

    def on_or_after(self, day: date) -> date:
        """The day itself where it is a working day, else the next one."""
        return next(self.working_days(day))

    def on_or_before(self, day: date) -> date:
        """The day itself where it is a working day, else the last one before it."""
        while not self.is_working(day):
            day -= _DAY
        return day

    def next_working_day(self, after: date) -> date:
        """The first working day after a day."""
        return self.on_or_after(after + _DAY)


PUBLIC = Calendar()
"""Without closed days of our own."""


def knows(year: int) -> bool:
    """Whether the public holidays of that year are known."""
    return FIRST_YEAR <= year <= LAST_YEAR


@cache
def _public(year: int) -> Mapping[date, tuple[str, str]]:
    """The public holidays of a year with their Korean and English names."""
    korean, english = (country_holidays("KR", language=language, years=year) for language in ("ko", "en_US"))
    return {day: (_one_line(name), _one_line(english[day])) for day, name in korean.items()}


def _one_line(names: str) -> str:
    return names.replace("; ", ", ")


def calendar(db: Session) -> Calendar:
    """The office's calendar with its own closed days."""
    return Calendar({row.day: row.name for row in rows(db, _CLOSED).all()})


_CLOSED = select(ClosedDay.day, ClosedDay.name)


def close_day(db: Session, actor_id: int, day: date, name: str) -> None:
    """Add a closed day, or give it another name. Sessions on it stay; their pages say so."""
    stored = db.get(ClosedDay, day)
    before = {"name": stored.name} if stored else {}
    if stored:
        stored.name = name
    else:
        db.add(ClosedDay(day=day, name=name))
    db.flush()
    if before.get("name") != name:
        record(db, actor_id, Changed("closed_day", day.toordinal(), before, {"day": day.isoformat(), "name": name}))


def open_day(db: Session, actor_id: int, day: date) -> None:
    """Make it a working day again; nothing happens when it was no closed day."""
    stored = db.get(ClosedDay, day)
    if stored:
        before = {"day": day.isoformat(), "name": stored.name}
        db.delete(stored)
        db.flush()
        record(db, actor_id, Changed("closed_day", day.toordinal(), before, {}))


class OnDaysOff(Refused):
    """Sessions would be on days off. `days`: (number of the session, day off) of each."""

    def __init__(self, days: list[tuple[int, DayOff]]) -> None:
        number, first = days[0]
        said = text("Session %(n)s would be on a day off: %(name)s, %(day)s", n=number, name=first.name, day=first.day)
        super().__init__(said, code="day_off")
        self.days = days


def require_working_days(db: Session, wanted: RunPlan, before: RunPlan | None = None) -> None:
    """Raise `OnDaysOff` where a session comes to be on a holiday or closed day; one that was there before may stay.

    Asked by doors unless somebody has said "anyway".
    """
    office = calendar(db)
    kept = {session.day for session in before.sessions} if before else set()
    met = [
        (number, off)
        for number, session in enumerate(wanted.settled().sessions, 1)
        if session.day not in kept and (off := office.day_off(session.day))
    ]
    if met:
        raise OnDaysOff(met)


def unknown_years(first: date, last: date) -> list[Text]:
    """A remark for each year from `first` to `last` whose public holidays nobody knows."""
    years = range(first.year, min(last.year, first.year + 10) + 1)
    return [
        text("The public holidays of %(year)s are not known: look through the days yourself", year=str(year))
        for year in years
        if not knows(year)
    ]
