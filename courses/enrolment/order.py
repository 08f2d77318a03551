"""The order of a selection's candidates, and why each stands where it does. Pure: no clock, no database."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple

from courses.enrolment.models import Status
from courses.text import Text, text


class Candidate(NamedTuple):
    """Somebody whom the officer may select. `unit` and `grade` are today's.

    `rank` is that of a nomination (None: approved, but not nominated), `quota_unit_id` the unit on whose quota a seat
    would count. `mandatory`: they have to take the course; `taken`: they took it before; `waited`: an earlier run of it
    had no seat for them.
    """

    id: int
    person_id: int
    name: str
    employee_no: str | None
    unit: str
    grade: str
    status: Status
    motive: str
    rank: int | None
    approved_at: datetime
    quota_unit_id: int | None = None
    mandatory: bool = False
    taken: bool = False
    waited: bool = False


class Criterion(enum.StrEnum):
    """What puts somebody before the next one, the weightiest first."""

    RANK = "rank"
    MANDATORY = "mandatory"
    NEVER_TAKEN = "never_taken"
    WAITED = "waited"
    APPROVED = "approved"
    LOT = "lot"
    LAST = "last"  # nobody comes after


class Ranked(NamedTuple):
    """A candidate at its place (1 the first), before the next one by `criterion`."""

    place: int
    candidate: Candidate
    criterion: Criterion

    @property
    def because(self) -> Text:
        """The reason in words."""
        if self.criterion is Criterion.RANK:
            return text("Department’s rank %(n)s", n=self.candidate.rank)
        if self.criterion is Criterion.APPROVED:
            return text("Approved earlier: %(when)s", when=self.candidate.approved_at)
        return _WORDS[self.criterion]


_WORDS = {
    Criterion.MANDATORY: text("Mandatory for this person"),
    Criterion.NEVER_TAKEN: text("Has never taken the course"),
    Criterion.WAITED: text("Waited for an earlier run"),
    Criterion.LOT: text("By lot, all else being equal"),
    Criterion.LAST: text("Last of the list"),
}


def ranked(candidates: Iterable[Candidate], seed: str) -> list[Ranked]:
    """Every department's rank 1 before any rank 2, who has none last; within a rank: mandatory, never taken, waited
    before, earlier approval (to the minute, as it is shown), then by lot from `seed`.
    """
    in_order = sorted((_key(one, seed), one) for one in candidates)
    following = [key for key, _ in in_order[1:]]
    reasons = [_differs(key, after) for (key, _), after in zip(in_order, following, strict=False)]
    reasons += [Criterion.LAST] * (len(in_order) - len(reasons))
    places = zip(in_order, reasons, strict=True)
    return [Ranked(place, one, reason) for place, ((_, one), reason) in enumerate(places, 1)]


def lot(seed: str, person_id: int) -> str:
    """The lot of an applicant: the smallest one comes first."""
    return sha256(f"{seed} {person_id}".encode()).hexdigest()


def _key(one: Candidate, seed: str) -> tuple[Any, ...]:
    """One value a criterion, in the order of `Criterion`; the id only settles what no seed ever leaves open."""
    return (
        (one.rank is None, one.rank or 0),
        not one.mandatory,
        one.taken,
        not one.waited,
        one.approved_at.replace(second=0, microsecond=0),
        lot(seed, one.person_id),
        one.id,
    )


def _differs(one: tuple[Any, ...], other: tuple[Any, ...]) -> Criterion:
    pairs = zip(Criterion, one, other, strict=False)
    return next((criterion for criterion, mine, theirs in pairs if mine != theirs), Criterion.LOT)
