"""From the run to everybody's answer in two clicks, with and without JavaScript; long lists stay readable."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from courses.enrolment import allotment, draws
from courses.enrolment.models import Enrolment, Status
from tests import factories
from tests.draw.scenes import a_draw_run, close, entrants
from tests.enrolment.scenes import bureaus
from tests.live import Browse, Live, overflows
from tests.selection.scenes import a_closed_selection, nominees
from tests.web.test_pages import faults

pytestmark = [pytest.mark.browser, pytest.mark.drawn]

LONG_NAME = "남궁황보제갈선우독고사공"
LONG_UNIT = "스마트도시정보화기획행정지원담당관실"


@pytest.mark.parametrize(("width", "javascript"), [(1280, True), (390, False)])
def test_two_clicks_from_the_run(live: Live, browse: Browse, width: int, javascript: bool) -> None:
    run, unit = a_closed_selection(live.db, seats=3), factories.a_unit(live.db)
    rows = [one.id for one in nominees(live.db, run, unit, [1, 2, 3, 4, 5])]
    dan = factories.a_person(live.db, "최단", roles=["officer"])
    page = browse(dan, width=width, javascript=javascript)
    page.goto(f"/runs/{run.id}")
    page.click("main a:has-text('교육생 선정')")
    page.click("main button:has-text('이 3명 선정')")
    expect(page.locator("#toasts")).to_contain_text("5명을 처리했습니다")
    found = [live.db.get_one(Enrolment, id_).status for id_ in rows]
    assert found == [Status.ENROLLED] * 3 + [Status.WAITLISTED] * 2


def test_quotas_are_tried_before_they_are_set(live: Live, browse: Browse) -> None:
    run = a_closed_selection(live.db, seats=2)
    one, two = bureaus(live.db, "가국", "나국")
    nominees(live.db, run, factories.a_unit(live.db, "가국 1과", one.name), [1, 1])
    nominees(live.db, run, factories.a_unit(live.db, "나국 1과", two.name), [2])
    page = browse(factories.a_person(live.db, "최단", roles=["officer"]))
    page.goto(f"/runs/{run.id}/selection")
    page.fill(f"input[name='floor-{two.id}']", "1")
    page.click("button:has-text('이 배정으로 미리 보기')")
    expect(page.locator("main")).to_contain_text("이렇게 배정하면 2명의 결과가 달라집니다")
    page.click("button:has-text('이대로 배정')")
    expect(page.locator("#toasts")).to_contain_text("부서별 정원을 배정했습니다")
    expect(page.locator(f"input[name='floor-{two.id}']")).to_have_value("1")


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize(("width", "dark"), [(1280, True), (320, False)])
def test_many_long_names_are_readable(live: Live, browse: Browse, language: str, width: int, dark: bool) -> None:
    run, unit = a_closed_selection(live.db, seats=4), factories.a_unit(live.db, LONG_UNIT, f"{LONG_UNIT}국")
    rows = nominees(live.db, run, unit, [1, 2, 3, 4, 5, None])
    for row in rows:
        row.motive = "업무에 꼭 필요합니다. " * 8
    person = factories.a_person(live.db, LONG_NAME, unit=unit)
    factories.an_enrolment(live.db, run, person, status="applied")
    allotment.set_quotas(live.db, None, run, {bureaus(live.db, f"{LONG_UNIT}국")[0].id: (1, 3)})
    live.session.commit()
    drawn = a_draw_run(live.db, starts_in=50)
    entrants(live.db, drawn, [person, factories.a_person(live.db, "다른 사람"), factories.a_person(live.db, "또 다른")])
    close(live.db, drawn)
    draws.hold(live.db, None, drawn.id)
    live.session.commit()
    dan = factories.a_person(live.db, "최단", roles=["officer"])
    page = browse(dan, language=language, width=width, dark=dark)
    for address in (f"/runs/{run.id}/selection", f"/runs/{drawn.id}/draw"):
        page.goto(address)
        assert not faults(page)
        assert not overflows(page)
