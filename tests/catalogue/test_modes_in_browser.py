"""Applying in a browser: one press, one to undo; why is looked up where one is; a course is given its target."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from courses import clock
from courses.enrolment.models import Enrolment, Status
from courses.scheduling.models import Mode
from tests import factories
from tests.live import Browse, Live

pytestmark = [pytest.mark.browser, pytest.mark.drawn]


def test_one_press_applies_and_one_takes_it_back(live: Live, browse: Browse) -> None:
    ana = factories.a_person(live.db, "김아나")
    run = factories.a_run(live.db, mode=Mode.SELECTION, starts_in=40)
    page = browse(ana, language="ko")
    page.goto("/runs")
    page.get_by_role("button", name="신청").click()
    expect(page.get_by_text("신청 (승인 대기)")).to_be_focused()
    page.locator(f"#run-{run.id}").get_by_role("button", name="취소").click()
    expect(page.get_by_role("button", name="신청", exact=True)).to_be_visible()
    live.db.rollback()
    assert live.db.scalars(select(Enrolment.status)).one() is Status.WITHDRAWN


def test_an_offer_is_accepted_with_one_press(live: Live, browse: Browse) -> None:
    ana = factories.a_person(live.db, "김아나")
    run = factories.a_run(live.db, starts_in=40)
    until = clock.now() + timedelta(hours=9)
    place = factories.an_enrolment(live.db, run, ana, status="offered", offered_until=until)
    page = browse(ana, language="ko", width=390)
    page.goto(f"/runs/{run.id}")
    page.get_by_role("button", name="수락").click()
    expect(page.get_by_text("수강 확정", exact=True)).to_be_visible()
    live.db.refresh(place)
    assert place.status is Status.ENROLLED


def test_what_a_place_depends_on_opens_where_one_is(live: Live, browse: Browse) -> None:
    ana = factories.a_person(live.db, "김아나")
    run = factories.a_run(live.db, mode=Mode.SELECTION, starts_in=40)
    page = browse(ana, language="en")
    page.goto(f"/runs/{run.id}")
    page.get_by_text("What a place depends on").click()
    expect(page.get_by_text("number 1 of 1, within the seats")).to_be_visible()


def test_without_script_it_is_a_page(live: Live, browse: Browse) -> None:
    ana = factories.a_person(live.db, "김아나")
    run = factories.a_run(live.db, mode=Mode.SELECTION, starts_in=40)
    page = browse(ana, language="en", javascript=False)
    page.goto(f"/runs/{run.id}")
    page.get_by_text("What a place depends on").click()
    page.get_by_role("link", name="Look it up").click()
    expect(page.get_by_text("number 1 of 1, within the seats")).to_be_visible()
    page.goto(f"/runs/{run.id}")
    page.get_by_label("Motive (optional)").fill("담당 업무")
    page.get_by_role("button", name="Enrol").click()
    expect(page.get_by_text("Applied, waits for approval")).to_be_visible()
