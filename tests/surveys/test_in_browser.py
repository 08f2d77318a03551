"""On a phone the survey takes a tap for each question and one to send: well under half a minute."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from courses.surveys.models import SurveyAnswer
from tests import factories
from tests.live import Browse, Live, follow, overflows
from tests.surveys.scenes import a_run_that_is_over

pytestmark = [pytest.mark.browser, pytest.mark.drawn]

PHONE, TAP = 390, 44
SECONDS_A_TAP = 5
"""A slow reader: to read a line and touch a button."""


def test_a_survey_is_five_taps_on_a_phone(browse: Browse, live: Live) -> None:
    ana = factories.a_person(live.db, "김아나")
    here = a_run_that_is_over(live.db)
    factories.an_enrolment(live.db, here.run, ana)
    page = browse(ana, width=PHONE)
    page.goto(f"/runs/{here.run.id}/survey")  # where the mail leads
    assert not overflows(page)
    taps = 0
    for question in ("과정", "강사: 강사", "시설·장비", "운영"):
        button = page.get_by_role("group", name=question, exact=True).get_by_role("radio", name="매우 좋음")
        box = button.bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= TAP
        button.check()
        taps += 1
    follow(page.get_by_role("button", name="보내기"))
    taps += 1
    assert taps == 5
    assert taps * SECONDS_A_TAP < 30
    expect(page.get_by_text("고맙습니다")).to_be_visible()
    live.db.expire_all()
    answer = live.db.scalars(select(SurveyAnswer)).one()
    assert (answer.course, answer.facilities, answer.operation) == (5, 5, 5)


def test_it_is_answered_by_keyboard_alone(browse: Browse, live: Live) -> None:
    ana = factories.a_person(live.db, "김아나")
    here = a_run_that_is_over(live.db)
    factories.an_enrolment(live.db, here.run, ana)
    page = browse(ana, language="en")
    page.goto(f"/runs/{here.run.id}/survey")
    page.get_by_role("group", name="Course", exact=True).get_by_role("radio", name="Very good").focus()
    for _question in range(4):
        page.keyboard.press("ArrowRight")  # good
        page.keyboard.press("Tab")
    follow(page.get_by_role("button", name="Send"))
    answer = live.db.scalars(select(SurveyAnswer)).one()
    assert set(answer.instructors.values()) | {answer.course, answer.facilities, answer.operation} == {4}
