"""The pages of help: in both languages, for every role, from every page."""

from __future__ import annotations

import pytest

from courses.people.models import Person
from lms.web.help.topics import topics
from tests.client import Browser


@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_topic_can_be_read_by_everybody(client: Browser, ana: Person, language: str) -> None:
    client.sign_in(ana, language)
    for topic in topics(language):
        page = client.get(f"/help/{topic.name}").text
        assert topic.title in page.replace("&#39;", "'")


@pytest.mark.parametrize(
    ("who", "first", "others"),
    [
        ("ana", "employee", {"instructor", "officer", "head", "administrator"}),
        ("cleo", "instructor", {"officer", "head", "administrator"}),
        ("dan", "officer", {"administrator"}),
        ("ben", "head", {"instructor", "officer", "administrator"}),
    ],
)
def test_the_own_role_comes_first_and_others_below(
    client: Browser, request: pytest.FixtureRequest, who: str, first: str, others: set[str]
) -> None:
    own, _, below = client.sign_in(request.getfixturevalue(who)).get("/help").text.partition("For other roles")
    assert own.index(f'<h2 id="{first}">') == own.index('<h2 id="')
    assert {
        role for role in ("employee", "instructor", "officer", "head", "administrator") if f'id="{role}"' in below
    } == (others)


def test_a_search_shows_ones_own_topics_first(client: Browser, ana: Person, dan: Person) -> None:
    assert order(client.sign_in(ana), "certificate") > 0
    assert order(client.sign_in(dan), "certificate") != 0


def order(client: Browser, query: str) -> int:
    """How far the officer's topic stands behind the employee's."""
    page = client.get(f"/help?q={query}").text
    return page.index("/help/issuing") - page.index("/help/own-certificates")


def test_what_is_found_is_marked_and_leads_to_its_place(client: Browser, ana: Person) -> None:
    page = client.sign_in(ana).get("/help?q=captions").text
    assert "/help/lessons#" in page or "/help/lessons" in page
    assert "<mark>captions</mark>" in page


def test_nothing_found_leads_on(client: Browser, ana: Person) -> None:
    page = client.sign_in(ana).get("/help?q=<script>xyzzy").text
    assert "Nothing fits ‘&lt;script&gt;xyzzy’" in page
    assert "All topics" in page


@pytest.mark.parametrize(
    ("page", "topic"),
    [
        ("/runs", "enrolling"),
        ("/my-learning", "my-learning"),
        ("/notices", "notices"),
        ("/certificates", "own-certificates"),
    ],
)
def test_help_leads_to_the_topic_of_the_page(client: Browser, ana: Person, page: str, topic: str) -> None:
    assert client.sign_in(ana).get(page).text.count(f'href="/help/{topic}"') == 2


def test_where_no_topic_fits_help_leads_to_all(client: Browser, ana: Person) -> None:
    assert 'href="/help"' in client.sign_in(ana).get("/").text


def test_an_unknown_topic_is_not_there(client: Browser, ana: Person) -> None:
    client.sign_in(ana).get("/help/nothing-like-this", 404)
    client.get("/help/..%2Fen%2Fqueue", 404)


def test_strangers_are_asked_to_sign_in(client: Browser) -> None:
    for path in ("/help", "/help/backup", "/help?q=password"):
        assert client.http.get(path).location.startswith("/sign-in")
    assert "/help" not in client.get("/sign-in").text
