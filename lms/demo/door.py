"""A class of the demo that is on, or was last: who checked in, and what waits at its door."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.attendance import checkin, codes, door, identity
from courses.enrolment.models import Enrolment, Status
from courses.errors import Refused
from courses.scheduling.models import ClassSession, Run, RunInstructor, RunState
from lms.demo.stage import Stage, Timeline

_SEEN = "이름은 맞지만 소속 부서를 대답하지 못하고, 공무원증이 없다고 합니다."
_LATE_LETTER = "선정 공문이 오늘 아침에야 부서에 왔다고 합니다. 자리는 한 개 남아 있습니다."
_CHECKED_IN = 6


def unfold(stage: Stage, timeline: Timeline) -> None:
    """What happens at the door, a quarter of an hour ago."""
    timeline.at(stage.now - timedelta(minutes=15), lambda db: _happen(db, stage))


def _happen(db: Session, stage: Stage) -> None:
    """In the last class that has begun: some check in while that still goes, one cannot show who he is, and somebody
    without a place asks for one.
    """
    begun = (
        select(ClassSession, RunInstructor.person_id)
        .join(Run, Run.id == ClassSession.run_id)
        .join(RunInstructor, RunInstructor.run_id == Run.id)
        .where(Run.state == RunState.PUBLISHED, ClassSession.starts_at <= clock.now())
        .order_by(ClassSession.starts_at.desc(), ClassSession.id, RunInstructor.position)
    )
    found = db.execute(begun.limit(1)).one_or_none()
    if found is None:
        return
    session, lecturer_id = found
    seats = select(Enrolment).where(Enrolment.run_id == session.run_id, Enrolment.status == Status.ENROLLED)
    people = db.scalars(seats.order_by(Enrolment.id)).all()
    if clock.now() < session.ends_at:
        _check_in(db, lecturer_id, session, [one.person_id for one in people[1:_CHECKED_IN]])
    if people:
        identity.fail(db, lecturer_id, session.id, people[0].id, _SEEN)
    _ask(db, stage, lecturer_id, session.id)


def _ask(db: Session, stage: Stage, lecturer_id: int, session_id: int) -> None:
    """For the first who may have a place: others are in a class of their own, or have completed the course."""
    for person_id in reversed(stage.applicants):
        try:
            door.ask(db, lecturer_id, session_id, person_id, _LATE_LETTER)
        except Refused:
            continue
        return


def _check_in(db: Session, lecturer_id: int, session: ClassSession, person_ids: list[int]) -> None:
    window = checkin.open_window(db, lecturer_id, session.id)
    code = codes.digits(window.secret, session.id, codes.step(clock.now()))
    for person_id in person_ids:
        checkin.check_in(db, person_id, code, session_id=session.id)
