"""Draft or published: from when on people see their points in a part of the score."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.assessment.actions import lock_to_score
from courses.assessment.models import Component, Score
from courses.enrolment.models import Enrolment, Status
from courses.errors import Refused, require_reason
from courses.events.actions import record
from courses.events.facts import ScoresPublished, ScoresTakenBack
from courses.text import text


def publish(db: Session, actor_id: int, run_id: int, component_id: int) -> Component:
    """Let the people of a run see their points in a component. `Refused` while nobody has any."""
    component = _held(db, run_id, component_id)
    if component.published_at:
        raise Refused(text("‘%(name)s’ is published already", name=component.name), code="published")
    people = _scored(db, component_id)
    if not people:
        raise Refused(text("Nobody has points in ‘%(name)s’ yet", name=component.name), code="no_scores")
    component.published_at = clock.now()
    db.flush()
    record(db, actor_id, ScoresPublished(component_id, run_id, component.name, people))
    return component


def take_back(db: Session, actor_id: int, run_id: int, component_id: int, reason: str) -> Component:
    """Make a component a draft again, so that its scores can be changed. Its people are told why.

    Appeals that wait stay, to be answered. `Refused` without a reason and for what is no longer published.
    """
    component = _held(db, run_id, component_id)
    if component.published_at is None:
        raise Refused(text("‘%(name)s’ is not published", name=component.name), code="draft")
    reason = require_reason(reason, text("Give a reason: everybody with a score reads it"))
    component.published_at = None
    db.flush()
    record(db, actor_id, ScoresTakenBack(component_id, run_id, component.name, _scored(db, component_id), reason))
    return component


def _held(db: Session, run_id: int, component_id: int) -> Component:
    """The component as it is now, its run held. ValueError for one of another run."""
    lock_to_score(db, run_id)
    component = db.get(Component, component_id, populate_existing=True)
    if component is None or component.run_id != run_id:
        raise ValueError(f"component {component_id} is not of run {run_id}")
    return component


def _scored(db: Session, component_id: int) -> list[int]:
    seated = select(Enrolment.id).join(Score, Score.enrolment_id == Enrolment.id)
    here = Score.component_id == component_id, Enrolment.status == Status.ENROLLED
    return list(db.scalars(seated.where(*here).order_by(Enrolment.id)))
