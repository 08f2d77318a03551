"""Duties reckoned before they are asked for: kept person by person and counted by unit, right at every moment.

What is kept counts only on the day for which it was reckoned, and while nothing has changed since: whoever commits a
change that duties follow from leaves a `DutyChange` in the same transaction (`note`). A job reckons anew what has
changed, and at midnight everything, since days pass. Meanwhile pages walk through everybody instead (`is_right`).

Only what differs is written, a course at a time. Whoever begins takes the turn: another one who is at it stops.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Date, Select, bindparam, delete, insert, select, true, update
from sqlalchemy.orm import Session

from courses import clock
from courses.catalogue.models import Course
from courses.db import KEY, current, in_parts, rows
from courses.enrolment import obligations
from courses.enrolment.models import Assignment, Duty, DutyChange, DutyCount, Enrolment, Outcome, Reckoning, State
from courses.events.facts import Changed, Fact, Imported, Settled
from courses.people import serving
from courses.people.models import OrgUnit, Person, Posting
from courses.scheduling.models import Run

EVERYBODY = 0
"""The unit under which all are counted."""
_MANY = 500
"""With more people than this to be looked at, everybody is."""
_AT_ONCE = 5000
_Within = AbstractContextManager[Session]


def is_right(db: Session) -> bool:
    """Whether what is kept says what reckoning would say now."""
    return bool(rows(db, RIGHT, {"today": clock.today()}).scalar())


def note(db: Session, facts: Sequence[Fact]) -> bool:
    """Leave word of what these facts, about to be committed, change; whether a job has something to do."""
    people = {person_id for fact in facts for person_id in _concerned(db, fact)}
    if not people:
        return False
    found = [None] if None in people or len(people) > _MANY else sorted(people, key=lambda one: one or 0)
    db.execute(insert(DutyChange), [{"person_id": one} for one in found])
    return db.scalar(select(Reckoning.id)) is not None


def _concerned(db: Session, fact: Fact) -> Collection[int | None]:
    """The people whose duties a fact may change; None: many."""
    if isinstance(fact, Settled):
        return [fact.person_id]
    if isinstance(fact, Imported):
        return [None]
    return _by_change(db, fact) if isinstance(fact, Changed) else []


def _by_change(db: Session, fact: Changed) -> Collection[int | None]:
    if fact.thing == "person":
        return [fact.id]
    if fact.thing in {"assignment", "unit"}:
        return [None]
    if fact.thing == "course" and (fact.after.keys() if fact.before else _true(fact.after)) & _OF_COURSES:
        return [None]
    if fact.thing == "run" and fact.before:
        completed = select(Enrolment.person_id).where(Enrolment.run_id == fact.id)
        return db.scalars(completed.where(Enrolment.outcome == Outcome.COMPLETED)).all()
    return []


_OF_COURSES = {"mandatory", "draft", "retired_on"}


def _true(values: dict[str, Any]) -> set[str]:
    return {name for name, value in values.items() if value and name == "mandatory"}


class _Row(NamedTuple):
    """A `Duty` without its course."""

    assignment_id: int
    person_id: int
    unit_id: int
    grade: str
    service: str
    state: State
    due: int
    first: bool
    position: int
    name: str

    def counted_as(self) -> Iterator[int]:
        """The assignments under which it counts."""
        if self.assignment_id != obligations.MARK:
            yield self.assignment_id
        if self.first:
            yield obligations.MARK


@dataclass
class Plan:
    """What there is to do: `courses`, and whom to look at in each (None: everybody), to take `changes` in."""

    day: date
    turn: int
    changes: Sequence[int]
    people: Collection[int] | None
    courses: Sequence[int]


@dataclass(frozen=True)
class Difference:
    """What is to be written of a course: rows that are no longer right and those that are; the counts of both."""

    course_id: int
    gone: Collection[_Row]
    come: Collection[_Row]
    counts: Counter[tuple[int, int, State]]


def renew(look: Callable[[], _Within], begin: Callable[[], _Within]) -> None:
    """Reckon what has changed, each course in a short transaction that `begin` opens, after one of `look`."""
    with begin() as db:
        plan = take_turn(db)
    if plan is None:
        return
    for course_id in plan.courses:
        with look() as db:
            found = reckon(db, plan, course_id)
        with begin() as db:
            if not keep(db, plan, found):
                return
    with begin() as db:
        finish(db, plan)


def take_turn(db: Session) -> Plan | None:
    """Whoever was at it stops; what has changed. None where all is right."""
    kept = db.scalar(select(Reckoning).with_for_update())
    today = clock.today()
    if kept is None:
        kept = Reckoning(id=1, turn=0)
        db.add(kept)
    changes = db.execute(select(DutyChange.id, DutyChange.person_id)).all()
    if kept.day == today and not changes:
        return None
    kept.turn += 1
    people = {person_id for _, person_id in changes if person_id is not None}
    many = kept.day != today or len(people) > _MANY or any(person_id is None for _, person_id in changes)
    return Plan(today, kept.turn, [id_ for id_, _ in changes], None if many else people, _courses(db))


def _courses(db: Session) -> Sequence[int]:
    """All that are mandatory for anybody, or were."""
    marked = select(Course.id).where(Course.mandatory)
    return db.scalars(marked.union(select(Assignment.course_id), select(Duty.course_id)).order_by("id")).all()


def reckon(db: Session, plan: Plan, course_id: int) -> Difference:
    """What a course's duties are, held against what is kept of them."""
    asked = obligations.as_of(plan.day) | {"course_id": course_id, "people": list(plan.people or ())}
    some = plan.people is not None
    now = {_Row._make((*row[:5], State(row.state), *row[6:])) for row in rows(db, _duties(some), asked)}
    kept = {_Row._make(row) for row in rows(db, _kept(some), asked)}
    gone, come = kept - now, now - kept
    above = _above(db) if gone or come or not some else {}
    counts = _counted(come, above)
    if some:
        counts.subtract(_counted(gone, above))
        return Difference(course_id, gone, come, counts)
    return Difference(course_id, gone, come, _counted(now, above))


