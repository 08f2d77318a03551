"""How many clicks it takes, counted in a browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from courses.scheduling.models import Run, RunState
from tests import factories
from tests.live import Browse, Live

pytestmark = [pytest.mark.browser, pytest.mark.drawn]


def test_the_next_run_is_open_after_three_clicks(live: Live, browse: Browse) -> None:
    dan = factories.a_person(live.db, "최단", roles=["officer"])
    cleo = factories.a_person(live.db, "이클레오", roles=["instructor"])
    course = factories.a_course(live.db, "엑셀 기초", hours=14)
    first = factories.a_run(live.db, course, starts_in=-30, instructors=[cleo], room=factories.a_room(live.db), days=2)
    page = browse(dan, language="ko")
    page.goto("/operations")
    page.get_by_role("link", name="차수 계획").click()
    page.get_by_role("row", name="엑셀 기초").get_by_role("link").click()
    page.get_by_role("button", name="만들고 바로 공개").click()
    page.get_by_text("공개했습니다").wait_for()
    opened = live.db.scalars(select(Run).where(Run.id != first.id)).one()
    assert (opened.state, opened.days, opened.teachers) == (RunState.PUBLISHED, 2, "이클레오")


def test_lines_of_subjects_need_no_script(live: Live, browse: Browse) -> None:
    dan = factories.a_person(live.db, "최단", roles=["officer"])
    page = browse(dan, language="en")
    page.goto("/operations/courses/new")
    subject = page.get_by_label("Subject 1: Subject", exact=True)
    subject.fill("이론")
    page.get_by_role("button", name="Add a subject").click()
    page.get_by_label("Subject 2: Subject", exact=True).fill("실습")
    page.get_by_role("button", name="Subject 2: Up").click()
    expect(subject).to_have_value("실습")
    page.get_by_role("button", name="Subject 1: Remove").click()
    expect(subject).to_have_value("이론")
    page.get_by_label("Course code").press("Enter")  # saves, and presses none of the buttons above
    page.get_by_text("Please check what you entered").wait_for()
    expect(subject).to_have_value("이론")
