"""What the page and its files show of a run's list: a line for each candidate, one for each unit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from sqlalchemy import Date, Integer, bindparam, select, union_all
from sqlalchemy.orm import Session

from courses import clock
from courses.db import rows
from courses.enrolment.allocation import Allocation, Share
from courses.enrolment.allotment import Quotas
from courses.enrolment.order import Ranked
from courses.enrolment.selection import Proposal
from courses.people.models import OrgUnit
from courses.scheduling.models import Run
from lms.i18n import _, words


class Line(NamedTuple):
    """A candidate at a place of the list; `share` is what they would get, `why` in words why not, `change` what other
    quotas would make of it.
    """

    id: int
    place: int
    name: str
    employee_no: str | None
    grade: str
    unit: str
    motive: str
    rank: int | None
    because: str
    seat: bool
    why: str
    change: str


class UnitLine(NamedTuple):
    """A unit of the quota level: its quota, seats `taken`, how many `apply`, and how many of them would `get` one."""

    id: int
    name: str
    floor: int
    cap: int | None
    taken: int
    apply: int
    get: int


MANY = 60
"""With more units than this only those with applicants, seats or a quota are shown."""


def lines(people: Iterable[Ranked], allocation: Allocation, changes: Collection[int] = ()) -> list[Line]:
    """Those of the list that are shown; `changes`: the enrolments that quotas to be tried would answer otherwise."""
    shares, found = allocation.shares, []
    for one in people:
        person, seat = one.candidate, shares[one.candidate.id] is Share.SEAT
        found.append(
            Line(
                person.id,
                one.place,
                person.name,
                person.employee_no,
                person.grade,
                person.unit,
                person.motive,
                person.rank,
                words(one.because),
                seat,
                "" if seat else words(allocation.why(person.id)),
                "" if person.id not in changes else _("now a seat") if seat else _("no seat any more"),
            )
        )
    return found


def changed(before: Allocation, after: Allocation) -> set[int]:
    """The enrolments that would get a seat by one of them alone."""
    return set(before.seated()) ^ set(after.seated())


def unit_lines(
    db: Session, run: Run, proposal: Proposal, quotas: Quotas, seated: Iterable[int | None]
) -> list[UnitLine]:
    """In official order; `quotas` are those that are shown, `seated` says for which unit each seat counts."""
    shares = proposal.allocation.shares
    apply = Counter(one.candidate.quota_unit_id for one in proposal.people)
    get = Counter(one.candidate.quota_unit_id for one in proposal.people if shares[one.candidate.id] is Share.SEAT)
    taken = Counter(seated)
    concerned = apply.keys() | taken.keys() | quotas.keys()
    asked = {"depth": run.quota_depth, "today": clock.today(), "concerned": list(concerned - {None})}
    units = rows(db, _UNITS, asked).all()
    return [
        UnitLine(unit.id, unit.path or unit.name, *quotas.get(unit.id, (0, None)), taken[unit.id], apply[unit.id],
                 get[unit.id])
        for unit in units
        if len(units) <= MANY or unit.id in concerned
    ]  # fmt: skip


_level = (OrgUnit.depth == bindparam("depth", type_=Integer), OrgUnit.open_on(bindparam("today", type_=Date)))
_first = select(OrgUnit.id).where(*_level).order_by(OrgUnit.id).limit(MANY + 1).subquery()
_concerned = select(OrgUnit.id).where(OrgUnit.id.in_(bindparam("concerned", expanding=True)), *_level)
_UNITS = (
    select(OrgUnit.id, OrgUnit.path, OrgUnit.name)
    .where(OrgUnit.id.in_(union_all(select(_first.c.id), _concerned)))
    .order_by(OrgUnit.position, OrgUnit.id)
)
"""SQL: those concerned, and so many more that one sees whether all of the level are shown."""


def table_rows(found: Collection[Line]) -> tuple[list[str], list[list[str | int | None]]]:
    """The list as a file has it: headings and rows."""
    headings = [_("Order"), _("Name"), _("Employee number"), _("Unit"), _("Grade"), _("Rank"), _("Why here"),
                _("Proposal"), _("Motive")]  # fmt: skip
    return headings, [
        [one.place, one.name, one.employee_no, one.unit, one.grade, one.rank, one.because,
         _("A seat") if one.seat else one.why, one.motive]
        for one in found
    ]  # fmt: skip


def failures(refused: Mapping[int, str], shown: Collection[int]) -> list[str]:
    """Why those that are no longer in the list could not be decided on, each reason once."""
    return list(dict.fromkeys(reason for id_, reason in refused.items() if id_ not in shown))
