"""What the domain says no with."""

from __future__ import annotations

from dataclasses import dataclass

from courses.text import Text


@dataclass(frozen=True)
class WayOut:
    """What a refused person can do instead: a kind of thing and its id; the door knows the address.

    `kind` is one of `run`, `my_learning`, `catalogue`, `waitlist`, `session`, `people`, `imports`, `closing`.
    """

    kind: str
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
