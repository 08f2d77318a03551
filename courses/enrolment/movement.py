"""Whose leave meets a run in which they have or await a place. Nothing cancels itself: they and the officers are asked.

A transfer or promotion needs nothing of the kind: who approves, and on whose quota a seat counts, is reckoned from the
postings of the day (`approvers`, `quotas`); who leaves gives up what lies ahead (`leaving`).
"""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Date, and_, bindparam, or_, select
from sqlalchemy.orm import Session

from courses import clock
from courses.db import rows
from courses.enrolment.models import Enrolment
from courses.enrolment.states import ENDED
from courses.people.models import Leave, Person
from courses.scheduling.models import Run, RunState


class Meeting(NamedTuple):
    """A leave (until further notice where `until_on` is None) that meets a run of the person."""

    enrolment_id: int
    run_id: int
    person_id: int
    name: str
    from_on: date
    until_on: date | None


def on_leave(db: Session) -> list[Meeting]:
    """All there are today. A run with class days is met by one day of leave, one without only by a leave of all its
    days.
    """
    return [Meeting._make(row) for row in rows(db, _MEETINGS, {"today": clock.today()})]


_today = bindparam("today", type_=Date)


def _until(day: Any) -> ColumnElement[bool]:
    return or_(Leave.until_on.is_(None), Leave.until_on >= day)


_MEETINGS = (
    select(Enrolment.id, Enrolment.run_id, Enrolment.person_id, Person.name, Leave.from_on, Leave.until_on)
    .join(Run, Run.id == Enrolment.run_id)
    .join(Person, Person.id == Enrolment.person_id)
    .join(Leave, Leave.person_id == Enrolment.person_id)
    .where(
        Run.state == RunState.PUBLISHED,
        Run.ends_on >= _today,
        Enrolment.status.not_in(ENDED),
        Enrolment.outcome.is_(None),
        Person.active_on(_today),
        _until(_today),
        or_(
            and_(Run.days > 0, Leave.from_on <= Run.ends_on, _until(Run.starts_on)),
            and_(Run.days == 0, Leave.from_on <= Run.starts_on, _until(Run.ends_on)),
        ),
    )
    .order_by(Enrolment.run_id, Enrolment.id, Leave.from_on)
)
