"""The server thread and the browser that tests of pages use."""

from __future__ import annotations

import pytest

from courses.people.models import Person
from tests import factories
from tests.live import Browse, Live

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("language", "words"), [("ko", "홈"), ("en", "Home")])
def test_a_person_is_signed_in_and_reads_the_language_asked_for(
    live: Live, browse: Browse, language: str, words: str
) -> None:
    page = browse(factories.a_person(live.db, "김아나"), language=language)
    page.goto("/")
    assert page.locator("html").get_attribute("lang") == language
    assert words in page.title()


def test_what_the_application_commits_is_seen_and_what_the_test_commits_is_served(live: Live, browse: Browse) -> None:
    ana = factories.a_person(live.db, "김아나")
    assert live.db.get_one(Person, ana.id).language == "ko"
    ana.name = "김아나스타샤"
    live.session.commit()
    page = browse(ana)
    page.goto("/")
    assert page.get_by_role("button", name="김아나스타샤").is_visible()
