"""Facts about roles, deputies, and ways to sign in."""

from __future__ import annotations

from dataclasses import dataclass

from courses.events.facts.fact import Fact


@dataclass(frozen=True)
class RoleGranted(Fact):
    person_id: int
    role: str
    unit_id: int | None = None


@dataclass(frozen=True)
class RoleTaken(Fact):
    person_id: int
    role: str
    unit_id: int | None = None


@dataclass(frozen=True)
class DeputyNamed(Fact):
    """Somebody stands in for the head of a unit, from the one day to the other."""

    person_id: int
    unit_id: int
    from_on: str
    until_on: str
    reason: str


@dataclass(frozen=True)
class DeputyEnded(Fact):
    """Somebody no longer stands in for the head of a unit, earlier than was meant (`until_on`)."""

    person_id: int
    unit_id: int
    from_on: str
    until_on: str


@dataclass(frozen=True)
class PasswordSet(Fact):
    person_id: int
    how: str


@dataclass(frozen=True)
class Invited(Fact):
    """A guest was sent a link to come in; `number`: of the invitation, `expires_at` in ISO 8601."""

    person_id: int
    number: int
    expires_at: str


@dataclass(frozen=True)
class TokenMade(Fact):
    """Somebody may use the API as this person; `prefix` is how the token begins."""

    person_id: int
    name: str
    prefix: str
    expires_on: str


@dataclass(frozen=True)
class TokenRevoked(Fact):
    person_id: int
    name: str
    prefix: str
