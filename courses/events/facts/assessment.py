"""Facts about scores and appeals."""

from __future__ import annotations

from dataclasses import dataclass

from courses.events.facts.fact import Fact


@dataclass(frozen=True)
class Scored(Fact):
    """Scores of one component, in hundredths of a point: {enrolment id: [before, after]}."""

    component_id: int
    run_id: int
    scores: dict[str, list[int | None]]


@dataclass(frozen=True)
class ScoresPublished(Fact):
    """The people of a run see their points in a component from now on; `people` (enrolments) have some."""

    component_id: int
    run_id: int
    name: str
    people: list[int]


@dataclass(frozen=True)
class ScoresTakenBack(Fact):
    """A component is a draft again; `people` (enrolments) had seen their points."""

    component_id: int
    run_id: int
    name: str
    people: list[int]
    reason: str


@dataclass(frozen=True)
class AppealMade(Fact):
    """Somebody objects to `points` (hundredths), published in the component of this name."""

    appeal_id: int
    enrolment_id: int
    run_id: int
    person_id: int
    name: str
    points: int


@dataclass(frozen=True)
class AppealAnswered(Fact):
    """An appeal is answered: the points before and after, the same where they are kept."""

    appeal_id: int
    enrolment_id: int
    run_id: int
    person_id: int
    name: str
    before: int
    after: int
