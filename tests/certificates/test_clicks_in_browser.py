"""The officer's last two errands, counted in clicks: wide and phone, without JavaScript."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from courses.certificates.models import Certificate
from courses.certificates.printing.models import PrintJob
from courses.scheduling.models import Run, RunState
from tests import factories
from tests.completion.scenes import a_past_run, mark
from tests.live import Browse, Live

pytestmark = [pytest.mark.browser, pytest.mark.drawn]


@pytest.mark.parametrize("width", [1280, 390])
def test_two_clicks_close_a_run_and_two_print_its_certificates(live: Live, browse: Browse, width: int) -> None:
    db = live.db
    dan = factories.a_person(db, "최단", roles=["officer"])
    run = a_past_run(db)
    for name in ("김하늘", "이서준"):
        mark(db, factories.an_enrolment(db, run, factories.a_person(db, name)), dan)

    page = browse(dan, width=width, javascript=False)
    page.goto(f"/runs/{run.id}")
    page.click(f"main a[href='/runs/{run.id}/closing']")
    page.click("main button:has-text('수료처리')")
    expect(page).to_have_url(f"{live.url}/runs/{run.id}/certificates")
    expect(page.locator("#toasts")).to_contain_text("수료 2명")
    assert live.db.scalar(select(Run.state).where(Run.id == run.id)) is RunState.CLOSED

    page.goto(f"/runs/{run.id}")
    page.click(f"main a[href='/runs/{run.id}/certificates']")
    page.click("main button:has-text('발급하고 인쇄')")
    expect(page).to_have_url(re.compile(r"/certificates/print-runs/\d+$"))
    assert len(live.db.scalars(select(Certificate).where(Certificate.run_id == run.id)).all()) == 2
    assert live.db.scalars(select(PrintJob.sheets).where(PrintJob.run_id == run.id)).all() == [2]
