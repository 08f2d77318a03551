"""The timetable as pages: what each role sees, and what the address holds."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import clock
from courses.people.models import Person
from courses.scheduling.models import ClassSession, Run
from courses.scheduling.timetable import monday
from tests import factories
from tests.client import Browser

WEEK = monday(clock.today() + timedelta(days=14))


def a_run_on(db: Session, day: date, title: str = "엑셀 기초", **how: object) -> Run:
    return factories.a_run(db, factories.a_course(db, title), starts_in=(day - clock.today()).days, **how)  # type: ignore[arg-type]  # as given


def session_of(db: Session, run: Run) -> int:
    return db.scalars(select(ClassSession.id).where(ClassSession.run_id == run.id)).one()


def test_an_officer_sees_every_room_and_goes_on_to_the_session(client: Browser, db: Session, dan: Person) -> None:
    room, _other = factories.a_room(db, "교육장 가"), factories.a_room(db, "교육장 나")
    run = a_run_on(db, WEEK, room=room, state="draft")
    page = client.sign_in(dan).get(f"/timetable?on={WEEK}").text
    assert "교육장 가" in page
    assert "교육장 나" in page
    assert "Free all week" in page
    assert f'href="/sessions/{session_of(db, run)}/move"' in page
    assert f'href="/timetable?view=week&amp;by=room&amp;on={WEEK}&amp;of={room.id}"' in page


def test_a_session_without_a_room_has_a_line_of_its_own(client: Browser, db: Session, dan: Person) -> None:
    a_run_on(db, WEEK)
    factories.a_room(db)
    assert "No room yet" in client.sign_in(dan).get(f"/timetable?on={WEEK}").text


def test_a_room_shows_when_it_is_free(client: Browser, db: Session, dan: Person) -> None:
    room = factories.a_room(db)
    a_run_on(db, WEEK + timedelta(days=1), room=room)
    page = client.sign_in(dan).get(f"/timetable?by=room&of={room.id}&on={WEEK}").text
    assert "09:00–11:50" in page
    assert "13:00–16:50" in page
    assert page.count("09:00–12:00") == 4
    assert "16:50–18:00" in page


@pytest.mark.parametrize("by", ["instructor", "course"])
def test_all_instructors_and_courses_of_a_week(
    client: Browser, db: Session, dan: Person, cleo: Person, by: str
) -> None:
    run = a_run_on(db, WEEK, instructors=[cleo])
    a_run_on(db, WEEK + timedelta(days=8), "다음 주 과정", instructors=[dan])
    page = client.sign_in(dan).get(f"/timetable?by={by}&on={WEEK}").text
    lines = page.split("<tbody>")[1]
    assert (cleo.name if by == "instructor" else "엑셀 기초") in lines
    assert "다음 주 과정" not in lines
    of = cleo.id if by == "instructor" else run.course_id
    shown = client.get(f"/timetable?by={by}&of={of}&on={WEEK}").text
    assert f'href="/sessions/{session_of(db, run)}/move"' in shown


def test_a_month_counts_and_names_holidays(client: Browser, db: Session, dan: Person) -> None:
    room = factories.a_room(db)
    for _ in range(3):
        a_run_on(db, WEEK, room=room)
    client.sign_in(dan)
    assert "3 sessions" in client.get(f"/timetable?view=month&on={WEEK}").text
    page = client.get(f"/timetable?view=month&by=room&of={room.id}&on={WEEK}").text
    assert page.count("09:00–16:50") == 3
    assert "Christmas Day" in client.get("/timetable?view=month&on=2026-12-01").text


def test_an_empty_week_leads_to_the_next_session(client: Browser, db: Session, dan: Person) -> None:
    a_run_on(db, WEEK)
    page = client.sign_in(dan).get(f"/timetable?on={WEEK - timedelta(days=7)}").text
    assert "Nothing takes place in this week" in page
    assert f'href="/timetable?view=week&amp;by=room&amp;on={WEEK}"' in page


@pytest.mark.parametrize("query", ["view=x&by=y&on=never", "on=0001-01-01", "on=9999-12-31", "of=x", "by=course&of="])
def test_an_odd_address_shows_the_usual(client: Browser, dan: Person, query: str) -> None:
    assert "Timetable" in client.sign_in(dan).get(f"/timetable?{query}").text


@pytest.mark.parametrize("by", ["room", "instructor", "course"])
def test_what_is_not_there_is_not_found(client: Browser, dan: Person, by: str) -> None:
    client.sign_in(dan).get(f"/timetable?by={by}&of=987654", 404)


# Instructors


def test_an_instructor_sees_the_own_sessions(client: Browser, db: Session, cleo: Person, dan: Person) -> None:
    own, other = a_run_on(db, WEEK, instructors=[cleo]), a_run_on(db, WEEK, "남의 과정", instructors=[dan])
    page = client.sign_in(cleo).get(f"/timetable?on={WEEK}").text
    assert f'href="/sessions/{session_of(db, own)}/attendance"' in page
    assert "남의 과정" not in page
    assert f"/sessions/{session_of(db, other)}" not in page
    client.get(f"/timetable?by=instructor&of={dan.id}&on={WEEK}", 404)


def test_an_instructor_sees_when_rooms_are_taken_but_nobodys_drafts_and_names(
    client: Browser, db: Session, cleo: Person, dan: Person
) -> None:
    room = factories.a_room(db)
    a_run_on(db, WEEK, "비밀 과정", room=room, state="draft", instructors=[dan])
    published = a_run_on(db, WEEK + timedelta(days=1), "공개 과정", room=room, instructors=[dan])
    client.sign_in(cleo)
    for query in (
        f"by=room&on={WEEK}",
        f"by=room&of={room.id}&on={WEEK}",
        f"view=month&by=room&of={room.id}&on={WEEK}",
    ):
        page = client.get(f"/timetable?{query}").text
        assert "비밀 과정" not in page, query
        assert "Taken" in page, query
        assert dan.name not in page, query
        assert f'href="/runs/{published.id}"' in page, query
        assert "/move" not in page, query


def test_an_instructor_sees_no_course_that_is_only_planned(client: Browser, db: Session, cleo: Person) -> None:
    draft = a_run_on(db, WEEK, "비밀 과정", state="draft")
    client.sign_in(cleo)
    for query in ("", f"&of={draft.course_id}", "&view=month"):
        assert "/sessions/" not in client.get(f"/timetable?by=course&on={WEEK}{query}").text
    assert "비밀 과정" not in client.get(f"/timetable?by=course&on={WEEK}").text


# Employees


def test_an_employee_sees_where_to_go(client: Browser, db: Session, ana: Person, eve: Person) -> None:
    run = a_run_on(db, WEEK, room=factories.a_room(db, "교육장 가"))
    factories.an_enrolment(db, run, ana)
    page = client.sign_in(ana).get(f"/my-timetable?on={WEEK}").text
    assert f'href="/runs/{run.id}"' in page
    assert "교육장 가" in page
    assert "엑셀 기초" in client.get(f"/my-timetable?view=month&on={WEEK}").text
    assert "엑셀 기초" not in client.sign_in(eve).get(f"/my-timetable?on={WEEK}").text
    client.get("/timetable", 403)


def test_many_sessions_cost_no_more_queries(client: Browser, db: Session, dan: Person, cleo: Person) -> None:
    rooms = [factories.a_room(db, f"교육장 {n:02}") for n in range(60)]
    for n in range(40):
        a_run_on(db, WEEK + timedelta(days=n % 5), f"과정 {n}", room=rooms[n], instructors=[cleo])
    client.sign_in(dan)  # the browser counts
    for query in ("by=room", "by=instructor", "by=course", f"by=instructor&of={cleo.id}", "view=month"):
        client.get(f"/timetable?{query}&on={WEEK}")
