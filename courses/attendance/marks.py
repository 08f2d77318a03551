"""A mark with what belongs to it, as one word or two: 'present', 'late 20', 'excused duty', '' for unmarked."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import time

from courses.attendance.minutes import LATENESS, Hours, missed_minutes
from courses.attendance.models import AttendanceMark, Ground

_MINUTES = re.compile(r"[0-9]{1,3}")
_CLOCK = r"([01]?[0-9]|2[0-3]):?([0-5][0-9])"
_ONE, _TWO = re.compile(_CLOCK), re.compile(rf"{_CLOCK}[ ~–-]*{_CLOCK}")


@dataclass(frozen=True, slots=True)
class MarkInput:
    """What somebody wants to stand in one row. `minutes` (by the clock) belongs to lateness, `ground` to excused.

    `times` instead of minutes: when somebody came, or left, or was out from and to, on the office's clock.
    """

    mark: AttendanceMark | None
    minutes: int | None = None
    ground: Ground | None = None
    times: tuple[time, ...] = ()

    @classmethod
    def parse(cls, words: str) -> MarkInput:
        """Read what `str()` wrote; minutes and ground may be left out. Raises ValueError for anything else.

        Instead of minutes there may be times: 'late 09:20', 'left_early 1630', 'stepped_out 10:10-10:40'.
        """
        name, _, detail = words.partition(" ")
        mark = AttendanceMark(name) if name else None
        if mark in LATENESS:
            return _lateness(mark, detail) if detail else cls(mark)
        if mark is AttendanceMark.EXCUSED:
            return cls(mark, ground=Ground(detail) if detail else None)
        if detail:
            raise ValueError(f"{words!r}: nothing belongs to this mark")
        return cls(mark)

    def __str__(self) -> str:
        detail = "-".join(f"{clock:%H:%M}" for clock in self.times) or self.ground
        if self.minutes is not None:
            detail = str(self.minutes)
        return f"{self.mark or ''}{f' {detail}' if detail else ''}"

    def timed(self, hours: Hours) -> MarkInput:
        """With minutes instead of times, of a session whose class is in these `hours`."""
        if not (self.times and self.mark):
            return self
        return MarkInput(self.mark, missed_minutes(self.mark, self.times, hours))

    def completed(self, current: MarkInput, *, usual: int, scheduled: int) -> MarkInput:
        """With what was left out: of the same mark as it stands, else the usual minutes or official leave.

        Nobody misses more than the `scheduled` minutes.
        """
        kept = current if current.mark is self.mark else MarkInput(self.mark)
        if self.mark in LATENESS:
            wanted = next(minutes for minutes in (self.minutes, kept.minutes, usual) if minutes is not None)
            return replace(self, minutes=min(wanted, scheduled))
        if self.mark is AttendanceMark.EXCUSED:
            return replace(self, ground=self.ground or kept.ground or Ground.OFFICIAL_LEAVE)
        return self


UNMARKED = MarkInput(None)


def _lateness(mark: AttendanceMark, detail: str) -> MarkInput:
    if _MINUTES.fullmatch(detail):
        return MarkInput(mark, int(detail))
    found = (_TWO if mark is AttendanceMark.STEPPED_OUT else _ONE).fullmatch(detail)
    if not found:
        raise ValueError(f"{detail!r} is neither minutes nor times of this mark")
    numbers = [int(number) for number in found.groups()]
    times = tuple(time(*pair) for pair in zip(numbers[::2], numbers[1::2], strict=True))
    if list(times) != sorted(times):
        raise ValueError(f"{detail!r}: the second time lies before the first")
    return MarkInput(mark, times=times)
