"""The timetable as the work queue and a person's own pages need it; what takes place when: `scheduling.timetable`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session

from courses import clock
from courses.db import KEY
from courses.enrolment.models import Enrolment
from courses.enrolment.states import SEATED
from courses.scheduling.models import ClassSession, Room, Run, RunState
from courses.scheduling.timetable import TAUGHT, Which, taught_by


def concerning(person_id: int) -> Which:
    """Sessions to which a person has to go: to learn or to teach."""
    return Which(_CONCERNING, {"learner": person_id, **taught_by(person_id).values})


_CONCERNING = or_(
    and_(
        exists().where(
            Enrolment.run_id == ClassSession.run_id,
            Enrolment.person_id == bindparam("learner", type_=KEY),
            Enrolment.status.in_(SEATED),
        ),
        Run.state != RunState.DRAFT,
    ),
    TAUGHT,
)


def rooms(db: Session, first: date) -> Sequence[Any]:
    """All rooms (id, name) by code, with the number of `sessions` in the week from `first` on."""
    within = (
        ClassSession.starts_at >= clock.start_of(first),
        ClassSession.starts_at < clock.end_of(first + timedelta(days=6)),
    )
    return db.execute(
        select(Room.id, Room.name, func.count(ClassSession.id).label("sessions"))
        .outerjoin(ClassSession, and_(ClassSession.room_id == Room.id, *within))
        .group_by(Room.id, Room.name, Room.code)
        .order_by(Room.code)
    ).all()
