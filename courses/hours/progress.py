"""How the staff of units stand in a year: everybody with what counts and what is due, and sums unit by unit."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Date, Integer, String, bindparam, cast, func, literal, null, or_, select, union_all
from sqlalchemy.orm import Session

from courses import clock
from courses.db import KEY, rows
from courses.hours.ledger import counted, due
from courses.hours.models import HoursRules
from courses.hours.queries import Standing, as_of, away_in, days_away, minutes_of, reckon, sums_of
from courses.hours.rules import Rules, completed, rules
from courses.people.models import Leave, OrgUnit, Person, Posting
from courses.people.units import below


class Member(NamedTuple):
    """Somebody of a unit. `expected`: minutes of what is due that should be done by the day it is told by."""

    person_id: int
    name: str
    employee_no: str | None
    grade: str
    unit_id: int
    unit: str
    standing: Standing
    expected: int

    @property
    def is_behind(self) -> bool:
        """Whether fewer minutes count than the part of the year that has passed asks for."""
        return self.standing.recognised < self.expected


class Sum(NamedTuple):
    """A unit with all below it: how many people, how many of them have reached the target or are behind, minutes."""

    unit_id: int
    name: str
    path: str
    people: int
    reached: int
    behind: int
    recognised: int
    due: int
    has_below: bool

    @property
    def percent(self) -> int:
        """Of what is due, at most 100, rounded down; 100 where nothing is."""
        return min(100, self.recognised * 100 // self.due) if self.due else 100


def members(db: Session, year: int, unit_id: int | None = None, target_hours: int | None = None) -> list[Member]:
    """The staff of a unit and of all below (None: all there are) as of the year's last day, or today within it.

    In official order of their units, then by name. `target_hours`: the organisation's, where it is at hand.
    """
    asked = {"day": as_of(year)}
    found = rows(db, _STAFF, asked) if unit_id is None else rows(db, _STAFF_OF, asked | {"unit_id": unit_id})
    staff = {row.id: row for row in found}  # the latest posting of who has two on one day comes last
    some = list(staff) if unit_id is not None and len(staff) <= _FEW else None
    sums, away, said = minutes_of(db, some, year), away_in(db, year, some), rules(db, year, target_hours)
    caps, passed = said.minutes, _passed(year)
    members = []
    for row in staff.values():
        by_type, courses = sums.get(row.id, ({}, 0))
        stands = reckon(said, row.grade, year, counted(by_type, caps), away.get(row.id, 0), courses)
        members.append(
            Member(row.id, row.name, row.employee_no, row.grade, row.unit_id, row.path, stands,
                   stands.due * passed[0] // passed[1])
        )  # fmt: skip
    return members


def summary(db: Session, year: int, unit_id: int, target_hours: int) -> tuple[Standing, int]:
    """All of a unit together, and how many of them are behind: what `members` would say, in one statement."""
    grades: dict[int, str] = {}
    by_type: dict[int, dict[str, int]] = defaultdict(dict)
    leaves: dict[int, list[tuple[date, date | None]]] = defaultdict(list)
    courses, said, span = 0, Rules(), {"first": date(year, 1, 1), "last": date(year, 12, 31)}
    asked = span | {"day": as_of(year), "unit_id": unit_id, "year": year}
    for what, person_id, name, minutes, some, first, last in rows(db, _SUMMARY, asked).all():
        if what == _A_SUM:
            by_type[person_id][name] = by_type[person_id].get(name, 0) + int(minutes)
            courses += some
        elif what == _A_GRADE:
            grades[person_id] = name
        elif what == _A_LEAVE:
            leaves[person_id].append((first, last))
        else:
            said = Rules(**json.loads(name))
    said = completed(db, said, target_hours)
    caps, (passed, days) = said.minutes, _passed(year)
    recognised = owed = behind = 0
    for id_, grade in grades.items():
        minutes = counted(by_type[id_], caps) if id_ in by_type else 0
        away = days_away(leaves[id_], span["first"], span["last"]) if id_ in leaves else 0
        asked_for = due(said.target(grade), days, away)
        recognised, owed = recognised + minutes, owed + asked_for
        behind += minutes < asked_for * passed // days
    return Standing(recognised, owed, 0, 0, courses), behind


def sums(db: Session, year: int, within: OrgUnit | None = None, people: Sequence[Member] | None = None) -> list[Sum]:
    """The units right under one (None: under the whole organisation), in official order, each with all below it.

    Those who serve in the unit itself stand first, under its own name. Units without anybody are left out.
    `people`: the members, where they are at hand.
    """
    units = {row.id: row for row in db.execute(_UNITS)}
    top = within.id if within else None
    parts: dict[int, list[Member]] = defaultdict(list)
    for member in members(db, year, top) if people is None else people:
        parts[_part(units, member.unit_id, top)].append(member)
    inner = {row.parent_id for row in units.values()}
    order = sorted(parts, key=lambda id_: (id_ != top, units[id_].position))
    return [_sum(units[id_], parts[id_], has_below=id_ in inner and id_ != top) for id_ in order]


def summed(members: Sequence[Member]) -> Standing:
    """All of them together."""
    stands = [member.standing for member in members]
    return Standing(
        sum(one.recognised for one in stands), sum(one.due for one in stands), 0, 0, sum(one.courses for one in stands)
    )


def _sum(unit: Any, members: Sequence[Member], *, has_below: bool) -> Sum:
    all_of_them = summed(members)
    reached = sum(bool(member.standing.due) and not member.standing.left for member in members)
    behind = sum(member.is_behind for member in members)
    return Sum(
        unit.id, unit.name, unit.path, len(members), reached, behind, all_of_them.recognised, all_of_them.due, has_below
    )


def _part(units: dict[int, Any], unit_id: int, top: int | None) -> int:
    """The unit right under the top one to which a unit belongs, or the top one itself."""
    here = unit_id
    while here != top:
        above = units[here].parent_id
        if above is None or above == top or (top is None and units[here].depth == 1):
            return here
        here = above
    return here


def _passed(year: int) -> tuple[int, int]:
    """Days of the year that have passed, today included, and all its days."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    days = (last - first).days + 1
    return max(0, min(days, (clock.today() - first).days + 1)), days