def keep(db: Session, plan: Plan, found: Difference) -> bool:
    """Write it down; False where somebody else has taken the turn since."""
    turn = update(Reckoning).where(Reckoning.turn == plan.turn).values(turn=plan.turn + 1).returning(Reckoning.turn)
    if db.scalar(turn) is None:
        return False
    plan.turn += 1
    for some in in_parts([(one.assignment_id, one.person_id) for one in found.gone], _AT_ONCE):
        dropped = [
            {"course": found.course_id, "assignment": assignment, "person": person} for assignment, person in some
        ]
        current(db, _DROPPED, dropped)  # type: ignore[arg-type]  # many at once
    for rows_ in in_parts([{"course_id": found.course_id, **one._asdict()} for one in found.come], _AT_ONCE):
        db.execute(insert(Duty), rows_)
    _keep_counts(db, plan, found)
    return True


def finish(db: Session, plan: Plan) -> bool:
    """All courses are written, and who serves where: from now on what is kept counts. False as in `keep`."""
    done = update(Reckoning).where(Reckoning.turn == plan.turn).values(day=plan.day).returning(Reckoning.turn)
    if db.scalar(done) is None:
        return False
    serving.keep(db)
    for some in in_parts(plan.changes, _AT_ONCE):
        db.execute(delete(DutyChange).where(DutyChange.id.in_(some)))
    return True


def _keep_counts(db: Session, plan: Plan, found: Difference) -> None:
    """Counts of everybody take the place of those before them; those of some people are added to them."""
    before = [DutyCount.course_id == found.course_id]
    numbers = defaultdict[tuple[int, int], Counter[State]](Counter)
    for (assignment_id, unit_id, state), number in found.counts.items():
        numbers[assignment_id, unit_id][state] += number
    if plan.people is not None:
        before.append(DutyCount.unit_id.in_({unit_id for _, unit_id in numbers}))
        for row in db.execute(select(*_COUNT_COLUMNS).where(*before)):
            numbers[row.assignment_id, row.unit_id].update({state: getattr(row, state) for state in State})
    db.execute(delete(DutyCount).where(*before))
    new = [
        {"course_id": found.course_id, "assignment_id": key[0], "unit_id": key[1], **{one: some[one] for one in State}}
        for key, some in numbers.items()
        if any(some.values())
    ]
    if new:
        db.execute(insert(DutyCount), new)


def _counted(found: Collection[_Row], above: dict[int, list[int]]) -> Counter[tuple[int, int, State]]:
    """How many in each state, by assignment and unit; a unit counts all below it."""
    own = Counter((assignment_id, one.unit_id, one.state) for one in found for assignment_id in one.counted_as())
    counts: Counter[tuple[int, int, State]] = Counter()
    for (assignment_id, unit_id, state), number in own.items():
        for over in above[unit_id]:
            counts[assignment_id, over, state] += number
    return counts


def _above(db: Session) -> dict[int, list[int]]:
    """Where those of each unit count: in it, in all above it, among everybody."""
    over = {unit.id: unit.parent_id for unit in rows(db, select(OrgUnit.id, OrgUnit.parent_id))}

    def way(unit_id: int | None) -> Iterator[int]:
        while unit_id is not None:
            yield unit_id
            unit_id = over[unit_id]
        yield EVERYBODY

    return {unit_id: list(way(unit_id)) for unit_id in over}


_COUNT_COLUMNS = (DutyCount.assignment_id, DutyCount.unit_id, *(getattr(DutyCount, state) for state in State))
_DROPPED = delete(Duty).where(
    Duty.course_id == bindparam("course", type_=KEY),
    Duty.assignment_id == bindparam("assignment", type_=KEY),
    Duty.person_id == bindparam("person", type_=KEY),
)
RIGHT = select(
    select(Reckoning.id).where(Reckoning.day == bindparam("today", type_=Date)).exists()
    & ~select(DutyChange.id).exists()
)
"""SQL: whether what is kept is right `:today`."""


@cache
def _duties(some: bool) -> Select[*tuple[Any, ...]]:
    """Statements are built once: that costs more than running them."""
    course_id, people = bindparam("course_id", type_=KEY), bindparam("people", type_=KEY, expanding=True)
    tops = select(Assignment.unit_id).where(Assignment.course_id == course_id, Assignment.unit_id.is_not(None))
    whose = Enrolment.person_id.in_(people) if some else true()
    completion = obligations.completions(Run.course_id == course_id, whose)
    asked = (Posting.person_id.in_(people),) if some else ()
    reach = obligations.units_below(OrgUnit.id.in_(tops))
    duty = obligations.all_duties(reach, completion, Course.id == course_id, *asked)
    named = (OrgUnit.position, Person.name)
    state = obligations.state(duty).label("state")
    one = duty.c
    return (
        select(one.assignment_id, one.person_id, one.unit_id, one.grade, one.service, state, one.due, one.first, *named)
        .join(OrgUnit, OrgUnit.id == one.unit_id)
        .join(Person, Person.id == one.person_id)
    )


@cache
def _kept(some: bool) -> Select[*tuple[Any, ...]]:
    course_id, people = bindparam("course_id", type_=KEY), bindparam("people", type_=KEY, expanding=True)
    kept = select(*(getattr(Duty, name) for name in _Row._fields)).where(Duty.course_id == course_id)
    return kept.where(Duty.person_id.in_(people)) if some else kept
