"""From a class that moves to the person who reads of it."""

from __future__ import annotations

import pytest

from courses.people.models import Person
from courses.scheduling import actions, entries
from courses.scheduling.models import Run
from courses.scheduling.queries import plan_of
from lms.jobs.worker import work_off
from tests import factories
from tests.live import Browse, Live
from tests.notices.test_telling import later_by

pytestmark = [pytest.mark.browser, pytest.mark.drawn]


@pytest.fixture
def amy(live: Live) -> Person:
    return factories.a_person(live.db, "김에이미")


@pytest.fixture
def run(live: Live, amy: Person) -> Run:
    run = factories.a_run(live.db, room=factories.a_room(live.db))
    entries.refresh(live.db, run)
    factories.an_enrolment(live.db, run, amy)
    return run


def move(live: Live, run: Run) -> None:
    store = live.app.extensions["database"]
    with store.begin() as db:
        here = db.get_one(Run, run.id)
        actions.change(db, None, here, later_by(plan_of(db, here), 1))
    work_off(store, live.app.extensions["config"])


def test_the_bell_leads_to_the_notice_and_the_notice_to_the_run(
    live: Live, browse: Browse, amy: Person, run: Run
) -> None:
    move(live, run)
    page = browse(amy, language="en")
    page.goto("/")
    page.get_by_role("link", name="Notices, 1 is new").click()
    page.get_by_role("button", name="New time or place: 엑셀 기초").click()
    page.wait_for_url(f"**/runs/{run.id}")
    page.get_by_role("link", name="Notices", exact=True).wait_for()


def test_the_address_is_made_and_copied(live: Live, browse: Browse, amy: Person) -> None:
    page = browse(amy, language="en")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/my-settings/calendar")
    page.get_by_role("button", name="Make an address").click()
    page.get_by_role("button", name="Copy").click()
    page.get_by_role("button", name="Copied").wait_for()
    address = page.get_by_role("textbox", name="Address of your calendar").input_value()
    assert page.evaluate("navigator.clipboard.readText()") == address
    assert address.endswith(".ics")


def test_an_officer_writes_to_all_in_few_clicks(live: Live, browse: Browse, amy: Person, run: Run) -> None:
    officer = factories.a_person(live.db, "최담당", roles=["officer"])
    page = browse(officer, language="en")
    page.goto(f"/runs/{run.id}/enrolments")
    page.get_by_role("link", name="Write to all").click()
    page.get_by_label("Subject line").fill("준비물")
    page.get_by_label("Text").fill("신분증")
    page.get_by_role("button", name="Send").click()
    page.wait_for_url(f"**/runs/{run.id}/notices")
    work_off(live.app.extensions["database"], live.app.extensions["config"])
    page.reload()
    assert page.get_by_role("row").filter(has_text=amy.name).filter(has_text="Sent").count() == 1
