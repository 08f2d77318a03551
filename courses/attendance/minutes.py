"""Minutes by the clock and credited minutes: 50 minutes of class credit 60."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time

from courses.attendance.models import AttendanceMark

LATENESS = frozenset({AttendanceMark.LATE, AttendanceMark.LEFT_EARLY, AttendanceMark.STEPPED_OUT})
"""The marks that come with minutes missed; several of them together cost an absence (`completion`)."""
Hours = Sequence[tuple[time, time]]
"""From when to when there is class in a session, on the office's clock, without its breaks."""
_HOUR = 60


def credited(present: int, taught: int = 50, credit: int = 60) -> int:
    """What `present` of `taught` minutes of class credit, in proportion, rounded down (10 of 50: 12)."""
    return present * credit // taught


def present_minutes(mark: AttendanceMark | None, missed: int, scheduled: int) -> int:
    """Minutes by the clock that a person was there, of `scheduled`. Unmarked, absent and excused: none."""
    if mark is AttendanceMark.PRESENT:
        return scheduled
    return max(scheduled - missed, 0) if mark in LATENESS else 0


def missed_minutes(mark: AttendanceMark, times: Sequence[time], hours: Hours) -> int:
    """Minutes of class missed by who came, left, or was out from one to the other of `times`; breaks cost nothing.

    A bound that `times` lacks is the beginning or the end of the session.
    """
    gone_from = time.min if mark is AttendanceMark.LATE else times[0]
    gone_until = time.max if mark is AttendanceMark.LEFT_EARLY else times[-1]
    return sum(max(_minute(min(end, gone_until)) - _minute(max(begin, gone_from)), 0) for begin, end in hours)


def _minute(clock: time) -> int:
    return clock.hour * _HOUR + clock.minute
