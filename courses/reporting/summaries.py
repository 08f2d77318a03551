"""The closed runs of a year summed up, for reports about whole years: kept, and told to be still right by marks.

A summary holds the cells of every usual question about all places, or about those of one kind, level, area, grade or
service: united already, so that a report of whole years only reads them. It counts only while the runs' marks (drawn
anew in the transaction that changes a result), the courses and the units are what they were when it was made; as of a
day gone by only for years in which nothing has changed since. Other years, and runs that are not closed, are counted
from their places.

Beside its cells a summary has the places themselves, as bits, for questions that are narrowed more than once or to
units (`courses.reporting.layouts`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, aliased

from courses import clock
from courses.catalogue.models import Course
from courses.db import unsought
from courses.events.actions import kind_of
from courses.events.facts import Moved, Settled
from courses.events.models import Event
from courses.people.models import OrgUnit
from courses.reporting import layouts
from courses.reporting.dimensions import UNITS, key_text
from courses.reporting.models import Summary
from courses.reporting.question import Dimension, Filters
from courses.reporting.tallies import Group
from courses.scheduling.models import Run, RunState

ALL_YEARS = 0
"""The year under which all years before this one stand together."""
FRAME = ""
"""What `by` and `across` say in the row that tells what a summary was made of."""
FORM = 3
"""How summaries are written; those of another form do not count."""


@dataclass(frozen=True)
class Now:
    """What summaries are held against: the mark of each year's closed runs, the courses by id, the tree."""

    marks: dict[int, str]
    courses: dict[str, list[Any]]
    tree: str

    def past(self) -> list[int]:
        """The years that stand together in one summary."""
        return sorted(year for year in self.marks if year < clock.today().year)

    def mark(self, year: int) -> str:
        """Of a year, or of all past ones; empty for a year without closed runs."""
        if year == ALL_YEARS:
            return "; ".join(f"{one}: {self.marks[one]}" for one in self.past())
        return self.marks.get(year, "")

    def fits(self, year: int, made_of: dict[str, Any], *, tree: bool) -> bool:
        """Whether a summary made of this is still right; `tree`: for questions by unit."""
        if made_of.get("form") != FORM:
            return False
        same = all(self.courses.get(course) == known for course, known in made_of["courses"].items())
        return same and made_of["mark"] == self.mark(year) and (not tree or made_of["tree"] == self.tree)


@dataclass(frozen=True)
class Known:
    """The `years` (`ALL_YEARS` among them) whose summaries are right at a moment."""

    at: Now
    years: frozenset[int]

    def groups(
        self, db: Session, by: Dimension, across: Dimension | None, asked: Filters
    ) -> tuple[list[Group], ColumnElement[bool]]:
        """The groups that summaries have of a question, and SQL for the places to be counted beside them."""
        wanted, past = {year for year in self.at.marks if _is_within(year, asked)}, set(self.at.past())
        years = read = self.years & wanted
        if ALL_YEARS in self.years and past <= wanted:
            years, read = years | past, (years - past) | {ALL_YEARS}
        beside = open_or_of(wanted - years)
        if not _in_cells(across, asked):
            return list(layouts.groups(db, by, across, asked, read)), beside
        return list(_groups(db, by, across, narrowed_to(asked) or [], read)), beside


def marks(db: Session) -> dict[int, str]:
    """Of every year with closed runs: how many there are, and the sum of their marks."""
    closed = unsought(Run.state) == RunState.CLOSED  # all are in the index by year
    found = select(Run.year, func.count(), func.sum(Run.results_mark)).where(closed)
    return {year: f"{count} {int(total)}" for year, count, total in db.execute(found.group_by(Run.year))}


def now(db: Session, *, tree: bool = True) -> Now:
    """As of now; without the `tree`, which is large, where it is not needed."""
    columns = (Course.id, Course.kind, Course.level, Course.area_id, Course.minutes, Course.recognised_minutes)
    courses = {str(row.id): [row.kind.value, row.level.value, *row[3:]] for row in db.execute(select(*columns))}
    return Now(marks(db), courses, _tree(db) if tree else "")


def known(db: Session, *, tree: bool = True, day: date | None = None) -> Known | None:
    """The summaries that are right now, or of a `day` gone by; None where there are none."""
    frames = db.execute(select(Summary.year, Summary.cells).where(Summary.by == FRAME)).all()
    if not frames:
        return None
    at = now(db, tree=tree)
    years = {year for year, cells in frames if at.fits(year, json.loads(cells), tree=tree)}
    if changed := _changed_since(db, day):
        years -= changed if changed.isdisjoint(at.past()) else {*changed, ALL_YEARS}
    return Known(at, frozenset(years))


