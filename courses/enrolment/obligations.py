"""Who must complete which course by when: one statement, read by the person, by the assignment, or counted.

A duty is a person times an assignment that holds for them on a day (usually today), or times a course that is marked as
mandatory for all staff, which has no day. The day of an assignment is its `due_on`, in the period that runs: a yearly
one begins anew every 1 January (from the year of `due_on` on), one after so many months with the last completion. The
day moves on by every day of leave since the assignment was made (or the period began), and whoever came later has at
least thirty days. Who is on leave is neither in time nor late: their time stands still.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Date,
    FromClause,
    Integer,
    Select,
    Subquery,
    and_,
    bindparam,
    case,
    cast,
    extract,
    func,
    literal,
    or_,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.orm import aliased

from courses import clock
from courses.catalogue.models import Course
from courses.db import KEY, unsought
from courses.enrolment.due import DayNumber, EarlierOf, LaterOf, MomentDayNumber, MonthsLater
from courses.enrolment.models import Assignment, Enrolment, Outcome, Renewal, Status
from courses.enrolment.states import SEATED
from courses.people.models import Leave, OrgUnit, Person, Posting
from courses.scheduling.models import Run

GRACE = 30
"""Days from the posting that somebody who comes later has at least."""

MARK = 0
"""The `assignment_id` of duties that no assignment makes: the course is marked as mandatory for all staff."""
NO_DAY = date(9999, 12, 31).toordinal()
"""The day's number of those."""

_today, _today_no = bindparam("today", type_=Date), bindparam("today_no", type_=Integer)
_year, _new_year_no = bindparam("year", type_=Integer), bindparam("new_year_no", type_=Integer)


def as_of_today() -> dict[str, Any]:
    """What every statement here asks with."""
    return as_of(clock.today())


def as_of(today: date) -> dict[str, Any]:
    """The same for another day: who serves, what holds and what is due as seen on it."""
    new_year = date(today.year, 1, 1).toordinal()
    return {"today": today, "today_no": today.toordinal(), "year": today.year, "new_year_no": new_year}


def units_below(tops: Any) -> CTE:
    """SQL: (`top`, `unit`) for these units and all below each; `tops`: a condition on `OrgUnit`."""
    reach = select(OrgUnit.id.label("top"), OrgUnit.id.label("unit")).where(tops).cte("reach", recursive=True)
    return reach.union_all(select(reach.c.top, OrgUnit.id).join(reach, OrgUnit.parent_id == reach.c.unit))


def units_above(units: Any) -> CTE:
    """SQL: the same pairs, upwards from these units."""
    parent = OrgUnit.parent_id.label("parent")
    reach = select(OrgUnit.id.label("top"), OrgUnit.id.label("unit"), parent).where(units)
    way = reach.cte("reach", recursive=True)
    return way.union_all(select(OrgUnit.id, way.c.unit, OrgUnit.parent_id).join(way, OrgUnit.id == way.c.parent))


def completions(*conditions: ColumnElement[bool]) -> Subquery:
    """SQL: the last day of the last run in which each person completed each course.

    Grouped by an expression: by the mere column SQLite would walk through the enrolments of everybody in its order.
    """
    person_id = cast(Enrolment.person_id, KEY)
    return (
        select(person_id.label("person_id"), Run.course_id, func.max(Run.ends_on).label("on"))
        .join(Run, Run.id == Enrolment.run_id)
        .where(Enrolment.status == Status.ENROLLED, Enrolment.outcome == Outcome.COMPLETED, *conditions)
        .group_by(person_id, Run.course_id)
        .subquery("completion")
    )


def running() -> ColumnElement[bool]:
    """SQL: assignments that hold on the day, of courses that are offered."""
    held = or_(Assignment.ended_on.is_(None), Assignment.ended_on > _today)
    return and_(held, MomentDayNumber(Assignment.created_at) <= _today_no, offered())


def offered() -> ColumnElement[bool]:
    """SQL: courses that are neither retired on the day nor a draft."""
    return and_(or_(Course.retired_on.is_(None), Course.retired_on > _today), unsought(Course.draft).is_(False))


