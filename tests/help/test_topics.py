"""Topics are the same in both languages, and say what the pages say."""

from __future__ import annotations

import re

import pytest
from babel.messages.pofile import read_po
from flask import Flask

from lms import paths
from lms.web.help.places import TOPICS
from lms.web.help.text import PICTURES, picture_name
from lms.web.help.topics import ROLES, Topic, topic, topics

LANGUAGES = ("ko", "en")
KILOBYTE = 1024


def names(language: str) -> list[str]:
    return [one.name for one in topics(language)]


def of_both() -> list[tuple[Topic, Topic]]:
    return list(zip(topics("ko"), topics("en"), strict=True))


def shown(body: str) -> list[str]:
    return re.findall(r"!\[[^\]]+\]\(([^)]+)\)", body)


def ui_words(body: str) -> set[str]:
    return set(re.findall(r"\*\*(.+?)\*\*", body))


def said(language: str) -> set[str]:
    """What pages say in a language."""
    words: set[str] = set()
    for path in (paths.TRANSLATIONS / "ko").glob("*.po"):
        with path.open("rb") as file:
            for message in read_po(file):
                words.update(_texts(message.string if language == "ko" else message.id))
    return {one.replace("%%", "%") for one in words}


def _texts(value: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def test_both_languages_have_the_same_topics_in_the_same_order() -> None:
    assert names("ko") == names("en")


def test_both_languages_have_the_same_parts_pictures_and_links() -> None:
    for korean, english in of_both():
        assert (korean.roles, korean.order) == (english.roles, english.order), korean.name
        assert len(korean.sections) == len(english.sections), korean.name
        assert shown(korean.body) == shown(english.body), korean.name
        assert re.findall(r"^\d+\.", korean.body, re.MULTILINE) == re.findall(r"^\d+\.", english.body, re.MULTILINE), (
            korean.name
        )
        assert links(korean.body) == links(english.body), korean.name


def links(body: str) -> set[str]:
    return set(re.findall(r"(?<!!)\[[^\]]+\]\(([^)]+)\)", re.sub(r"!\[.*?\]\(.*?\)", "", body)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_in_bold_is_said_by_a_page(language: str) -> None:
    pages = said(language)
    unknown = [f"{one.name}: {words}" for one in topics(language) for words in sorted(ui_words(one.body) - pages)]
    assert not unknown


@pytest.mark.parametrize("language", LANGUAGES)
def test_links_lead_to_topics_or_pages(language: str, app: Flask) -> None:
    adapter = app.url_map.bind("lms.example")
    for one in topics(language):
        for link in links(one.body):
            assert adapter.test(link) if link.startswith("/") else topic(language, link), f"{one.name}: {link}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_pictures_are_there_and_small(language: str) -> None:
    for one in topics(language):
        for source in shown(one.body):
            path = PICTURES / picture_name(source, language)
            assert path.stat().st_size < 80 * KILOBYTE, path.name


def test_no_picture_is_left_over() -> None:
    wanted = {picture_name(source, one) for one in LANGUAGES for each in topics(one) for source in shown(each.body)}
    assert {path.name for path in PICTURES.iterdir()} == wanted


def test_every_page_that_has_a_topic_is_there_and_its_topic_too(app: Flask) -> None:
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    known = endpoints | {endpoint.split(".")[0] for endpoint in endpoints}
    assert not set(TOPICS) - known
    assert not set(TOPICS.values()) - set(names("en"))


def test_every_role_has_topics() -> None:
    assert {one.roles[0] for one in topics("en")} == set(ROLES)
    assert {role for one in topics("en") for role in one.roles} <= set(ROLES)
