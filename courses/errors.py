"""What the domain says no with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from courses.text import Text, clean, has_resident_number, text

Place = Literal[
    "run",
    "closing",
    "participants",
    "selection",
    "draw",
    "my_learning",
    "catalogue",
    "imports",
    "filing",
    "skills",
    "letters",
    "board",
    "survey",
    "half_year_results",
    "outside",
]
"""Where a way out leads: a page of a run, which comes with the run's id, or another page."""


@dataclass(frozen=True)
class WayOut:
    """What a refused person can do instead: a kind of place and its id; the door knows the address."""

    kind: Place
    label: Text
    id: int | None = None


class Refused(Exception):
    """A rule says no. `message` says why in a person's words, `way_out` what else to do."""

    def __init__(self, message: Text, *, code: str = "refused", way_out: WayOut | None = None) -> None:
        super().__init__(str(message))
        self.message = message
        self.code = code
        self.way_out = way_out


class Conflict(Refused):
    """Somebody else changed the thing meanwhile."""


REASON = 400
"""Characters of a reason."""


def require_reason(said: str, missing: Text, *, way_out: WayOut | None = None) -> str:
    """A reason as it is kept: one clean line of at most 400 characters. Raises `Refused` (`missing`) for none.

    Nor is one kept with somebody's resident registration number in it.
    """
    if not (reason := clean(said)):
        raise Refused(missing, code="reason_needed", way_out=way_out)
    return without_number(reason, text("Reason"), way_out=way_out)[:REASON]


def without_number(said: str, field: Text, *, way_out: WayOut | None = None) -> str:
    """What somebody typed freely into a field, as it is. Raises `Refused` for a resident registration number in it."""
    if has_resident_number(said):
        leave_out = text("%(field)s: leave out the resident registration number. None is ever kept here", field=field)
        raise Refused(leave_out, code="resident_number", way_out=way_out)
    return said
