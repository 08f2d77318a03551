"""What the morning does with surveys."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from courses import clock
from courses.notices.models import NoticeKind
from courses.people.models import Person
from courses.surveys.models import Survey, SurveyAnswer, SurveyTaken
from lms.jobs.queue import later
from tests.notices.office import Office
from tests.surveys.scenes import a_run_that_is_over, answer_all


def test_the_morning_opens_surveys_reminds_once_and_forgets_who_answered(office: Office) -> None:
    """The job `survey`, on three days: the day after the run, the middle of the window, and after it."""
    db = office.db
    here = a_run_that_is_over(db, people=6)
    db.commit()
    assert survey_of(office) is None
    office.after(lambda db: later(db, "survey"))
    survey = survey_of(office)
    assert survey
    told = [office.notices(db.get_one(Person, person)) for person in here.people]
    assert [[one.kind for one in notices] for notices in told] == [[NoticeKind.SURVEY]] * 6
    answer_all(db, here, [4] * 5)
    until = survey.until
    for day in (8, 9):
        with clock.frozen(survey.opened_at + timedelta(days=day)):
            office.after(lambda db: later(db, "survey"))
    told = [office.notices(db.get_one(Person, person)) for person in here.people]
    assert [len(notices) for notices in told] == [1, 1, 1, 1, 1, 2]
    assert len(db.scalars(select(SurveyTaken)).all()) == 5
    with clock.frozen(until + timedelta(days=1)):
        office.after(lambda db: later(db, "survey"))
    assert db.scalars(select(SurveyTaken)).all() == []
    assert len(db.scalars(select(SurveyAnswer)).all()) == 5


def survey_of(office: Office) -> Survey | None:
    """The only one there is, as it is now."""
    office.db.expire_all()
    return office.db.scalar(select(Survey))
