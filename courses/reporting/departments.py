"""Who completed what, department by department in official order (직제순), at the level of the tree one asks for.

The department is the one kept with the enrolment, as of the last day of its run. While the run is not closed there is
none yet: then it is the one of today.
"""

from __future__ import annotations

import enum
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from sqlalchemy import CTE, ColumnElement, Row, Select, Subquery, and_, case, func, select
from sqlalchemy.orm import Session, aliased

from courses import clock
from courses.catalogue.models import Course, Kind
from courses.db import rows as plain
from courses.enrolment.models import Enrolment, Status
from courses.people.models import OrgUnit, Posting
from courses.reporting.headcounts import COMPLETED, OFFERED, Headcount, headcounts
from courses.reporting.report import HEADCOUNT_TERMS, Column, Form, Report, headcount_columns
from courses.scheduling.models import Run
from courses.text import Text, text


class Level(enum.StrEnum):
    """A level of the tree."""

    BUREAU = "bureau"  # 실·국
    DIVISION = "division"  # 과
    TEAM = "team"  # 팀

    @property
    def depth(self) -> int:
        """How far below the whole organisation: 1 for bureaux."""
        return list(Level).index(self) + 1


LEVEL_NAMES = {Level.BUREAU: text("Bureaux"), Level.DIVISION: text("Divisions"), Level.TEAM: text("Teams")}
TOGETHER = text("Together")
ELSEWHERE = text("Other bodies")


@dataclass(frozen=True, slots=True)
class Line:
    """A department (None: people of other bodies), its headcount, and its completions of each kind."""

    unit_id: int | None
    name: Text | str
    headcount: Headcount
    by_kind: dict[Kind, int] = field(default_factory=dict)


COLUMNS: tuple[Column[Line], ...] = (
    Column(text("Department"), lambda line: line.name, Form.WORDS),
    *headcount_columns(lambda line: line.headcount),
    Column(text("of these classroom"), lambda line: line.by_kind.get(Kind.CLASSROOM, 0)),
    Column(text("of these cyber"), lambda line: line.by_kind.get(Kind.CYBER, 0)),
    Column(text("of these workplace"), lambda line: line.by_kind.get(Kind.WORKPLACE, 0)),
)
TERMS = (
    *HEADCOUNT_TERMS,
    (text("Department"), text("As of the last day of each run; of today where it is not closed yet.")),
)


def departments(db: Session, year: int, level: Level = Level.BUREAU, within: int | None = None) -> Report[Line]:
    """A line for every department of the level that exists or took part; `within`: only those under this unit."""
    rows = _rows(db, year, level, within)
    lines = [_line(id_, path, rows[id_]) for id_, path in _units(db, level, within, set(rows))]
    if None in rows:
        lines.append(_line(None, ELSEWHERE, rows[None]))
    total = _line(None, TOGETHER, [row for some in rows.values() for row in some])
    title, empty = text("Completion by department"), not total.headcount.places
    return Report(f"departments-{level}", title, year, clock.now(), COLUMNS, lines, total, empty, TERMS)


def _rows(db: Session, year: int, level: Level, within: int | None) -> defaultdict[int | None, list[Row[Any]]]:
    """What is counted of every unit, by the department it is counted in (None: of other bodies)."""
    unit, home = _unit(), _home(level)
    counted = _with_kinds(headcounts(year, unit.label("unit_id")))
    if within is not None:
        counted = counted.where(unit.in_(select(_below(within).c.id)))
    homes: dict[int, int] = {row.unit_id: row.at_id for row in plain(db, select(home.c.unit_id, home.c.at_id))}
    rows = defaultdict[int | None, list[Row[Any]]](list)
    for row in db.execute(counted):
        rows[homes.get(row.unit_id)].append(row)
    return rows


def _with_kinds(statement: Select[Any]) -> Select[Any]:
    """Add the completions of each kind."""
    kinds = (func.count(case((and_(COMPLETED, Course.kind == kind), 1))).label(kind) for kind in Kind)
    return statement.add_columns(*kinds)


