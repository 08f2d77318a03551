"""A survey opens by itself, and is over by itself or by an officer. Then it is forgotten who has answered."""

from __future__ import annotations

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from courses import clock
from courses.enrolment.models import Enrolment
from courses.errors import Refused
from courses.events.actions import record
from courses.events.facts import SurveyEnded, SurveyOpened
from courses.scheduling.locks import lock_run
from courses.surveys.models import Survey, SurveyAnswer, SurveyTaken
from courses.surveys.queries import FEWEST
from courses.surveys.windows import fix, to_open, window
from courses.text import text

__all__ = ["end", "open_survey", "settle", "to_open", "to_settle"]


def open_survey(db: Session, run_id: int) -> None:
    """Fix the window of a survey that is open now, and let those concerned be told, once."""
    lock_run(db, run_id)
    found = window(db, run_id)
    if found and found.is_open and db.get(Survey, run_id) is None:
        fix(db, run_id, found)
        record(db, None, SurveyOpened(run_id, found.over.isoformat()))


def end(db: Session, actor_id: int, run_id: int) -> None:
    """The survey is over from now on: nobody answers any more, and its figures stand.

    Raises `Refused` while it is not open, and with fewer than five answers, of which nothing could be shown.
    """
    lock_run(db, run_id)
    found = window(db, run_id)
    if found is None or not found.is_open:
        raise Refused(text("The survey is not open"), code="not_open")
    if _count(db, run_id) < FEWEST:
        said = text("Fewer than %(n)s have answered: nothing could be shown. Leave it open", n=FEWEST)
        raise Refused(said, code="few")
    fix(db, run_id, found).ended_at = clock.now()
    db.flush()
    settle(db, run_id)
    record(db, actor_id, SurveyEnded(run_id))


def to_settle(db: Session) -> list[int]:
    """Runs whose survey is over and of which somebody's answering is still known."""
    over = select(Survey.run_id).where(or_(Survey.until <= clock.now(), Survey.ended_at.is_not(None)))
    known = select(Enrolment.run_id).join(SurveyTaken, SurveyTaken.enrolment_id == Enrolment.id)
    return sorted(db.scalars(over.where(Survey.run_id.in_(known))))


def settle(db: Session, run_id: int) -> None:
    """Forget who has answered; answers of fewer than five people, too, which may never be shown."""
    of_run = select(Enrolment.id).where(Enrolment.run_id == run_id)
    db.execute(delete(SurveyTaken).where(SurveyTaken.enrolment_id.in_(of_run)))
    if _count(db, run_id) < FEWEST:
        db.execute(delete(SurveyAnswer).where(SurveyAnswer.run_id == run_id))


def _count(db: Session, run_id: int) -> int:
    return db.scalar(select(func.count()).select_from(SurveyAnswer).where(SurveyAnswer.run_id == run_id)) or 0
