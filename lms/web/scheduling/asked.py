"""What the address of a timetable asks for: week or month, of what, around which day."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from flask import request

from courses import clock
from courses.scheduling.timetable import COURSE, INSTRUCTOR, ROOM, monday
from lms.web.answers import day_or_none, key

WEEK, MONTH = "week", "month"
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Asked:
    """`mine`: what oneself has to go to; else `of`: id of one room, instructor or course (`by`), None for all."""

    mine: bool
    view: str
    by: str
    of: int | None
    on: date

    @property
    def first(self) -> date:
        """The first day shown: a Monday, or that of the month."""
        return monday(self.on) if self.view == WEEK else self.on.replace(day=1)

    @property
    def last(self) -> date:
        """The last day shown."""
        if self.view == WEEK:
            return self.first + 6 * _DAY
        return (self.first + 31 * _DAY).replace(day=1) - _DAY

    @property
    def previous(self) -> date:
        """A day of the week or month before."""
        return self.first - _DAY

    @property
    def next(self) -> date:
        """The first day of the week or month after."""
        return self.last + _DAY

    def url(self, **changes: Any) -> str:
        """The address of the same with something else. It ends with `of`, to which an id can be added."""
        other = replace(self, **changes)
        if self.mine:
            return f"/my-timetable?view={other.view}&on={other.on}"
        of = "" if other.of is None else f"&of={other.of}"
        return f"/timetable?view={other.view}&by={other.by}&on={other.on}{of}"


def asked(usual: str, *, mine: bool = False) -> Asked:
    """Read from the address; what makes no sense is as if not given. `usual`: by what, when it does not say."""
    by, view = request.args.get("by", ""), request.args.get("view", "")
    return Asked(
        mine=mine,
        view=MONTH if view == MONTH else WEEK,
        by=by if by in (ROOM, INSTRUCTOR, COURSE) else usual,
        of=request.args.get("of", type=key),
        on=day_or_none("on") or clock.today(),
    )
