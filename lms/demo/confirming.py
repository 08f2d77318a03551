"""A second officer wants other rules for a run, which the one who signs in has to confirm."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.catalogue.models import Course
from courses.completion import pinning
from courses.people.actions import grant_role
from courses.people.models import Person, Posting, Role
from courses.scheduling.models import Run, RunState
from courses.settings.organisation import change_organisation, organisation
from lms.demo.stage import Stage, Timeline

OF = "C023"
"""The course of whose run it is asked: over, and its scores are missing."""
_PIN = "kr-local-2008 1"
_WHY = "개정된 교육훈련 기준을 이 차수부터 적용하기로 교육계획에서 정했습니다."


def unfold(stage: Stage, timeline: Timeline) -> None:
    """It was asked an hour ago."""
    timeline.at(stage.now - timedelta(days=30), lambda db: _two_officers(db, stage))
    timeline.at(stage.now - timedelta(hours=1), lambda db: _ask(db, stage))


def _two_officers(db: Session, stage: Stage) -> None:
    """Weighty steps take two from then on."""
    change_organisation(db, stage.people.officer.id, replace(organisation(db), second_person=True))
    grant_role(db, stage.people.administrator.id, second(db, stage), Role.OFFICER)


def second(db: Session, stage: Stage) -> Person:
    """The second officer: a colleague of the officer's, who has no other part."""
    today = clock.today()
    own = select(Posting.unit_id).where(Posting.person_id == stage.people.officer.id, Posting.on(today))
    parts = [person.id for _, person in stage.people.parts()]
    beside = select(Person).join(Posting, Posting.person_id == Person.id)
    here = (Posting.on(today), Posting.unit_id.in_(own), Posting.post == "", Person.id.not_in(parts))
    return db.scalars(beside.where(*here).order_by(Person.employee_no)).all()[0]


def _ask(db: Session, stage: Stage) -> None:
    runs = select(Run).join(Course, Course.id == Run.course_id).where(Course.code == OF, Run.imported.is_(False))
    run = db.scalars(runs.where(Run.state == RunState.PUBLISHED).order_by(Run.starts_on)).all()[0]
    pinning.pin(db, second(db, stage).id, run, _PIN, _WHY)
