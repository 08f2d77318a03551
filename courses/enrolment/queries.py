"""Lists of enrolments: a run's roster, a person's learning, who meets whom."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Date, Integer, Select, and_, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from courses import clock
from courses.catalogue.models import Course, Kind
from courses.db import KEY, rows
from courses.enrolment.eligibility import OVERLAPS
from courses.enrolment.models import Enrolment, Outcome, Status
from courses.enrolment.states import ENDED, SEATED
from courses.people.models import OrgUnit, Person, Posting
from courses.scheduling.models import Mode, Run, RunState


class RosterRow(NamedTuple):
    """One person of a run. `number` is the employee number or ''; unit and grade as of today, or as kept at closing."""

    id: int
    person_id: int
    name: str
    number: str
    unit: str
    grade: str
    status: Status
    outcome: Outcome | None
    queue_no: int | None


def roster(db: Session, run_id: int, statuses: Collection[Status] = (*SEATED, Status.WAITLISTED)) -> list[RosterRow]:
    """Who has a seat, in official order, then who waits, in the order of the queue."""
    found = rows(db, _ROSTER, {"run": run_id, "today": clock.today(), "statuses": list(statuses)}).all()
    return [RosterRow._make(row) for row in found]


def participants(
    db: Session, run_id: int, page: int = 1, statuses: Collection[Status] = (*SEATED, Status.WAITLISTED)
) -> list[RosterRow]:
    """A page of the same: a course for everybody has thousands."""
    asked = {"run": run_id, "today": clock.today(), "statuses": list(statuses), "skip": PAGE * (page - 1)}
    return [RosterRow._make(row) for row in rows(db, _PARTICIPANTS, asked).all()]


def by_status(db: Session, run_id: int) -> dict[Status, int]:
    """How many stand how in a run."""
    return {row[0]: row[1] for row in rows(db, _COUNTS, {"run": run_id, "statuses": list(Status)}).all()}


PAGE = 100
_ROSTER: Select[*tuple[Any, ...]] = (
    select(
        Enrolment.id,
        Enrolment.person_id,
        Person.name,
        func.coalesce(Person.employee_no, ""),
        func.coalesce(OrgUnit.path, Person.institution),
        func.coalesce(func.nullif(Enrolment.grade, ""), Posting.grade, ""),
        Enrolment.status,
        Enrolment.outcome,
        Enrolment.queue_no,
    )
    .join(Person, Person.id == Enrolment.person_id)
    .outerjoin(Posting, and_(Posting.person_id == Person.id, Posting.on(bindparam("today", type_=Date))))
    .outerjoin(OrgUnit, OrgUnit.id == func.coalesce(Enrolment.unit_id, Posting.unit_id))
    .where(
        Enrolment.run_id == bindparam("run", type_=KEY),
        Enrolment.status.in_(bindparam("statuses", expanding=True)),
    )
    .order_by(
        func.coalesce(Enrolment.queue_no, -(2**40)),
        OrgUnit.position.is_(None),
        OrgUnit.position,
        Person.name,
        Person.id,
    )
)
"""Built once: that costs more than running it."""
_PARTICIPANTS = _ROSTER.limit(PAGE).offset(bindparam("skip", type_=Integer))
_COUNTS = (
    select(Enrolment.status, func.count())
    .where(Enrolment.run_id == bindparam("run", type_=KEY), Enrolment.status.in_(bindparam("statuses", expanding=True)))
    .group_by(Enrolment.status)
)


def seated(db: Session, run_id: int) -> list[int]:
    """The ids of everybody with a seat in a run, whoever came first first."""
    have = select(Enrolment.person_id).where(Enrolment.run_id == run_id, Enrolment.status.in_(SEATED))
    return list(db.scalars(have.order_by(Enrolment.id)))


class Overlap(NamedTuple):
    """The person's own run that a shown run overlaps with."""

    id: int
    title: str
    starts_at: datetime


def clashes(db: Session, person_id: int, run_ids: Sequence[int]) -> dict[int, Overlap]:
    """Which of the runs overlap with where the person has a seat: the first one met. One statement for the page."""
    met: dict[int, Overlap] = {}
    for row in rows(db, OVERLAPS, {"person_id": person_id, "run_ids": run_ids}).all():
        met.setdefault(row.shown_id, Overlap(row.id, row.title, row.starts_at))
    return met


class Learning(NamedTuple):
    """One of a person's enrolments with its run. `position` counts from 1 among those who wait."""

    id: int
    run_id: int
    title: str
    kind: Kind
    minutes: int
    starts_on: date
    ends_on: date
    days: int
    from_clock: str
    until_clock: str
    place: str
    teachers: str
    run_state: RunState
    cancel_until: datetime | None
    status: Status
    outcome: Outcome | None
    position: int | None
    offered_until: datetime | None
    mode: Mode


def learning(db: Session, person_id: int) -> list[Learning]:
    """Everything a person applied for, the next first, then what is over, the latest first."""
    found = [Learning._make(row) for row in rows(db, _LEARNING, {"person_id": person_id}).all()]
    ahead = [row for row in found if is_ahead(row)]
    return ahead + [row for row in reversed(found) if not is_ahead(row)]


def is_ahead(row: Learning) -> bool:
    """Whether the person still has or awaits something there: not given up, without an outcome, not over."""
    alive = row.status not in ENDED and row.outcome is None
    return alive and row.run_state is RunState.PUBLISHED


_others = aliased(Enrolment)
_POSITION = (
    select(func.count())
    .where(
        _others.run_id == Enrolment.run_id,
        _others.status == Status.WAITLISTED,
        _others.queue_no <= Enrolment.queue_no,
    )
    .scalar_subquery()
)
_LEARNING = (
    select(
        Enrolment.id,
        Run.id,
        Course.title,
        Course.kind,
        Course.minutes,
        Run.starts_on,
        Run.ends_on,
        Run.days,
        Run.from_clock,
        Run.until_clock,
        Run.place,
        Run.teachers,
        Run.state,
        Run.cancel_until,
        Enrolment.status,
        Enrolment.outcome,
        _POSITION,
        Enrolment.offered_until,
        Run.mode,
    )
    .join(Run, Run.id == Enrolment.run_id)
    .join(Course, Course.id == Run.course_id)
    .where(Enrolment.person_id == bindparam("person_id", type_=KEY))
    .order_by(Run.starts_on, Run.id)
)
