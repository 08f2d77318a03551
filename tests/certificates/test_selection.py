"""Certificates across runs, on closing and on demand: who gets one, with which numbers, and who may."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.certificates.actions import issue, issue_chosen, issue_own
from courses.certificates.models import Certificate, Way
from courses.certificates.waiting import Filter, of_person, waiting
from courses.enrolment.models import Enrolment
from courses.errors import Refused
from courses.people.models import Person
from courses.scheduling.models import Run
from courses.settings.organisation import Organisation, change_organisation
from tests import factories
from tests.certificates.scenes import URL, a_closed_run, completed
from tests.client import Browser


@pytest.fixture
def runs(db: Session) -> list[Run]:
    """The later one was made first."""
    return [a_closed_run(db, starts_in=-20), a_closed_run(db, starts_in=-40)]


def test_numbers_are_in_a_row_by_the_last_day_of_the_run(
    db: Session, ana: Person, eve: Person, dan: Person, runs: list[Run]
) -> None:
    chosen = [completed(db, runs[0], ana), completed(db, runs[1], eve), completed(db, runs[1], ana)]
    left = completed(db, runs[0], eve)
    issued = issue_chosen(db, dan.id, [one.id for one in chosen], URL)
    assert [(one.number, one.run_id, one.way) for one in issued] == [
        (1, runs[1].id, Way.SELECTION),
        (2, runs[1].id, Way.SELECTION),
        (3, runs[0].id, Way.SELECTION),
    ]
    assert [one.enrolment_id for one in issue(db, dan.id, runs[0], URL)] == [left.id]
    assert issue_chosen(db, dan.id, [one.id for one in chosen], URL) == []


def test_who_cannot_be_set_takes_no_number(db: Session, ana: Person, dan: Person, runs: list[Run]) -> None:
    strange = completed(db, runs[1], factories.a_person(db, "𠮷野", name_roman="YOSHINO"))
    usual = completed(db, runs[0], ana)
    found = waiting(db, Filter(), URL)
    assert {one.enrolment_id: bool(one.problems) for one in found.candidates} == {strange.id: True, usual.id: False}
    assert [one.number for one in issue_chosen(db, dan.id, [strange.id, usual.id], URL)] == [1]
    [latin] = issue_chosen(db, dan.id, [strange.id], URL, roman={strange.id})
    assert (latin.number, latin.facts["name"]) == (2, "YOSHINO")


def test_an_open_run_among_them_stops_all(db: Session, ana: Person, dan: Person, runs: list[Run]) -> None:
    done = completed(db, runs[0], ana)
    still = completed(db, factories.a_run(db, starts_in=-1), ana)
    with pytest.raises(Refused, match="once the run is closed"):
        issue_chosen(db, dan.id, [done.id, still.id], URL)
    assert not db.scalars(select(Certificate)).all()


def test_the_search_narrows_by_person_course_kind_and_period(
    db: Session, ana: Person, eve: Person, runs: list[Run]
) -> None:
    first, second = completed(db, runs[0], ana), completed(db, runs[1], eve)
    ended = runs[0].ends_on

    def found(wanted: Filter) -> set[int]:
        return {one.enrolment_id for one in waiting(db, wanted, URL).candidates}

    assert found(Filter()) == {first.id, second.id}
    assert found(Filter(person=eve.name)) == {second.id}
    assert found(Filter(person="𝄞")) == set()
    assert found(Filter(course="데이터 분석")) == {first.id, second.id}
    assert found(Filter(course="한글")) == set()
    assert found(Filter(first=ended)) == {first.id}
    assert found(Filter(last=ended - timedelta(days=1))) == {second.id}


@pytest.mark.parametrize("language", ["en", "ko"])
def test_an_officer_ticks_and_issues(
    client: Browser, db: Session, ana: Person, eve: Person, dan: Person, runs: list[Run], language: str
) -> None:
    enrolments = [completed(db, runs[0], ana), completed(db, runs[1], eve)]
    page = client.sign_in(dan, language).get("/certificates/waiting?from=").text
    assert all(f'name="enrolment" value="{one.id}" checked' in page for one in enrolments)
    answer = client.post("/certificates/waiting", data={"enrolment": [one.id for one in enrolments]})
    assert answer.location == "/certificates/register"
    assert "제" in client.get(answer.location).text
    client.get("/certificates/waiting")
    again = client.post("/certificates/waiting", data={"enrolment": [one.id for one in enrolments]})
    assert again.location == "/certificates/waiting"
    assert len(db.scalars(select(Certificate)).all()) == 2


def test_nobody_else_selects(
    client: Browser, db: Session, ana: Person, ben: Person, cleo: Person, eve: Person, runs: list[Run]
) -> None:
    done = completed(db, runs[0], ana)
    db.commit()
    for person in (ana, ben, cleo, eve):
        client.sign_in(person)
        for page in ("waiting", "people", "completions", "completions.pdf", "seal", "seal.csv", "register.pdf"):
            client.get(f"/certificates/{page}", 403)
        client.post("/certificates/waiting", 403, data={"enrolment": done.id})
        client.post("/certificates/seal", 403, data={"kind": "received", "sheets": "5"})
    assert not db.scalars(select(Certificate)).all()


def test_on_demand_where_the_organisation_lets_one(
    client: Browser, db: Session, ana: Person, eve: Person, runs: list[Run]
) -> None:
    done = completed(db, runs[0], ana)
    db.commit()
    button = f"/enrolments/{done.id}/certificate"
    assert button not in client.sign_in(ana).get("/certificates").text
    client.post(button, 409)
    change_organisation(db, None, Organisation(issue_on_demand=True))
    db.commit()
    client.sign_in(eve).post(button, 409)
    assert not db.scalars(select(Certificate)).all()
    assert button in client.sign_in(ana).get("/certificates").text
    client.post(button)
    [made] = db.scalars(select(Certificate)).all()
    assert (made.enrolment_id, made.issued_by, made.way) == (done.id, ana.id, Way.REQUEST)
    client.post(button, 409)
    assert button not in client.get("/certificates").text


def test_on_demand_is_refused_for_what_cannot_be_set(db: Session, runs: list[Run]) -> None:
    change_organisation(db, None, Organisation(issue_on_demand=True))
    person = factories.a_person(db, "𠮷野", name_roman="YOSHINO")
    done = completed(db, runs[0], person)
    with pytest.raises(Refused, match="fonts lack"):
        issue_own(db, person.id, done.id, URL)
    assert issue_own(db, person.id, done.id, URL, in_latin=True).number == 1


def test_a_retired_employee_asks_ten_years_later(client: Browser, db: Session, dan: Person) -> None:
    long_ago = clock.today() - timedelta(days=3650)
    person = factories.a_person(db, "옛사람", left_on=long_ago)
    run = a_closed_run(db, starts_in=-3700)
    done = completed(db, run, person)
    db.commit()
    page = client.sign_in(dan).get("/certificates/people?q=ㅇㅅㄹ").text
    assert f'href="/people/{person.id}/certificates"' in page
    assert "Former" in page
    address = f"/people/{person.id}/certificates"
    assert f'name="enrolment" value="{done.id}"' in client.get(address).text
    assert client.post("/certificates/waiting", data={"enrolment": done.id, "back": address}).location == address
    [made] = db.scalars(select(Certificate)).all()
    assert made.facts["number"] in client.get(address).text
    client.post(f"/certificates/{made.id}/receipt", data={"received_by": "등기우편"})
    assert "등기우편" in client.get("/certificates/register?q=옛사람").text
    assert of_person(db, person.id, URL).total == 0
    assert db.scalars(select(Enrolment.person_id)).all() == [person.id]
