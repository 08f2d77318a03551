"""Facts about workplace training: filings, coaches, skills."""

from __future__ import annotations

from dataclasses import dataclass

from courses.events.facts.fact import Fact


@dataclass(frozen=True)
class Filed(Fact):
    """A department filed workplace training that it gave (`again`: corrected), as a run of so many people."""

    run_id: int
    unit_id: int
    people: int
    again: bool = False


@dataclass(frozen=True)
class FilingReturned(Fact):
    """An officer wants a filing corrected; `filed_by` is told."""

    run_id: int
    unit_id: int
    filed_by: int
    reason: str


@dataclass(frozen=True)
class CoachNamed(Fact):
    """Somebody coaches this person from a day on. `until_on`: the last day, None: until another one does."""

    person_id: int
    coach_id: int
    from_on: str
    until_on: str | None = None


@dataclass(frozen=True)
class CoachingEnded(Fact):
    """The last day is `until_on`; empty: it never began."""

    person_id: int
    coach_id: int
    until_on: str


@dataclass(frozen=True)
class SkillSigned(Fact):
    """A coach (who acts) saw that this person has the skill."""

    run_id: int
    person_id: int
    enrolment_id: int
    skill_id: int
    title: str


@dataclass(frozen=True)
class SkillConfirmed(Fact):
    run_id: int
    person_id: int
    enrolment_id: int
    skill_id: int


@dataclass(frozen=True)
class SkillUnsigned(Fact):
    """A signature was taken back."""

    run_id: int
    person_id: int
    enrolment_id: int
    skill_id: int
    reason: str
