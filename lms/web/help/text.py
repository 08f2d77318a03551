"""A topic as HTML: links to other topics, pictures of the reader's language with their size."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from markdown_it.token import Token
from markupsafe import Markup

from lms import paths
from lms.web.help.topics import PARSER, anchor

PICTURES = paths.STATIC / "help"


def html(body: str, language: str, topic_url: Callable[[str], str], picture_url: Callable[[str], str]) -> Markup:
    """The words of a topic. `![…](sheet.png)` is the file `sheet-ko.png` of `lms/static/help`."""
    tokens = PARSER.parse(body)
    count = 0
    for token in tokens:
        if token.type == "heading_open":
            count += 1
            token.attrs["id"] = anchor(count)
        for inner in token.children or []:
            _settle(inner, language, topic_url, picture_url)
    rendered = PARSER.renderer.render(tokens, PARSER.options, {})
    return Markup(rendered)  # noqa: S704  # the files are our own, and raw HTML in them is not passed on


def picture_name(source: str, language: str) -> str:
    """The file of a picture in a language: `sheet.png` → `sheet-ko.png`."""
    name, _, ending = source.rpartition(".")
    return f"{name}-{language}.{ending}"


def _settle(token: Token, language: str, topic_url: Callable[[str], str], picture_url: Callable[[str], str]) -> None:
    if token.type == "link_open" and not str(token.attrs["href"]).startswith("/"):
        token.attrs["href"] = topic_url(str(token.attrs["href"]))
    if token.type == "image":
        name = picture_name(str(token.attrs["src"]), language)
        width, height = size(name)
        token.attrs |= {"src": picture_url(name), "width": width, "height": height, "loading": "lazy"}


@cache
def size(name: str) -> tuple[int, int]:
    """Width and height of a PNG of `lms/static/help` in pixels (the IHDR chunk of the format)."""
    with (PICTURES / name).open("rb") as file:
        head = file.read(24)
    return int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big")
