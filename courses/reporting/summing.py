"""A year's closed runs summed up: the cells of every usual question and its places as bits, read once."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from operator import add
from typing import Any

from sqlalchemy import Select, delete, insert, select
from sqlalchemy.orm import Session

from courses.catalogue.models import Course
from courses.catalogue.queries import RECOGNISED
from courses.enrolment.models import Enrolment, Outcome
from courses.people.models import OrgUnit
from courses.reporting.dimensions import KEYS, UNITS, key_text, shown_units
from courses.reporting.laying import Gathered, Row, laid
from courses.reporting.measures import PLACES
from courses.reporting.models import Summary
from courses.reporting.persons import Persons, packed
from courses.reporting.places import Places
from courses.reporting.question import Across, Dimension, Filters
from courses.reporting.summaries import ALL_YEARS, FORM, FRAME, Now, entries, known, marks, now, stored
from courses.reporting.tallies import ALL
from courses.scheduling.models import Run, RunState

Cell = tuple[str, str | None]
"""The line and the column."""
_BY = [one for one in Dimension if one is not Dimension.RUN]
_ACROSS = [
    None,
    *(Dimension(one.value) for one in Across if one is not Across.YEAR_ON_YEAR),
    *(Dimension.AREA, Dimension.GRADE, Dimension.SERVICE),  # no columns of a page, but what one may ask for alone
]
_KEYED = [one for one in _BY if one not in UNITS]
_AT_ONCE = 5000
_IN_PARTS = {"yield_per": _AT_ONCE}


@dataclass(slots=True)
class _Sum:
    """The sums of `PLACES`, and who completed."""

    sums: list[int] = field(default_factory=lambda: [0] * len(PLACES))
    persons: Persons = field(default_factory=Persons)

    def add(self, other: _Sum) -> None:
        """Both together."""
        self.sums = list(map(add, self.sums, other.sums))
        self.persons.add(other.persons.ids())


def stale(db: Session) -> list[int]:
    """The years whose summary is missing or no longer right, `ALL_YEARS` last."""
    right = known(db)
    at, years = (right.at, right.years) if right else (now(db), frozenset[int]())
    left = [year for year in sorted(at.marks) if year not in years]
    return [*left, ALL_YEARS] if at.past() and ALL_YEARS not in years else left


def made(db: Session, year: int) -> list[Row]:
    """The rows of a year's summary; none where it cannot be told, as somebody in a closed run has no outcome.

    That of `ALL_YEARS` is made of those of the years: make and keep them first.
    """
    at = now(db)
    rows = _together(db, at) if year == ALL_YEARS else _of_year(db, year)
    if not rows or marks(db) != at.marks:
        return []
    frame = {
        "form": FORM,
        "mark": at.mark(year),
        "tree": at.tree,
        "courses": {key: at.courses[key] for key in _courses(rows)},
    }
    return [_row(year, FRAME, None, json.dumps(frame), b""), *rows]


def _courses(rows: Sequence[Row]) -> Iterator[str]:
    """Those that are summed up."""
    cells = next(row["cells"] for row in rows if row["by"] == Dimension.COURSE.value)
    return (group.key for group in stored(cells, b"") if group.key != ALL)


def keep(db: Session, year: int, rows: Sequence[Row]) -> None:
    """Put a summary in the place of the one before it."""
    db.execute(delete(Summary).where(Summary.year == year))
    if rows:
        db.execute(insert(Summary), rows)


def _closed(first_year: int, last_year: int) -> Select[Any]:
    """SQL: the places of closed runs of these years, with what cells and layouts are made of."""
    places = Places(Filters(first_year=first_year, last_year=last_year))
    keys = [KEYS[one](places) for one in _KEYED]
    columns = (Enrolment.person_id, places.outcome, Course.minutes, RECOGNISED, places.unit, *keys)
    return places.select(*columns).where(Run.state == RunState.CLOSED)


def _of_year(db: Session, year: int) -> list[Row]:
    found = db.execute(_closed(year, year)).all()
    if any(place[1] is None for place in found):
        return []
    gathered = Gathered()
    gathered.add(found, _KEYED)
    counted = [_counted(*place[:4]) for place in found]
    columns_of = {one.value: _texts(place[5 + at] for place in found) for at, one in enumerate(_KEYED)}
    rows = []
    for by in _BY:
        lines = (
            _lines(db, by, [place[4] for place in found]) if by in UNITS else [(key, None) for key in columns_of[by]]
        )
        for across in _ACROSS:
            columns_beside = columns_of[across.value] if across else [None] * len(found)
            rows.append(_entry(year, by, across, _summed(zip(lines, columns_beside, strict=True), counted)))
    return [*rows, *laid(year, gathered, _units(db))]


def _units(db: Session) -> Sequence[int]:
    """In official order."""
    return db.scalars(select(OrgUnit.id).order_by(OrgUnit.position, OrgUnit.id)).all()


def _lines(db: Session, by: Dimension, unit_ids: Sequence[Any]) -> list[tuple[str, str | None]]:
    """The line of each place, and the one over that."""
    shown = shown_units(db, by, Filters())
    nowhere = (key_text(None), None)
    return [shown.get(unit_id, nowhere) for unit_id in unit_ids]


def _texts(values: Iterable[Any]) -> list[str]:
    """As they stand in addresses; each different one is made once."""
    known: dict[Any, str] = {}
    return [known[value] if value in known else known.setdefault(value, key_text(value)) for value in values]


_Counted = tuple[Sequence[int], int]
"""What a place adds to the sums, and who completed (0: nobody did)."""


def _counted(person_id: int, outcome: str, minutes: int, recognised: int) -> _Counted:
    done, absent = outcome == Outcome.COMPLETED.value, outcome == Outcome.NOT_REGISTERED.value
    return (1, 1, int(done), int(absent), minutes * done, recognised * done), person_id * done


def _summed(
    cells: Iterable[tuple[tuple[str, str | None], str | None]], counted: Sequence[_Counted]
) -> dict[Cell, _Sum]:
    """Each line, the one over it and all together, in each column."""
    members: dict[Any, list[_Counted]] = defaultdict(list)
    for cell, place in zip(cells, counted, strict=True):
        members[cell].append(place)
    sums: dict[Cell, _Sum] = defaultdict(_Sum)
    for ((line, over), column), places in members.items():
        one = _sum(places)
        for key in {line, line if over is None else over, ALL}:
            sums[key, column].add(one)
    return sums


def _sum(places: Sequence[_Counted]) -> _Sum:
    one = _Sum([sum(numbers) for numbers in zip(*(adds for adds, _ in places), strict=True)])
    one.persons.add([person for _, person in places if person])
    return one


def _together(db: Session, at: Now) -> list[Row]:
    """All past years, where all of them are summed up."""
    right = known(db)
    if right is None or not set(at.past()) <= right.years:
        return []
    cells = [_entry(ALL_YEARS, by, across, _united(db, at, by, across)) for by in _BY for across in _ACROSS]
    gathered = Gathered()
    for some in db.execute(_closed(min(at.past()), max(at.past())), execution_options=_IN_PARTS).partitions(_AT_ONCE):
        gathered.add(some, _KEYED)
    return [] if gathered.open else [*cells, *laid(ALL_YEARS, gathered, _units(db))]


def _united(db: Session, at: Now, by: Dimension, across: Dimension | None) -> dict[Cell, _Sum]:
    sums: dict[Cell, _Sum] = defaultdict(_Sum)
    for row in db.execute(entries(by, across, at.past())).all():
        for group in stored(row.cells, row.persons):
            one = sums[group.key, group.across]
            one.sums = list(map(add, one.sums, group.sums))
            one.persons.add_packed(group.packed)
    return sums


def _entry(year: int, by: Dimension, across: Dimension | None, sums: dict[Cell, _Sum]) -> Row:
    persons = [packed(one.persons.ids()) for one in sums.values()]
    cells = [(*cell, one.sums, len(who)) for (cell, one), who in zip(sums.items(), persons, strict=True)]
    return _row(year, by.value, across, json.dumps(cells, ensure_ascii=False), b"".join(persons))


def _row(year: int, by: str, across: Dimension | None, cells: str, persons: bytes) -> Row:
    return {"year": year, "by": by, "across": across.value if across else "", "cells": cells, "persons": persons}
