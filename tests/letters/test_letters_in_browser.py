"""A letter from its draft to the document system, and a wording that is looked at while it is typed."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from courses.letters.models import Letter
from courses.notices import wordings
from tests import factories
from tests.live import Browse, Live

pytestmark = [pytest.mark.browser, pytest.mark.drawn]


def test_a_letter_is_written_copied_and_taken_along(live: Live, browse: Browse) -> None:
    officer = factories.a_person(live.db, "최담당", roles=["officer"])
    run = factories.a_run(live.db, starts_in=30)
    factories.an_enrolment(live.db, run, factories.a_person(live.db, "김하나"))
    page = browse(officer, language="en")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"/runs/{run.id}")
    page.get_by_role("link", name="Letters").click()
    page.get_by_role("row").filter(has_text="Trainees selected").get_by_role("link", name="Write it").click()
    page.get_by_role("button", name="Write the letter").click()
    page.wait_for_url("**/letters/*")
    page.get_by_role("button", name="Copy the text").click()
    page.get_by_role("button", name="Copied").wait_for()
    letter = live.db.scalars(select(Letter)).one()
    assert page.evaluate("navigator.clipboard.readText()") == letter.body
    with page.expect_download() as file:
        page.get_by_role("link", name="HWPX").first.click()
    assert file.value.suggested_filename == f"{letter.title}.hwpx"
    page.get_by_label("Document number").fill("교육과-12")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Sent as 교육과-12").wait_for()


def test_a_wording_is_seen_while_it_is_typed(live: Live, browse: Browse) -> None:
    fay = factories.a_person(live.db, "한페이", roles=["administrator"])
    page = browse(fay, language="en")
    page.goto("/settings/wordings/enrolled/ko")
    page.get_by_label("Text").fill("{이름} 님, 축하합니다.")
    page.locator("#look").get_by_text("한페이 님, 축하합니다.", exact=True).wait_for()
    page.get_by_label("Text").fill("{월급}")
    page.locator("#look").get_by_text("There is no {월급} in this notice").wait_for()
    assert not wordings.own(live.db)
