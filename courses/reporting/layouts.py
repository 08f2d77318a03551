"""Questions that are narrowed more than once, or to units, counted from the places of closed runs as bits."""

from __future__ import annotations

import json
from array import array
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, groupby
from operator import add, itemgetter
from typing import Any

from sqlalchemy import select, type_coerce
from sqlalchemy.orm import Session

from courses.db import KEY, rows
from courses.enrolment.models import Outcome
from courses.people.models import OrgUnit
from courses.reporting.dimensions import NONE, UNITS, key_text, shown_units
from courses.reporting.models import Summary
from courses.reporting.orders import CREDIT, KNOWN, LAST, LINES, OUTCOME, Kept, Laid, Order
from courses.reporting.persons import FOUR_BYTES, little
from courses.reporting.places import of_units
from courses.reporting.question import Dimension, Filters
from courses.reporting.tallies import ALL, Group

_ORDERS = {
    Dimension.DEPARTMENT: Order.UNIT,
    Dimension.BUREAU: Order.UNIT,
    Dimension.COURSE: Order.COURSE,
    Dimension.MONTH: Order.MONTH,
}

_Lines = dict[int, tuple[str, str | None]]
"""The line of each unit, and the one over that."""


def can_answer(by: Dimension, across: Dimension | None, asked: Filters) -> bool:
    """Whether all that is asked is kept of each place."""
    if (asked.first_day, asked.last_day, asked.course_id) != (None, None, None) or by is Dimension.RUN:
        return False
    if asked.reach is not None:  # whose figures are few
        return False
    one_order = not _is_of_units(asked) or by in UNITS or by in KNOWN
    return one_order and (across is None or across in KNOWN)


def groups(
    db: Session, by: Dimension, across: Dimension | None, asked: Filters, years: Collection[int]
) -> Iterator[Group]:
    """Every cell of the report, of the summaries of these years."""
    wanted = _wanted(asked)
    names = [LINES, LAST, OUTCOME, CREDIT, *wanted, *([across] if across else []), *([by] if by in KNOWN else [])]
    units = None
    if _is_of_units(asked):
        units = {
            key_text(row.id)
            for row in rows(db, select(OrgUnit.id).where(*of_units(asked, type_coerce(OrgUnit.id, KEY))))
        }
    of_lines = _ORDERS.get(by, Order.PERSON if units is None else Order.UNIT)
    over = shown_units(db, by, asked) if by in UNITS else {}
    for store in _read(db, {of_lines} if units is not None else {of_lines, Order.PERSON}, names, years):
        for column, places in store.columns(wanted, across, units):
            if store.order is of_lines and by in KNOWN:
                for key, there in store.kept[by].each():
                    if there & places:
                        yield store.together(key, column, there & places)
            elif store.order is of_lines:
                yield from store.by_line(column, places, over)
            if units is not None or store.order is Order.PERSON:
                yield store.together(ALL, column, places)


def _is_of_units(asked: Filters) -> bool:
    return asked.unit_id is not None or asked.reach is not None


def _wanted(asked: Filters) -> dict[str, set[str]]:
    """The values that are asked for."""
    many: dict[str, Sequence[Any]] = {
        Dimension.KIND: asked.kinds,
        Dimension.LEVEL: asked.levels,
        Dimension.AREA: [asked.area_id] if asked.area_id is not None else [],
        Dimension.GRADE: [asked.grade] if asked.grade is not None else [],
        Dimension.SERVICE: [asked.service] if asked.service is not None else [],
        OUTCOME: asked.outcomes,
    }
    return {name: {key_text(one) for one in values} for name, values in many.items() if values}


def _read(db: Session, orders: Collection[Order], names: Collection[str], years: Collection[int]) -> Iterator[_Store]:
    columns = (Summary.year, Summary.by, Summary.across, Summary.cells, Summary.persons)
    found = select(*columns).where(Summary.by.in_(map(str, orders)), Summary.across.in_(map(str, names)))
    parts: dict[tuple[int, str], dict[str, tuple[Any, bytes]]] = defaultdict(dict)
    for year, by, name, cells, data in rows(db, found.where(Summary.year.in_(years))):
        parts[year, by][name] = json.loads(cells), data
    for (_, by), part in sorted(parts.items()):
        if part[LINES][0]["size"]:  # nothing lies there where nobody had a place in the runs
            yield _store(Order(by), part)


