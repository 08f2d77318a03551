"""A mark with what belongs to it, as one word or two: 'present', 'late 20', 'excused duty', '' for unmarked."""

from __future__ import annotations

from dataclasses import dataclass, replace

from courses.attendance.minutes import LATENESS
from courses.attendance.models import AttendanceMark, Ground


@dataclass(frozen=True, slots=True)
class MarkInput:
    """What somebody wants to stand in one row. `minutes` (by the clock) belongs to lateness, `ground` to excused."""

    mark: AttendanceMark | None
    minutes: int | None = None
    ground: Ground | None = None

    @classmethod
    def parse(cls, words: str) -> MarkInput:
        """Read what `str()` wrote; minutes and ground may be left out. Raises ValueError for anything else."""
        name, _, detail = words.partition(" ")
        mark = AttendanceMark(name) if name else None
        if mark in LATENESS:
            return cls(mark, minutes=_minutes(detail) if detail else None)
        if mark is AttendanceMark.EXCUSED:
            return cls(mark, ground=Ground(detail) if detail else None)
        if detail:
            raise ValueError(f"{words!r}: nothing belongs to this mark")
        return cls(mark)

    def __str__(self) -> str:
        detail = self.minutes if self.minutes is not None else self.ground
        return f"{self.mark or ''}{'' if detail is None else f' {detail}'}"

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


def _minutes(digits: str) -> int:
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 4):
        raise ValueError(f"{digits!r} is no number of minutes")
    return int(digits)
