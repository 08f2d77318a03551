"""The catalogue: which runs somebody may choose from, with how they stand for that person. One statement a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Date, Integer, Select, and_, bindparam, case, extract, func, or_, select
from sqlalchemy.orm import Session, aliased

from courses import clock
from courses.catalogue.models import Course, Kind, Level, Prerequisite
from courses.db import KEY, Moment, rows
from courses.enrolment import quotas, seats
from courses.enrolment.actions import BY_APPLICATION
from courses.enrolment.models import Enrolment, Outcome, Quota, Status
from courses.enrolment.states import UNDER_WAY
from courses.people.models import Posting
from courses.people.units import above
from courses.scheduling.conditions import mentions, takes_applications
from courses.scheduling.models import Mode, Run, RunState
from courses.text import search_key

PAGE = 40


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for. `months` are (year, month); `free`: only where applications are taken and seats left."""

    words: str = ""
    kinds: tuple[Kind, ...] = ()
    months: tuple[tuple[int, int], ...] = ()
    free: bool = False

    @property
    def is_all(self) -> bool:
        """Whether nothing narrows the list."""
        return self == Wanted()


class Listed(NamedTuple):
    """A run as it stands for one person. `taken` of `capacity` seats (None: no limit), `waiting` in the queue;
    `applied`: those whose application is not decided on.

    `enrolment_id`, `status`, `offered_until` and `position` (counted from 1) are the person's own, `completed` whether
    the person completed the course before, `required` the title of a course to be completed first, or None.
    `for_grades` to `for_units`: whom the course is for. `held_at`: the level of units for which seats are held, or
    None. `total` is the number of runs over all pages.
    """

    id: int
    course_id: int
    title: str
    kind: Kind
    level: Level
    minutes: int
    number: int
    year: int
    state: RunState
    starts_on: date
    ends_on: date
    days: int
    from_clock: str
    until_clock: str
    place: str
    teachers: str
    mode: Mode
    capacity: int | None
    taken: int
    apply_from: datetime | None
    apply_until: datetime | None
    cancel_until: datetime | None
    waiting: int
    applied: int
    enrolment_id: int | None
    status: Status | None
    outcome: Outcome | None
    offered_until: datetime | None
    position: int
    completed: bool
    required: str | None
    for_grades: list[str]
    for_services: list[str]
    for_units: list[int]
    held_at: int | None
    total: int


def runs(db: Session, person_id: int, wanted: Wanted, page: int = 1) -> list[Listed]:
    """A page of the published runs that are not over: the next to start first, those that have begun after them."""
    asked = {"person_id": person_id, "today": clock.today(), "now": clock.now(), "skip": PAGE * (page - 1)}
    return [_listed(row) for row in rows(db, _page(wanted), asked).all()]


def run(db: Session, person_id: int, run_id: int) -> Listed:
    """One run, whatever its state."""
    return _listed(rows(db, _ONE, {"person_id": person_id, "run_id": run_id}).one())


def _listed(row: Any) -> Listed:
    found = Listed._make(row)
    waits = found.status is Status.WAITLISTED
    return found._replace(position=found.waiting - found.position) if waits else found


def shareless(db: Session, person_id: int, listed: Sequence[Listed]) -> set[int]:
    """Those of these runs in which seats are free, but none for the person: the own unit has all it may have, or the
    rest is held for others. One statement, and one more where seats are held at all.
    """
    free = {one.id: one for one in listed if one.held_at is not None and (one.capacity or 0) > one.taken}
    units: dict[int, dict[int, int]] = {}
    found = set()
    for run_id, held in (quotas.of_runs(db, free) if free else {}).items():
        one, depth = free[run_id], free[run_id].held_at or 0
        if depth not in units:
            units[depth] = quotas.units_at(db, depth, [person_id])
        if not quotas.fits(held, units[depth].get(person_id), one.capacity, one.taken):
            found.add(run_id)
    return found


class Service(NamedTuple):
    """Where and as what somebody serves today; `units`: theirs and all above it."""

    grade: str | None
    service: str | None
    units: frozenset[int]

    def fits(self, run: Listed) -> bool:
        """Whether the course of the run is for them (the same as `eligibility` asks)."""
        return (
            (not run.for_grades or self.grade in run.for_grades)
            and (not run.for_services or self.service in run.for_services)
            and (not run.for_units or not self.units.isdisjoint(run.for_units))
        )


def service(db: Session, person_id: int) -> Service:
    """The person's posting of today; nothing for who serves nowhere."""
    row = rows(db, _SERVICE, {"person_id": person_id, "today": clock.today()}).first()
    return (
        Service(row.grade, row.service, frozenset(above(db, row.unit_id))) if row else Service(None, None, frozenset())
    )


