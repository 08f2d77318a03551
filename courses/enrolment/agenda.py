"""What one person has ahead, for the first screen."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Integer, bindparam
from sqlalchemy.orm import Session

from courses import clock
from courses.db import KEY, Moment, rows
from courses.enrolment import assignments
from courses.enrolment.models import Enrolment
from courses.enrolment.states import SEATED
from courses.scheduling.meetings import meetings as of_sessions
from courses.scheduling.models import ClassSession, Run, RunState


class Meeting(NamedTuple):
    """A class to go to."""

    id: int
    run_id: int
    title: str
    run_number: int
    number: int
    starts_at: datetime
    ends_at: datetime
    place: str

    @property
    def day(self) -> date:
        """The office's day on which it starts."""
        return clock.local(self.starts_at).date()

    @property
    def on(self) -> bool:
        """Whether it is on at this moment."""
        return self.starts_at <= clock.now() < self.ends_at


def meetings(db: Session, person_id: int, limit: int) -> list[Meeting]:
    """The classes of runs with a seat that are on or come next."""
    found = rows(db, _MEETINGS, {"person_id": person_id, "now": clock.now(), "limit": limit}).all()
    return [Meeting._make(row) for row in found]


class Duty(NamedTuple):
    """A mandatory course that the person has not completed (again) yet; `begun`: there is a seat in a run of it.

    `due_on` is None where no day is set, and while the person is on leave; `late`: days since then.
    """

    course_id: int
    title: str
    begun: bool
    due_on: date | None = None
    late: int = 0


def duties(db: Session, person_id: int) -> list[Duty]:
    """The mandatory courses still to complete: those without a seat first, then the most urgent."""
    found: dict[int, Duty] = {}
    for one in assignments.of_person(db, person_id):  # the most urgent day of a course is the first to be said
        if one.done_on is None:
            found.setdefault(one.course_id, Duty(one.course_id, one.title, one.begun, one.due_on, one.late))
    return sorted(found.values(), key=lambda one: (one.begun, one.due_on or date.max, one.title))


_person_id = bindparam("person_id", type_=KEY)
_MEETINGS = (
    of_sessions()
    .join(Enrolment, Enrolment.run_id == Run.id)
    .where(
        Enrolment.person_id == _person_id,
        Enrolment.status.in_(SEATED),
        Enrolment.outcome.is_(None),
        Run.state == RunState.PUBLISHED,
        ClassSession.ends_at > bindparam("now", type_=Moment),
    )
    .order_by(ClassSession.starts_at, ClassSession.id)
    .limit(bindparam("limit", type_=Integer))
)
"""Built once: that costs more than running it."""