_FEW = 1000
"""So many persons are asked for by id; of more, all there are."""
_day = bindparam("day", type_=Date)
_STAFF = (
    select(Person.id, Person.name, Person.employee_no, Posting.grade, Posting.unit_id, OrgUnit.path)
    .join(Posting, Posting.person_id == Person.id)
    .join(OrgUnit, OrgUnit.id == Posting.unit_id)
    .where(Posting.on(_day), Person.employee_no.is_not(None), Person.active_on(_day))
    .order_by(OrgUnit.position, Person.name, Person.id, Posting.from_on)
)
_STAFF_OF = _STAFF.where(Posting.unit_id.in_(select(below(bindparam("unit_id", type_=KEY)).c.id)))
_A_SUM, _A_GRADE, _A_LEAVE, _A_RULE = 0, 1, 2, 3
_COLUMNS = ("person_id", "type", "minutes", "courses")
_who = _STAFF_OF.order_by(None).with_only_columns(Person.id, Posting.grade, Posting.from_on).cte("who")
_no_day, _first, _last = cast(null(), Date), bindparam("first", type_=Date), bindparam("last", type_=Date)
_summed = sums_of(select(_who.c.id)).subquery()
_since = (
    select(func.max(HoursRules.from_year))
    .where(HoursRules.from_year <= bindparam("year", type_=Integer))
    .scalar_subquery()
)
_SUMMARY = union_all(
    select(literal(_A_SUM), *(_summed.c[name] for name in _COLUMNS), _no_day, _no_day),
    select(literal(_A_GRADE), _who.c.id, _who.c.grade, literal(0), literal(0), _no_day, _no_day),
    select(
        literal(_A_LEAVE), Leave.person_id, literal(""), literal(0), literal(0), Leave.from_on, Leave.until_on
    ).where(
        Leave.person_id.in_(select(_who.c.id)), Leave.from_on <= _last,
        or_(Leave.until_on.is_(None), Leave.until_on >= _first),
    ),
    select(
        literal(_A_RULE), literal(0), cast(HoursRules.rules, String), literal(0), literal(0), _no_day, _no_day
    ).where(HoursRules.from_year == _since),
)  # fmt: skip
_UNITS = select(OrgUnit.id, OrgUnit.parent_id, OrgUnit.name, OrgUnit.path, OrgUnit.position, OrgUnit.depth)
