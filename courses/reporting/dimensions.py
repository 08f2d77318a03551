"""What the lines and columns of a report are: where each is read, what it is called, in which order it stands."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Integer, Select, Subquery, case, cast, extract, func, or_, select
from sqlalchemy.orm import Session, aliased

from courses.catalogue.models import Area, Course, Kind, Level
from courses.catalogue.words import LEVELS
from courses.db import rows
from courses.enrolment.models import Enrolment, Status
from courses.people.grades import rank
from courses.people.models import OrgUnit
from courses.people.units import below
from courses.reporting.departments import ELSEWHERE
from courses.reporting.places import offered
from courses.reporting.question import Across, Dimension, Filters
from courses.reporting.training import KIND_NAMES
from courses.scheduling.models import Run
from courses.text import Text, text

NOT_KNOWN = text("Not known")
NONE = "none"
"""The key of what has no value: no department, no grade, no area."""
_NUMBER, _MONTH = re.compile("[0-9]{1,18}"), re.compile("[12][0-9]{3}(0[1-9]|1[0-2])")
_FEW_RUNS = 1000
_TREE = 2
"""Levels of the tree that are shown at a time."""


class Base(Protocol):
    """What is counted: places or duties."""

    filters: Filters
    day: Any
    unit: ColumnElement[Any]
    grade: ColumnElement[Any]
    service: ColumnElement[Any]

    def select(self, *columns: Any) -> Select[Any]: ...


@dataclass(frozen=True, slots=True)
class Member:
    """A line or column: its key in addresses, its name, how deep it stands, whether one can look into it."""

    key: str
    name: Text | str
    depth: int = 0
    opens: bool = False


_Key = Callable[[Base], Any]
KEYS: dict[Dimension, _Key] = {
    Dimension.KIND: lambda base: Course.kind,
    Dimension.LEVEL: lambda base: Course.level,
    Dimension.AREA: lambda base: Course.area_id,
    Dimension.COURSE: lambda base: Course.id,
    Dimension.RUN: lambda base: Run.id,
    Dimension.GRADE: lambda base: base.grade,
    Dimension.SERVICE: lambda base: base.service,
    Dimension.MONTH: lambda base: cast(extract("year", Run.ends_on) * 100 + extract("month", Run.ends_on), Integer),
    Dimension.YEAR: lambda base: Run.year,
}
OF_RUNS = {Dimension.RUN, Dimension.MONTH, Dimension.YEAR}
"""Dimensions that duties do not have: one must complete a course, whichever run and month."""
UNITS = {Dimension.DEPARTMENT, Dimension.BUREAU}


def keyed(base: Base, by: Dimension, *columns: Any) -> Select[Any]:
    """SQL: `columns` of what counts, and the `key` of its line; in the tree also of the line `over` that one."""
    if by not in UNITS:
        return base.select(*columns, KEYS[by](base).label("key"))
    shown = _shown(by, base.filters)
    statement = base.select(*columns, shown.c.at_id.label("key"), shown.c.over_id.label("over"))
    return statement.outerjoin(shown, shown.c.unit_id == base.unit)


def is_at(db: Session, base: Base, by: Dimension, key: str) -> ColumnElement[bool]:
    """SQL: what counts on the line (or column) of this key. Raises ValueError for what is no key."""
    column: Any = base.unit if by in UNITS else KEYS[by](base)
    if key == NONE:
        return or_(column.is_(None), column == "") if by in {Dimension.GRADE, Dimension.SERVICE} else column.is_(None)
    if by in UNITS:
        return _in_unit(db, base, _number(key, by))
    if by in {Dimension.KIND, Dimension.LEVEL}:
        return column == (Kind(key) if by == Dimension.KIND else Level(key))  # type: ignore[no-any-return]  # a column
    return column == (key if by in {Dimension.GRADE, Dimension.SERVICE} else _number(key, by))  # type: ignore[no-any-return]  # a column


def _number(key: str, by: Dimension) -> int:
    """An id, year or month. Raises ValueError for what no column could hold."""
    if not (_MONTH if by is Dimension.MONTH else _NUMBER).fullmatch(key):
        raise ValueError(f"{key[:20]!r} is no key")
    return int(key)


def key_text(value: Any) -> str:
    """A key as it stands in an address."""
    return NONE if value is None or value == "" else str(getattr(value, "value", value))


def members(db: Session, base: Base, by: Dimension, taking_part: set[str]) -> list[Member]:
    """The lines in their order: those that took part, of units and of months also those between."""
    named = _NAMED[by](db, base.filters, base, taking_part)
    known = {member.key for member in named}
    rest = sorted((taking_part - known) & {NONE} if by in UNITS else taking_part - known)
    return [*named, *(Member(key, _nothing(by) if key == NONE else key) for key in rest)]


def across_dimension(across: Across | None) -> Dimension | None:
    """The dimension of the columns. Year on year is none: there the question is asked twice."""
    return Dimension(across.value) if across and across is not Across.YEAR_ON_YEAR else None


def _nothing(by: Dimension) -> Text:
    if by is Dimension.AREA:
        return text("Without an area")
    return ELSEWHERE if by in UNITS else NOT_KNOWN


def _kinds(db: Session, asked: Filters, base: Base, there: set[str]) -> list[Member]:
    return [Member(kind.value, KIND_NAMES[kind]) for kind in Kind if kind.value in there]


def _levels(db: Session, asked: Filters, base: Base, there: set[str]) -> list[Member]:
    return [Member(level.value, LEVELS[level]) for level in Level if level.value in there]


def _areas(db: Session, asked: Filters, base: Base, there: set[str]) -> list[Member]:
    rows = db.execute(select(Area.id, Area.name).order_by(Area.position, Area.name))
    return [Member(str(row.id), row.name) for row in rows if str(row.id) in there]


def _courses(db: Session, asked: Filters, base: Base, there: set[str]) -> list[Member]:
    rows = db.execute(select(Course.id, Course.title).order_by(Course.title, Course.id))
    return [Member(str(row.id), row.title) for row in rows if str(row.id) in there]


def _runs(db: Session, asked: Filters, base: Base, there: set[str]) -> list[Member]:
    rows = db.execute(
        select(Run.id, Course.title, Run.year, Run.number)
        .join(Course, Course.id == Run.course_id)
        .where(*offered(asked, base.day), *_among(there))
        .order_by(Run.ends_on, Run.id)
    )
    return [
        Member(str(row.id), text("%(course)s, run %(n)s of %(year)s", course=row.title, n=row.number, year=row.year))
        for row in rows
        if str(row.id) in there
    ]


def _among(there: set[str]) -> list[ColumnElement[bool]]:
    """SQL: these runs, where they are few."""
    return [Run.id.in_([int(key) for key in there if _NUMBER.fullmatch(key)])] if len(there) <= _FEW_RUNS else []


def runs_with_places(db: Session, base: Base, most: int) -> tuple[int, list[int]]:
    """How many runs of the period anybody has a place in, and the first of them in their order."""
    taken = select(Enrolment.id).where(Enrolment.run_id == Run.id, Enrolment.status == Status.ENROLLED).exists()
    runs = select(Run.id).join(Course).where(*offered(base.filters, base.day), taken).order_by(Run.ends_on, Run.id)
    found = db.execute(runs.add_columns(func.count().over().label("count")).limit(most)).all()
    return (found[0][1] if found else 0), [run_id for run_id, _ in found]


def _ranks(db: Session, asked: Filters, base: Base, there: set[str]) -> list[Member]:
    """In rank order: 1급 before 9급, those without a number after them."""
    return [Member(grade, grade) for grade in sorted(there - {NONE}, key=rank)]


def _services(db: Session, asked: Filters, base: Base, there: set[str]) -> list[Member]:
    return [Member(service, service) for service in sorted(there - {NONE})]


def _months(db: Session, asked: Filters, base: Base, there: set[str]) -> list[Member]:
    """Every month from the first to the last one, of one year asked for all twelve."""
    numbers = [int(key) for key in there if _MONTH.fullmatch(key)]
    if asked.first_year is not None and asked.first_year == asked.last_year and asked.first_day is None:
        numbers += [asked.first_year * 100 + 1, asked.first_year * 100 + 12]
    first, last = (min(numbers), max(numbers)) if numbers else (1, 0)
    months = [number for number in range(first, last + 1) if 1 <= number % 100 <= 12]
    return [Member(str(n), text("%(month)s/%(year)s", month=n % 100, year=n // 100)) for n in months]


def _years(db: Session, asked: Filters, base: Base, there: set[str]) -> list[Member]:
    return [Member(key, key) for key in sorted(there)]


def _units(db: Session, asked: Filters, base: Base, there: set[str]) -> list[Member]:
    """Departments in official order: the levels shown that exist or took part, and within the reader's reach."""
    top = asked.unit_depth  # the depth of what is looked into
    inside = aliased(OrgUnit)
    has_more = select(inside.id).where(inside.parent_id == OrgUnit.id).correlate(OrgUnit).exists()
    statement = select(OrgUnit.id, OrgUnit.path, OrgUnit.name, OrgUnit.depth, OrgUnit.closed_on, has_more.label("more"))
    statement = statement.where(OrgUnit.depth <= top + _TREE).order_by(OrgUnit.position, OrgUnit.id)
    if asked.unit_id is not None:
        statement = statement.where(OrgUnit.id.in_(select(below(asked.unit_id, "asked").c.id)))
    if asked.reach is not None:
        statement = statement.where(asked.reach)
    return [
        Member(str(row.id), row.name, max(row.depth - top - 1, 0), row.more and row.depth > top)
        for row in db.execute(statement)
        if str(row.id) in there or (row.depth > top and row.closed_on is None)
    ]


