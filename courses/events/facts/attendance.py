"""Facts about marks and their evidence."""

from __future__ import annotations

from dataclasses import dataclass

from courses.events.facts.fact import Fact


@dataclass(frozen=True)
class Marked(Fact):
    """Attendance marks of one session: {enrolment id: [before, after]}; `late 20` is a mark with its minutes."""

    session_id: int
    run_id: int
    marks: dict[str, list[str]]


@dataclass(frozen=True)
class SheetKept(Fact):
    """A signed sheet is kept as evidence of a session; `sha256` of its bytes."""

    session_id: int
    run_id: int
    name: str
    sha256: str


@dataclass(frozen=True)
class SheetRemoved(Fact):
    session_id: int
    run_id: int
    name: str
    sha256: str
    reason: str
