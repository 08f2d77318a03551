"""The counts of the list of mandatory courses: everybody times every course, so they are kept for a moment."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import date
from weakref import WeakKeyDictionary

from sqlalchemy.orm import Session

from courses import clock
from courses.enrolment.assignments import Standing, standings
from lms import db as doors

SECONDS = 30.0

Figures = dict[int, Standing]
_Kept = dict[tuple[int, ...] | None, tuple[float, date, Figures]]
_kept: WeakKeyDictionary[doors.Sessions, _Kept] = WeakKeyDictionary()


def figures(db: Session, unit_ids: Sequence[int] | None) -> Figures:
    """`standings`, counted by this process at most half a minute ago; what was changed here counts at once."""
    kept, key = _kept.setdefault(doors.database(), {}), None if unit_ids is None else tuple(unit_ids)
    counted_at, day, found = kept.get(key, (-SECONDS, date.min, {}))
    if time.monotonic() - counted_at >= SECONDS or day != clock.today():
        found = standings(db, unit_ids)
        kept[key] = time.monotonic(), clock.today(), found
    return found


def forget() -> None:
    """An assignment was made, changed or ended."""
    _kept.pop(doors.database(), None)
