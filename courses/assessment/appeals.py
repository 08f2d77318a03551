"""Appeals (이의신청) against published scores: made by the person within some days, answered by who teaches the run."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.assessment.actions import lock_to_score, write
from courses.assessment.models import Appeal, AppealState, Component, Score
from courses.enrolment.models import Enrolment, Status
from courses.errors import Refused, without_number
from courses.events.actions import record
from courses.events.facts import AppealAnswered, AppealMade, Scored
from courses.settings.organisation import organisation
from courses.text import text

LONGEST = 1000
"""Characters of an appeal, and of its answer."""


def last_day(published_at: datetime, days: int) -> date:
    """The last day on which a score can be appealed that was published then."""
    return clock.local(published_at).date() + timedelta(days=days)


def appeal(db: Session, actor_id: int | None, enrolment_id: int, component_id: int, words: str) -> Appeal:
    """Object to one's published score, once each time it is published.

    `Refused` without words, without a published score, after the last day, and once the run is closed.
    """
    enrolment = db.get_one(Enrolment, enrolment_id)
    lock_to_score(db, enrolment.run_id)
    component, row = _published(db, enrolment, component_id)
    words = without_number(words.strip(), text("What you object to"))[:LONGEST]
    if not words:
        raise Refused(text("Say what you object to"), code="words")
    _require_in_time(db, component)
    _require_first(db, component, enrolment_id)
    made = Appeal(
        component_id=component_id, enrolment_id=enrolment_id, points=row.points, words=words, made_at=clock.now()
    )
    db.add(made)
    db.flush()
    about = enrolment_id, enrolment.run_id, enrolment.person_id
    record(db, actor_id, AppealMade(made.id, *about, component.name, row.points))
    return made


def answer(db: Session, actor_id: int, appeal_id: int, words: str, points: int | None = None) -> Appeal:
    """Answer an appeal: `points` (hundredths) stand from now on; None keeps those that stand.

    `Refused` without words, for one's own appeal, for an answered one, and once the run is closed. ValueError for
    points out of range.
    """
    known = db.get_one(Appeal, appeal_id)
    enrolment, component = db.get_one(Enrolment, known.enrolment_id), db.get_one(Component, known.component_id)
    lock_to_score(db, enrolment.run_id)
    db.refresh(known)
    words = without_number(words.strip(), text("Answer"))[:LONGEST]
    _require_answerable(known, enrolment, actor_id, words)
    row = db.get(Score, (component.id, enrolment.id), populate_existing=True)
    before = row.points if row else known.points
    after = before if points is None else points
    if after != before:
        _change(db, actor_id, component, enrolment, row, after)
    known.state = AppealState.KEPT if after == before else AppealState.CHANGED
    known.answer, known.answered_points, known.answered_by, known.answered_at = words, after, actor_id, clock.now()
    db.flush()
    about = enrolment.id, enrolment.run_id, enrolment.person_id
    record(db, actor_id, AppealAnswered(known.id, *about, component.name, before, after))
    return known


def _published(db: Session, enrolment: Enrolment, component_id: int) -> tuple[Component, Score]:
    component = db.get(Component, component_id, populate_existing=True)
    row = db.get(Score, (component_id, enrolment.id), populate_existing=True)
    of_run = component is not None and component.run_id == enrolment.run_id and enrolment.status is Status.ENROLLED
    if not (component and row and of_run and component.published_at):
        raise Refused(text("There is no published score to appeal"), code="not_published")
    return component, row


def _require_in_time(db: Session, component: Component) -> None:
    assert component.published_at
    last = last_day(component.published_at, organisation(db).appeal_days)
    if clock.today() > last:
        raise Refused(text("This score could be appealed until %(day)s", day=last), code="too_late")


def _require_first(db: Session, component: Component, enrolment_id: int) -> None:
    before = select(Appeal.id).where(
        Appeal.component_id == component.id,
        Appeal.enrolment_id == enrolment_id,
        (Appeal.made_at >= component.published_at) | (Appeal.state == AppealState.OPEN),
    )
    if db.scalar(before.limit(1)):
        raise Refused(text("You have appealed this score already"), code="appealed")


def _require_answerable(known: Appeal, enrolment: Enrolment, actor_id: int, words: str) -> None:
    if known.state is not AppealState.OPEN:
        raise Refused(text("This appeal is answered already"), code="answered")
    if enrolment.person_id == actor_id:
        raise Refused(text("Nobody answers their own appeal"), code="own")
    if not words:
        raise Refused(text("Write an answer: the person reads it"), code="words")


def _change(
    db: Session, actor_id: int, component: Component, enrolment: Enrolment, row: Score | None, points: int
) -> None:
    if not 0 <= points <= 10_000:
        raise ValueError("points lie between 0 and 100")
    before = row.points if row else None
    write(db, actor_id, component.id, enrolment.id, row, points)
    db.flush()
    record(db, actor_id, Scored(component.id, enrolment.run_id, {str(enrolment.id): [before, points]}))
