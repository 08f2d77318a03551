"""Facts about places in runs: who got one, in which order, and why."""

from __future__ import annotations

from dataclasses import dataclass

from courses.events.facts.fact import Fact


@dataclass(frozen=True)
class Moved(Fact):
    """An enrolment went from one status to another. `queue_no` is the place in the provable order."""

    enrolment_id: int
    run_id: int
    person_id: int
    before: str
    after: str
    queue_no: int | None = None
    reason: str = ""


@dataclass(frozen=True)
class Ranked(Fact):
    """A unit put its applicants of a run in order: {enrolment id: [rank before, after]}."""

    run_id: int
    unit_id: int
    ranks: dict[str, list[int | None]]


@dataclass(frozen=True)
class Escalated(Fact):
    """An application waited too long for the head of `unit_id`: the next one above may approve it as well."""

    enrolment_id: int
    run_id: int
    person_id: int
    unit_id: int


@dataclass(frozen=True)
class QuotasSet(Fact):
    """Quotas of a run: {unit id: [floor, cap]}."""

    run_id: int
    before: dict[str, list[int | None]]
    after: dict[str, list[int | None]]


@dataclass(frozen=True)
class SelectionMade(Fact):
    """An officer decided on so many candidates; the hash of who had applied in time is the seed of their lots."""

    run_id: int
    list_sha256: str
    selected: int = 0
    waitlisted: int = 0
    not_selected: int = 0


@dataclass(frozen=True)
class DrawAnnounced(Fact):
    """The hash of a run's secret is public from now on."""

    run_id: int
    commitment: str


@dataclass(frozen=True)
class DrawHeld(Fact):
    """The places of a run were drawn among `entrants` of the closed list, by this seed."""

    run_id: int
    entrants: int
    list_sha256: str
    seed: str


@dataclass(frozen=True)
class Replaced(Fact):
    """After the list was frozen somebody came in for somebody else."""

    enrolment_id: int
    run_id: int
    person_id: int
    instead_of: int
    reason: str


@dataclass(frozen=True)
class PassedOver(Fact):
    """A seat came free and the next in the queue could not have it; `reason` is the code of the refusal."""

    enrolment_id: int
    run_id: int
    person_id: int
    queue_no: int | None
    reason: str


@dataclass(frozen=True)
class Offered(Fact):
    """A seat that came free was offered to the next in the queue, to be accepted before `until` (ISO 8601)."""

    enrolment_id: int
    run_id: int
    person_id: int
    until: str


@dataclass(frozen=True)
class Settled(Fact):
    """An enrolment got its outcome."""

    enrolment_id: int
    run_id: int
    person_id: int
    before: str
    after: str


@dataclass(frozen=True)
class OverdueReminded(Fact):
    """These people are told that they are late with an assigned course."""

    assignment_id: int
    people: list[int]
