"""Places of closed runs laid out in their orders, as bits (`courses.reporting.orders`)."""

from __future__ import annotations

import json
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from operator import ne
from typing import Any, TypeAlias

from courses.reporting.dimensions import key_text
from courses.reporting.orders import CREDIT, KNOWN, LAST, LINES, OUTCOME, Kept, Order, planes
from courses.reporting.persons import FOUR_BYTES, bits_of, little
from courses.reporting.question import Dimension

Row = dict[str, Any]
_TWO_BYTES = "H"
_LINE_OF = {Order.COURSE: Dimension.COURSE, Order.MONTH: Dimension.MONTH}


class _Codes(dict[Any, int]):
    """The code of each value, from 1 on."""

    def __missing__(self, value: Any) -> int:
        self[value] = len(self) + 1
        return self[value]


@dataclass(slots=True)
class _Column:
    """A value of every place."""

    codes: array[int] = field(default_factory=partial(array, _TWO_BYTES))
    of: _Codes = field(default_factory=_Codes)

    def extend(self, values: Iterable[Any]) -> None:
        self.codes.extend(map(self.of.__getitem__, values))

    def values(self) -> list[str]:
        return [key_text(value) for value in self.of]


@dataclass(slots=True)
class Gathered:
    """Places, a few bytes each; `open`: whether any has no outcome."""

    persons: array[int] = field(default_factory=partial(array, FOUR_BYTES))
    columns: dict[str, _Column] = field(default_factory=partial(defaultdict, _Column))
    open: bool = False

    def add(self, places: Sequence[Sequence[Any]], keyed: Sequence[Dimension]) -> None:
        """Rows of person, outcome, minutes, recognised minutes, unit, and the keys of these dimensions."""
        if not places:
            return
        persons, outcomes, minutes, recognised, units, *keys = zip(*places, strict=True)
        self.open |= None in outcomes
        self.persons.extend(persons)
        self.columns[OUTCOME].extend(outcomes)
        self.columns[CREDIT].extend(f"{one} {two}" for one, two in zip(minutes, recognised, strict=True))
        self.columns[Order.UNIT].extend(units)
        for dimension, values in zip(keyed, keys, strict=True):
            self.columns[dimension].extend(values)


def laid(year: int, places: Gathered, units: Sequence[int]) -> Iterator[Row]:
    """The rows of a summary that hold these places in every order; of `units` in theirs, those of a bureau together."""
    by_person = _buckets(places.persons, range(len(places.persons)))
    in_order = array(FOUR_BYTES, chain.from_iterable(by_person[person] for person in sorted(by_person)))
    for order in Order:
        if order is Order.PERSON:
            slots, last, lines = _by_person(by_person, len(places.persons))
        else:
            column = places.columns[_LINE_OF.get(order, order)]
            first = [one for one in units if one in column.of] if order is Order.UNIT else ()
            there = {key_text(one): column.of[one] for one in (*first, *column.of)}
            slots, last, lines = _by_line(_buckets(column.codes, in_order), there, places.persons)
        yield from _rows(year, order, places, slots, last, lines)


_Buckets: TypeAlias = "dict[int, array[int]]"
_Slots: TypeAlias = "tuple[array[int], bytes, list[tuple[str, int, int]]]"
"""The place (or one more than there are: none) in each slot, whether it is the last of its person there; the lines."""


def _buckets(keys: Sequence[int], places: Iterable[int]) -> _Buckets:
    found: _Buckets = defaultdict(partial(array, FOUR_BYTES))
    for place in places:
        found[keys[place]].append(place)
    return found


def _by_person(by_person: _Buckets, none: int) -> _Slots:
    """Every id from 0 on has a slot at least."""
    slots, last = array(FOUR_BYTES), bytearray()
    for person in range(max(by_person, default=-1) + 1):
        mine = by_person.get(person) or array(FOUR_BYTES, [none])
        slots += mine
        last += b"\0" * (len(mine) - 1) + b"\1"
    return slots, bytes(last), []


def _by_line(lines: _Buckets, names: Mapping[str, int], persons: Sequence[int]) -> _Slots:
    """Each line begins at a whole byte."""
    slots, last, ends = array(FOUR_BYTES), bytearray(), []
    for name, code in names.items():
        there = lines[code]
        filled = there + array(FOUR_BYTES, [len(persons)] * (-len(there) % 8))
        people = [persons[place] for place in there]
        ends.append((name, len(slots) >> 3, len(slots) + len(filled) >> 3))
        slots += filled
        last += bytes(map(ne, people, [*people[1:], -1])).ljust(len(filled), b"\1")
    return slots, bytes(last), ends


def _rows(
    year: int,
    order: Order,
    places: Gathered,
    slots: array[int],
    last: bytes,
    lines: list[tuple[str, int, int]],
) -> Iterator[Row]:
    size = len(slots)
    ids = array(FOUR_BYTES, map([*places.persons, 0].__getitem__, slots)) if lines else array(FOUR_BYTES)
    yield _row(year, order, LINES, {"size": size, "lines": lines}, little(ids).tobytes())
    yield _row(year, order, LAST, [], Kept([], [bits_of(last)]).data(size))
    for name in (OUTCOME, CREDIT, *KNOWN):
        column = places.columns[name]
        codes = array(_TWO_BYTES, map([*column.codes, 0].__getitem__, slots))
        values = column.values()
        yield _row(year, order, name, values, Kept(values, planes(codes)).data(size))


def _row(year: int, order: Order, name: str, cells: Any, persons: bytes) -> Row:
    return {
        "year": year,
        "by": order.value,
        "across": name,
        "cells": json.dumps(cells, ensure_ascii=False),
        "persons": persons,
    }
