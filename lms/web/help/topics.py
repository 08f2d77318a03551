"""The topics as they are written: Markdown files, the same names in both languages.

Above the words stand lines `title`, `roles`, `order` and `keywords` between two lines of `---`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

from courses.permissions import Permission
from courses.text import Text, text
from lms import paths

PARSER = MarkdownIt("commonmark", {"html": False})
ROLES: dict[str, tuple[Permission, Text]] = {
    "employee": (Permission.LEARN, text("Everybody")),
    "instructor": (Permission.TEACH, text("Instructors")),
    "officer": (Permission.PLAN, text("Training officers")),
    "head": (Permission.OVERSEE, text("Heads of units")),
    "administrator": (Permission.ADMINISTER, text("Administrators")),
}
"""For whom a topic is: what one must be allowed to, and the heading of its list."""


@dataclass(frozen=True)
class Section:
    """A heading and the plain words below it; `id` is its anchor. The words above the first heading have no title."""

    id: str
    title: str
    words: str


@dataclass(frozen=True)
class Topic:
    """One file. `roles` are keys of ROLES, the first one lists it; `body` is Markdown."""

    name: str
    title: str
    roles: tuple[str, ...]
    order: int
    keywords: tuple[str, ...]
    body: str
    sections: tuple[Section, ...]

    @property
    def permissions(self) -> tuple[Permission, ...]:
        """Whoever holds one of these can do what the topic tells."""
        return tuple(ROLES[role][0] for role in self.roles)


@cache
def topics(language: str) -> tuple[Topic, ...]:
    """All topics in a language, role by role, in their order."""
    found = [_read(path) for path in (paths.HELP / language).glob("*.md")]
    return tuple(sorted(found, key=lambda topic: (list(ROLES).index(topic.roles[0]), topic.order, topic.name)))


def topic(language: str, name: str) -> Topic | None:
    """One topic by its name, or None."""
    return next((topic for topic in topics(language) if topic.name == name), None)


def _read(path: Path) -> Topic:
    _, head, body = path.read_text(encoding="utf-8").split("---\n", 2)
    about = dict(re.split(r":\s*", line, maxsplit=1) for line in head.splitlines())
    return Topic(
        name=path.stem,
        title=about["title"],
        roles=tuple(about["roles"].split(", ")),
        order=int(about["order"]),
        keywords=tuple(about["keywords"].split(", ")),
        body=body,
        sections=tuple(_sections(body)),
    )


def _sections(body: str) -> Iterator[Section]:
    title, words, count = "", list[str](), 0
    tokens = PARSER.parse(body)
    for before, token in zip([None, *tokens], tokens, strict=False):
        if before and before.type == "heading_open":
            yield Section(anchor(count), title, " ".join(words))
            title, words, count = plain(token), [], count + 1
        elif token.type in ("inline", "fence"):
            words.append(plain(token))
    yield Section(anchor(count), title, " ".join(words))


def anchor(count: int) -> str:
    """The id of the heading with this number: the same in both languages."""
    return f"part-{count}"


def plain(token: Token) -> str:
    """A token's words without marks; what a picture shows is not among them."""
    if token.type != "inline":
        return token.content
    inner = [one for one in token.children or [] if one.type != "image"]
    return "".join(" " if one.type == "softbreak" else one.content for one in inner)
