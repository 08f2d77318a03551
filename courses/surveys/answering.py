"""An answer is taken, and stirred in with the others so that nothing tells whose it is."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from courses import clock
from courses.enrolment.models import Enrolment
from courses.errors import Conflict, Refused, without_number
from courses.scheduling.locks import lock_run
from courses.surveys.models import SurveyAnswer, SurveyTaken
from courses.surveys.queries import may_answer
from courses.surveys.windows import fix, window
from courses.text import text

POINTS = (5, 4, 3, 2, 1)
LONGEST = 1000
"""Characters of the free text."""
STIRRED = 50
"""So many others are written anew together with each answer: in a usual run all of them."""


@dataclass(frozen=True)
class Given:
    """Points from 1 to 5 (the best), those of instructors by the person's id; `comment` in free words."""

    course: int
    facilities: int
    operation: int
    instructors: Mapping[int, int]
    comment: str = ""


def answer(db: Session, enrolment: Enrolment, given: Given) -> None:
    """Take an answer of whoever has this place, once. It cannot be changed later: nobody knows which one it is.

    No event tells of it: its moment and its transaction would say whose answer is whose. Raises `Refused` while the
    survey is not open, the second time, and for who is not asked; `Conflict` when it asks about other instructors than
    were answered for; ValueError for points out of range.
    """
    run = lock_run(db, enrolment.run_id)
    found = window(db, run.id)
    if found is None or not found.is_open:
        raise Refused(text("The survey is not open"), code="not_open")
    if not may_answer(enrolment):
        raise Refused(text("Only who had a place in the run is asked"), code="not_asked")
    if db.get(SurveyTaken, enrolment.id):
        raise Refused(text("You have answered already. Thank you"), code="answered")
    if set(given.instructors) != set(found.instructors):
        raise Conflict(text("The instructors were changed meanwhile. Please answer again"), code="instructors")
    added = _plain(given)
    fix(db, run.id, found)
    db.add(SurveyTaken(enrolment_id=enrolment.id, answered_on=clock.today()))
    db.flush()
    _put(db, run.id, added)
    _stir(db, run.id)


def _plain(given: Given) -> dict[str, Any]:
    points = {str(key): value for key, value in sorted(given.instructors.items())}
    three = {"course": given.course, "facilities": given.facilities, "operation": given.operation}
    if not set(points.values()) | set(three.values()) <= set(POINTS):
        raise ValueError("points lie between 1 and 5")
    comment = without_number(given.comment.replace("\r\n", "\n").strip(), text("Free text"))
    return {**three, "instructors": points, "comment": comment[:LONGEST]}


def _put(db: Session, run_id: int, added: dict[str, Any]) -> None:
    """Write it together with others of the run, all with new keys and in any order."""
    columns = [getattr(SurveyAnswer, name) for name in ("key", *added)]
    drawn = select(*columns).where(SurveyAnswer.run_id == run_id).order_by(func.random()).limit(STIRRED)
    others = [dict(one) for one in db.execute(drawn).mappings()]
    db.execute(delete(SurveyAnswer).where(SurveyAnswer.key.in_([one["key"] for one in others])))
    rows = [{**one, "key": secrets.token_hex(16), "run_id": run_id} for one in (added, *others)]
    secrets.SystemRandom().shuffle(rows)
    db.execute(insert(SurveyAnswer), rows)


def _stir(db: Session, run_id: int) -> None:
    """Touch the rows of others who have answered: PostgreSQL keeps with each row which transaction wrote it."""
    taken = select(SurveyTaken.enrolment_id).join(Enrolment, Enrolment.id == SurveyTaken.enrolment_id)
    drawn = db.scalars(taken.where(Enrolment.run_id == run_id).order_by(func.random()).limit(STIRRED)).all()
    here = SurveyTaken.enrolment_id.in_(drawn)
    unchanged = {"answered_on": SurveyTaken.answered_on}
    db.execute(update(SurveyTaken).where(here).values(unchanged).execution_options(synchronize_session=False))
