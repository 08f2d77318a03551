"""What every fact is, and the one that serves any record."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


class Fact:
    """Something that happened. Subclasses are dataclasses of plain JSON values."""


@dataclass(frozen=True)
class Changed(Fact):
    """A record was created (`before` empty), edited, or removed (`after` empty): only the fields that differ."""

    thing: str
    id: int
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)
    run_id: int | None = None
    person_id: int | None = None
