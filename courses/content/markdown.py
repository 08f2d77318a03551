"""Words of a lesson: Markdown without raw HTML, made into safe HTML that fits below a page's heading.

Pictures are those of the file store alone: `![what it shows](picture:<sha256>)`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

_PICTURE = re.compile(r"picture:([0-9a-f]{64})")
_TAGS = {
    *("p", "br", "hr", "h2", "h3", "h4", "h5", "h6", "strong", "em", "s", "a", "img", "blockquote", "ul", "ol", "li"),
    *("pre", "code", "div", "table", "thead", "tbody", "tr", "th", "td"),
}
_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title", "loading"},
    "ol": {"start"},
    "pre": {"tabindex"},
    "div": {"class", "tabindex"},
    "table": {"class"},
    "th": {"class"},
    "td": {"class"},
}
_SCHEMES = {"http", "https", "mailto"}
LONGEST = 200_000
"""Characters of a lesson's words."""

_parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


def html(words: str, picture_url: Callable[[str], str]) -> str:
    """Safe HTML. `picture_url` gives the address of a picture by its hash; any other picture is left out.

    Headings begin at <h2> and skip no level; tables and code can be scrolled by keyboard.
    """
    tokens = _parser.parse(words)
    _lower_headings(tokens)
    for token in _all(tokens):
        _settle(token, picture_url)
    raw = _parser.renderer.render(tokens, _parser.options, {})
    return nh3.clean(raw, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=_SCHEMES)


def pictures(words: str) -> set[str]:
    """The hashes of the pictures that the words show."""
    return set(_PICTURE.findall(words))


def _all(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _all(token.children or [])


def _lower_headings(tokens: list[Token]) -> None:
    above: list[int] = []  # the author's levels that are open: as many as the heading is deep
    for token in tokens:
        if token.type == "heading_open":
            level = int(token.tag[1])
            above = [one for one in above if one < level] + [level]
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(len(above) + 1, 6)}"


def _settle(token: Token, picture_url: Callable[[str], str]) -> None:
    if token.type == "image":
        _show(token, picture_url)
    elif token.type in ("th_open", "td_open"):
        if "right" in str(token.attrs.pop("style", "")):  # no page has styles in its markup
            token.attrs["class"] = "num"
    elif token.type == "table_open":
        token.attrs["class"] = "grid"


def _show(token: Token, picture_url: Callable[[str], str]) -> None:
    found = _PICTURE.fullmatch(str(token.attrs["src"]))
    if found:
        token.attrs["src"] = picture_url(found[1])
        token.attrs["loading"] = "lazy"
    else:
        token.type = "text"  # what it shows, in words


def _table_open(*_: object) -> str:
    return '<div class="scroll" tabindex="0"><table class="grid">\n'


def _table_close(*_: object) -> str:
    return "</table></div>\n"


_parser.renderer.rules["table_open"] = _table_open  # type: ignore[attr-defined]  # the renderer of HTML has rules
_parser.renderer.rules["table_close"] = _table_close  # type: ignore[attr-defined]  # the same