def _line(unit_id: int | None, name: Text | str, rows: Sequence[Row[Any]]) -> Line:
    by_kind = {kind: sum(getattr(row, kind) for row in rows) for kind in Kind}
    return Line(unit_id, name, Headcount.of(rows), by_kind)


def _units(db: Session, level: Level, within: int | None, taking_part: set[int | None]) -> list[tuple[int, str]]:
    """Departments in official order: those of the level, and those above it whose own people took part."""
    statement = select(OrgUnit.id, OrgUnit.path, OrgUnit.depth, OrgUnit.closed_on).where(OrgUnit.depth <= level.depth)
    if within is not None:
        statement = statement.where(OrgUnit.id.in_(select(_below(within).c.id)))
    units = db.execute(statement.order_by(OrgUnit.position, OrgUnit.id))
    return [
        (unit.id, unit.path)
        for unit in units
        if unit.id in taking_part or (unit.depth == level.depth and unit.closed_on is None)
    ]


def _unit() -> ColumnElement[int]:
    """SQL: the department an enrolment counts for."""
    today = (
        select(Posting.unit_id)
        .where(Posting.person_id == Enrolment.person_id, Posting.on(clock.today()))
        .order_by(Posting.from_on.desc())
        .limit(1)
        .correlate(Enrolment)
        .scalar_subquery()
    )
    return case((Enrolment.outcome.is_(None), func.coalesce(Enrolment.unit_id, today)), else_=Enrolment.unit_id)


def _home(level: Level) -> Subquery:
    """SQL: for every unit (`unit_id`) the one it is counted in (`at_id`): itself or its superior of the level."""
    climb = select(OrgUnit.id.label("unit_id"), OrgUnit.id.label("at_id"), OrgUnit.parent_id, OrgUnit.depth).cte(
        "climb", recursive=True
    )
    above = aliased(OrgUnit)
    climb = climb.union_all(
        select(climb.c.unit_id, above.id, above.parent_id, above.depth)
        .join(above, above.id == climb.c.parent_id)
        .where(climb.c.depth > level.depth)
    )
    return select(climb.c.unit_id, climb.c.at_id).where(climb.c.depth <= level.depth).subquery("home")


def _below(unit_id: int) -> CTE:
    """SQL: a unit and all under it."""
    below = select(OrgUnit.id).where(OrgUnit.id == unit_id).cte("below", recursive=True)
    return below.union_all(select(OrgUnit.id).join(below, OrgUnit.parent_id == below.c.id))


def bars(db: Session, year: int) -> list[tuple[str, int, int]]:
    """For a quick look: each bureau in official order, how many were judged, how many of them completed."""
    return [(name, int(judged), int(completed)) for name, judged, completed in plain(db, _bars(year)).all()]


@lru_cache(maxsize=16)
def _bars(year: int) -> Select[*tuple[Any, ...]]:
    bureau, unit = aliased(OrgUnit), _judged(year)
    return (
        select(bureau.name, func.sum(unit.c.judged), func.sum(unit.c.completed))
        .select_from(unit)
        .join(OrgUnit, OrgUnit.id == unit.c.unit_id)
        .join(bureau, bureau.id == OrgUnit.bureau_id)
        .group_by(bureau.id, bureau.name, bureau.position)
        .having(func.sum(unit.c.judged) > 0)
        .order_by(bureau.position)
    )


def _judged(year: int) -> Subquery:
    """SQL: how many each unit has, counted before the tree is climbed: a few hundred rows instead of ten thousand."""
    judged, completed = func.count(Enrolment.outcome), func.count(case((COMPLETED, 1)))
    return (
        select(Enrolment.unit_id, judged.label("judged"), completed.label("completed"))
        .select_from(Run)
        .join(Enrolment, Enrolment.run_id == Run.id)
        .where(Run.year == year, Run.state.in_(OFFERED), Enrolment.status == Status.ENROLLED)
        .group_by(Enrolment.unit_id)
        .subquery()
    )
