"""The pages that close a run, and the completion card, from the right side and from the wrong one."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from courses.certificates.models import Certificate
from courses.completion.actions import close
from courses.completion.queries import preview
from courses.enrolment.models import Outcome
from courses.people.models import Person
from courses.scheduling.models import RunState
from courses.settings.organisation import Organisation, change_organisation
from tests import factories
from tests.client import Browser
from tests.completion.scenes import a_past_run, mark, score

LANGUAGES = {"en": ("Close the run", "Session 1 is not marked", "Met"), "ko": ("수료처리", "1회차 출석 미입력", "충족")}


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_missing_comes_first_with_the_way_there(
    client: Browser, db: Session, ana: Person, dan: Person, language: str
) -> None:
    run = a_past_run(db, scored=True)
    factories.an_enrolment(db, run, ana)
    page = client.sign_in(dan, language).get(f"/runs/{run.id}/closing").text
    assert LANGUAGES[language][1] in page
    assert f'href="/runs/{run.id}/scores"' in page
    assert "/attendance" in page
    assert page.index(ana.name) < page.index('name="anyway"')


def test_closing_takes_two_clicks_and_leads_to_the_certificates(
    client: Browser, db: Session, ana: Person, eve: Person, dan: Person
) -> None:
    run = a_past_run(db)
    mark(db, factories.an_enrolment(db, run, ana), dan)
    mark(db, factories.an_enrolment(db, run, eve), dan, "late", 71)
    page = client.sign_in(dan).get(f"/runs/{run.id}/closing").text
    assert "Attendance 79.52%, at least 80% needed" in page
    seen = preview(db, run).fingerprint
    assert seen in page
    answer = client.post(f"/runs/{run.id}/closing", data={"seen": seen})
    assert answer.location == f"/runs/{run.id}/certificates"
    assert db.get_one(type(run), run.id).state is RunState.CLOSED
    assert "Closed: 1 person has completed" in client.get(answer.location).text
    assert "The results below are final" in client.get(f"/runs/{run.id}/closing").text


def test_certificates_follow_at_once_where_the_organisation_wants_it(
    client: Browser, db: Session, ana: Person, dan: Person
) -> None:
    change_organisation(db, dan.id, Organisation(issue_on_closing=True))
    run = a_past_run(db)
    enrolment = factories.an_enrolment(db, run, ana)
    mark(db, enrolment, dan)
    client.sign_in(dan).post(f"/runs/{run.id}/closing")
    assert db.query(Certificate).filter_by(enrolment_id=enrolment.id).one().facts["kind"] == "attended"


def test_a_run_that_is_not_over_says_so_and_cannot_be_closed(client: Browser, db: Session, dan: Person) -> None:
    run = factories.a_run(db, starts_in=3)
    assert "The run is not over yet" in client.sign_in(dan).get(f"/runs/{run.id}/closing").text
    refusal = client.post(f"/runs/{run.id}/closing", 409).text
    assert f'href="/runs/{run.id}/closing"' in refusal


def test_closing_twice_is_refused(client: Browser, db: Session, dan: Person) -> None:
    run = a_past_run(db)
    client.sign_in(dan).post(f"/runs/{run.id}/closing")
    client.post(f"/runs/{run.id}/closing", 409)


def test_missing_facts_are_refused_unless_the_officer_ticks(
    client: Browser, db: Session, ana: Person, dan: Person
) -> None:
    run = a_past_run(db)
    enrolment = factories.an_enrolment(db, run, ana)
    assert ana.name in client.sign_in(dan).post(f"/runs/{run.id}/closing", 409).text
    client.post(f"/runs/{run.id}/closing", data={"anyway": "on", "seen": preview(db, run).fingerprint})
    db.refresh(enrolment)
    assert enrolment.outcome is Outcome.NOT_COMPLETED


@pytest.mark.parametrize("who", ["ana", "ben", "cleo"])
def test_only_officers_close(
    request: pytest.FixtureRequest, client: Browser, db: Session, who: str, cleo: Person
) -> None:
    run = factories.a_run(db, starts_in=-1, instructors=[cleo])
    client.sign_in(request.getfixturevalue(who))
    client.get(f"/runs/{run.id}/closing", 403)
    client.post(f"/runs/{run.id}/closing", 403)
    assert run.state is RunState.PUBLISHED


def test_a_run_that_is_not_there(client: Browser, dan: Person) -> None:
    client.sign_in(dan).get("/runs/999999/closing", 404)
    client.post("/runs/999999/closing", 404)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_card_shows_each_rule_and_how_far_away_it_is(
    client: Browser, db: Session, ana: Person, dan: Person, language: str
) -> None:
    run = a_past_run(db, scored=True)
    enrolment = factories.an_enrolment(db, run, ana)
    mark(db, enrolment, dan)
    score(db, run, dan, {enrolment: 5500})
    page = client.sign_in(ana, language).get(f"/enrolments/{enrolment.id}/completion").text
    assert LANGUAGES[language][2] in page
    assert {"en": "5 points are missing", "ko": "5점 부족"}[language] in page
    assert {"en": "It becomes final when the run is closed", "ko": "수료처리를 하면 확정됩니다"}[language] in page
    close(db, dan.id, run)
    db.commit()
    final = client.get(f"/enrolments/{enrolment.id}/completion").text
    assert {"en": "This is final", "ko": "확정된 결과입니다"}[language] in final


def test_the_card_is_for_the_person_her_head_the_instructor_and_officers(
    client: Browser, db: Session, ana: Person, ben: Person, cleo: Person, dan: Person, eve: Person
) -> None:
    run = factories.a_run(db, instructors=[cleo])
    other = factories.a_person(db, "다른강사", roles=["instructor"])
    card = f"/enrolments/{factories.an_enrolment(db, run, ana).id}/completion"
    for person in (ana, ben, cleo, dan):
        client.sign_in(person).get(card)
    for person in (eve, other):
        client.sign_in(person).get(card, 404)


def test_only_a_place_has_a_card(client: Browser, db: Session, ana: Person) -> None:
    waiting = factories.an_enrolment(db, factories.a_run(db), ana, status="waitlisted")
    client.sign_in(ana).get(f"/enrolments/{waiting.id}/completion", 404)
