"""Facts about backups."""

from __future__ import annotations

from dataclasses import dataclass

from courses.events.facts.fact import Fact


@dataclass(frozen=True)
class BackedUp(Fact):
    """A backup was taken, and read again."""

    file: str
    rows: int
    files: int
    size: int
