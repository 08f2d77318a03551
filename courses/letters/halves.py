"""Results of half-years: by when they are owed, how far they are, and what was written of them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from courses import clock
from courses.enrolment.approvers import officers
from courses.letters.models import Letter, LetterKind
from courses.letters.queries import listed
from courses.notices.models import NoticeKind
from courses.notices.occasions import Note
from courses.scheduling.models import Run, RunState
from courses.workplace.planning import Half

DAYS = timedelta(days=9)
"""After the first of July or January: the tenth is the last day (반기 실적 보고: 7. 10., 1. 10.)."""
SOON = 3
"""Days before its day it is said once more."""
ASKED_FOR = timedelta(days=60)
"""So long after its day it is asked for no more."""


class Owed(NamedTuple):
    """The results of a half-year that nobody has written yet, and their day."""

    half: Half
    until: date

    @property
    def is_late(self) -> bool:
        """Whether its day has passed."""
        return self.until < clock.today()


def until(half: Half) -> date:
    """By when its results are owed: 10 July, 10 January."""
    return half.after.first + DAYS


def owed(db: Session) -> Owed | None:
    """The last half-year's results, if some run ended in it, none are written, and it is not long ago."""
    half = Half.of(clock.today()).before
    if clock.today() > until(half) + ASKED_FOR:
        return None
    written = select(Letter.id).where(Letter.kind == LetterKind.HALF_YEAR, Letter.half == half.key)
    held = select(Run.id).where(Run.state == RunState.CLOSED, Run.ends_on.between(half.first, half.last))
    return Owed(half, until(half)) if db.scalar(select(held.exists() & ~written.exists())) else None


def reminders(db: Session) -> list[Note]:
    """To every training officer: when a half-year is over, three days before its results are owed, and once late."""
    one = owed(db)
    if one is None:
        return []
    left = (one.until - clock.today()).days
    stage = "late" if left < 0 else "soon" if left <= SOON else "over"
    said = {"title": one.half.key, "due_on": one.until.isoformat()}
    return [
        Note(f"half_year:{one.half.key}:{stage}:{person_id}", NoticeKind.HALF_YEAR, person_id, None, said)
        for person_id in sorted(officers(db))
    ]


def still_open(db: Session, half: Half) -> int:
    """Runs that ended in it and are not closed: their results are missing in its letter."""
    there = Run.ends_on.between(half.first, half.last), Run.state == RunState.PUBLISHED
    return db.scalar(select(func.count()).select_from(Run).where(*there)) or 0


def letters(db: Session, half: Half) -> list[Row[Any]]:
    """Those that were written of it, the latest first, as `queries.letters` has those of a run."""
    return listed(db, Letter.half == half.key)