def duties(reach: CTE, completion: Subquery) -> Subquery:
    """SQL: a row for each duty that an assignment makes.

    `assignment_id`, `person_id`, `unit_id` of the day, `grade`, `service`; `done` in the period, `last` completion;
    `due` the number of the day, 0 where it is `done`; `away` on leave. `reach` and `completion` cover those whom the
    caller asks for.
    """
    return _assigned(reach, completion).subquery("duty")


def all_duties(reach: CTE, completion: Subquery, *conditions: ColumnElement[bool]) -> CTE:
    """SQL: the same with those of marked courses; conditions on `Course`, `Person` and `Posting`.

    `first` is the one of a person's duties with a course that speaks for all of them: the most urgent not done. In
    tables beside the statement: within it they would be nested deeper than SQLite reads.
    """
    assigned, marked = (one.where(*conditions) for one in (_assigned(reach, completion), _marked(completion)))
    one = union_all(assigned, marked).cte("any_duty")
    place = func.row_number().over(
        partition_by=(one.c.person_id, one.c.course_id), order_by=(one.c.done, one.c.due, one.c.assignment_id)
    )
    return select(one, (place == 1).label("first")).cte("duty")


def standings(reach: CTE, completion: Subquery) -> Subquery:
    """SQL: a row for every person and course that the person must complete; `done` where none of their duties is open.

    The `first` ones of `all_duties`, equally done, for who only counts: by when, which costs most, is not asked.
    """
    one = union_all(_held(reach, completion), _marks(completion)).subquery("any_duty").c
    alike = (one.person_id, one.course_id, one.unit_id, one.grade, one.service)
    open_ones = func.sum(case((one.done, 0), else_=1))
    return select(*alike, (open_ones == 0).label("done")).group_by(*alike).subquery("standing")


def state(duty: FromClause) -> ColumnElement[str]:
    """SQL: 'done', 'away', 'late' or 'open'."""
    return case((duty.c.done, "done"), (duty.c.away, "away"), (late(duty), "late"), else_="open")


def _marked(completion: Subquery) -> Select[*tuple[Any, ...]]:
    done = completion.c.on.is_not(None)
    return _marks(completion).add_columns(
        completion.c.on.label("last"),
        case((done, 0), else_=NO_DAY).label("due"),
        case((done, False), else_=_leaves(_today_no) > 0).label("away"),
    )


def _marks(completion: Subquery) -> Select[*tuple[Any, ...]]:
    done = completion.c.on.is_not(None).label("done")
    return (
        select(literal(MARK, KEY).label("assignment_id"), Course.id.label("course_id"), *_of_whom(), done)
        .select_from(Course)
        .join(Posting, Posting.on(_today))
        .join(Person, and_(Person.id == Posting.person_id, _serves()))
        .outerjoin(completion, and_(completion.c.person_id == Person.id, completion.c.course_id == Course.id))
        .where(Course.mandatory, offered())
    )


def _of_whom() -> tuple[Any, ...]:
    return Person.id.label("person_id"), Posting.unit_id, Posting.grade, Posting.service


def _serves() -> ColumnElement[bool]:
    return and_(Person.employee_no.is_not(None), Person.active_on(_today))


def _assigned(reach: CTE, completion: Subquery) -> Select[*tuple[Any, ...]]:
    done = _done(completion.c.on)
    return _held(reach, completion).add_columns(
        completion.c.on.label("last"),
        case((done, 0), else_=_due(reach, completion.c.on)).label("due"),
        case((done, False), else_=_leaves(_today_no) > 0).label("away"),
    )


def _held(reach: CTE, completion: Subquery) -> Select[*tuple[Any, ...]]:
    done = _done(completion.c.on).label("done")
    return (
        select(Assignment.id.label("assignment_id"), Assignment.course_id, *_of_whom(), done)
        .select_from(Assignment)
        .join(Course, Course.id == Assignment.course_id)
        .join(Posting, and_(Posting.on(_today), _in_scope(Posting, reach)))
        .join(Person, and_(Person.id == Posting.person_id, _serves()))
        .outerjoin(
            completion,
            and_(completion.c.person_id == Person.id, completion.c.course_id == Assignment.course_id),
        )
        .where(running())
    )


