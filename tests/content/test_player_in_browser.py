"""A film of two minutes in a real player, played sixteen times as fast so that it takes seconds."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from courses.content import authoring
from courses.files.actions import stored
from tests import factories
from tests.content.learners import SECONDS, Learner, a_learner
from tests.live import Browse, Live

pytestmark = pytest.mark.browser

PACE = 16
CAPTION = "document.querySelector('video').textTracks[0].activeCues[0].text"
NOW = "document.querySelector('video').currentTime"
PLAY = f"const v = document.querySelector('video'); v.muted = true; v.playbackRate = {PACE}; v.play()"


@pytest.fixture
def learner(live: Live) -> Learner:
    live.app.extensions["config"] = replace(live.app.extensions["config"], playback_percent=PACE * 100)
    return a_learner(live.db, factories.a_person(live.db, "김아나"), live.app.extensions["files"])


def begin(page: Page, learner: Learner) -> Page:
    page.goto(learner.address)
    until(page, "document.querySelector('video').readyState > 0")
    go_on(page)
    return page


def until(page: Page, holds: str) -> None:
    """Wait for something in the page, asked by the debugger, which the page's policy does not bind."""
    for _ in range(600):
        if page.evaluate(holds):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"not within half a minute: {holds}")


def go_on(page: Page) -> None:
    page.evaluate(f"() => {{ {PLAY} }}")


def pause(page: Page) -> None:
    with page.expect_response("**/reports"):
        page.evaluate("document.querySelector('video').pause()")


def played_to(page: Page, second: int) -> None:
    until(page, f"{NOW} >= {second}")


def test_a_film_is_watched_with_skips_a_lost_network_and_two_tabs(live: Live, browse: Browse, learner: Learner) -> None:
    page = begin(browse(learner.person, language="en"), learner)
    played_to(page, 10)
    page.evaluate("document.querySelector('video').currentTime = 100")  # ahead: leads back
    until(page, f"{NOW} < 60")
    expect(page.locator(".toast").first).to_contain_text("skip ahead")

    page.context.set_offline(True)
    played_to(page, 45)
    page.evaluate("document.querySelector('video').pause()")
    expect(page.locator("[data-status]")).to_contain_text("No connection")
    page.evaluate("document.querySelector('video').currentTime = 20")  # back: seen twice
    with page.expect_response("**/reports"):
        page.context.set_offline(False)
        page.evaluate("dispatchEvent(new Event('online'))")
    assert live.db.merge(learner.lesson)
    row = learner.row(live.db)
    assert row.watched[0][0] == 0
    assert 40 <= row.watched[0][1] <= 60
    assert len(row.watched) == 1

    other = begin(page.context.new_page(), learner)  # it takes the film over
    played_to(other, 60)
    go_on(page)
    expect(page.locator("[data-stopped]")).to_be_hidden()
    other.wait_for_selector("[data-stopped]:not([hidden])")
    assert other.evaluate("document.querySelector('video').paused")

    until(page, "document.querySelector('video').ended")
    expect(page.locator("[data-status]")).to_contain_text("Learnt")
    row = learner.row(live.db)
    assert (row.watched, row.progress) == ([[0, SECONDS]], 10_000)


def test_one_goes_on_where_one_left_and_captions_are_there(live: Live, browse: Browse, learner: Learner) -> None:
    words = "WEBVTT\n\n00:00.000 --> 02:00.000\n보낸 사람을 살핍니다.\n".encode()
    kept = live.app.extensions["files"].keep(io.BytesIO(words))
    db = live.db
    authoring.caption(db, None, db.merge(learner.lesson), stored(db, kept.sha256, kept.size, "text/vtt"), "ko")
    db.commit()
    page = begin(browse(learner.person, language="ko"), learner)
    played_to(page, 30)
    pause(page)
    assert page.evaluate(CAPTION) == "보낸 사람을 살핍니다."
    expect(page.locator("[data-status]")).to_contain_text("저장됨")
    left = page.evaluate(f"Math.floor({NOW})")
    page.reload()
    until(page, f"{NOW} > 0")
    assert abs(page.evaluate(NOW) - left) <= 1


def test_too_fast_is_slowed_down(live: Live, browse: Browse, learner: Learner) -> None:
    live.app.extensions["config"] = replace(live.app.extensions["config"], playback_percent=100)
    page = begin(browse(learner.person, language="en"), learner)
    until(page, "document.querySelector('video').playbackRate === 1")
    expect(page.locator(".toast").first).to_contain_text("1 times")


def test_without_javascript_it_says_so(browse: Browse, learner: Learner) -> None:
    page = browse(learner.person, language="en", javascript=False)
    page.goto(learner.address)
    expect(page.get_by_text("watched time cannot be counted")).to_be_visible()
