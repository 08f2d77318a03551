"""What the rules of eligibility ask about a person, read in one statement."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import Date, and_, bindparam, exists, func, select
from sqlalchemy.orm import Session, aliased

from courses import clock
from courses.catalogue.models import Course, Prerequisite
from courses.db import KEY, current
from courses.enrolment.models import Enrolment, Outcome
from courses.enrolment.states import ENDED, SEATED
from courses.people.models import Person, Posting
from courses.scheduling.models import Run, RunInstructor
from courses.settings.models import Setting


def applicant(db: Session, run: Run, person_id: int) -> Any:
    """The person as they stand toward a run.

    `status` of what they have there (None: nothing), `seated` whether they have a seat in any run that goes on;
    `unit_id`, `grade`, `service` of today; `for_grades`, `for_services`, `for_units`, `mandatory` of its course;
    `completed_on` the last time they completed the course, `required_id` a course to be completed before, `this_year`
    their runs of that year, which `yearly_limit` limits.
    """
    return applicants(db, run, [person_id])[person_id]


def applicants(db: Session, run: Run, person_ids: Collection[int]) -> dict[int, Any]:
    """The same of many, by person. Raises `LookupError` when one of them, or the course, is not there."""
    year = run.starts_on.year
    asked = {"person_ids": list(person_ids), "run_id": run.id, "course_id": run.course_id, "today": clock.today()}
    people: dict[int, Any] = {}
    for row in current(db, _PEOPLE, {**asked, "year_from": date(year, 1, 1), "year_until": date(year, 12, 31)}):
        people.setdefault(row.id, row)  # the newest posting comes first
    if missing := set(person_ids) - people.keys():
        raise LookupError(f"no person {missing} or course {run.course_id}")
    return people


_run_id = bindparam("run_id", type_=KEY)
_course_id, _today = bindparam("course_id", type_=KEY), bindparam("today", type_=Date)
_other, _required, _held = aliased(Run), aliased(Course), aliased(Enrolment)
_completions = (
    select(_other.ends_on)
    .join(Enrolment, Enrolment.run_id == _other.id)
    .where(Enrolment.person_id == Person.id, Enrolment.outcome == Outcome.COMPLETED)
    .correlate(Person)
)
_COMPLETED = (
    _completions.where(_other.course_id == _course_id, _other.id != _run_id)
    .order_by(_other.ends_on.desc())
    .limit(1)
    .scalar_subquery()
)
_REQUIRED = (
    select(Prerequisite.required_id)
    .join(_required, _required.id == Prerequisite.required_id)
    .where(
        Prerequisite.course_id == _course_id,
        ~_completions.where(_other.course_id == Prerequisite.required_id).correlate(Prerequisite).exists(),
    )
    .correlate(Person)
    .order_by(_required.title, _required.id)
    .limit(1)
    .scalar_subquery()
)
_THIS_YEAR = (
    select(func.count())
    .select_from(Enrolment)
    .join(_other, _other.id == Enrolment.run_id)
    .join(_required, _required.id == _other.course_id)
    .where(
        Enrolment.person_id == Person.id,
        Enrolment.status.not_in(ENDED),
        _other.id != _run_id,
        _other.starts_on.between(bindparam("year_from", type_=Date), bindparam("year_until", type_=Date)),
        _required.mandatory.is_(False),
    )
    .correlate(Person)
    .scalar_subquery()
)
_PEOPLE = (
    select(
        Person.id,
        Person.session_key,
        Person.employee_no,
        Person.active_on(_today).label("active"),
        Enrolment.status,
        exists().where(RunInstructor.run_id == _run_id, RunInstructor.person_id == Person.id).label("teaches"),
        exists().where(_held.person_id == Person.id, _held.status.in_(SEATED), _held.outcome.is_(None)).label("seated"),
        Posting.unit_id,
        Posting.grade,
        Posting.service,
        Course.for_grades,
        Course.for_services,
        Course.for_units,
        Course.mandatory,
        _COMPLETED.label("completed_on"),
        _REQUIRED.label("required_id"),
        _THIS_YEAR.label("this_year"),
        select(Setting.value).where(Setting.name == "yearly_limit").scalar_subquery().label("yearly_limit"),
    )
    .select_from(Person)
    .join(Course, Course.id == _course_id)
    .outerjoin(Posting, and_(Posting.person_id == Person.id, Posting.on(_today)))
    .outerjoin(Enrolment, and_(Enrolment.person_id == Person.id, Enrolment.run_id == _run_id))
    .where(Person.id.in_(bindparam("person_ids", expanding=True)))
    .order_by(Posting.from_on.desc())
)
