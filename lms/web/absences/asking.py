"""What somebody can ask to be excused from: the sessions of a run, day by day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from flask import request
from sqlalchemy.orm import Session

from courses import clock
from courses.attendance import absences, excusing
from courses.attendance.models import Ground
from courses.scheduling.models import ClassSession
from courses.text import Text, text
from lms.web.answers import key


@dataclass(frozen=True)
class Choice:
    """A session; `why` it cannot be chosen, None when it can."""

    session: ClassSession
    why: Text | None


@dataclass(frozen=True)
class Day:
    """The sessions of a day."""

    day: date
    choices: list[Choice]

    @property
    def open(self) -> list[Choice]:
        """Those that can be chosen."""
        return [choice for choice in self.choices if choice.why is None]


@dataclass(frozen=True)
class Asked:
    """What was sent: ids of sessions, whole days (ISO), ground and number as they were typed."""

    sessions: frozenset[int]
    days: frozenset[str]
    ground: Ground | None
    number: str

    def ids(self, days: Iterable[Day]) -> set[int]:
        """The sessions that are meant: those chosen, and those of whole days that can be chosen."""
        whole = {one.session.id for day in days if day.day.isoformat() in self.days for one in day.open}
        return set(self.sessions) | whole


def asked() -> Asked:
    """The form of this request; ground None for one that is none."""
    ground = request.form.get("ground", "")
    return Asked(
        frozenset(request.form.getlist("session", type=key)),
        frozenset(request.form.getlist("day")),
        Ground(ground) if ground in set(Ground) else None,
        request.form.get("number", "")[: 2 * excusing.NUMBER],
    )


def days_of(db: Session, enrolment_id: int, run_id: int) -> list[Day]:
    """The days of a run with its sessions, in order."""
    sessions, taken = absences.sessions_to_ask_for(db, run_id), excusing.covered_by(db, enrolment_id)
    by_day = groupby(sessions, key=lambda one: clock.local(one.starts_at).date())
    return [Day(day, [Choice(one, _why(one, taken)) for one in of_day]) for day, of_day in by_day]


def _why(session: ClassSession, taken: set[int]) -> Text | None:
    if session.id in taken:
        return text("Asked for already")
    if clock.today() > excusing.last_day(session):
        return text("Too long ago: until %(day)s", day=excusing.last_day(session))
    return None
