"""Facts about files that came in."""

from __future__ import annotations

from dataclasses import dataclass

from courses.events.facts.fact import Fact


@dataclass(frozen=True)
class Imported(Fact):
    """A file was applied; the counts of its preview."""

    format: str
    filename: str
    sha256: str
    added: int
    changed: int
    same: int
    left_out: int
