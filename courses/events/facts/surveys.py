"""Facts about surveys."""

from __future__ import annotations

from dataclasses import dataclass

from courses.events.facts.fact import Fact


@dataclass(frozen=True)
class SurveyOpened(Fact):
    """The survey of a run can be answered until then (ISO 8601)."""

    run_id: int
    until: str


@dataclass(frozen=True)
class SurveyEnded(Fact):
    """The survey of a run is over before its time. Its figures stand from now on."""

    run_id: int
