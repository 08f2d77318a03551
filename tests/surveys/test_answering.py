"""When a survey is open, who is asked, and what is taken."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from courses import clock
from courses.enrolment.models import Outcome
from courses.errors import Conflict, Refused
from courses.events.models import Event
from courses.scheduling.models import RunInstructor, RunState
from courses.settings.organisation import Organisation, change_organisation
from courses.surveys import answering, ending, queries
from courses.surveys.models import Survey, SurveyAnswer, SurveyTaken
from courses.surveys.windows import window
from tests import factories
from tests.surveys.scenes import a_run_that_is_over, answer_all, let_it_end


def test_a_survey_opens_with_the_end_of_the_last_session_for_the_days_set(db: Session) -> None:
    here = a_run_that_is_over(db)
    found = window(db, here.run.id)
    assert found
    day = here.run.ends_on
    assert found.opens == clock.at(day, found.opens.astimezone(clock.ZONE).time())
    assert clock.local(found.opens).hour == 16
    assert found.over == clock.end_of(day + timedelta(days=14))
    change_organisation(db, None, Organisation(survey_days=3))
    shorter = window(db, here.run.id)
    assert shorter
    assert shorter.over == clock.end_of(day + timedelta(days=3))


def test_closing_opens_it_earlier_and_a_cyber_run_ends_with_its_last_day(db: Session) -> None:
    run = factories.a_run(db, starts_in=5)
    assert queries.pending(db, [factories.an_enrolment(db, run, factories.a_person(db)).id]) == set()
    run.state, run.closed_at = RunState.CLOSED, clock.now()
    db.commit()
    found = window(db, run.id)
    assert found
    assert found.is_open
    cyber = factories.a_run(db, factories.a_course(db, kind="cyber"), starts_in=-9, days=8)
    online = window(db, cyber.id)
    assert online
    assert online.opens == clock.end_of(cyber.ends_on)


@pytest.mark.parametrize("why", ["draft", "cancelled", "imported", "workplace"])
def test_some_runs_have_no_survey(db: Session, why: str) -> None:
    course = factories.a_course(db, kind="workplace") if why == "workplace" else None
    run = factories.a_run(db, course, starts_in=-1, state=why if why in {"draft", "cancelled"} else "closed")
    run.imported = why == "imported"
    db.commit()
    assert window(db, run.id) is None


def test_who_had_a_place_is_asked_until_they_answer(db: Session) -> None:
    here = a_run_that_is_over(db, people=4)
    first, second, third, fourth = here.places
    second.outcome, third.outcome, fourth.status = Outcome.NOT_COMPLETED, Outcome.NOT_REGISTERED, fourth.status
    db.commit()
    ids = [one.id for one in here.places]
    assert queries.pending(db, ids) == {first.id, second.id, fourth.id}
    answering.answer(db, first, here.says())
    assert queries.pending(db, ids) == {second.id, fourth.id}
    with pytest.raises(Refused, match="already"):
        answering.answer(db, first, here.says())
    with pytest.raises(Refused, match="had a place"):
        answering.answer(db, third, here.says())


def test_nothing_is_taken_before_after_or_of_other_instructors(db: Session) -> None:
    ahead = factories.a_run(db, starts_in=3)
    early = factories.an_enrolment(db, ahead, factories.a_person(db))
    here = a_run_that_is_over(db)
    with pytest.raises(Refused, match="not open"):
        answering.answer(db, early, here.says())
    stranger = factories.a_person(db)
    with pytest.raises(Conflict):
        answering.answer(db, here.places[0], answering.Given(4, 4, 4, {stranger.id: 4}))
    with pytest.raises(ValueError, match="between"):
        answering.answer(db, here.places[0], here.says(6))
    answering.answer(db, here.places[0], here.says())
    db.add(RunInstructor(run_id=here.run.id, person_id=stranger.id, position=1))
    db.commit()
    answering.answer(db, here.places[1], here.says())  # who is asked about stays as it was
    let_it_end(db, here)
    with pytest.raises(Refused, match="not open"):
        answering.answer(db, here.places[2], here.says())


def test_an_officer_ends_it_with_five_answers_and_it_stays_ended(db: Session) -> None:
    here, dan = a_run_that_is_over(db), factories.a_person(db)
    answer_all(db, here, [5] * 4)
    with pytest.raises(Refused, match="Fewer than 5"):
        ending.end(db, dan.id, here.run.id)
    answering.answer(db, here.places[4], here.says())
    assert queries.figures(db, here.run.id) is None
    ending.end(db, dan.id, here.run.id)
    found = queries.figures(db, here.run.id)
    assert found
    assert (found.answers, found.places, found.course) == (5, 6, 480)
    with pytest.raises(Refused, match="not open"):
        answering.answer(db, here.places[5], here.says())
    said = db.scalars(select(Event.kind).where(Event.run_id == here.run.id)).all()
    assert said == ["survey_ended"]


def test_what_is_over_is_forgotten(db: Session) -> None:
    few, many = a_run_that_is_over(db), a_run_that_is_over(db)
    answer_all(db, few, [1, 2, 3, 4])
    answer_all(db, many, [1, 2, 3, 4, 5])
    assert ending.to_settle(db) == []
    for here in (few, many):
        let_it_end(db, here)
    assert ending.to_settle(db) == [few.run.id, many.run.id]
    for here in (few, many):
        ending.settle(db, here.run.id)
    assert db.scalar(select(func.count()).select_from(SurveyTaken)) == 0
    kept = db.execute(select(SurveyAnswer.run_id, func.count()).group_by(SurveyAnswer.run_id)).all()
    assert [tuple(row) for row in kept] == [(many.run.id, 5)]
    assert ending.to_settle(db) == []


def test_surveys_are_opened_once(db: Session) -> None:
    here, old, ahead = a_run_that_is_over(db), a_run_that_is_over(db, ago=30), factories.a_run(db, starts_in=2)
    assert ending.to_open(db) == [here.run.id]
    for run in (here.run, old.run, ahead):
        ending.open_survey(db, run.id)
        ending.open_survey(db, run.id)
    assert db.scalars(select(Survey.run_id)).all() == [here.run.id]
    assert db.scalars(select(Event.kind)).all() == ["survey_opened"]
    assert ending.to_open(db) == []
