"""Twenty people in two clicks, wide and on a phone, with and without JavaScript; ranks by arrow and by drag."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from courses.enrolment.models import Enrolment, Status
from tests import factories
from tests.approval import scenes
from tests.live import Browse, Live
from tests.nomination.scenes import a_clerk, approved
from tests.web.test_pages import faults

pytestmark = [pytest.mark.browser, pytest.mark.drawn]

LONG_NAME = "남궁황보제갈선우독고사공"


@pytest.mark.parametrize(("width", "javascript"), [(1280, True), (390, False)])
@pytest.mark.parametrize("address", ["/", "/our-department"])
def test_twenty_people_in_two_clicks(live: Live, browse: Browse, width: int, javascript: bool, address: str) -> None:
    unit, run = factories.a_unit(live.db, "총무과"), scenes.a_selection(live.db)
    ben = factories.a_person(live.db, "박벤", unit=unit, roles=["head"])
    scenes.applicants(live.db, run, unit, 20)
    page = browse(ben, width=width, javascript=javascript)
    page.goto(address)
    clicks = 0
    for button in ("선택한 신청 승인",):
        page.click(f"main button:has-text('{button}')")
        clicks += 1
    expect(page.locator("#toasts")).to_contain_text("신청 20건을 승인했습니다")
    assert clicks <= 2
    live.db.expire_all()
    assert set(live.db.scalars(select(Enrolment.status))) == {Status.APPROVED}


def test_one_is_left_out_and_returned_with_a_reason(live: Live, browse: Browse) -> None:
    unit, run = factories.a_unit(live.db, "총무과"), scenes.a_selection(live.db)
    ben = factories.a_person(live.db, "박벤", unit=unit, roles=["head"])
    scenes.applicants(live.db, run, unit, 3)
    page = browse(ben, width=390)
    page.goto("/our-department")
    page.uncheck("input[name=enrolment] >> nth=1")
    page.uncheck("input[name=enrolment] >> nth=2")
    page.click("summary:has-text('반려')")
    page.fill("input[name=reason]", "사유를 더 적어 주세요")
    page.click("button:has-text('선택한 신청 반려')")
    expect(page.locator("#toasts")).to_contain_text("신청 1건을 반려했습니다")
    live.db.expire_all()
    statuses = live.db.scalars(select(Enrolment.status).order_by(Enrolment.id)).all()
    assert statuses == [Status.RETURNED, Status.APPLIED, Status.APPLIED]


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize(("width", "dark"), [(1280, True), (320, False)])
def test_many_long_names_are_readable(live: Live, browse: Browse, language: str, width: int, dark: bool) -> None:
    unit, run = factories.a_unit(live.db, "총무과"), scenes.a_selection(live.db)
    ben = factories.a_person(live.db, "박벤", unit=unit, roles=["head", "clerk"])
    for _ in range(60):
        scenes.an_application(live.db, run, factories.a_person(live.db, LONG_NAME, unit=unit), days_ago=20)
    approved(live.db, run, unit, *[LONG_NAME] * 5)
    page = browse(ben, width=width, language=language, dark=dark)
    for address in (
        "/",
        "/our-department",
        f"/our-department?day={run.starts_on}",
        f"/runs/{run.id}/nominations",
        "/nominations",
    ):
        page.goto(address)
        assert faults(page) == []


def test_ranks_by_arrow_by_drag_and_by_number(live: Live, browse: Browse) -> None:
    unit, run = factories.a_unit(live.db, "총무과"), scenes.a_selection(live.db)
    clerk = a_clerk(live.db, unit)
    rows = approved(live.db, run, unit, "가", "나", "다")
    page = browse(clerk)
    page.goto(f"/runs/{run.id}/nominations")
    names = page.locator("#ranking tbody th")
    page.get_by_role("button", name="위로 다").click()
    expect(page.locator("#ranking [data-said]")).to_contain_text("2번이 되었습니다")
    page.drag_and_drop("#ranking tbody tr >> nth=2", "#ranking tbody tr >> nth=0", target_position={"x": 5, "y": 2})
    assert [name.split()[0] for name in names.all_inner_texts()] == ["나", "가", "다"]
    page.click("button:has-text('이 순위로 추천')")
    expect(page.locator("#toasts")).to_contain_text("3명을 이 순위로 추천했습니다")
    live.db.expire_all()
    assert [row.rank for row in rows] == [2, 1, 3]


def test_arrows_without_javascript(live: Live, browse: Browse) -> None:
    unit, run = factories.a_unit(live.db, "총무과"), scenes.a_selection(live.db)
    clerk = a_clerk(live.db, unit)
    rows = approved(live.db, run, unit, "가", "나", "다")
    page = browse(clerk, width=390, javascript=False)
    page.goto(f"/runs/{run.id}/nominations")
    page.get_by_role("button", name="위로 다").click()
    page.click("button:has-text('이 순위로 추천')")
    expect(page.locator("#toasts")).to_contain_text("3명을 이 순위로 추천했습니다")
    live.db.expire_all()
    assert [row.rank for row in rows] == [1, 3, 2]