def _bureaux(db: Session, asked: Filters, base: Base, there: set[str]) -> list[Member]:
    """Only the upper one of the levels shown."""
    return [member for member in _units(db, asked, base, there) if member.key in there or member.depth == 0]


_NAMED: dict[Dimension, Callable[[Session, Filters, Base, set[str]], list[Member]]] = {
    Dimension.KIND: _kinds,
    Dimension.LEVEL: _levels,
    Dimension.AREA: _areas,
    Dimension.COURSE: _courses,
    Dimension.RUN: _runs,
    Dimension.DEPARTMENT: _units,
    Dimension.BUREAU: _bureaux,
    Dimension.GRADE: _ranks,
    Dimension.SERVICE: _services,
    Dimension.MONTH: _months,
    Dimension.YEAR: _years,
}


def _shown(by: Dimension, asked: Filters) -> Subquery:
    """SQL: for every unit (`unit_id`) its line (`at_id`), the lowest one shown, and the one over that (`over_id`).

    People right in the unit that is looked into stand on its own line, which is not the sum of those under it.
    """
    lowest = asked.unit_depth + (_TREE if by == Dimension.DEPARTMENT else 1)
    climb = select(OrgUnit.id.label("unit_id"), OrgUnit.id.label("at_id"), OrgUnit.parent_id, OrgUnit.depth).cte(
        "climb", recursive=True
    )
    above = aliased(OrgUnit)
    higher = select(climb.c.unit_id, above.id, above.parent_id, above.depth).join(above, above.id == climb.c.parent_id)
    climb = climb.union_all(higher.where(climb.c.depth > lowest))
    has_one_over = climb.c.depth == asked.unit_depth + _TREE
    over = case((has_one_over, climb.c.parent_id)).label("over_id")
    return select(climb.c.unit_id, climb.c.at_id, over).where(climb.c.depth <= lowest).subquery("shown")


