"""Who is told that a survey is open, and reminded of it once."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from courses import clock
from courses.notices import board
from courses.notices.actions import tell, untold
from courses.surveys import answering, ending
from courses.surveys.models import Survey
from tests.surveys.scenes import a_run_that_is_over


def test_whoever_has_not_answered_is_told_and_reminded_once(db: Session) -> None:
    here = a_run_that_is_over(db, people=3)
    ending.open_survey(db, here.run.id)
    survey = db.get_one(Survey, here.run.id)
    facts = [{"run_id": here.run.id, "until": survey.until.isoformat(), "at": clock.now().isoformat()}]
    assert [note.person_id for note in board.of_surveys(db, facts)] == here.people
    answering.answer(db, here.places[0], here.says())
    assert board.of_unanswered(db) == []  # not half over
    with clock.frozen(survey.opened_at + timedelta(days=8)):
        notes = untold(db, board.of_unanswered(db))
        assert [note.person_id for note in notes] == here.people[1:]
        tell(db, [(note, ()) for note in notes])
    with clock.frozen(survey.opened_at + timedelta(days=9)):
        assert untold(db, board.of_unanswered(db)) == []
    with clock.frozen(survey.until):
        assert board.of_unanswered(db) == []
