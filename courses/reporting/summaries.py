"""The closed runs of a year summed up, for reports about whole years: kept, and told to be still right by marks.

A summary holds the groups of every usual question about all places. It counts only while the runs' marks (drawn anew in
the transaction that changes a result), the courses and the units are what they were when it was made. Years without one
that counts, and runs that are not closed, are counted from their places.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from courses import clock
from courses.catalogue.models import Course
from courses.people.models import OrgUnit
from courses.reporting.dimensions import UNITS
from courses.reporting.models import Summary
from courses.reporting.question import Across, Dimension, Filters
from courses.reporting.tallies import ALL, Group
from courses.scheduling.models import Run, RunState

ALL_YEARS = 0
"""The year under which all years before this one stand together."""
FRAME = ""
"""What `by` and `across` say in the row that tells what a summary was made of."""


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
        same = all(self.courses.get(course) == known for course, known in made_of["courses"].items())
        return same and made_of["mark"] == self.mark(year) and (not tree or made_of["tree"] == self.tree)


@dataclass(frozen=True)
class Known:
    """The `years` (`ALL_YEARS` among them) whose summaries are right at a moment."""

    at: Now
    years: frozenset[int]

    def groups(
        self, db: Session, by: Dimension, across: Across | None, asked: Filters
    ) -> tuple[list[Group], ColumnElement[bool]]:
        """The groups that summaries have of a question, and SQL for the places to be counted beside them."""
        wanted, past = {year for year in self.at.marks if _is_within(year, asked)}, set(self.at.past())
        years = read = self.years & wanted
        if ALL_YEARS in self.years and past <= wanted:
            years, read = years | past, (years - past) | {ALL_YEARS}
        rows = db.execute(entries(by, across, read)).all() if read else []
        left, is_open = wanted - years, Run.state != RunState.CLOSED
        beside = or_(is_open, Run.year.in_(left)) if left else is_open
        return [group for row in rows for group in _answers(row, by, across)], beside


def marks(db: Session) -> dict[int, str]:
    """Of every year with closed runs: how many there are, and the sum of their marks."""
    found = select(Run.year, func.count(), func.sum(Run.results_mark)).where(Run.state == RunState.CLOSED)
    return {year: f"{count} {int(total)}" for year, count, total in db.execute(found.group_by(Run.year))}


def now(db: Session, *, tree: bool = True) -> Now:
    """As of now; without the `tree`, which is large, where it is not needed."""
    columns = (Course.id, Course.kind, Course.level, Course.area_id, Course.minutes, Course.recognised_minutes)
    courses = {str(row.id): [row.kind.value, row.level.value, *row[3:]] for row in db.execute(select(*columns))}
    return Now(marks(db), courses, _tree(db) if tree else "")


def known(db: Session, *, tree: bool = True) -> Known | None:
    """The summaries that are right now; None where there are none."""
    frames = db.execute(select(Summary.year, Summary.cells).where(Summary.by == FRAME)).all()
    if not frames:
        return None
    at = now(db, tree=tree)
    years = {year for year, cells in frames if at.fits(year, json.loads(cells), tree=tree)}
    return Known(at, frozenset(years))


def for_question(db: Session, by: Dimension, asked: Filters) -> Known | None:
    """Those that could answer a question; None where nothing is summed up for it."""
    return known(db, tree=by in UNITS) if by is not Dimension.RUN and is_about_everybody(asked) else None


def still_right(db: Session, read: Known) -> bool:
    """Whether what was read of places meanwhile belongs to these summaries. One snapshot (SQLite's) never differs."""
    return db.get_bind().dialect.name == "sqlite" or marks(db) == read.at.marks


def entries(by: Dimension, across: Across | None, years: Collection[int]) -> Select[str, bytes, str]:
    """SQL: what is summed up of a question in these years; in a tree of units, beside it of its columns alone."""
    lines = and_(Summary.by == by.value, Summary.across == (across.value if across else ""))
    columns = and_(Summary.by == _columns(across).value, Summary.across == "")
    asked = or_(lines, columns) if by in UNITS else lines
    found = select(Summary.cells, Summary.persons, Summary.by).where(asked, Summary.year.in_(years))
    return found.order_by(Summary.year, Summary.by)


def stored(cells: str, persons: bytes) -> Iterator[Group]:
    """The groups of one row of the table."""
    start = 0
    for key, over, across, sums, length in json.loads(cells):
        yield Group(key, over, across, sums, packed=persons[start : start + length])
        start += length


def _columns(across: Across | None) -> Dimension:
    """The lines of which are the columns (of all together any few will do)."""
    return Dimension(across.value) if across else Dimension.KIND


def _answers(row: Any, by: Dimension, across: Across | None) -> Iterator[Group]:
    """The groups of an entry; all together, which a tree of departments would unite once more, from the columns."""
    for group in stored(row.cells, row.persons):
        if by not in UNITS:
            yield group
        elif row.by == by.value:
            yield replace(group, of_line=True)
        else:
            yield replace(group, key=ALL, across=group.key if across else None)


def is_about_everybody(asked: Filters) -> bool:
    """Whether only years are asked for, as they are known now."""
    if asked.reach is not None or (asked.as_of is not None and asked.as_of < clock.today()):
        return False
    return asked == Filters(asked.first_year, asked.last_year, as_of=asked.as_of)


def _is_within(year: int, asked: Filters) -> bool:
    first, last = asked.first_year, asked.last_year
    return (first is None or first <= year) and (last is None or year <= last)


def _tree(db: Session) -> str:
    """What tells this tree from every other one."""
    units = db.execute(select(OrgUnit.id, OrgUnit.parent_id, OrgUnit.depth).order_by(OrgUnit.id)).all()
    return hashlib.sha256(repr([tuple(unit) for unit in units]).encode()).hexdigest()