def shown_units(db: Session, by: Dimension, asked: Filters) -> dict[int, tuple[str, str | None]]:
    """The line of every unit and the one over that."""
    shown = _shown(by, asked)
    found = rows(db, select(shown.c.unit_id, shown.c.at_id, shown.c.over_id))
    return {unit: (key_text(at), None if over is None else key_text(over)) for unit, at, over in found}


def in_lines(groups: Select[Any], by: Dimension, asked: Filters) -> Select[Any]:
    """SQL: groups whose `key` is a unit, with the line of it as `key`, and the one `over` that."""
    one, shown = groups.subquery("of_unit"), _shown(by, asked)
    figures = [column for column in one.c if column.name != "key"]
    lines = shown.c.at_id.label("key"), shown.c.over_id.label("over")
    return select(*lines, *figures).outerjoin_from(one, shown, shown.c.unit_id == one.c.key)


def _in_unit(db: Session, base: Base, unit_id: int) -> ColumnElement[bool]:
    depth = db.scalar(select(OrgUnit.depth).where(OrgUnit.id == unit_id))
    if depth is None:
        raise ValueError(f"there is no unit {unit_id}")
    if depth <= base.filters.unit_depth:
        return base.unit == unit_id
    return base.unit.in_(select(below(unit_id, "at").c.id))
