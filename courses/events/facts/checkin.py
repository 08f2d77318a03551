"""Facts about checking in, and about the door."""

from __future__ import annotations

from dataclasses import dataclass

from courses.events.facts.fact import Fact


@dataclass(frozen=True)
class CheckInOpened(Fact):
    """People may check in to a session by themselves until then (ISO 8601)."""

    session_id: int
    run_id: int
    until: str


@dataclass(frozen=True)
class CheckInClosed(Fact):
    session_id: int
    run_id: int


@dataclass(frozen=True)
class CheckedIn(Fact):
    """Somebody checked in to a session, by the code on the room's screen."""

    session_id: int
    run_id: int
    person_id: int
    enrolment_id: int


@dataclass(frozen=True)
class CheckInJudged(Fact):
    """The instructor saw the person in the room (`seen`), or took the check-in out (`out`)."""

    session_id: int
    run_id: int
    person_id: int
    enrolment_id: int
    state: str


@dataclass(frozen=True)
class IdentityChecked(Fact):
    """At the door somebody showed who they are, by staff card or by a colleague; or could not (`failed`)."""

    check_id: int
    session_id: int
    run_id: int
    person_id: int
    proof: str
    colleague_id: int | None = None
    note: str = ""


@dataclass(frozen=True)
class IdentitySettled(Fact):
    """What an officer made of a failed check; `undone`: an expulsion is taken back."""

    check_id: int
    run_id: int
    person_id: int
    expelled: bool
    reason: str
    undone: bool = False


@dataclass(frozen=True)
class DoorAsked(Fact):
    """An instructor asked for a place for somebody at the door (`instead_of`: the enrolment whose it would be)."""

    request_id: int
    session_id: int
    run_id: int
    person_id: int
    reason: str
    instead_of: int | None = None


@dataclass(frozen=True)
class DoorAnswered(Fact):
    """What an officer answered."""

    request_id: int
    run_id: int
    person_id: int
    granted: bool
    answer: str = ""
