"""The preflight of a whole run: ten thousand sheets in some hundredths of a second.

Most names plainly fit: all their characters are in the fonts, and they would fit even if each were as wide as the
widest. Only the sheets for which that is not plain are laid out one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields, replace
from functools import cache, lru_cache
from operator import attrgetter
from unicodedata import is_normalized

from reportlab.lib.units import mm

from courses.certificates.design import Template
from courses.certificates.facts import CODE_ALPHABET, CODE_LENGTH, Facts
from courses.certificates.fonts import Weight, faces
from courses.certificates.layout import Problem, latin_name, preflight, words
from courses.certificates.lettering import Words
from courses.certificates.wording import PLAIN
from courses.text import clean

_OWN: Mapping[str, Callable[[Facts], str]] = {
    "number": attrgetter("number"),
    "name": attrgetter("name"),
    "name_roman": latin_name,
    "unit": lambda facts: f"{facts.organisation} {facts.unit}",
    "grade": attrgetter("grade"),
}
"""What differs from sheet to sheet: the fields of `Words`, and their text."""
_VARIES = ("number", "name", "name_roman", "organisation", "unit", "grade", "code")
_MAY_BE_EMPTY = ("unit", "grade")
_ALIKE = attrgetter(*(field.name for field in fields(Facts) if field.name not in _VARIES))


def preflight_all(facts: Sequence[Facts], template: Template = PLAIN) -> list[list[Problem]]:
    """`layout.preflight` of each, in their order."""
    sure = _sure(facts, template)
    return [[] if plain else preflight(one, template) for one, plain in zip(facts, sure, strict=True)]


def _sure(facts: Sequence[Facts], template: Template) -> list[bool]:
    """Of which it is plain that nothing stands against them."""
    alike = [_ALIKE(one) for one in facts]
    first = dict(zip(reversed(alike), reversed(facts), strict=True))
    sound = {key for key, one in first.items() if _is_sound(_stand_in(one), template)}
    sure = [key in sound for key in alike]
    if not sound:
        return sure
    boxes = _boxes(first[next(iter(sound))], template)
    for field, box in boxes.items():
        values = [_OWN[field](one) for one in facts]
        plain = _plain(values, box)
        sure = [is_sure and value in plain for is_sure, value in zip(sure, values, strict=True)]
    codes = {code for code in {one.code for one in facts} if len(code) == CODE_LENGTH and _CODE.issuperset(code)}
    return [is_sure and one.code in codes for is_sure, one in zip(sure, facts, strict=True)]


_CODE = frozenset(CODE_ALPHABET)


@lru_cache(maxsize=1024)
def _is_sound(stand_in: Facts, template: Template) -> bool:
    """Whether nothing stands against what many sheets share; pages ask it of the same runs again and again."""
    return not preflight(stand_in, template)


def _stand_in(facts: Facts) -> Facts:
    """The same with everything short that differs from sheet to sheet."""
    code = CODE_ALPHABET[0] * CODE_LENGTH
    return replace(facts, number="1", name="가", name_roman="A", organisation="가", unit="가", grade="가", code=code)


def _boxes(facts: Facts, template: Template) -> dict[str, Words]:
    """The narrowest place of each field that differs."""
    boxes: dict[str, Words] = {}
    for page in range(len(template.sides)):
        for one in words(_stand_in(facts), template, page):
            if one.field in _OWN and (one.field not in boxes or one.room < boxes[one.field].room):
                boxes[one.field] = one
    return boxes


def _plain(values: Iterable[str], box: Words) -> set[str]:
    """The texts that fit the box in one line, and have nothing that needs a second look."""
    different = set(values)
    widths = {character: _width(character, box.weight) for character in set().union(*different)}
    odd = {character for character, width in widths.items() if width is None}
    if odd or not is_normalized("NFC", "\n".join(different)):
        different = {text for text in different if odd.isdisjoint(text) and is_normalized("NFC", text)}
    known = {character: width + box.tracking for character, width in widths.items() if width is not None}
    widest, room = max(known.values(), default=1.0), box.room * mm / box.smallest
    most = int(room / widest)
    return {
        text
        for text in different
        if (len(text) <= most or sum(map(known.__getitem__, text)) <= room)
        and (box.field in _MAY_BE_EMPTY or not (text.isspace() or text == ""))
    }


@cache
def _width(character: str, weight: Weight) -> float | None:
    """At most so wide in any font that has it, in units of the size; None for what is missing, or cleaned away."""
    if character != " " and clean(character) != character:
        return None
    return max((face.width(character) for face in faces(weight) if face.covers(character)), default=None)