def months(db: Session) -> list[tuple[int, int]]:
    """The months (year, month) in which runs on offer start."""
    return [(int(year), int(month)) for year, month in rows(db, _MONTHS, {"today": clock.today()}).all()]


_today, _now = bindparam("today", type_=Date), bindparam("now", type_=Moment)
ON_OFFER = and_(Run.state == RunState.PUBLISHED, Run.ends_on >= _today)
"""SQL: published, and not over on `:today`."""

_begun = Run.starts_on < _today
_year, _month = extract("year", Run.starts_on), extract("month", Run.starts_on)
_MONTHS = select(_year, _month).where(ON_OFFER).distinct().order_by(_year, _month)


@lru_cache(maxsize=256)
def _page(wanted: Wanted) -> Select[*tuple[Any, ...]]:
    """The statement of a page; kept, since building and keying it costs more than running it."""
    statement = _LISTED.where(ON_OFFER, *_conditions(wanted)).order_by(_begun, Run.starts_on, Run.id)
    return statement.limit(PAGE).offset(bindparam("skip", type_=Integer))


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions = [mentions(word) for word in search_key(wanted.words).split()]
    if wanted.kinds:
        conditions.append(Course.kind.in_(wanted.kinds))
    if wanted.months:
        conditions.append(or_(*(_starts_in(*month) for month in wanted.months)))
    if wanted.free:
        conditions += [seats.free(), takes_applications(_now, _today)]
    return conditions


def _starts_in(year: int, month: int) -> ColumnElement[bool]:
    following = date(year + month // 12, month % 12 + 1, 1)
    return and_(Run.starts_on >= date(year, month, 1), Run.starts_on < following)


_person_id = bindparam("person_id", type_=KEY)
_own, _other = aliased(Enrolment), aliased(Enrolment)
_before, _earlier = aliased(Enrolment), aliased(Run)
_queue = select(func.count()).where(_other.run_id == Run.id, _other.status == Status.WAITLISTED)
_waiting, _behind = _queue.scalar_subquery(), _queue.where(_other.queue_no > _own.queue_no).scalar_subquery()
"""All who wait, and those behind oneself: who has just come into a long queue has nearly everybody before them."""
_done = (
    select(_earlier.course_id, _before.run_id)
    .join(_earlier, _earlier.id == _before.run_id)
    .where(_before.person_id == _person_id, _before.outcome == Outcome.COMPLETED)
    .cte("done")
)
"""What the person completed: few rows, read once, where asking run by run reads every run that its course ever had."""
_completed = select(_done.c.run_id).where(_done.c.course_id == Run.course_id, _done.c.run_id != Run.id)
_applied = (
    select(func.count()).where(_other.run_id == Run.id, _other.status.in_(UNDER_WAY)).correlate(Run).scalar_subquery()
)
_held = select(Quota.run_id).where(Quota.run_id == Run.id).correlate(Run)
_first = aliased(Course)
_missing = (
    select(_first.title)
    .join(Prerequisite, Prerequisite.required_id == _first.id)
    .where(
        Prerequisite.course_id == Run.course_id,
        ~select(_done.c.run_id).where(_done.c.course_id == Prerequisite.required_id).exists(),
    )
    .order_by(_first.title, _first.id)
    .limit(1)
    .correlate(Run)
    .scalar_subquery()
)
_LISTED = (
    select(
        Run.id,
        Run.course_id,
        Course.title,
        Course.kind,
        Course.level,
        Course.minutes,
        Run.number,
        Run.year,
        Run.state,
        Run.starts_on,
        Run.ends_on,
        Run.days,
        Run.from_clock,
        Run.until_clock,
        Run.place,
        Run.teachers,
        Run.mode,
        Run.capacity,
        Run.taken,
        Run.apply_from,
        Run.apply_until,
        Run.cancel_until,
        _waiting,
        case((Run.mode.in_(BY_APPLICATION), _applied), else_=0),
        _own.id,
        _own.status,
        _own.outcome,
        _own.offered_until,
        _behind,
        _completed.exists(),
        _missing,
        Course.for_grades,
        Course.for_services,
        Course.for_units,
        case((_held.exists(), Run.quota_depth)),
        func.count().over(),
    )
    .join(Course, Course.id == Run.course_id)
    .outerjoin(_own, and_(_own.run_id == Run.id, _own.person_id == _person_id))
)
_SERVICE = (
    select(Posting.grade, Posting.service, Posting.unit_id)
    .where(Posting.person_id == _person_id, Posting.on(_today))
    .order_by(Posting.from_on.desc())
    .limit(1)
)
_ONE = _LISTED.where(Run.id == bindparam("run_id", type_=KEY))
