"""Searching the topics: every word must be there; Korean also by its beginning consonants (초성) in titles."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup, escape

from courses.text import asks_for_initials, clean, initials
from lms.web.help.topics import Section, Topic

_AROUND = 70
"""Characters shown before and after the place that was found."""
_TITLE, _KEYWORD, _HEADING, _WORDS = 8, 5, 3, 1


@dataclass(frozen=True)
class Hit:
    """A topic that fits: its title and the words around the place, with the places marked; where to jump to."""

    topic: Topic
    title: Markup
    heading: Markup
    excerpt: Markup
    anchor: str
    score: int


def find(topics: Iterable[Topic], query: str) -> list[Hit]:
    """The topics in which all words of the query occur, best first; equals stay in their order."""
    words = clean(query).split()
    hits = [hit for topic in topics if words and (hit := _hit(topic, words))]
    return sorted(hits, key=lambda hit: -hit.score)


def _hit(topic: Topic, words: list[str]) -> Hit | None:
    scores = [_score(topic, word) for word in words]
    if not all(scores):
        return None
    section = _best_section(topic.sections, words)
    return Hit(
        topic=topic,
        title=marked(topic.title, words),
        heading=marked(section.title, words),
        excerpt=_excerpt(section.words, words),
        anchor=section.id if section.title else "",
        score=sum(scores) + 2 * _score(topic, " ".join(words)),
    )


def _score(topic: Topic, word: str) -> int:
    fields = [(_TITLE, [topic.title]), (_KEYWORD, topic.keywords), (_HEADING, [one.title for one in topic.sections])]
    if not asks_for_initials(word):
        fields.append((_WORDS, [one.words for one in topic.sections]))
    return sum(weight for weight, values in fields if any(places(value, word) for value in values))


def _best_section(sections: Iterable[Section], words: list[str]) -> Section:
    """The one with most of the words; the first of several."""
    return max(sections, key=lambda one: sum(bool(places(f"{one.title} {one.words}", word)) for word in words))


def marked(value: str, words: list[str]) -> Markup:
    """A text with every place where a word occurs in `<mark>`."""
    out, at = Markup(), 0
    for start, end in _merged(place for word in words for place in places(value, word)):
        out += escape(value[at:start]) + Markup("<mark>%s</mark>") % value[start:end]
        at = end
    return out + escape(value[at:])


def _excerpt(value: str, words: list[str]) -> Markup:
    found = [place for word in words if not asks_for_initials(word) for place in places(value, word)[:1]]
    start, end = min(found, default=(0, _AROUND))
    first = value.rfind(" ", 0, max(0, start - _AROUND)) + 1
    last = (value + " ").find(" ", min(len(value), end + _AROUND))
    shown = marked(value[first:last], [word for word in words if not asks_for_initials(word)])
    return Markup("%s%s%s") % ("… " if first else "", shown, " …" if last < len(value) else "")


def places(value: str, word: str) -> list[tuple[int, int]]:
    """Where a word occurs: [start, end) in characters. Blanks of the text do not count for Korean words."""
    key, folded = _folded(value, word)
    letters = "".join(letter for letter, _ in folded)
    found, at = [], letters.find(key)
    while key and at >= 0:
        found.append((folded[at][1], folded[at + len(key) - 1][1] + 1))
        at = letters.find(key, at + len(key))
    return found


def _folded(value: str, word: str) -> tuple[str, list[tuple[str, int]]]:
    """The word as it is compared, and each compared letter of the text with its place."""
    if asks_for_initials(word):
        return word, [(initials(char), at) for at, char in enumerate(value) if not char.isspace()]
    closed = any("가" <= char <= "힣" for char in word)
    letters = [(letter, at) for at, char in enumerate(value) for letter in char.casefold()]
    return word.casefold(), [(letter, at) for letter, at in letters if not (closed and letter.isspace())]


def _merged(found: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Places in order, overlapping ones as one."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
