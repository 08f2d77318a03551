"""The survey as people see it: Ana had a place, Cleo taught, Dan looks after it, Eve has no part in it."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.certificates import actions as certificates
from courses.certificates.models import Certificate
from courses.enrolment.models import Outcome
from courses.letters.drafts import Entry, draft
from courses.letters.models import LetterKind
from courses.people.models import Person
from courses.scheduling.models import Run, RunState
from courses.settings.organisation import Organisation, change_organisation, organisation
from courses.surveys import answering
from courses.surveys.models import SurveyAnswer
from courses.text import Text
from lms.web.certificates.addresses import verify_url
from tests import factories
from tests.certificates.scenes import signed
from tests.client import Browser
from tests.surveys.scenes import Over, a_run_that_is_over, answer_all, let_it_end


@pytest.fixture
def here(db: Session, ana: Person, cleo: Person) -> Over:
    over = a_run_that_is_over(db, teachers=[cleo])
    over.places.append(factories.an_enrolment(db, over.run, ana))
    return over


def _form(here: Over, points: int = 5, **more: str) -> dict[str, str]:
    names = ("course", "facilities", "operation", *(f"instructor_{one.id}" for one in here.teachers))
    return {**dict.fromkeys(names, str(points)), **more}


def test_ana_answers_once_from_her_learning(client: Browser, db: Session, here: Over, ana: Person) -> None:
    path = f"/runs/{here.run.id}/survey"
    assert path in client.sign_in(ana).get("/my-learning").text
    assert client.get(path).text.count('type="radio"') == 4 * 5
    client.post(path, data=_form(here, comment="다 좋았습니다"))
    answer = db.scalars(select(SurveyAnswer)).one()
    assert (answer.course, answer.instructors, answer.comment) == (5, {str(here.teachers[0].id): 5}, "다 좋았습니다")
    assert path not in client.get("/my-learning").text
    assert "answered already" in client.get(path).text
    assert "answered already" in client.post(path, 409, data=_form(here)).text


def test_every_row_needs_a_choice_and_what_was_chosen_is_kept(
    client: Browser, db: Session, here: Over, ana: Person
) -> None:
    form = _form(here, 3)
    del form["facilities"]
    page = client.sign_in(ana).post(f"/runs/{here.run.id}/survey", 422, data=form).text
    assert "Choose one" in page
    assert page.count(" checked") == 3
    client.post(f"/runs/{here.run.id}/survey", 422, data=_form(here, 6))
    assert not db.scalars(select(SurveyAnswer)).all()


def test_who_had_no_place_sees_no_survey(client: Browser, here: Over, eve: Person, cleo: Person) -> None:
    for person in (eve, cleo):
        client.sign_in(person).get(f"/runs/{here.run.id}/survey", status=404)
        client.post(f"/runs/{here.run.id}/survey", 404, data=_form(here))
    client.sign_in(eve).get(f"/runs/{here.run.id}/survey/results", status=403)


def test_officers_see_figures_once_it_is_over(client: Browser, db: Session, here: Over, dan: Person) -> None:
    results = f"/runs/{here.run.id}/survey/results"
    for place in here.places[:5]:
        answering.answer(db, place, here.says(4, "=1+1 좋았음"))
    db.commit()
    page = client.sign_in(dan).get(results).text
    assert "Answers so far: 5" in page
    assert "4.00" not in page
    assert "좋았음" not in page
    client.get(f"{results}.xlsx", status=404)
    client.post(f"/runs/{here.run.id}/survey/end")
    page = client.get(results).text
    assert page.count("4.00") == 4
    assert page.count("좋았음") == 5
    book = load_workbook(io.BytesIO(client.get(f"{results}.xlsx").data))
    assert [[cell.value for cell in row] for row in book.worksheets[0].iter_rows(min_row=2)][:3] == [
        ["Asked", 7],
        ["Responses", 5],
        ["Course", 4],
    ]
    assert b"=1+1" not in client.get(f"{results}.csv").data
    for path in (f"/surveys/courses/{here.run.course_id}", f"/surveys/instructors/{here.teachers[0].id}"):
        assert "4.00" in client.get(path).text
        assert client.get(f"{path}.csv").data.count(b"\n") == 2
    client.get(f"/surveys/instructors/{dan.id}", status=404)


def test_fewer_than_five_are_not_even_counted(client: Browser, db: Session, here: Over, dan: Person) -> None:
    answer_all(db, here, [1, 2, 3])
    page = client.sign_in(dan).get(f"/runs/{here.run.id}/survey/results").text
    assert "fewer than 5" in page
    assert "Fewer than 5" in client.post(f"/runs/{here.run.id}/survey/end", 409).text
    let_it_end(db, here)
    assert "Fewer than 5 answered" in client.get(f"/runs/{here.run.id}/survey/results").text


def test_an_instructor_sees_the_own_points_of_closed_runs(client: Browser, db: Session, cleo: Person) -> None:
    other = factories.a_person(db, "다른강사", roles=["instructor"])
    here = a_run_that_is_over(db, teachers=[cleo, other])
    for place in here.places:
        answering.answer(db, place, here.says(5, teachers=(4, 1)))
    let_it_end(db, here)
    results = f"/runs/{here.run.id}/survey/results"
    assert "4.00" not in client.sign_in(cleo).get(results).text
    assert "4.00" not in client.get("/teaching/surveys").text
    here.run.state = RunState.CLOSED
    db.commit()
    for path in (results, "/teaching/surveys"):
        page = client.get(path).text
        assert "4.00" in page
        assert "1.00" not in page
        assert "2.50" not in page
    stranger = factories.a_person(db, roles=["instructor"])
    client.sign_in(stranger).get(results, status=404)
    client.sign_in(cleo).get(f"/surveys/courses/{here.run.course_id}", status=403)


def _certified(db: Session, here: Over, officer: Person) -> Certificate:
    """Ana's, whose place is the last one."""
    here.run.state = RunState.CLOSED
    here.places[-1].outcome = Outcome.COMPLETED
    here.places[-1].unit_id = factories.a_unit(db).id
    db.commit()
    run = db.get_one(Run, here.run.id)
    db.refresh(run, ["course"])
    certificates.issue(db, officer.id, run, verify_url())
    db.commit()
    issued = db.scalars(select(Certificate)).one()
    signed(db, issued)
    db.commit()
    return issued