def _changed_since(db: Session, day: date | None) -> set[int]:
    """The years of whose places any has changed after the day."""
    if day is None or day >= clock.today():
        return set()
    kinds = (kind_of(Moved), kind_of(Settled))
    changed = select(Event.run_id).where(Event.kind.in_(kinds), Event.at >= clock.end_of(day))
    return set(db.scalars(select(Run.year).distinct().where(Run.id.in_(changed))))


def for_question(db: Session, by: Dimension, across: Dimension | None, asked: Filters) -> Known | None:
    """Those that could answer a question; None where nothing is summed up for it."""
    if by is Dimension.RUN:
        return None
    if _in_cells(across, asked):
        return known(db, tree=by in UNITS, day=asked.as_of)
    return known(db, tree=False, day=asked.as_of) if layouts.can_answer(by, across, asked) else None


def _in_cells(across: Dimension | None, asked: Filters) -> bool:
    """Whether the cells of a summary answer what is asked."""
    narrowed = narrowed_to(asked)
    return narrowed is not None and (not narrowed or across in (None, narrowed[0][0]))


def still_right(db: Session, read: Known) -> bool:
    """Whether what was read of places meanwhile belongs to these summaries. One snapshot (SQLite's) never differs."""
    return db.get_bind().dialect.name == "sqlite" or marks(db) == read.at.marks


def entries(by: Dimension, across: Dimension | None, years: Collection[int]) -> Select[str, bytes]:
    """SQL: what is summed up of a question in these years."""
    found = select(Summary.cells, Summary.persons).where(Summary.by == by.value, Summary.year.in_(years))
    return found.where(Summary.across == (across.value if across else "")).order_by(Summary.year)


def stored(cells: str, persons: bytes) -> Iterator[Group]:
    """The groups of one row of the table, each of a cell."""
    start = 0
    for key, across, sums, length in json.loads(cells):
        yield Group(key, None, across, sums, packed=persons[start : start + length], exact=True)
        start += length


def narrowed_to(asked: Filters) -> list[tuple[Dimension, str]] | None:
    """What is asked for beside years: nothing, or values of one dimension; None for what is not summed up."""
    values: list[tuple[Dimension, Any]] = [(Dimension.KIND, one) for one in asked.kinds]
    values += [(Dimension.LEVEL, one) for one in asked.levels]
    single = ((Dimension.AREA, asked.area_id), (Dimension.GRADE, asked.grade), (Dimension.SERVICE, asked.service))
    values += [(dimension, one) for dimension, one in single if one is not None]
    plain = Filters(
        asked.first_year, asked.last_year, kinds=asked.kinds, levels=asked.levels, area_id=asked.area_id,
        service=asked.service, grade=asked.grade, as_of=asked.as_of,
    )  # fmt: skip
    if asked.reach is not None or asked != plain or len({dimension for dimension, _ in values}) > 1:
        return None
    return [(dimension, key_text(one)) for dimension, one in values]


def is_about_runs(asked: Filters) -> bool:
    """Whether all places of a run count, or none, as they are known now."""
    of_whom = (asked.reach, asked.unit_id, asked.service, asked.grade)
    now_known = asked.as_of is None or asked.as_of >= clock.today()
    return now_known and not asked.outcomes and all(one is None for one in of_whom)


def _groups(
    db: Session,
    by: Dimension,
    across: Dimension | None,
    narrowed: Collection[tuple[Dimension, str]],
    years: Collection[int],
) -> Iterator[Group]:
    """Of each cell; of a narrowed question those of its columns, which together are its all."""
    if narrowed:
        keys = {key for _, key in narrowed}
        for group in _read(db, by, next(iter(narrowed))[0], years):
            if group.across in keys:
                yield Group(group.key, None, None, group.sums, packed=group.packed, exact=True)
                if across:
                    yield group
        return
    yield from _read(db, by, None, years)
    if across:
        yield from _read(db, by, across, years)


def _read(db: Session, by: Dimension, across: Dimension | None, years: Collection[int]) -> Iterator[Group]:
    for row in db.execute(entries(by, across, years)).all() if years else ():
        yield from stored(row.cells, row.persons)


def open_or_of(years: Collection[int]) -> ColumnElement[bool]:
    """SQL: runs that are not closed, or of these years: found at first, and their places by them."""
    run = aliased(Run)
    is_open = run.state.in_([state for state in RunState if state is not RunState.CLOSED])
    return Run.id.in_(select(run.id).where(or_(is_open, run.year.in_(years)) if years else is_open))


def _is_within(year: int, asked: Filters) -> bool:
    first, last = asked.first_year, asked.last_year
    return (first is None or first <= year) and (last is None or year <= last)


def _tree(db: Session) -> str:
    """What tells this tree from every other one."""
    units = db.execute(select(OrgUnit.id, OrgUnit.parent_id, OrgUnit.depth).order_by(OrgUnit.id)).all()
    return hashlib.sha256(repr([tuple(unit) for unit in units]).encode()).hexdigest()
