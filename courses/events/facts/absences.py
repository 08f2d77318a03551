"""Facts about requests to be excused."""

from __future__ import annotations

from dataclasses import dataclass

from courses.events.facts.fact import Fact


@dataclass(frozen=True)
class AbsenceAsked(Fact):
    """Somebody asks to be excused from these sessions; `number` is that of the document that approves it."""

    request_id: int
    enrolment_id: int
    run_id: int
    person_id: int
    ground: str
    number: str
    sessions: list[int]


@dataclass(frozen=True)
class AbsenceDecided(Fact):
    """A request was approved, returned (`reason` says why), or withdrawn by the person."""

    request_id: int
    enrolment_id: int
    run_id: int
    person_id: int
    state: str
    reason: str = ""