def late(duty: FromClause) -> ColumnElement[bool]:
    """SQL: the day is over, and the person is there."""
    return and_(duty.c.done.is_(False), duty.c.away.is_(False), duty.c.due < _today_no)


def _in_scope(posting: Any, reach: CTE) -> ColumnElement[bool]:
    """Whom it is for, as they serve by a posting."""
    below = tuple_(Assignment.unit_id, posting.unit_id).in_(select(reach.c.top, reach.c.unit))
    return and_(
        or_(Assignment.unit_id.is_(None), below),
        or_(Assignment.grade == "", posting.grade == Assignment.grade),
        or_(Assignment.service == "", posting.service == Assignment.service),
    )


def _period() -> ColumnElement[int]:
    """The calendar year of a yearly one that counts now."""
    return LaterOf(_year, extract("year", Assignment.due_on))


def _done(last: ColumnElement[date]) -> ColumnElement[bool]:
    in_period = case(
        (Assignment.renewal == Renewal.YEARLY, extract("year", last) >= _period()),
        (Assignment.renewal == Renewal.AFTER, DayNumber(MonthsLater(last, Assignment.months)) >= _today_no),
        else_=True,
    )
    return and_(last.is_not(None), in_period)


def _due(reach: CTE, last: ColumnElement[date]) -> ColumnElement[int]:
    """The number of the last day in time, as far as leave is known to have moved it by today."""
    years = (_period() - extract("year", Assignment.due_on)) * 12
    first = DayNumber(Assignment.due_on)
    made = MomentDayNumber(Assignment.created_at)
    again = and_(Assignment.renewal == Renewal.AFTER, last.is_not(None))
    base = case(
        (Assignment.renewal == Renewal.YEARLY, DayNumber(MonthsLater(Assignment.due_on, years))),
        (again, LaterOf(first, DayNumber(MonthsLater(last, Assignment.months)))),
        else_=first,
    )
    since = case(
        (Assignment.renewal == Renewal.YEARLY, LaterOf(made, _new_year_no)),
        (again, LaterOf(made, DayNumber(last))),
        else_=made,
    )
    came = _came(reach)
    new = and_(DayNumber(Posting.from_on) > made, came > made)
    return case(
        (new, LaterOf(base, came + GRACE) + _leaves(LaterOf(since, came))),
        else_=base + _leaves(since),
    )


def _came(reach: CTE) -> ColumnElement[int]:
    """The day since when somebody is without a break among those whom it is for: a promotion is no new beginning."""
    begun, before = aliased(Posting), aliased(Posting)
    joined = select(before.id).where(
        before.person_id == begun.person_id,
        before.from_on < begun.from_on,
        or_(before.until_on.is_(None), DayNumber(before.until_on) >= DayNumber(begun.from_on) - 1),
        _in_scope(before, reach),
    )
    first = select(func.max(DayNumber(begun.from_on))).where(
        begun.person_id == Posting.person_id,
        begun.from_on <= _today,
        _in_scope(begun, reach),
        ~joined.correlate_except(before).exists(),
    )
    return first.correlate_except(begun).scalar_subquery()


def _leaves(since: Any) -> ColumnElement[int]:
    """How many days somebody has been on leave from a day until today, both included."""
    first = LaterOf(DayNumber(Leave.from_on), since)
    last = EarlierOf(func.coalesce(DayNumber(Leave.until_on), _today_no), _today_no)
    days = select(func.coalesce(func.sum(last - first + 1), 0)).where(
        Leave.person_id == Posting.person_id, Leave.from_on <= _today, last >= first
    )
    return days.correlate_except(Leave).scalar_subquery()


def under_way(person_id: Any, course_id: Any) -> ColumnElement[bool]:
    """SQL: has a seat in a run of the course that is not over."""
    return (
        select(Enrolment.id)
        .join(Run, Run.id == Enrolment.run_id)
        .where(
            Enrolment.person_id == person_id,
            Run.course_id == course_id,
            Enrolment.outcome.is_(None),
            Enrolment.status.in_(SEATED),
        )
        .exists()
    )
