"""Whose sheet comes after whose, which department's stack it lies on, and where a file of sheets ends."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import Any, cast

from sqlalchemy import ColumnElement, Row, bindparam, select
from sqlalchemy.orm import Session

from courses.certificates.models import Certificate
from courses.certificates.printing.options import Order
from courses.db import in_parts, rows
from courses.enrolment.models import Enrolment
from courses.people.grades import rank
from courses.people.models import OrgUnit, Posting
from courses.scheduling.models import Run
from courses.settings.organisation import organisation

MOST = 500
"""Sheets of a file: what a printer's tray holds, and what is printed again after the worst of jams."""
_AT_ONCE = 1000
_DEPARTMENT = 200


@dataclass(frozen=True)
class Placed:
    """A certificate and the department whose stack its sheet belongs to."""

    certificate_id: int
    department: str


def placed(db: Session, certificate_ids: Sequence[int], order: Order) -> list[Placed]:
    """Certificates in the order in which they are printed.

    By department: the official order of departments and of their units, then grade and name; who belongs to none comes
    last, by institution. The department is the level that ranks its own people (`Organisation.ranking_depth`).
    """
    tree = _Tree(db)
    found = [_Found(row, tree) for ids in in_parts(certificate_ids, _AT_ONCE) for row in rows(db, _LINES, {"ids": ids})]
    found.sort(key=attrgetter("by_number" if order is Order.NUMBER else "by_department"))
    unique = {one.certificate_id: one.department for one in found}
    return [Placed(*one) for one in unique.items()]


class _Tree:
    """Which department each unit belongs to, and the place of both in the official order."""

    def __init__(self, db: Session) -> None:
        columns = (OrgUnit.id, OrgUnit.parent_id, OrgUnit.depth, OrgUnit.position, OrgUnit.path, OrgUnit.name)
        self._units = {unit.id: unit for unit in rows(db, select(*columns))}
        self._depth = organisation(db).ranking_depth

    def unit(self, unit_id: int | None) -> Row[Any] | None:
        return self._units.get(unit_id)

    def department(self, unit: Row[Any]) -> Row[Any]:
        while unit.depth > self._depth and unit.parent_id in self._units:
            unit = self._units[unit.parent_id]
        return unit


class _Found:
    """A certificate with what it is sorted by."""

    def __init__(self, row: Row[Any], tree: _Tree) -> None:
        facts: dict[str, Any] = row.facts
        unit = tree.unit(row.unit_id)
        department = tree.department(unit) if unit else None
        named = (department.path or department.name) if department else facts["organisation"]
        self.certificate_id, self.department = row.id, named[:_DEPARTMENT]
        self.by_number = row.year, row.number, row.revision
        within = rank(facts["grade"] or row.grade or ""), facts["name"], *self.by_number
        place = (False, department.position, unit.position) if department and unit else (True, 0, 0)
        self.by_department = place[0], place[1], self.department, place[2], *within


_LAST_DAY = cast("ColumnElement[date]", Run.ends_on)
_LINES = (
    select(
        Certificate.id, Certificate.year, Certificate.number, Certificate.revision, Certificate.facts,
        Enrolment.unit_id, Posting.grade,
    )
    .join(Enrolment, Enrolment.id == Certificate.enrolment_id)
    .join(Run, Run.id == Certificate.run_id)
    .outerjoin(Posting, (Posting.person_id == Certificate.person_id) & Posting.on(_LAST_DAY))
    .where(Certificate.id.in_(bindparam("ids", expanding=True)))
)  # fmt: skip


def files(departments: Sequence[str], most: int = MOST) -> list[range]:
    """Where each file of sheets begins and ends, given the department of every sheet in its order.

    A file has at most so many sheets and ends between two departments; only a department with more than that is cut.
    """
    cut, first, end = [], 0, 0
    for size in _sizes(departments, most):
        if end + size - first > most:
            cut.append(range(first, end))
            first = end
        end += size
    return [*cut, range(first, end)] if end else cut


def _sizes(departments: Collection[str], most: int) -> Iterator[int]:
    """Sheets that stay together."""
    for _, stack in groupby(departments):
        left = len(list(stack))
        while left > most:
            yield most
            left -= most
        yield left
