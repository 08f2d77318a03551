"""Minutes by the clock and credited minutes: 50 minutes of class credit 60."""

from __future__ import annotations

from courses.attendance.models import AttendanceMark

LATENESS = frozenset({AttendanceMark.LATE, AttendanceMark.LEFT_EARLY, AttendanceMark.STEPPED_OUT})
"""The marks that come with minutes missed; several of them together cost an absence (`completion`)."""


def credited(present: int, taught: int = 50, credit: int = 60) -> int:
    """What `present` of `taught` minutes of class credit, in proportion, rounded down (10 of 50: 12)."""
    return present * credit // taught


def present_minutes(mark: AttendanceMark | None, missed: int, scheduled: int) -> int:
    """Minutes by the clock that a person was there, of `scheduled`. Unmarked, absent and excused: none."""
    if mark is AttendanceMark.PRESENT:
        return scheduled
    return max(scheduled - missed, 0) if mark in LATENESS else 0
