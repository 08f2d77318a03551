"""A list pasted, and a reminder, in a real browser: with a script and without, on a wide screen and on a phone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from courses import clock
from courses.enrolment.models import Enrolment
from courses.events.models import Event
from tests import factories
from tests.assignment.scenes import an_assignment
from tests.live import Browse, Live

pytestmark = [pytest.mark.browser, pytest.mark.drawn]


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_a_list_is_pasted_a_namesake_chosen(live: Live, browse: Browse, javascript: bool) -> None:
    dan = factories.a_person(live.db, "최단", unit=factories.a_unit(live.db, "교육과"), roles=["officer"])
    run = factories.a_run(live.db)
    ana = factories.a_person(live.db, "김아나")
    namesakes = [factories.a_person(live.db, "홍길동", unit=factories.a_unit(live.db, f"{n}과")) for n in "가나"]
    page = browse(dan, javascript=javascript, width=390)
    page.goto(f"/runs/{run.id}/enrolments")
    page.get_by_role("link", name="여러 명 추가").click()
    page.get_by_label("사번 또는 성명").fill(f"{ana.employee_no}\n홍길동\n없는사람")
    page.get_by_role("button", name="명단 확인").click()
    page.get_by_label("홍길동 · 행정국 나과").check()
    page.get_by_role("button", name="추가", exact=True).click()
    expect(page.get_by_text("2명을 추가했습니다")).to_be_visible()
    assert set(live.db.scalars(select(Enrolment.person_id))) == {ana.id, namesakes[1].id}


def test_a_reminder_takes_two_clicks(live: Live, browse: Browse) -> None:
    dan = factories.a_person(live.db, "최단", roles=["officer"])
    an_assignment(live.db, factories.a_course(live.db, "정보보호 기초"), clock.today() - timedelta(days=3))
    page = browse(dan, language="en")
    page.goto("/operations/assignments")
    page.get_by_role("link", name="정보보호 기초").click()
    page.get_by_role("button", name="Remind one person").click()
    expect(page.get_by_text("One person is reminded")).to_be_visible()
    assert live.db.scalars(select(Event.data).where(Event.kind == "overdue_reminded")).one()["people"] == [dan.id]