def _store(order: Order, part: dict[str, tuple[Any, bytes]]) -> _Store:
    frame, ids = part.pop(LINES)
    size = frame["size"]
    kept = {name: Kept.of(values, data, size) for name, (values, data) in part.items()}
    return _Store(order, Laid(size, frame["lines"], little(array(FOUR_BYTES, ids)), kept.pop(LAST).planes[0]), kept)


@dataclass(frozen=True)
class _Store:
    """The places of some years in one order, and what of them is read."""

    order: Order
    laid: Laid
    kept: dict[str, Kept]

    def columns(
        self, wanted: dict[str, set[str]], across: Dimension | None, units: set[str] | None
    ) -> Iterator[tuple[str | None, int]]:
        """The places that count: all together, and those of each column."""
        places = self.kept[OUTCOME].with_any(list(Outcome))
        for name, values in wanted.items():
            places &= self.kept[name].with_any(values)
        if units is not None:
            places &= self.laid.on(units)
        yield None, places
        for key, there in self.kept[across].each() if across else ():
            if there & places:
                yield key, there & places

    def together(self, key: str, column: str | None, places: int) -> Group:
        """All places in one cell."""
        done = places & self.kept[OUTCOME].with_any([Outcome.COMPLETED])
        sums = [places.bit_count()] * 2 + [done.bit_count(), self._absent(places).bit_count(), 0, 0]
        for minutes, recognised, there in self._credits():
            number = (done & there).bit_count()
            sums[4:] = sums[4] + number * minutes, sums[5] + number * recognised
        if self.order is Order.PERSON:
            return Group(key, None, column, sums, packed=self.laid.person_bits(done), exact=True)
        ids = list(chain.from_iterable(self.laid.persons(done)))
        return Group(key, None, column, sums, ids, exact=True)

    def by_line(self, column: str | None, places: int, over: _Lines) -> Iterator[Group]:
        """Those of each line; of units (`over` has them) those of the lines that they stand on."""
        done = places & self.kept[OUTCOME].with_any([Outcome.COMPLETED])
        laid, above = (_in_lines(self.laid, over), dict(over.values())) if over else (self.laid, {})
        lines = zip(laid.lines, self._sums(laid, places, done), laid.persons(done), strict=True)
        for (line, _, _), numbers, ids in lines:
            for key in (line, above.get(line)):
                if key is not None and numbers[0]:
                    yield Group(key, None, column, numbers, ids, exact=True)

    def _sums(self, laid: Laid, places: int, done: int) -> Iterator[Sequence[int]]:
        """Of each line."""
        count, completed, absent = (laid.counts(one) for one in (places, done, self._absent(places)))
        minutes, recognised = [0] * len(count), [0] * len(count)
        for one, two, there in self._credits():
            numbers = laid.counts(done & there)
            minutes = list(map(add, minutes, [one * number for number in numbers]))
            recognised = list(map(add, recognised, [two * number for number in numbers]))
        return zip(count, count, completed, absent, minutes, recognised, strict=True)

    def _absent(self, places: int) -> int:
        return places & self.kept[OUTCOME].with_any([Outcome.NOT_REGISTERED])

    def _credits(self) -> Iterator[tuple[int, int, int]]:
        """Different minutes, recognised ones, and the places that have both."""
        for value, there in self.kept[CREDIT].each():
            minutes, recognised = value.split()
            yield int(minutes), int(recognised), there


def _in_lines(laid: Laid, over: _Lines) -> Laid:
    """Units next to each other that stand on the same line as one; what stands apart comes apart."""
    found = [(over[int(unit)][0] if unit != NONE else NONE, start, end) for unit, start, end in laid.lines]
    together = ((key, list(some)) for key, some in groupby(found, key=itemgetter(0)))
    return replace(laid, lines=[(key, some[0][1], some[-1][2]) for key, some in together])
