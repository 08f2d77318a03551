"""Which sheets of a print run somebody means by the numbers they type."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from courses.certificates.queries import digits
from courses.errors import Refused
from courses.text import text

_RANGE = re.compile(r"([^~–]+?)\s*[~–]\s*([^~–]+)|(\d+)\s*-\s*(\d+)")


class Number(NamedTuple):
    """A sheet of a print run, and the number of its certificate."""

    position: int
    certificate_id: int
    department: str
    year: int
    number: int


def meant(numbers: Sequence[Number], typed: str) -> Number:
    """The sheet whose certificate has this number: 제2026-000123호, 2026-123, or 123 where only one year has it.

    Raises `Refused` for a number that none of them has, or several.
    """
    match digits(typed):
        case [year, number]:
            found = [one for one in numbers if (one.year, one.number) == (year, number)]
        case [number]:
            found = [one for one in numbers if one.number == number]
        case _:
            found = []
    if len(found) > 1:
        raise Refused(text("Several certificates have the number %(typed)s. Type the year, too", typed=typed), code="n")
    if not found:
        said = text("This print run has no certificate with the number “%(typed)s”. See its list", typed=typed[:100])
        raise Refused(said, code="no_such_number")
    return found[0]


def meant_all(numbers: Sequence[Number], typed: str) -> list[Number]:
    """The sheets of some numbers, in their order: "12, 15-17", "2026-12", "제2026-000015호 ~ 제2026-000017호".

    Raises `Refused` as `meant` does.
    """
    chosen: dict[int, Number] = {}
    for part in filter(None, (part.strip() for part in re.split(r"[,;\n]+", typed))):
        first, last = _ends(numbers, part)
        within = range(first.position, last.position + 1)
        chosen.update({one.position: one for one in numbers if one.position in within})
    if not chosen:
        raise Refused(text("Type the numbers of the certificates, such as 12, 15-17"), code="no_such_number")
    return [chosen[position] for position in sorted(chosen)]


def _ends(numbers: Sequence[Number], part: str) -> tuple[Number, Number]:
    """A single number, or from one to another: 15-17 is a range unless it is the year's number of a sheet."""
    span = _RANGE.fullmatch(part)
    if span is None:
        return meant(numbers, part), meant(numbers, part)
    first, last = span.group(1) or span.group(3), span.group(2) or span.group(4)
    if any((one.year, one.number) == (int(first), int(last)) for one in numbers if span.group(3)):
        return meant(numbers, part), meant(numbers, part)
    ends = sorted((meant(numbers, first), meant(numbers, last)))
    return ends[0], ends[1]
