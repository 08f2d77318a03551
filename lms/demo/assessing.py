"""What waits of scores and absences in the demo: an appeal, and people who ask to be excused."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.assessment import appeals
from courses.assessment.models import Component, Score
from courses.attendance import excusing
from courses.attendance.models import Ground
from courses.enrolment.models import Enrolment, Status
from courses.scheduling.models import ClassSession, Run, RunState
from lms.demo.stage import Stage, Timeline

_ASKING = (
    (Ground.DUTY, "총무과-4821"),
    (Ground.OFFICIAL_LEAVE, "세무과-1907"),
    (Ground.LEAVE, "민원여권과-3355"),
)
_OBJECTION = "실기 2번 문항의 함수는 예시와 달라도 결과가 같습니다. 다시 확인해 주시기 바랍니다."


def unfold(stage: Stage, timeline: Timeline) -> None:
    """People ask this morning, when all else has happened."""
    timeline.at(stage.now - timedelta(minutes=20), lambda db: _ask(db, stage))


def object_to(db: Session, run_id: int) -> None:
    """Whoever has the fewest points in the second part of a run's score appeals them."""
    found = db.execute(
        select(Enrolment.id, Enrolment.person_id, Component.id.label("component_id"))
        .join(Score, Score.enrolment_id == Enrolment.id)
        .join(Component, Component.id == Score.component_id)
        .where(Component.run_id == run_id, Component.published_at.is_not(None), Component.position == 1)
        .where(Enrolment.status == Status.ENROLLED)
        .order_by(Score.points, Enrolment.id)
    ).first()
    if found:
        appeals.appeal(db, found.person_id, found.id, found.component_id, _OBJECTION)


def _ask(db: Session, stage: Stage) -> None:
    """People of different runs that begin soon, each for the first session."""
    first = select(ClassSession.run_id, ClassSession.id).where(ClassSession.number == 1).subquery()
    found = db.execute(
        select(Enrolment.id, Enrolment.person_id, first.c.id.label("session_id"), Run.id.label("run_id"))
        .join(first, first.c.run_id == Enrolment.run_id)
        .join(Run, Run.id == Enrolment.run_id)
        .where(Run.state == RunState.PUBLISHED, Run.starts_on > stage.today, Enrolment.status == Status.ENROLLED)
        .order_by(Run.starts_on, Run.id, Enrolment.id)
    ).all()
    one_each = list({row.run_id: row for row in reversed(found)}.values())
    for row, (ground, number) in zip(reversed(one_each), _ASKING, strict=False):
        excusing.ask(db, row.person_id, row.id, [row.session_id], ground, number)
