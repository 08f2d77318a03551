"""Which words are the same on all certificates of a run, and so belong into what they share."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from itertools import groupby
from operator import attrgetter
from typing import Any

from courses.certificates.design import Template
from courses.certificates.facts import CODE_LENGTH, Facts
from courses.certificates.layout import words
from courses.certificates.lettering import Words

_NAMES = (
    "number", "name", "name_roman", "organisation", "organisation_en", "unit", "grade", "grade_en", "recognised",
    "recognised_en", "policy",
)  # fmt: skip
_OWN = attrgetter(*_NAMES)
_SHARED = attrgetter(*(one.name for one in fields(Facts) if one.name not in {*_NAMES, "issued_on", "code"}))
_NOT_LATIN = "\u2e80"  # from here on: hangul, hanja and their like


@dataclass(frozen=True)
class Page:
    """One side of the sheet: its words in reading order, None where they are a certificate's own."""

    settled: tuple[Words | None, ...]

    def runs(self) -> list[tuple[bool, list[int]]]:
        """The places of words that follow each other, those of a certificate's own apart from the settled ones."""
        places = range(len(self.settled))
        return [(own, [*run]) for own, run in groupby(places, key=lambda place: self.settled[place] is None)]

    def own(self, drawn: Iterator[Words]) -> Iterator[tuple[int, Words]]:
        """A certificate's own words, with their places. ValueError where it says other things than the page."""
        for place, (wanted, one) in enumerate(zip(self.settled, drawn, strict=True)):
            if wanted is None:
                yield place, one
            elif wanted != one:
                raise ValueError(f"{one.text!r} where all others say {wanted.text!r}")


def nobody(facts: Facts, other: bool = False) -> Facts:
    """The same certificate for nobody: all that is a person's own is something else, or still empty."""
    own: dict[str, Any] = {name: _stand_in(getattr(facts, name), other) for name in _NAMES}
    day, sign = ("2002-02-02", "3") if other else ("2001-01-01", "2")
    return replace(facts, **own, issued_on=day, code=sign * CODE_LENGTH)


Likeness = tuple[Hashable, ...]


def likeness(facts: Facts, template: Template) -> Likeness:
    """Equal for certificates that share all but what is a person's own."""
    return (template.key, *_SHARED(facts), *map(_stand_in, _OWN(facts)))


def _stand_in(value: str, other: bool = False) -> str:
    if not value:
        return ""
    first, second = ("가", "나") if max(value) >= _NOT_LATIN else ("A", "B")
    return second if other else first


@lru_cache(maxsize=64)
def pages(blank: Facts, template: Template) -> tuple[Page, ...]:
    """The sides of the sheet. `blank` is by `nobody`."""
    return tuple(_page(blank, template, number) for number in range(len(template.sides)))


def _page(blank: Facts, template: Template, number: int) -> Page:
    every = zip(words(blank, template, number), words(nobody(blank, other=True), template, number), strict=True)
    return Page(tuple(one if one == another else None for one, another in every))