def test_it_gates_the_download_of_the_own_certificate_alone(
    client: Browser, db: Session, here: Over, ana: Person, dan: Person
) -> None:
    with client.app.test_request_context():
        issued = _certified(db, here, dan)
    path = f"/certificates/{issued.id}.pdf"
    client.sign_in(ana).get(path)
    change_organisation(db, None, Organisation(survey_gates_download=True))
    db.commit()
    page = client.get(path, status=409).text
    assert f"/runs/{here.run.id}/survey" in page
    client.sign_in(dan).get(path)  # an officer prints it all the same
    client.sign_in(ana).post(f"/runs/{here.run.id}/survey", data=_form(here))
    client.get(path)
    assert here.places[-1].outcome is Outcome.COMPLETED


def test_when_it_is_over_it_gates_nothing(client: Browser, db: Session, here: Over, ana: Person, dan: Person) -> None:
    with client.app.test_request_context():
        issued = _certified(db, here, dan)
    answer_all(db, here, [5])
    change_organisation(db, None, Organisation(survey_gates_download=True))
    let_it_end(db, here)
    client.sign_in(ana).get(f"/certificates/{issued.id}.pdf")


def test_the_closing_report_has_the_figures(db: Session, here: Over) -> None:
    answer_all(db, here, [5, 5, 4, 4, 4])
    here.run.state = RunState.CLOSED
    for place in here.places:
        place.outcome = Outcome.COMPLETED
    db.commit()
    assert not _survey_lines(db, here)
    let_it_end(db, here)
    assert _survey_lines(db, here) == ["4.40 of 5"] * 4


def _survey_lines(db: Session, here: Over) -> list[str]:
    """The points of the report's part about the survey."""
    run = db.get_one(Run, here.run.id)
    db.refresh(run, ["course"])
    report = draft(db, run, LetterKind.REPORT, organisation(db))
    (part,) = [one for one in report.entries if isinstance(one.words, Text) and "survey" in one.words.msgid]
    return [str(words) for words in map(_points, part.below) if words]


def _points(entry: Entry) -> Text | None:
    assert isinstance(entry.words, Text)
    found = entry.words.params.get("words")
    return found if isinstance(found, Text) and "of 5" in found.msgid else None
