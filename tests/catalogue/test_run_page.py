"""The page of one run: when, where, what it takes, the seat, and what its officers and instructors do with it."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from courses.people.models import Person
from tests import factories
from tests.client import Browser


@pytest.mark.parametrize("language", ["ko", "en"])
def test_everything_one_must_know(client: Browser, db: Session, ana: Person, cleo: Person, language: str) -> None:
    course = factories.a_course(db, "파이썬", scored=True)
    run = factories.a_run(db, course, instructors=[cleo], room=factories.a_room(db, "본관 101"))
    page = client.sign_in(ana, language).get(f"/runs/{run.id}").text
    expected = {
        "ko": ["교육시간의 80% 이상 출석", "평가 100점 만점에 60점 이상", "쉬는 시간", "취소 기한", ">신청</button>"],
        "en": ["Attend at least 80% of the class time", "Reach at least 60 of 100 points", "Break", "Withdraw until"],
    }[language]
    for words in ["파이썬", "본관 101", "이클레오", "09:00–16:50", *expected]:
        assert words in page
    assert "11:50–13:00" in page


def test_cyber_asks_for_progress_and_has_no_timetable(client: Browser, db: Session, ana: Person) -> None:
    run = factories.a_run(db, factories.a_course(db, kind="cyber"))
    page = client.sign_in(ana).get(f"/runs/{run.id}").text
    assert "Work through at least 90% of the lessons" in page
    assert "Timetable" not in page
    assert "class time" not in page


def test_a_draft_is_seen_by_its_instructor_and_officers_alone(
    client: Browser, db: Session, ana: Person, cleo: Person, dan: Person
) -> None:
    run = factories.a_run(db, state="draft", instructors=[cleo])
    client.sign_in(ana).get(f"/runs/{run.id}", 404)
    client.sign_in(cleo).get(f"/runs/{run.id}")
    client.sign_in(dan).get(f"/runs/{run.id}")


def test_links_by_role(client: Browser, db: Session, ana: Person, cleo: Person, dan: Person) -> None:
    mine, other = factories.a_run(db, instructors=[cleo]), factories.a_run(db)
    assert "/attendance" not in client.sign_in(ana).get(f"/runs/{mine.id}").text
    taught = client.sign_in(cleo).get(f"/runs/{mine.id}").text
    assert "/attendance" in taught
    assert "/closing" not in taught
    assert "/attendance" not in client.get(f"/runs/{other.id}").text
    officers = client.sign_in(dan).get(f"/runs/{other.id}").text
    for address in ("/attendance", f"/runs/{other.id}/enrolments", f"/runs/{other.id}/closing"):
        assert address in officers


@pytest.mark.parametrize("state", ["closed", "cancelled"])
def test_a_run_that_is_over_says_so(client: Browser, db: Session, ana: Person, state: str) -> None:
    run = factories.a_run(db, state=state)
    page = client.sign_in(ana).get(f"/runs/{run.id}").text
    assert {"closed": "Run closed", "cancelled": "Run cancelled"}[state] in page
    assert "/enrolments?part" not in page


def test_nobody_signed_in_is_asked_to(client: Browser, db: Session) -> None:
    for path in ("/runs", f"/runs/{factories.a_run(db).id}"):
        assert client.get(path, 303).headers["Location"].startswith("/sign-in")
