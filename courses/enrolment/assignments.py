"""Courses that are mandatory for some: making, changing and ending them, who is late, and reminding those."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Date, Integer, Select, Subquery, and_, bindparam, case, func, or_, select, true
from sqlalchemy.orm import Session

from courses import clock
from courses.catalogue.models import Course
from courses.db import KEY, rows
from courses.enrolment import known, obligations, reckoned
from courses.enrolment.models import Assignment, Enrolment, Renewal
from courses.errors import Refused
from courses.events.actions import kind_of, record, record_change
from courses.events.facts import OverdueReminded
from courses.events.models import Event
from courses.people.models import OrgUnit, Person, Posting
from courses.people.units import below
from courses.scheduling.models import Run
from courses.text import text

PAGE = 100
LATEST = date(2199, 12, 31)


@dataclass(frozen=True)
class Wanted:
    """An assignment as somebody wants it. Nobody is left out where no unit, grade or service is named."""

    course_id: int
    due_on: date
    unit_id: int | None = None
    grade: str = ""
    service: str = ""
    renewal: Renewal = Renewal.ONCE
    months: int | None = None


def make(db: Session, actor_id: int, wanted: Wanted) -> Assignment:
    """Make a course mandatory for somebody from today on. Raises `Refused` when that holds already, or cannot."""
    _check(db, wanted)
    assignment = Assignment(**vars(wanted), created_at=clock.now())
    db.add(assignment)
    db.flush()
    record_change(db, actor_id, "assignment", assignment.id, dict.fromkeys(_plain(wanted)), _plain(wanted))
    return assignment


def change(db: Session, actor_id: int, assignment: Assignment, wanted: Wanted) -> None:
    """The same course for others, by another day or at other intervals."""
    if assignment.ended_on is not None:
        raise Refused(text("This assignment has ended. Make a new one"), code="ended")
    if wanted.course_id != assignment.course_id:
        raise Refused(text("Another course is another assignment: make a new one"), code="another_course")
    _check(db, wanted, but=assignment.id)
    before = _plain(Wanted(**{name: getattr(assignment, name) for name in vars(wanted)}))
    for name, value in vars(wanted).items():
        setattr(assignment, name, value)
    db.flush()
    record_change(db, actor_id, "assignment", assignment.id, before, _plain(wanted))


def end(db: Session, actor_id: int, assignment: Assignment) -> None:
    """It no longer holds, from today on."""
    if assignment.ended_on is not None:
        raise Refused(text("This assignment has ended already"), code="ended")
    assignment.ended_on = clock.today()
    db.flush()
    ended = assignment.ended_on.isoformat()
    record_change(db, actor_id, "assignment", assignment.id, {"ended_on": None}, {"ended_on": ended})


def _check(db: Session, wanted: Wanted, but: int = 0) -> None:
    if (wanted.renewal is Renewal.AFTER) != (wanted.months is not None):
        raise Refused(text("Say after how many months it is to be completed again"), code="months")
    if not date(2000, 1, 1) <= wanted.due_on <= LATEST:
        raise Refused(text("The day is out of range"), code="due_on")
    same = select(Assignment.id).where(
        Assignment.id != but,
        Assignment.course_id == wanted.course_id,
        Assignment.unit_id.is_not_distinct_from(wanted.unit_id),
        Assignment.grade == wanted.grade,
        Assignment.service == wanted.service,
        Assignment.ended_on.is_(None),
    )
    if db.scalar(same) is not None:
        message = text("This course is mandatory for the same people already. Change that assignment")
        raise Refused(message, code="there_already")


def _plain(wanted: Wanted) -> dict[str, Any]:
    return {**vars(wanted), "due_on": wanted.due_on.isoformat(), "renewal": wanted.renewal.value}


class Duty(NamedTuple):
    """A course that one person must complete. `due_on` is None where there is no day, and while they are `away`.

    `assignment_id` is `obligations.MARK` for a course that is marked as mandatory itself. `done_on`: completed, in the
    period that counts; `begun`: has a seat in a run of it; `late`: days since it was due.
    """

    assignment_id: int
    course_id: int
    title: str
    due_on: date | None
    done_on: date | None
    begun: bool
    away: bool
    late: int


def of_person(db: Session, person_id: int) -> list[Duty]:
    """What is assigned to somebody, the most urgent first, what is done last. In one statement."""
    asked = obligations.as_of_today() | {"person_id": person_id}
    found = [_duty(row) for row in rows(db, _of_person(), asked).all()]
    return sorted(found, key=lambda one: (one.done_on is not None, one.due_on or LATEST, one.title))


def _duty(row: Any) -> Duty:
    away, due = bool(row.away), date.fromordinal(row.due) if 0 < row.due < obligations.NO_DAY else None
    late = (clock.today() - due).days if due and not away else 0
    done_on = row.last if row.done else None
    return Duty(
        row.assignment_id, row.course_id, row.title, None if away else due, done_on, row.begun, away, max(0, late)
    )


class Standing(NamedTuple):
    """How many people an assignment holds for: those who are done, still have time, are away, are late."""

    people: int = 0
    done: int = 0
    open: int = 0
    away: int = 0
    late: int = 0


def standings(
    db: Session, unit_ids: Collection[int] | None = None, assignment_id: int | None = None
) -> dict[int, Standing]:
    """By running assignment (or of one), those with anybody; only who serves in these units or below."""
    if reckoned.is_right(db):
        kept = known.counts(db, None if unit_ids is None else list(unit_ids), assignment_id)
        return {id_: _standing(numbers) for id_, numbers in kept.items() if any(numbers.values())}
    return walked(db, unit_ids, assignment_id)


def walked(
    db: Session, unit_ids: Collection[int] | None = None, assignment_id: int | None = None
) -> dict[int, Standing]:
    """The same reckoned now, which looks at everybody for whom there is an assignment."""
    asked = obligations.as_of_today() | {"unit_ids": list(unit_ids or ()), "assignment_id": assignment_id}
    found = rows(db, _counted(unit_ids is not None, assignment_id is not None), asked)
    numbers: dict[int, dict[str, int]] = {}
    for id_, state, count in found:
        numbers.setdefault(id_, {})[state] = count
    return {id_: _standing(states) for id_, states in numbers.items()}


def _standing(numbers: dict[str, int]) -> Standing:
    return Standing(people=sum(numbers.values()), **numbers)


def of_unit(db: Session, unit_id: int) -> tuple[int, int]:
    """How many courses the people of a unit and of all below must complete, each person for each, and those done.

    Everybody is looked at: what is kept of it is `known.OF_UNIT`, where it is right.
    """
    must, done = rows(db, _of_unit(), obligations.as_of_today() | {"unit_id": unit_id}).one()
    return int(must), int(done)


class Late(NamedTuple):
    """Somebody whose day is over. `begun`: has a seat in a run of the course."""

    person_id: int
    name: str
    employee_no: str
    unit_id: int
    unit: str
    grade: str
    due_on: date
    days: int
    begun: bool


def overdue(
    db: Session, assignment: Assignment, unit_ids: Collection[int] | None = None, page: int | None = None
) -> list[Late]:
    """Who is late, by department in official order: a page of `PAGE` people, or all."""
    units = None if unit_ids is None else list(unit_ids)
    limit, skip = (None, 0) if page is None else (PAGE, PAGE * (page - 1))
    found: Iterable[Any]
    if reckoned.is_right(db):
        found = known.late(db, assignment.id, units, limit, skip)
    else:
        asked = {"assignment_id": assignment.id, "unit_ids": units or [], "limit": limit, "skip": skip}
        found = rows(db, _late(units is not None, limit is not None), obligations.as_of_today() | asked)
    today = clock.today()
    return [_late_one(row, today) for row in found]


def _late_one(row: Any, today: date) -> Late:
    *whom, number, begun = row
    due = date.fromordinal(number)
    return Late._make((*whom, due, (today - due).days, bool(begun)))


def remind(db: Session, actor_id: int, assignment: Assignment, unit_ids: Collection[int] | None = None) -> int:
    """Have those told who are late, in these units or all; how many. Everybody at most once a day.

    Raises `Refused` when there is nobody (left).
    """
    late = [one.person_id for one in overdue(db, assignment, unit_ids)]
    if not late:
        raise Refused(text("Nobody is late with this course"), code="nobody")
    told = _told_today(db, assignment.id)
    left = [person_id for person_id in late if person_id not in told]
    if not left:
        raise Refused(text("All of them have been reminded today already"), code="reminded")
    record(db, actor_id, OverdueReminded(assignment.id, left))
    return len(left)


def _told_today(db: Session, assignment_id: int) -> set[int]:
    since = clock.start_of(clock.today())
    said = select(Event.data).where(Event.kind == kind_of(OverdueReminded), Event.at >= since)
    mine = [data for data in db.scalars(said) if data["assignment_id"] == assignment_id]
    return {person_id for data in mine for person_id in data["people"]}


class Listed(NamedTuple):
    """An assignment with the words that name it. `unit` '' means the whole organisation."""

    assignment: Assignment
    title: str
    unit: str
    offered: bool


def listed(db: Session, assignment_id: int | None = None) -> list[Listed]:
    """Every assignment, or one: those that hold first, by their day."""
    asked = {"today": clock.today(), "assignment_id": assignment_id}
    return [Listed._make(row) for row in db.execute(_LISTED if assignment_id is None else _LISTED_ONE, asked).all()]


def for_everybody(db: Session) -> Sequence[Any]:
    """Courses marked as mandatory themselves: for all staff, without a day. Columns: id, title."""
    return rows(db, _FOR_EVERYBODY, {"today": clock.today()}).all()


@cache
def _of_person() -> Select[*tuple[Any, ...]]:
    """Statements are built once: that costs more than running them."""
    person_id = bindparam("person_id", type_=KEY)
    served = select(Posting.unit_id).where(Posting.person_id == person_id)

    completion = obligations.completions(Enrolment.person_id == person_id)
    reach = obligations.units_above(OrgUnit.id.in_(served))
    duty = obligations.all_duties(reach, completion, Posting.person_id == person_id)
    begun = obligations.under_way(duty.c.person_id, duty.c.course_id)
    return (
        select(duty, Course.title, begun.label("begun"))
        .join(Course, Course.id == duty.c.course_id)
        .where(duty.c.person_id == person_id)
    )


@cache
def _counted(of_units: bool, of_one: bool) -> Select[*tuple[Any, ...]]:
    duty = _duties(of_one)
    states = select(duty.c.assignment_id, obligations.state(duty).label("state"))
    if of_one:
        states = states.where(duty.c.assignment_id == _assignment_id)
    if of_units:
        states = states.where(_of_units(duty))
    one = states.subquery()
    return select(one.c.assignment_id, one.c.state, func.count()).group_by(one.c.assignment_id, one.c.state)


@cache
def _of_unit() -> Select[*tuple[Any, ...]]:
    here = Posting.unit_id.in_(select(below(bindparam("unit_id", type_=KEY)).c.id))
    reach = obligations.units_below(OrgUnit.id.in_(select(Assignment.unit_id).where(Assignment.unit_id.is_not(None))))
    duty = obligations.all_duties(reach, obligations.completions(), here)
    return select(func.count(), func.count(case((duty.c.done, 1)))).where(duty.c.first)


_assignment_id = bindparam("assignment_id", type_=KEY)
_offered = and_(
    or_(Course.retired_on.is_(None), Course.retired_on > bindparam("today", type_=Date)), Course.draft.is_(False)
)
_LISTED = (
    select(Assignment, Course.title, func.coalesce(func.nullif(OrgUnit.path, ""), OrgUnit.name, ""), _offered)
    .join(Course, Course.id == Assignment.course_id)
    .outerjoin(OrgUnit, OrgUnit.id == Assignment.unit_id)
    .order_by(Assignment.ended_on.is_not(None), Assignment.due_on, Course.title, Assignment.id)
)
_LISTED_ONE = _LISTED.where(Assignment.id == _assignment_id)
_FOR_EVERYBODY = select(Course.id, Course.title).where(Course.mandatory, _offered).order_by(Course.title, Course.id)


def _duties(of_one: bool) -> Subquery:
    """Those of all assignments, or what `:assignment_id` needs to be looked at."""
    wanted = Assignment.id == _assignment_id if of_one else true()
    tops = select(Assignment.unit_id).where(wanted, Assignment.unit_id.is_not(None))
    completion = obligations.completions(Run.course_id.in_(select(Assignment.course_id).where(wanted)))
    return obligations.duties(obligations.units_below(OrgUnit.id.in_(tops)), completion)


@cache
def _late(of_units: bool, paged: bool) -> Select[*tuple[Any, ...]]:
    duty = _duties(of_one=True)
    begun = obligations.under_way(duty.c.person_id, duty.c.course_id).label("begun")
    statement = (
        select(Person.id, Person.name, Person.employee_no, OrgUnit.id, OrgUnit.path, duty.c.grade, duty.c.due, begun)
        .join(duty, duty.c.person_id == Person.id)
        .join(OrgUnit, OrgUnit.id == duty.c.unit_id)
        .where(duty.c.assignment_id == _assignment_id, obligations.late(duty))
        .order_by(OrgUnit.position, OrgUnit.id, Person.name, Person.id)
    )
    if of_units:
        statement = statement.where(_of_units(duty))
    if paged:
        statement = statement.limit(bindparam("limit", type_=Integer)).offset(bindparam("skip", type_=Integer))
    return statement


def _of_units(duty: Any) -> Any:
    """Those of `:unit_ids` and all below."""
    wanted = OrgUnit.id.in_(bindparam("unit_ids", type_=KEY, expanding=True))
    under = select(OrgUnit.id).where(wanted).correlate(None).cte("under", recursive=True)
    under = under.union_all(select(OrgUnit.id).join(under, OrgUnit.parent_id == under.c.id))
    return duty.c.unit_id.in_(select(under.c.id))
