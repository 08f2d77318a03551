"""Who of a ranked list would get a seat, and why not: down the list, by the same check as `seats` makes. Pure."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from courses.enrolment import quotas
from courses.enrolment.order import Ranked
from courses.enrolment.quotas import Standing
from courses.text import Text, text


class Share(enum.StrEnum):
    """What the seats come to for somebody."""

    SEAT = "seat"
    CAP = "cap"  # the own unit has as many as it may have
    FLOORS = "floors"  # what is left is held for others
    FULL = "full"
    OUT = "out"  # may not have one, whatever is left


SHARES = {
    Share.SEAT: text("A seat"),
    Share.CAP: text("Cap of the unit reached"),
    Share.FLOORS: text("Held for other units"),
    Share.FULL: text("No seats left"),
    Share.OUT: text("Not possible now"),
}


class Allocation(NamedTuple):
    """`shares` by enrolment, in the order of the list; `taken` and `held`: how run and quotas would stand then."""

    shares: dict[int, Share]
    taken: int
    held: list[Standing]

    def seated(self) -> list[int]:
        """The enrolments that get a seat, the first one first."""
        return [id_ for id_, share in self.shares.items() if share is Share.SEAT]

    def why(self, enrolment_id: int) -> Text:
        """In words."""
        return SHARES[self.shares[enrolment_id]]


def allocate(people: Iterable[Ranked], held: Sequence[Standing], capacity: int | None, taken: int = 0) -> Allocation:
    """Give the seats of a run with `taken` of `capacity` taken (None: any number) under the quotas `held`."""
    standing, shares = {one.unit_id: one for one in held}, {}
    for _, one, _ in people:
        share = share_of(list(standing.values()), one.quota_unit_id, capacity, taken)
        shares[one.id] = share
        if share is Share.SEAT:
            taken += 1
            if own := standing.get(one.quota_unit_id or 0):
                standing[own.unit_id] = own._replace(taken=own.taken + 1)
    return Allocation(shares, taken, list(standing.values()))


def share_of(held: Sequence[Standing], unit_id: int | None, capacity: int | None, taken: int) -> Share:
    """What one more of this unit would have, while `taken` seats are taken."""
    if quotas.fits(held, unit_id, capacity, taken):
        return Share.SEAT
    if capacity is not None and taken >= capacity:
        return Share.FULL
    own = next((one for one in held if one.unit_id == unit_id), None)
    return Share.CAP if own and own.cap is not None and own.taken >= own.cap else Share.FLOORS
